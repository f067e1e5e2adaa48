// The reporter's side: the receipt, what was sent, what became of it, and the way back to it.
import assert from 'node:assert/strict';
import { test } from '../test.mjs';

const story = {};
const file = (name, bytes) => ({ name, mimeType: 'text/plain', buffer: Buffer.alloc(bytes, 'x') });
const steps = (page) => page.locator('.track > li').evaluateAll((all) => all.map((li) => li.className));

test('files are chosen in several goes, taken back, and sent with a report', async (browser) => {
    const page = await browser.visitor({ phone: true });
    await page.goto('/report');
    const number = page.getByRole('main').locator('a[href^="tel:"]');
    assert.equal(await number.evaluate((a) => a.getClientRects().length), 1, 'the number to call is a link, and in one line');
    await page.getByText('Tin nhắn, trang web hoặc cuộc gọi giả mạo').click();
    await page.fill('[name=body]', 'Kính gửi cơ quan điều phối,\nMáy kế toán hiện thông báo đòi tiền chuộc. Tôi đã rút dây mạng.');
    assert.equal(await page.getByLabel('Chọn tệp').getAttribute('type'), 'file', 'the control speaks Vietnamese');
    await page.setInputFiles('[name=files]', [file('ảnh chụp.png', 2048), file('nhầm.txt', 10)]);
    await page.setInputFiles('[name=files]', [file('thông báo.txt', 300)]);
    assert.deepEqual(await page.locator('.drop-name').allInnerTexts(), ['ảnh chụp.png', 'nhầm.txt', 'thông báo.txt']);
    await page.getByRole('button', { name: 'Bỏ nhầm.txt' }).press('Enter');
    assert.deepEqual(await page.locator('.drop-name').allInnerTexts(), ['ảnh chụp.png', 'thông báo.txt']);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Bỏ thông báo.txt', 'the focus stays in the list');
    await browser.check(page);
    await page.getByRole('button', { name: 'Gửi tin báo' }).click();
    await page.waitForURL(/\/r\/.*new=1/);
    story.link = new URL(page.url()).pathname;
    story.key = await page.locator('#key').innerText();
    story.code = await page.locator('.receipt-code').innerText();
    assert.match(story.code, /^TB-\d{4}-\d{4}$/);
    assert.match(await page.locator('main').innerText(), /Tiếp theo là gì\?/);
    assert.deepEqual(await page.locator('.sent-files .drop-name').allInnerTexts(), ['ảnh chụp.png', 'thông báo.txt']);
    assert.match(await page.locator('main').innerText(), /lừa đảo: Máy kế toán hiện thông báo đòi tiền chuộc\n/, 'called by its first words, not by the greeting');
    await browser.check(page);
    await page.emulateMedia({ media: 'print' });
    for (const what of ['.receipt-code', '#key', '#link']) assert.ok(await page.locator(what).isVisible(), `${what} is on paper`);
    assert.equal(await page.locator('form').first().isVisible(), false);
});

test('what is wrong with the form is where the eye, the finger and the ear are', async (browser) => {
    const page = await browser.visitor({ phone: true });
    await page.goto('/report');
    await page.getByRole('button', { name: 'Gửi tin báo' }).click();
    await page.locator('[role=alert]').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'report-errors');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.match(page.url(), /#report-kind$/);
});

test('a visitor gets help as a visitor, and numbers to tap', async (browser) => {
    const page = await browser.visitor({ phone: true });
    await page.goto('/help');
    assert.match(await page.locator('main').innerText(), /Muốn báo sự cố/);
    assert.doesNotMatch(await page.locator('main').innerText(), /Phím tắt/);
    await page.goto('/dau-moi?q=chinh+tai+so');
    assert.match(await page.locator('main').innerText(), /Sở Tài chính/);
    const box = await page.locator('a.reach[href^="tel:"]').first().boundingBox();
    assert.ok(box.height >= 40);
    await browser.check(page);
});

test('without a script the browser shows the files itself', async (browser) => {
    const page = await browser.visitor({ js: false });
    await page.goto('/report');
    const box = await page.locator('[name=files]').boundingBox();
    assert.ok(box.width > 100, 'the native control is in sight');
    assert.ok(await page.getByText('Chọn tệp').isVisible());
});

test('an answer may be a file alone, is confirmed, and takes nothing back', async (browser) => {
    const asks = await browser.as('coordinator');
    await asks.goto(`/reports/${story.code}`);
    await asks.getByText('Hỏi người báo').click();
    await asks.fill('#ask', 'Xin gửi ảnh màn hình đòi tiền.');
    await asks.getByRole('button', { name: 'Gửi câu hỏi' }).click();
    await asks.getByText('đường liên kết bí mật').first().waitFor();

    const page = await browser.visitor({ phone: true });
    await page.goto(story.link);
    assert.deepEqual(await steps(page), ['done', 'now', '', '']);
    await page.getByRole('link', { name: 'Chúng tôi có câu hỏi' }).click();
    await page.getByRole('button', { name: 'Gửi', exact: true }).click();
    assert.match(await page.locator('.invalid-feedback').innerText(), /viết lời nhắn hoặc chọn tệp/);
    await browser.check(page);
    await page.setInputFiles('[name=files]', [file('màn hình.png', 5000)]);
    await page.getByRole('button', { name: 'Gửi', exact: true }).click();
    await page.waitForURL(/sent=1/);
    assert.match(await page.locator('[role=status]').innerText(), /Đã gửi/);
    assert.deepEqual(await steps(page), ['done', 'now', '', ''], 'it was being checked, and still is');
    assert.equal(await page.locator('.message').last().locator('.drop-name').innerText(), 'màn hình.png');
    await browser.check(page);

    await asks.reload();
    assert.match(await asks.locator('main').innerText(), /Chỉ gửi tệp, không có lời nhắn/);
    assert.match(await asks.locator('main').innerText(), /màn hình\.png/);
});

test('the outcome is told, and a word can follow it', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto(`/reports/${story.code}`);
    await page.getByText('Đóng, không mở sự cố').click();
    await page.fill('#why', 'Máy đã được cài lại, không có dữ liệu bị mất.');
    await page.getByRole('button', { name: 'Đóng tin báo' }).click();
    await page.getByText('Viết cho người báo').click();
    await page.fill('#ask', 'Xin đổi mật khẩu thư điện tử.');
    await page.getByRole('button', { name: 'Gửi', exact: true }).click();
    await page.getByText('đường liên kết bí mật').first().waitFor();

    const reporter = await browser.visitor();
    await reporter.goto(story.link);
    assert.match(await reporter.getByRole('region', { name: 'Kết quả' }).innerText(), /Máy đã được cài lại/);
    assert.deepEqual(await steps(reporter), ['done', 'done', 'skipped', 'done']);
    assert.match(await reporter.locator('.message').last().innerText(), /Xin đổi mật khẩu/);
    await browser.check(reporter);
});

test('who reports what was reported before follows the first report', async (browser) => {
    const page = await browser.visitor();
    await page.goto('/report');
    await page.getByText('Tin nhắn, trang web hoặc cuộc gọi giả mạo').click();
    await page.fill('[name=body]', 'Máy bên cạnh máy kế toán cũng hiện thông báo đòi tiền.');
    await page.getByRole('button', { name: 'Gửi tin báo' }).click();
    await page.waitForURL(/\/r\//);
    const link = new URL(page.url()).pathname;
    const code = await page.locator('.receipt-code').innerText();

    const triage = await browser.as('coordinator');
    await triage.goto(`/reports/${code}`);
    await triage.getByText('Trùng tin báo khác').click();
    await triage.fill('#original', story.code);
    await triage.getByRole('button', { name: 'Đánh dấu trùng lặp' }).click();
    await triage.getByRole('heading', { name: 'Quyết định' }).waitFor();

    await page.goto(link);
    assert.match(await page.locator('.track').innerText(), /Đã có người báo cùng sự việc trước bạn/);
    assert.deepEqual(await steps(page), ['done', 'done', 'skipped', 'done'], 'as far as the first report');
    assert.doesNotMatch(await page.locator('main').innerText(), /Máy đã được cài lại/, 'what was written to the other stays there');
});

test('the way back: the key in any form; other codes are told apart; the right key is never counted', async (browser) => {
    const page = await browser.visitor({ phone: true });
    const type = async (text) => {
        await page.goto('/track');
        await page.fill('#secret', text);
        await page.getByRole('button', { name: 'Xem tin báo' }).click();
    };
    for (const [typed, said] of [
        [story.code, /mã tin báo, dùng để đọc khi gọi điện/],
        ['TB-2026-9999', /mã tin báo, dùng để đọc khi gọi điện/],
        ['SC-2026-0042', /là mã sự cố/],
        ['ht-0007', /là mã hệ thống thông tin/],
        ['0900 000 113', /số điện thoại/],
        ['abcde-12345', /bạn đã nhập 10 ký tự/],
    ]) {
        await type(typed);
        assert.match(await page.locator('#secret-error').innerText(), said, typed);
        assert.equal(await page.inputValue('#secret'), typed, 'what was typed can be corrected');
    }
    await browser.check(page);
    for (let i = 0; i < 35; i++) {
        const r = await page.request.get('/track');
        const token = /name="csrf" value="([^"]+)"/.exec(await r.text())[1];
        const found = await page.request.post('/track', { form: { csrf: token, secret: story.key }, maxRedirects: 0 });
        assert.equal(found.status(), 303, `the right key, ${i + 1} times`);
    }
    await type(` ${story.key.toUpperCase().replace(/0/g, 'O').replace(/1/g, 'l').replace(/-/g, ' ')}`);
    await page.waitForURL(/\/r\//);

    const cut = await page.goto(story.link.slice(0, -4));
    assert.equal(cut.status(), 404);
    assert.match(await page.locator('#secret-error').innerText(), /mở trọn đường liên kết/);
    await browser.check(page);
    await page.fill('#secret', story.key);
    await page.getByRole('button', { name: 'Xem tin báo' }).click();
    await page.waitForURL(/\/r\/[0-9a-z]{20}$/);

    const wrong = 'aaaaa-aaaaa-aaaaa-aaaaa';
    for (let i = 0; i < 5; i++) await type(wrong);
    assert.match(await page.locator('#secret-error').innerText(), /Không có tin báo/);
    await type(wrong);
    assert.match(await page.locator('#secret-error').innerText(), /Hãy đợi \d+ giây|Hãy đợi 1 phút/);
    await browser.check(page);
    await type(story.key);
    await page.waitForURL(/\/r\//);
});
