// Evidence and sharing: files with where they come from, custody, a malicious one in a ZIP, sealing; an
// incident shared in part with another agency, which sees only what is marked, adds to it, and loses sight of
// it when the share is revoked.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from '../test.mjs';

const unfold = (page) => page.$$eval('details:not(.menu)', (all) => all.forEach((d) => (d.open = true)));

// Presses a button and waits for the page behind its form.
async function press(page, button) {
    await Promise.all([page.waitForEvent('load'), button.click()]);
}

const log = Buffer.from('22/11/2026 02:14:07 198.51.100.77 "GET /dang-nhap" 200\r\n'.repeat(200));
const story = {};
const form = 'form[action$="/files"]';

test('files are added with where they come from', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/incidents/new');
    await page.fill('[name=title]', 'Cổng dịch vụ công bị chèn mã, phối hợp điều tra');
    await page.locator('[name=org]').selectOption({ label: 'Sở Tài chính' });
    await page.locator('[name=kind]').selectOption({ index: 2 });
    await page.fill('[name=summary]', 'Nội dung riêng của đơn vị chủ quản');
    await page.fill('[name=detected_at]', '21/11/2026 08:00');
    await press(page, page.locator('main .btn-primary'));
    story.code = /SC-\d{4}-\d{4}/.exec(page.url())[0];
    await page.goto(`/incidents/${story.code}/files`);
    await browser.check(page);
    await unfold(page);
    await page.setInputFiles(`${form} [name=files]`, [
        { name: 'truy-cap.log', mimeType: 'text/plain', buffer: log },
        { name: 'anh-man-hinh.png', mimeType: 'image/png', buffer: Buffer.from('png') },
    ]);
    await page.locator(`${form} [name=kind]`).selectOption('log');
    await page.fill(`${form} [name=collected_at]`, '21/11/2026 08:15');
    await page.fill(`${form} [name=collected_where]`, 'Máy chủ web số 2, phòng máy tầng 3');
    await page.fill(`${form} [name=collected_by]`, 'Trực ban Đội ứng cứu');
    await page.fill(`${form} [name=note]`, 'Trích từ /var/log/nginx, đã đối chiếu giờ hệ thống');
    await press(page, page.getByRole('button', { name: 'Thêm tệp' }));
    await unfold(page);
    await page.setInputFiles(`${form} [name=files]`, { name: 'shell.php', mimeType: 'text/plain', buffer: Buffer.from('mau doc hai') });
    await page.locator(`${form} [name=kind]`).selectOption('sample');
    await page.check(`${form} [name=malware]`);
    await press(page, page.getByRole('button', { name: 'Thêm tệp' }));
    await browser.check(page);
    await browser.shot(page, 'evidence-list');
    assert.equal(await page.locator('ul.files > li').count(), 3);
});

test('a download asks for its purpose and stays in the custody log', async (browser) => {
    const page = await browser.as('responder');
    await page.goto(`/incidents/${story.code}/files`);
    await page.getByRole('link', { name: 'truy-cap.log' }).click();
    await page.waitForURL(/\/files\//);
    story.file = new URL(page.url()).pathname;
    await page.getByText('Máy chủ web số 2, phòng máy tầng 3').first().waitFor();
    await browser.check(page);
    await page.getByRole('button', { name: 'Tải về' }).click();
    await page.locator('.invalid-feedback').first().waitFor();
    await page.fill('[name=reason]', 'Đối chiếu với nhật ký tường lửa');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Tải về' }).click()]);
    assert.equal(download.suggestedFilename(), 'truy-cap.log');
    const got = readFileSync(await download.path());
    assert.equal(createHash('sha256').update(got).digest('hex'), createHash('sha256').update(log).digest('hex'));
    await page.goto(story.file);
    await page.getByRole('cell', { name: 'Đối chiếu với nhật ký tường lửa' }).waitFor();
    await press(page, page.getByRole('button', { name: 'Kiểm tra ngay' }));
    await page.getByText('Tệp đúng nguyên như khi tiếp nhận.').waitFor();
    await browser.shot(page, 'evidence-custody');
    await page.getByRole('link', { name: 'Biên bản bảo quản chứng cứ' }).click();
    await page.getByText('Bên giao (họ tên, chức vụ, chữ ký)').waitFor();
    await browser.check(page);
    await browser.shot(page, 'evidence-document');
});

test('what may be malicious leaves inside a ZIP', async (browser) => {
    const page = await browser.as('responder');
    await page.goto(`/incidents/${story.code}/files`);
    await page.getByRole('link', { name: 'shell.php' }).click();
    await page.fill('[name=reason]', 'Phân tích trong máy ảo');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Tải về' }).click()]);
    assert.equal(download.suggestedFilename(), 'shell.php.zip');
    const zip = readFileSync(await download.path());
    assert.equal(zip.readUInt32LE(0), 0x04034b50);
    assert.equal(zip.readUInt16LE(6) & 1, 1); // encrypted
    assert.ok(!zip.includes('mau doc hai'));
});

test('a sealed file keeps its facts and needs a manager', async (browser) => {
    const chief = await browser.as('coordinator');
    await chief.goto(story.file);
    await press(chief, chief.getByRole('button', { name: 'Niêm phong', exact: true }));
    const page = await browser.as('responder');
    await page.goto(story.file);
    await page.getByText('Đã niêm phong: chỉ người quản lý sự cố được tải về.').waitFor();
    assert.equal(await page.getByText('Sửa thông tin', { exact: true }).count(), 0);
    await browser.check(page);
    await press(chief, chief.getByRole('button', { name: 'Mở niêm phong' }));
});

test('a partner sees what is marked, adds to it, and nothing after the share is revoked', async (browser) => {
    const chief = await browser.as('coordinator');
    const partner = await browser.as('officer');
    for (const text of ['Ý kiến nội bộ, không chia sẻ', 'Đề nghị kiểm tra máy trạm truy cập lúc 02:14']) {
        await chief.goto(`/incidents/${story.code}/comments`);
        await chief.fill('main [name=body]', text);
        await press(chief, chief.locator('main form[action$="/comments"] button').first());
    }
    assert.equal((await partner.goto(`/incidents/${story.code}`)).status(), 404);
    await chief.goto(`/incidents/${story.code}`);
    await chief.getByRole('link', { name: 'Chia sẻ', exact: true }).click();
    await browser.check(chief);
    await chief.locator('[name=org]').selectOption({ label: 'Sở Y tế' });
    await chief.getByText('Xem và bổ sung').first().click();
    await chief.fill('aside [name=reason]', 'Cùng nhà cung cấp phần mềm');
    // Ticked and not saved: sharing takes it along.
    await chief.getByLabel(/Đề nghị kiểm tra máy trạm/).check();
    await press(chief, chief.locator('aside .btn-primary'));
    await chief.getByText('Cùng nhà cung cấp phần mềm').waitFor();
    await chief.getByText('Đối tác xem được 1 mục đã đánh dấu.').waitFor();
    assert.ok(await chief.getByLabel(/Đề nghị kiểm tra máy trạm/).isChecked());
    await chief.getByLabel('truy-cap.log').check();
    await press(chief, chief.getByRole('button', { name: 'Lưu đánh dấu' }));
    await browser.check(chief);
    await browser.shot(chief, 'sharing');

    await partner.goto(`/incidents/${story.code}`);
    await partner.waitForURL(/\/joint$/);
    const text = await partner.locator('main').innerText();
    assert.match(text, /Đề nghị kiểm tra máy trạm/);
    assert.match(text, /truy-cap\.log/);
    assert.doesNotMatch(text, /nội bộ|Nội dung riêng|shell\.php/);
    await partner.fill('[name=body]', 'Đã kiểm tra: máy trạm số 12');
    await press(partner, partner.locator('form[action$="/joint/comments"] button'));
    await partner.getByText('Đã kiểm tra: máy trạm số 12').waitFor();
    await browser.check(partner);
    await browser.shot(partner, 'joint');
    await partner.goto('/incidents/shared');
    await partner.getByText(story.code).waitFor();
    await browser.check(partner);

    await chief.goto(`/incidents/${story.code}/comments`);
    await chief.getByText('Đã kiểm tra: máy trạm số 12').waitFor();
    await chief.goto(`/incidents/${story.code}/sharing`);
    await chief.locator('details.menu > summary', { hasText: 'Thu hồi' }).click();
    await chief.fill('.menu-panel [name=reason]', 'Đã xong việc phối hợp');
    await press(chief, chief.locator('.menu-panel .btn-danger'));
    assert.equal((await partner.goto(`/incidents/${story.code}/joint`)).status(), 404);
});

test('sharing and custody on a phone, in the dark, without JavaScript', async (browser) => {
    for (const [look, options] of Object.entries({ phone: { phone: true }, dark: { dark: true }, 'no-js': { js: false } })) {
        const page = await browser.as('coordinator', options);
        for (const [name, path] of Object.entries({ sharing: `/incidents/${story.code}/sharing`, custody: story.file, joint: `/incidents/${story.code}/joint` })) {
            await page.goto(path);
            await browser.shot(page, `${name}-${look}`);
        }
    }
});
