// The main job from end to end: a citizen reports from a phone with an EVTX file, the coordinator takes it
// on, a responder works the steps, the agency answers, the incident is closed, the reporter sees it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from '../test.mjs';

// The header of a Windows event log (signature, one chunk announced) with an empty chunk: enough to be kept.
function evtx() {
    const file = Buffer.alloc(4096 + 65536);
    file.write('ElfFile\0', 0, 'latin1');
    file.writeUInt32LE(128, 32);
    file.writeUInt16LE(1, 36);
    file.writeUInt16LE(3, 38);
    file.writeUInt16LE(4096, 40);
    file.writeUInt16LE(1, 42);
    file.write('ElfChnk\0', 4096, 'latin1');
    return file;
}

async function submit(page, button) {
    await Promise.all([page.waitForLoadState('load'), page.waitForURL(() => true), button.click()]);
    await page.waitForLoadState('load');
}

// Opens what is folded, except menus.
const unfold = (page) => page.$$eval('details:not(.menu)', (all) => all.forEach((d) => (d.open = true)));

const story = {};
const evidence = evtx();

for (const js of [true, false]) {
    test(`a citizen reports from a phone ${js ? '' : 'without JavaScript '}and gets a receipt`, async (browser) => {
        const page = await browser.visitor({ phone: true, js });
        await page.goto('/');
        await page.locator('a[href="/report"]').first().click();
        await page.getByText('Tài khoản hoặc máy bị chiếm').click();
        await page.fill(
            '[name=body]',
            'Máy chủ hiện cửa sổ lạ, nhật ký có phiên từ 198[.]51[.]100[.]77 và tên miền hxxps://mau-kiem-thu[.]example[.]com/dang-nhap.\n' +
                'Trang bị ảnh hưởng: hososuckhoe.so-y-te.sonhai.example.vn',
        );
        await page.fill('[name=name]', 'Một người dân');
        await page.fill('[name=phone]', '0900 123 456');
        await page.setInputFiles('[name=files]', { name: 'nhật ký.evtx', mimeType: 'application/octet-stream', buffer: evidence });
        if (js) await browser.check(page);
        await page.getByRole('button', { name: 'Gửi tin báo' }).click();
        await page.waitForURL(/\/r\/[0-9a-z-]+\?new=1$/);
        await page.getByText('Chúng tôi đã nhận được tin báo của bạn').waitFor();
        const text = await page.locator('main').innerText();
        story.code = /TB-\d{4}-\d{4}/.exec(text)[0];
        story.link = new URL(page.url()).pathname;
        assert.match(story.link, /^\/r\/([0-9a-z]{5}-){3}[0-9a-z]{5}$/);
        if (js) {
            await browser.check(page);
            await browser.shot(page, 'receipt-phone');
        }
    });
}

test('what is missing is said beside the field and nothing typed is lost', async (browser) => {
    const page = await browser.visitor({ phone: true });
    await page.goto('/report');
    await page.fill('[name=name]', 'Người quên điền');
    await page.evaluate(() => document.querySelectorAll('[required]').forEach((e) => e.removeAttribute('required')));
    await page.getByRole('button', { name: 'Gửi tin báo' }).click();
    await page.locator('[role=alert]').waitFor();
    assert.equal(await page.inputValue('[name=name]'), 'Người quên điền');
    assert.equal(await page.getAttribute('[name=body]', 'aria-invalid'), 'true');
    await browser.check(page);
});

test('the coordinator finds it in the inbox, asks, and the reporter answers', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto(`/reports?q=${story.code}`);
    await page.getByRole('link', { name: /Truy cập trái phép/ }).first().click();
    await page.waitForURL(`**/reports/${story.code}`);
    const facts = await page.locator('main').innerText();
    assert.match(facts, /Hồ sơ sức khỏe điện tử toàn tỉnh/, 'the owner is proposed from the domain');
    assert.match(facts, /hososuckhoe\.so-y-te\.sonhai\.example\.vn/);
    assert.match(facts, /198\[?\.\]?51/);
    await browser.check(page);
    await page.getByText('Hỏi người báo').click();
    await page.fill('#ask', 'Bạn thấy cửa sổ lạ lúc mấy giờ?');
    await page.getByRole('button', { name: 'Gửi câu hỏi' }).click();
    await page.getByText('đường liên kết bí mật').first().waitFor();

    const reporter = await browser.visitor({ phone: true });
    await reporter.goto(story.link);
    await reporter.getByText('Bạn thấy cửa sổ lạ lúc mấy giờ?').waitFor();
    await reporter.fill('[name=body]', 'Khoảng 8 giờ 15 sáng nay.');
    await reporter.getByRole('button', { name: 'Gửi' }).click();
    await reporter.getByText('Khoảng 8 giờ 15 sáng nay.').waitFor();
    await browser.check(reporter);
});

test('the file comes back byte for byte, as a download', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto(`/reports/${story.code}`);
    await page.getByRole('link', { name: 'nhật ký.evtx' }).click();
    await page.fill('form[action$="/download"] [name=reason]', 'phân tích');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Tải về' }).click()]);
    const got = createHash('sha256').update(readFileSync(await download.path())).digest('hex');
    assert.equal(got, createHash('sha256').update(evidence).digest('hex'));
    assert.equal(download.suggestedFilename(), 'nhật ký.evtx');
});

test('the coordinator takes it on as an incident and names a lead', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto(`/reports/${story.code}`);
    await page.selectOption('select[name=severity]', '3');
    await page.getByRole('button', { name: 'Tiếp nhận thành sự cố' }).click();
    await page.waitForURL(/\/incidents\/SC-/);
    story.incident = /SC-\d{4}-\d{4}/.exec(page.url())[0];
    await page.getByText('Đã tiếp nhận').first().waitFor();
    await page.getByRole('link', { name: 'Chỉ định người phụ trách' }).click();
    await page.selectOption('#lead', { label: 'Thành viên Đội ứng cứu 1' });
    await page.locator('form[action$="/lead"] button').click();
    await page.getByText('Đã chỉ định người phụ trách').waitFor();
    await page.getByRole('button', { name: 'Bắt đầu xác minh' }).click();
    await page.getByText('Đang xác minh').first().waitFor();
    await browser.check(page);
    await browser.shot(page, 'story-incident');
});

test('a responder works the steps, pastes log lines and comments', async (browser) => {
    const page = await browser.as('responder');
    await page.goto(`/incidents/${story.incident}`);
    await page.getByRole('button', { name: 'Bắt đầu ứng phó' }).click();
    await page.getByText('Đang ứng phó').first().waitFor();
    for (let step = 0; step < 4; step++) {
        await page.locator('.step:not(.step-done) button[value=done]').first().click();
        await page.locator('.step-done').nth(step).waitFor({ state: 'attached' });
    }
    await page.goto(`/incidents/${story.incident}/observables`);
    await page.fill('#paste', 'GET /a HTTP/1.1 198.51.100.78\nSHA-256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    await page.getByRole('button', { name: 'Nhận dạng' }).click();
    await page.getByText('lần đầu gặp').first().waitFor();
    await browser.check(page);
    await page.getByRole('button', { name: 'Thêm mục đã chọn' }).click();
    await page.getByText('198[.]51[.]100[.]78').first().waitFor();
    await page.goto(`/incidents/${story.incident}/comments`);
    await unfold(page);
    await page.fill('[name=body]', 'Đã chặn địa chỉ nguồn. <script>alert(1)</script> **Theo dõi 24 giờ.**');
    await page.getByRole('button', { name: 'Trao đổi' }).click();
    await page.locator('.prose strong', { hasText: 'Theo dõi 24 giờ.' }).waitFor();
    assert.equal(await page.locator('.prose script').count(), 0);
    await page.goto(`/incidents/${story.incident}/timeline`);
    await browser.check(page);
});

test('the agency sees its incident and answers; a stranger does not see it', async (browser) => {
    const page = await browser.as('officer');
    await page.goto(`/incidents/${story.incident}/comments`);
    await unfold(page);
    await page.fill('[name=body]', 'Sở Y tế đã đổi mật khẩu quản trị và gửi nhật ký.');
    await page.getByRole('button', { name: 'Trao đổi' }).click();
    await page.getByText('Sở Y tế đã đổi mật khẩu quản trị').waitFor();
    const stranger = await browser.as('provider');
    assert.equal((await stranger.goto(`/incidents/${story.incident}`)).status(), 403);
});

test('the incident is closed with an outcome, and the reporter sees it', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto(`/incidents/${story.incident}`);
    await page.locator('summary', { hasText: 'Chuyển sang khôi phục' }).click();
    await page.getByRole('button', { name: 'Chuyển sang khôi phục' }).click();
    await page.getByText('Đang khôi phục').first().waitFor();
    await page.locator('summary', { hasText: 'Đóng sự cố' }).click();
    await page.fill('#close-why', 'Nguyên nhân: mật khẩu yếu. Đã đổi mật khẩu, chặn địa chỉ, không lộ dữ liệu.');
    await page.locator('.menu-panel button', { hasText: 'Đóng sự cố' }).click();
    await page.getByText('Đã đóng').first().waitFor();
    await browser.check(page);

    const reporter = await browser.visitor({ phone: true });
    await reporter.goto('/track');
    await reporter.fill('#secret', story.link.slice(3).toUpperCase());
    await reporter.getByRole('button', { name: 'Xem tin báo' }).click();
    await reporter.waitForURL(/\/r\//);
    const text = await reporter.locator('.track').innerText();
    assert.match(text, /Kết thúc/);
    assert.match(text, new RegExp(story.incident));
    await browser.shot(reporter, 'story-reporter-phone');
});

test('a closed incident is reopened only with a reason, and everything is in the history', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto(`/incidents/${story.incident}`);
    await page.locator('summary', { hasText: 'Mở lại' }).click();
    await page.fill('[name=reason]', 'Phát hiện lại cùng dấu hiệu.');
    await page.getByRole('button', { name: 'Mở lại sự cố' }).click();
    await page.getByText('Đang ứng phó').first().waitFor();
    await page.goto(`/incidents/${story.incident}/history`);
    const text = await page.locator('main').innerText();
    for (const words of ['đã mở sự cố', 'đã chuyển trạng thái', 'đã mở lại sự cố', 'đã trao đổi']) assert.match(text, new RegExp(words));
});

test('spam is marked and taken back', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/reports');
    const report = await page.locator('tr[data-row-href]').first().getAttribute('data-row-href');
    await page.goto(report);
    await page.getByRole('button', { name: 'Là tin rác' }).click();
    await page.getByRole('button', { name: 'Hoàn tác' }).click();
    await page.getByText('Đã hoàn tác: 1 tin báo').waitFor();
    await page.goto(report);
    await page.getByRole('button', { name: 'Tiếp nhận thành sự cố' }).waitFor();
});

test('an officer reports with a registered system offered', async (browser) => {
    const page = await browser.as('officer');
    await page.goto('/reports/new');
    await page.selectOption('[name=system]', { label: 'Hồ sơ sức khỏe điện tử toàn tỉnh - Sở Y tế' });
    await page.fill('[name=title]', 'Đăng nhập bất thường vào hồ sơ sức khỏe');
    await page.selectOption('[name=kind]', 'intrusion');
    await page.fill('[name=body]', 'Nhiều lần đăng nhập sai từ 203.0.113.200 trong đêm.');
    await browser.check(page);
    await page.getByRole('button', { name: 'Gửi tin báo' }).click();
    await page.waitForURL(/\/reports\/TB-/);
    await page.getByText('Cơ quan đầu mối đã nhận trong hộp tin').waitFor();
});
