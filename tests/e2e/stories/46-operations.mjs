// Looking after the site: what is not well, how long things are kept, what is known of a person and erasing it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { submit } from '../desk.mjs';
import { test } from '../test.mjs';

// Dangerous things ask for the password again when it was not typed just now.
const proved = async (page, site) => {
    if (!page.url().includes('/account/confirm')) return;
    await page.fill('[name=password]', site.accounts.admin[1]);
    await submit(page, page.locator('main button.btn-primary').first());
};

test('the administrator sees whether the site is well, and the mail servers are asked', async (browser) => {
    const page = await browser.as('admin');
    await page.goto('/settings/health');
    await page.getByRole('heading', { name: 'Tình trạng hệ thống' }).waitFor();
    await page.getByText('nguyên vẹn; mã cuối chuỗi').waitFor();
    await page.getByText('mọi mục niêm phong đều mở được').waitFor();
    await browser.check(page);
    await submit(page, page.getByRole('button', { name: 'Hỏi cả máy chủ thư' }));
    await page.getByText('không gửi thư nào. Thư thử').waitFor();
    await browser.check(page);
    const coordinator = await browser.as('coordinator');
    const answer = await coordinator.goto('/settings/health');
    assert.equal(answer.status(), 403);
});

test('rules of retention are changed, tried, and applied only with the number typed', async (browser, site) => {
    const page = await browser.as('admin');
    await page.goto('/settings/retention');
    await browser.check(page);
    await page.fill('[name="days.drafts"]', 'mười');
    await submit(page, page.getByRole('button', { name: 'Lưu quy tắc' }));
    await proved(page, site);
    if (!(await page.locator('#days-drafts-help .text-danger').count())) {
        await page.fill('[name="days.drafts"]', 'mười');
        await submit(page, page.getByRole('button', { name: 'Lưu quy tắc' }));
    }
    await page.locator('#days-drafts-help .text-danger').waitFor();
    assert.equal(await page.inputValue('[name="days.drafts"]'), 'mười');
    await browser.check(page);
    await page.fill('[name="days.drafts"]', '60');
    await submit(page, page.getByRole('button', { name: 'Lưu quy tắc' }));
    await page.getByText('Đã lưu quy định').waitFor();
    assert.equal(await page.inputValue('[name="days.drafts"]'), '60');
    const label = await page.locator('label[for=confirm]').innerText();
    const number = label.match(/\d+/)[0];
    assert.ok(Number(number) > 0);
    await browser.check(page);
    await page.fill('[name=confirm]', `${Number(number) + 1}`);
    await submit(page, page.getByRole('button', { name: 'Áp dụng quy tắc ngay' }));
    await page.locator('#confirm-error').waitFor();
    await page.fill('[name=confirm]', number);
    await submit(page, page.getByRole('button', { name: 'Áp dụng quy tắc ngay' }));
    await page.getByText('Đã áp dụng quy tắc').waitFor();
    await page.locator('.lines li', { hasText: `${number} họ tên` }).first().waitFor();
    await page.goto('/settings/retention?try=1');
    await page.getByText('hiện không có gì bị xóa').waitFor();
    await browser.check(page);
});

test('a reporter is found, exported and erased, and the log stays whole', async (browser, site) => {
    const visitor = await browser.visitor();
    await visitor.goto('/report');
    await visitor.getByText('Tài khoản hoặc máy bị chiếm').click();
    await visitor.fill('[name=body]', 'Có người gọi điện tự xưng cán bộ thuế yêu cầu chuyển tiền.');
    await visitor.fill('[name=name]', 'Nguyễn Thị Thử Nghiệm');
    await visitor.fill('[name=email]', 'thu.nghiem@example.com');
    await Promise.all([visitor.waitForURL(/\/r\/[0-9a-z-]+/), visitor.getByRole('button', { name: 'Gửi tin báo' }).click()]);
    const code = (await visitor.locator('main').innerText()).match(/TB-\d{4}-\d+/)[0];

    const page = await browser.as('admin');
    await page.goto('/settings/persons');
    await browser.check(page);
    await page.fill('main [name=q]', 'nguyen thi thu nghiem');
    await Promise.all([page.waitForURL(/q=nguyen/), page.press('main [name=q]', 'Enter')]);
    await browser.check(page);
    await Promise.all([page.waitForURL(/settings\/person\?key=/), page.getByRole('link', { name: code }).click()]);
    await browser.check(page);
    const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Xuất dữ liệu' }).click(),
    ]);
    const known = JSON.parse(await readFile(await download.path(), 'utf8'));
    assert.equal(known.email, 'thu.nghiem@example.com');
    assert.equal(known.report, code);

    await page.fill('[name=confirm]', 'TB-0000-0');
    await submit(page, page.getByRole('button', { name: 'Xóa hẳn' }));
    await page.locator('#reason-error').waitFor();
    await page.locator('#confirm-error').waitFor();
    await browser.check(page);
    await page.fill('[name=reason]', 'Đơn số 12 ngày 20/11/2026');
    await page.fill('[name=confirm]', code);
    await submit(page, page.getByRole('button', { name: 'Xóa hẳn' }));
    await page.getByText('Đã xóa. Các bản sao lưu').waitFor();
    await page.fill('main [name=q]', 'thu.nghiem@example.com');
    await page.press('main [name=q]', 'Enter');
    await page.getByText('Không tìm thấy ai').waitFor();
    await page.goto('/audit/check');
    await page.locator('.alert-success').waitFor();
});

test('somebody with open work is not erased, and the page says why', async (browser, site) => {
    const page = await browser.as('admin');
    await page.goto(`/settings/person?key=${site.accounts.responder[0]}`);
    await page.getByText('hãy giao lại trước').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Xóa hẳn' }).count(), 0);
    await browser.check(page);
});
