// What somebody who sat down at the desk for the first time stumbled over.
import assert from 'node:assert/strict';
import { alert, go, openIncident, path } from '../desk.mjs';
import { test } from '../test.mjs';

const story = {};

test('putting an incident off past a step that is due is asked about first', async (browser) => {
    const page = await browser.as('coordinator');
    story.code = await openIncident(page, 'Hẹn xem lại quá hạn');
    await page.locator('summary', { hasText: 'Hẹn xem lại' }).click();
    await page.fill('#follow-note', 'chờ nhà mạng');
    await go(page, () => page.getByRole('button', { name: '1 tuần nữa' }).click());
    await page.getByRole('alert').getByText('Có bước đến hạn trước').waitFor();
    await browser.check(page);
    await go(page, () => page.getByRole('button', { name: 'Vẫn đưa khỏi danh sách' }).click());
    await alert(page, 'chờ nhà mạng');
    await alert(page, 'Có bước đến hạn trước ngày đó');
});

test('containment is asked for, with now as the answer, and may be left open; closing ends the waiting', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto(`/incidents/${story.code}`);
    for (const step of ['Bắt đầu xác minh', 'Bắt đầu ứng phó']) await go(page, () => page.getByRole('button', { name: step }).click());
    await page.locator('summary', { hasText: 'Chuyển sang khôi phục' }).click();
    assert.match(await page.inputValue('#contained'), /^\d\d\/\d\d\/\d{4} \d\d:\d\d$/);
    await browser.check(page);
    await page.fill('#contained', '01/01/2999 08:00');
    await go(page, () => page.getByRole('button', { name: 'Chuyển sang khôi phục' }).click());
    assert.equal(await page.inputValue('#contained'), '01/01/2999 08:00');
    await page.fill('#contained', '');
    await go(page, () => page.getByRole('button', { name: 'Chuyển sang khôi phục' }).click());
    const facts = page.locator('.facts');
    assert.equal(await facts.getByText('Khống chế', { exact: false }).count(), 0);
    await page.locator('summary', { hasText: 'Đóng sự cố' }).click();
    await page.fill('#close-why', 'Đã khắc phục');
    await go(page, () => page.locator('.page-actions button.btn-primary').click());
    // Closed: nothing is waited for, no clock runs any more.
    assert.equal(await page.locator('.alert', { hasText: 'chờ nhà mạng' }).count(), 0);
    assert.equal(await page.locator('.record-head .clock-calm, .steps .clock').count(), 0);
    await page.getByText('hạn là').first().waitFor();
    await page.locator('summary', { hasText: 'Mở lại' }).click();
    await page.fill('#reopen-why', 'Còn dấu hiệu');
    await go(page, () => page.getByRole('button', { name: 'Mở lại sự cố' }).click());
    assert.equal(await page.locator('.alert', { hasText: 'chờ nhà mạng' }).count(), 0);
});

test('the keys a and e lead into the field that is to be filled in', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto(`/incidents/${story.code}`);
    await page.keyboard.press('a');
    await page.waitForFunction(() => document.activeElement.id === 'lead');
    await page.keyboard.press('Escape');
    await go(page, () => page.keyboard.press('e'));
    await page.waitForFunction(() => document.activeElement.closest('#add') !== null && document.activeElement.name === 'at');
});

test('every box for a code takes it as it is typed, and one decision leads on and back', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/reports');
    const [first, second] = await page.$$eval('tbody [name=id]', (all) => all.map((box) => box.value));
    const short = (code) => code.toLowerCase().replace(/-0+/, '-');
    await page.goto(`/reports/${second}`);
    await page.locator('summary', { hasText: 'Trùng tin báo khác' }).click();
    await page.fill('#original', short(first));
    await go(page, () => page.getByRole('button', { name: 'Đánh dấu trùng lặp' }).click());
    await page.locator(`.alert a[href="/reports/${first}"]`).waitFor();
    await browser.check(page);
    await go(page, () => page.getByRole('button', { name: 'Hoàn tác' }).click());
    await alert(page, 'Đã hoàn tác: 1 tin báo');
    await page.goto(`/reports/${second}`);
    await page.locator('summary', { hasText: 'Thuộc sự cố khác' }).click();
    await page.fill('#join', story.code.replace(/^SC-\d+-0*/, ''));
    await go(page, () => page.getByRole('button', { name: 'Tìm', exact: true }).click());
    await browser.check(page);
    const target = page.locator('.decide li', { hasText: 'Hẹn xem lại quá hạn' });
    await go(page, () => target.getByRole('button', { name: 'Thuộc sự cố này' }).click());
    await page.locator(`.alert a[href="/incidents/${story.code}"]`, { hasText: story.code }).waitFor();
    await go(page, () => page.getByRole('button', { name: 'Rút lại quyết định' }).click());
    await alert(page, 'hộp tin');
    await page.goto(`/incidents/${story.code}/merge`);
    await page.fill('[name=from]', short(story.code));
    await go(page, () => page.getByRole('button', { name: 'Gộp', exact: true }).click());
    await page.locator('.invalid-feedback', { hasText: 'Không có sự cố nào khác' }).waitFor();
    await page.goto('/search?q=' + short(story.code));
    assert.equal(path(page), `/incidents/${story.code}`);
});

test('an incident that a report may belong to is found by words of its title, and what fits none is said', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/reports');
    await page.locator('tbody a.title').first().click();
    await page.locator('summary', { hasText: 'Thuộc sự cố khác' }).click();
    await page.fill('#join', 'khong co vu nao the nay');
    await go(page, () => page.getByRole('button', { name: 'Tìm', exact: true }).click());
    await page.locator('#join-error').waitFor();
    assert.equal(await page.inputValue('#join'), 'khong co vu nao the nay');
    await page.fill('#join', 'hen xem lai qua han');
    await go(page, () => page.getByRole('button', { name: 'Tìm', exact: true }).click());
    await page.locator('.decide li', { hasText: story.code }).waitFor();
    // From one report to the next, and on from the end.
    const next = page.locator('.record-head a', { hasText: 'Tin tiếp theo' });
    const to = await next.getAttribute('href');
    await go(page, () => next.click());
    assert.equal(path(page), to);
});

test('all evidence of a case goes on one document, to be handed over with it', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto(`/incidents/${story.code}/files`);
    await page.locator('input[name=files]').first().setInputFiles({ name: 'nhat-ky.log', mimeType: 'text/plain', buffer: Buffer.from('log') });
    await go(page, () => page.getByRole('button', { name: 'Thêm tệp' }).click());
    await go(page, () => page.getByRole('link', { name: 'Biên bản bảo quản chứng cứ của vụ việc' }).click());
    await page.getByText(/^[0-9a-f]{64}$/).first().waitFor();
    await page.locator('table.signatures').waitFor();
    await browser.check(page);
    await page.locator('#list-export > summary').click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Bảng (CSV)' }).click()]);
    assert.equal(download.suggestedFilename(), `${story.code}-custody.csv`);
    const phone = await browser.as('coordinator', { phone: true, dark: true });
    await phone.goto(`/incidents/${story.code}/custody`);
    await browser.check(phone);
});

test('the history says in words what changed', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto(`/incidents/${story.code}/history`);
    await page.getByText('Trạng thái: Đang xác minh → Đang ứng phó').first().waitFor();
    await page.getByText('Tệp: nhat-ky.log').waitFor();
    assert.doesNotMatch(await page.locator('.story').innerText(), /[{}"]/);
    await browser.check(page);
});
