// Pictures of the main pages, light and dark, desktop and phone, into BUILD/screenshots.
import { test } from '../test.mjs';

const PUBLIC = { home: '/', report: '/report', 'sign-in': '/sign-in', contacts: '/dau-moi' };
const INSIDE = { work: '/home', reports: '/reports', incidents: '/incidents', systems: '/systems', orgs: '/orgs' };
const LOOKS = { desktop: {}, phone: { phone: true }, dark: { dark: true } };

for (const [look, options] of Object.entries(LOOKS)) {
    test(`pictures: ${look}`, async (browser) => {
        const visitor = await browser.visitor(options);
        for (const [name, path] of Object.entries(PUBLIC)) {
            await visitor.goto(path);
            await browser.shot(visitor, `${name}-${look}`);
        }
        const page = await browser.as('coordinator', options);
        for (const [name, path] of Object.entries(INSIDE)) {
            await page.goto(path);
            await browser.shot(page, `${name}-${look}`);
        }
        await page.goto('/incidents');
        const href = await page.locator('tr[data-row-href]').first().getAttribute('data-row-href');
        await page.goto(href);
        await browser.shot(page, `incident-${look}`);
    });
}

// docs/images/NAME.png is BUILD/screenshots/guide-NAME.png: cp those after a change of what they show.
const GUIDE = { width: 1280, height: 800 };

test('pictures of the guide: the reporter', async (browser) => {
    const phone = await browser.visitor({ phone: true });
    await phone.goto('/report');
    await browser.shot(phone, 'guide-report-phone');
    const page = await browser.visitor();
    await page.setViewportSize(GUIDE);
    await page.goto('/report');
    await page.getByText('Tin nhắn, trang web hoặc cuộc gọi giả mạo').click();
    await page.fill('[name=body]', 'Tôi nhận được tin nhắn báo trúng thưởng, yêu cầu bấm vào trung-thuong.example.vn và nhập mã OTP.');
    await page.getByRole('button', { name: 'Gửi tin báo' }).click();
    await page.waitForURL(/new=1/);
    await browser.shot(page, 'guide-receipt');
});

test('pictures of the guide: the desk', async (browser) => {
    const page = await browser.as('coordinator');
    await page.setViewportSize(GUIDE);
    const shot = async (name, path) => {
        if (path && (await page.goto(path)).status() !== 200) throw new Error(`no page ${path}`);
        await browser.shot(page, `guide-${name}`);
    };
    await shot('home', '/home');
    await shot('reports', '/reports');
    await shot('search', '/search?q=lua+dao');
    await page.goto('/reports?state=new');
    await page.goto(await page.locator('tr[data-row-href]').nth(2).getAttribute('data-row-href'));
    await shot('report');
    await page.goto('/incidents?state=responding');
    const incident = await page.locator('tr[data-row-href]').first().getAttribute('data-row-href');
    await shot('incident', incident);
    await shot('timeline', `${incident}/timeline`);
    await shot('sharing', `${incident}/sharing`);
});

test('pictures of the guide: programs', async (browser, site) => {
    const page = await browser.as('coordinator');
    await page.setViewportSize(GUIDE);
    await page.goto('/account/tokens/new');
    if (page.url().includes('/account/confirm')) {
        await page.fill('[name=password]', site.accounts.coordinator[1]);
        await Promise.all([page.waitForURL(/tokens\/new/), page.press('[name=password]', 'Enter')]);
    }
    await page.fill('[name=name]', 'Hệ thống giám sát mạng của tỉnh');
    for (const scope of ['report.read', 'incident.read']) await page.check(`[name=scope][value="${scope}"]`, { force: true });
    await page.fill('[name=networks]', '192.0.2.0/24');
    await page.getByRole('button', { name: 'Tạo mã' }).click();
    await page.goto('/account/tokens');
    await browser.shot(page, 'guide-tokens');
    await page.goto('/settings/hooks');
    await page.fill('[name=name]', 'Trung tâm giám sát an toàn thông tin');
    await page.fill('[name=url]', 'https://soc.example.vn/ung-cuu');
    await page.locator('[name=org]').selectOption({ index: 1 });
    await page.locator('label[for=hook-events]').click();
    await page.getByRole('button', { name: 'Thiết lập', exact: true }).click();
    await page.getByRole('link', { name: 'Đến webhook' }).click();
    await page.locator('h1').waitFor();
    await browser.shot(page, 'guide-webhook');
});
