// Notices: what one person does another is told, without JavaScript too; the list, choices, the bell; the pages of
// mail, jobs and webhooks; the way out of mails.
import assert from 'node:assert/strict';
import { submit } from '../desk.mjs';
import { test } from '../test.mjs';

// Reloads until it shows: a job hands notices on within a second or two.
async function until(page, path, find) {
    for (let i = 0; i < 60; i++) {
        await page.goto(path);
        if (await find()) return;
        await new Promise((resolve) => setTimeout(resolve, 500));
    }
    assert.fail(`${path} never showed what was waited for`);
}

for (const js of [true, false]) {
    test(`somebody mentioned in a comment is told${js ? '' : ' without JavaScript'}`, async (browser, site) => {
        const coordinator = await browser.as('coordinator', { js });
        const login = site.accounts.responder[0];
        const words = `xem giúp lúc ${js ? 'sáng' : 'chiều'} nay`;
        await coordinator.goto('/incidents');
        const code = (await coordinator.locator('#list td.code').first().innerText()).trim();
        await coordinator.goto(`/incidents/${code}/comments`);
        await coordinator.locator('form[action$="/comments"] textarea').fill(`@${login} ${words}`);
        await submit(coordinator, coordinator.locator('form[action$="/comments"] button').first());

        const responder = await browser.as('responder', { js });
        const line = responder.locator('.notice', { hasText: words });
        await until(responder, '/notices', async () => (await line.count()) > 0);
        assert.match(await responder.locator('.bell').getAttribute('aria-label'), /thông báo chưa đọc/);
        const before = await responder.locator('.notice-new').count();
        assert.ok(before > 0);
        if (js) await browser.check(responder);
        await submit(responder, line.first().locator('form[action="/notices/open"] button'));
        assert.match(responder.url(), new RegExp(`/incidents/${code}$`));
        await responder.goto('/notices');
        assert.equal(await line.first().evaluate((li) => li.classList.contains('notice-new')), false);
        await submit(responder, line.first().getByRole('button', { name: 'Đánh dấu chưa đọc' }));
        assert.equal(await line.first().evaluate((li) => li.classList.contains('notice-new')), true);
        await submit(responder, responder.getByRole('button', { name: 'Đánh dấu đã đọc tất cả' }));
        assert.equal(await responder.locator('.notice-new').count(), 0);
        assert.equal(await responder.locator('.bell').getAttribute('aria-label'), 'Thông báo');
    });
}

test('what a person wants to be told is kept', async (browser) => {
    const page = await browser.as('officer', { phone: true });
    await page.goto('/notices/choices');
    const select = page.locator('select[name="mail.incident.comment"]');
    const check = page.locator('input[name="app.incident.state"]');
    await select.selectOption('off');
    await check.uncheck();
    await browser.check(page);
    await submit(page, page.getByRole('button', { name: 'Lưu' }));
    assert.equal(await select.inputValue(), 'off');
    assert.equal(await check.isChecked(), false);
    // Mails about the safety of the account cannot be turned off.
    assert.equal(await page.locator('select[name="mail.account.password"]').count(), 0);
});

test('the administrator is told beside the field what is missing, and by the test mail what fails', async (browser) => {
    const page = await browser.as('admin');
    await page.goto('/settings/mail');
    await browser.check(page);
    await page.fill('[name=smtp_host]', '127.0.0.1');
    await page.fill('[name=smtp_port]', '1');
    await submit(page, page.getByRole('button', { name: 'Lưu' }));
    await page.locator('#settings-from-error').waitFor();
    await page.fill('[name=from]', 'ungcuu@example.vn');
    await submit(page, page.getByRole('button', { name: 'Lưu' }));
    await page.getByText('Đã lưu thiết lập').waitFor();
    await page.fill('[name=to]', 'quantri@example.vn');
    await submit(page, page.getByRole('button', { name: 'Gửi', exact: true }));
    await page.getByText('nothing answers there').waitFor();
    await browser.check(page);
    for (const path of ['/settings/sent', '/settings/jobs', '/settings/jobs?state=waiting']) {
        await page.goto(path);
        await browser.check(page);
    }
    await page.getByText('Lấy thư từ hộp thư').waitFor();
    // The other stories do without mail.
    await page.goto('/settings/mail');
    await page.fill('[name=smtp_host]', '');
    await submit(page, page.getByRole('button', { name: 'Lưu' }));
});

test('a webhook is set up, tested, paused and removed', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/settings/hooks');
    await browser.check(page);
    await page.fill('[name=name]', 'Hệ thống phiếu yêu cầu');
    await page.fill('[name=url]', 'file:///etc/passwd');
    await page.locator('[name=org]').selectOption({ index: 1 });
    await page.locator('label[for=hook-events]').click();
    await submit(page, page.getByRole('button', { name: 'Thiết lập' }));
    await page.locator('#hook-url-error').waitFor();
    await page.fill('[name=url]', 'http://127.0.0.1:9/nghe');
    await submit(page, page.getByRole('button', { name: 'Thiết lập' }));
    // Its secret is shown now and never again, unless a new one is made.
    const secret = await page.locator('#hook-secret').innerText();
    assert.match(secret, /^[A-Za-z0-9]{20,}/);
    await browser.check(page);
    await Promise.all([page.waitForURL(/\/settings\/hooks\/[0-9a-f-]+$/), page.getByRole('link', { name: 'Đến webhook' }).click()]);
    assert.ok(!(await page.content()).includes(secret));
    await browser.check(page);
    await page.locator('summary', { hasText: 'Tạo khóa bí mật mới' }).click();
    await submit(page, page.getByRole('button', { name: 'Thay khóa bí mật' }));
    assert.notEqual(await page.locator('#hook-secret').innerText(), secret);
    await Promise.all([page.waitForURL(/\/settings\/hooks\/[0-9a-f-]+$/), page.getByRole('link', { name: 'Đến webhook' }).click()]);
    await submit(page, page.getByRole('button', { name: 'Gửi thử' }));
    await page.getByText('lies inside the network').first().waitFor();
    await page.goto(page.url().replace(/\/test$/, ''));
    await submit(page, page.getByRole('button', { name: 'Tạm dừng' }));
    await page.getByRole('button', { name: 'Tiếp tục' }).waitFor();
    await page.locator('summary', { hasText: 'Xóa webhook này' }).click();
    await submit(page, page.getByRole('button', { name: 'Xóa hẳn' }));
    await page.getByText('Đã xóa webhook').waitFor();
});

test('the parts of a case are reached from its page, its mails too', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/incidents');
    const code = (await page.locator('#list td.code').first().innerText()).trim();
    for (const part of ['timeline', 'comments', 'observables', 'files', 'history', 'mail']) {
        await page.goto(`/incidents/${code}`);
        await submit(page, page.locator(`nav.tabs a[href="/incidents/${code}/${part}"]`));
        assert.equal(new URL(page.url()).pathname, `/incidents/${code}/${part}`);
        assert.equal(await page.locator('nav.tabs a[aria-current]').count(), 1);
    }
    assert.equal(await page.locator('nav.tabs a[aria-current]').getAttribute('href'), `/incidents/${code}/mail`);
    await browser.check(page);
});

test('a link that stops mails and is not known says so', async (browser) => {
    const page = await browser.visitor({ phone: true });
    await page.goto('/stop/khong-ai-co');
    await page.getByText('Liên kết không hợp lệ').waitFor();
    await browser.check(page);
});
