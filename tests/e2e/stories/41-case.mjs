// The case as a whole: many at once with one undo, merging and splitting and back, the timeline drawn, putting
// off, watching, two who edit at the same time, and what leaves the site made harmless.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { alert, go, openIncident, path } from '../desk.mjs';
import { test } from '../test.mjs';

const codes = (page) => page.$$eval('tbody [name=id]', (all) => all.map((box) => box.value));

async function observe(page, code, text) {
    await page.goto(`/incidents/${code}/observables`);
    await page.fill('#paste', text);
    await go(page, () => page.getByRole('button', { name: 'Nhận dạng' }).click());
    await go(page, () => page.locator(`form[action="/incidents/${code}/observables"] button`).click());
}

const story = {};

test('many incidents are put off with the keyboard and brought back with one undo', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/incidents');
    const before = await codes(page);
    for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
    await page.locator('[data-bulk-count]', { hasText: '2' }).waitFor();
    await browser.check(page);
    await page.locator('.bulk summary', { hasText: 'Hẹn xem lại' }).click();
    await page.fill('#bulk-note', 'chờ nhà mạng');
    await go(page, () => page.getByRole('button', { name: '3 ngày nữa' }).click());
    await alert(page, 'Đã thay đổi 2 sự cố.');
    assert.deepEqual((await codes(page)).filter((code) => before.slice(0, 2).includes(code)), []);
    await page.goto('/incidents?state=later');
    assert.deepEqual((await codes(page)).sort(), before.slice(0, 2).sort());
    // The offer to undo is gone with the page it stood on; each can still be brought back by itself.
    await page.goto(`/incidents/${before[0]}`);
    await alert(page, 'chờ nhà mạng');
    await go(page, () => page.getByRole('button', { name: 'Đưa lại vào danh sách' }).click());
    await page.goto('/incidents');
    assert.ok((await codes(page)).includes(before[0]));
    await page.locator(`tbody [name=id][value="${before[0]}"]`).check();
    await go(page, () => page.locator('.bulk button[value=watch]').click());
    await alert(page, 'Đã thay đổi 1 sự cố.');
    await go(page, () => page.getByRole('button', { name: 'Hoàn tác' }).click());
    await alert(page, 'Đã hoàn tác: 1 sự cố trở lại như trước.');
});

test('the same works without JavaScript, and says what is missing beside the bar', async (browser) => {
    const page = await browser.as('coordinator', { js: false });
    await page.goto('/incidents?severity=1');
    const [first] = await codes(page);
    await page.locator('.bulk summary', { hasText: 'Mức độ' }).click();
    await go(page, () => page.locator('.bulk button[value=severity-4]').click());
    await page.getByRole('alert').getByText('Hãy chọn sự cố trước').waitFor();
    await page.locator(`[name=id][value="${first}"]`).check();
    await page.locator('.bulk summary', { hasText: 'Đóng' }).click();
    await go(page, () => page.locator('.bulk button[value=close]').click());
    await page.getByRole('alert').getByText('Hãy ghi kết quả').waitFor();
    assert.ok(await page.locator(`[name=id][value="${first}"]`).isChecked());
    await page.locator('.bulk summary', { hasText: 'Mức độ' }).click();
    await go(page, () => page.locator('.bulk button[value=severity-4]').click());
    assert.ok(!(await codes(page)).includes(first));
    await go(page, () => page.getByRole('button', { name: 'Hoàn tác' }).click());
    assert.ok((await codes(page)).includes(first));
});

test('an undo is refused, by name, once somebody changed one of them', async (browser) => {
    const page = await browser.as('coordinator');
    const code = await openIncident(page, 'Kiểm thử hoàn tác');
    await page.goto('/incidents');
    await page.locator(`[name=id][value="${code}"]`).check();
    await page.locator('.bulk summary', { hasText: 'Mức độ' }).click();
    await go(page, () => page.locator('.bulk button[value=severity-3]').click());
    const other = await browser.as('responder');
    await other.goto(`/incidents/${code}`);
    await go(other, () => other.getByRole('button', { name: 'Bắt đầu xác minh' }).click());
    await go(page, () => page.getByRole('button', { name: 'Hoàn tác' }).click());
    await alert(page, `Chưa hoàn tác: ${code} đã thay đổi`);
});

test('two cases that share an address are merged with a click and taken apart again', async (browser) => {
    const page = await browser.as('coordinator');
    story.a = await openIncident(page, 'Máy chủ lạ A', { summary: 'Kết nối tới http://gop.example.org/a' });
    story.b = await openIncident(page, 'Máy chủ lạ B');
    await observe(page, story.a, 'hxxp://gop.example.org/a 203.0.113.201');
    await observe(page, story.b, '203.0.113.201');
    await page.goto(`/incidents/${story.a}`);
    await page.locator('.card', { hasText: 'Sự cố liên quan' }).getByText('203[.]0[.]113[.]201').waitFor();
    await go(page, () => page.getByRole('button', { name: `Gộp ${story.b} vào đây` }).click());
    await alert(page, `${story.b} đã được gộp vào sự cố này.`);
    await browser.check(page);
    // The address of the other leads here now.
    await page.goto(`/incidents/${story.b}/comments`);
    assert.equal(path(page), `/incidents/${story.a}`);
    await page.locator('.card', { hasText: 'Đã gộp, đã tách' }).getByText(story.b).waitFor();
    await go(page, () => page.getByRole('button', { name: 'Hoàn lại' }).click());
    await alert(page, 'Đã hoàn lại');
    await page.goto(`/incidents/${story.b}`);
    assert.equal(path(page), `/incidents/${story.b}`);
    await page.getByRole('heading', { name: 'Máy chủ lạ B' }).waitFor();
});

test('merging cases of different owners says first who will see what', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/incidents?state=all');
    const other = (await codes(page)).pop();
    await page.goto(`/incidents/${story.a}/merge`);
    await browser.check(page);
    await page.fill('[name=from]', 'SC-1999-0001');
    await go(page, () => page.getByRole('button', { name: 'Gộp', exact: true }).click());
    await page.locator('.invalid-feedback', { hasText: 'Không có sự cố nào khác' }).waitFor();
    await page.fill('[name=from]', other);
    await go(page, () => page.getByRole('button', { name: 'Gộp', exact: true }).click());
    await page.getByText('Sẽ có thêm người xem được hai sự cố này').waitFor();
    await browser.check(page);
    await go(page, () => page.getByRole('button', { name: `Gộp ${other} vào ${story.a}` }).click());
    await go(page, () => page.getByRole('button', { name: 'Hoàn tác' }).click());
    await alert(page, 'Đã hoàn lại');
});

test('part of a case becomes one of its own, and comes back', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto(`/incidents/${story.a}/split`);
    await browser.check(page);
    await page.fill('[name=title]', 'Phần tách ra');
    await page.getByLabel('203[.]0[.]113[.]201').check();
    await go(page, () => page.getByRole('button', { name: 'Tách ra' }).click());
    const made = path(page).split('/').pop();
    assert.notEqual(made, story.a);
    await page.goto(`/incidents/${made}/observables`);
    await page.locator('table').getByText('203[.]0[.]113[.]201').waitFor();
    await page.goto(`/incidents/${story.a}`);
    await go(page, () => page.getByRole('button', { name: 'Hoàn lại' }).click());
    await page.goto(`/incidents/${story.a}/observables`);
    await page.locator('table').getByText('203[.]0[.]113[.]201').waitFor();
    await page.goto(`/incidents/${made}`);
    assert.equal(path(page), `/incidents/${story.a}`);
});

test('the timeline is drawn, and every mark leads to its entry', async (browser) => {
    const page = await browser.as('responder');
    await page.goto(`/incidents/${story.a}`);
    await go(page, () => page.keyboard.press('e'));
    await page.selectOption('#add [name=kind]', 'attack');
    await page.fill('#add [name=text]', 'Kết nối ra ngoài');
    await page.selectOption('#add [name=observable]', { label: '203[.]0[.]113[.]201' });
    await go(page, () => page.getByRole('button', { name: 'Thêm sự kiện' }).or(page.locator('#add button.btn-soft')).first().click());
    const drawn = page.locator('svg.drawn').first();
    await drawn.getByText('203[.]0[.]113[.]201', { exact: true }).waitFor();
    const target = await drawn.locator('a:has(.mark-attack)').getAttribute('href');
    await drawn.locator('a:has(.mark-attack)').click();
    await page.locator(`${target}:target`, { hasText: 'Kết nối ra ngoài' }).waitFor();
    await page.getByText('Xem dạng bảng').click();
    await page.locator('figure table').getByText('Hành vi tấn công').waitFor();
    await browser.check(page);
    await browser.shot(page, 'timeline');
    await page.goto(`/incidents/${story.a}/timeline?kind=attack`);
    assert.equal(await page.locator('li.event').count(), 1);
    const phone = await browser.as('responder', { phone: true, dark: true });
    await phone.goto(`/incidents/${story.a}/timeline`);
    await phone.locator('svg.drawn.only-phone').waitFor();
    await browser.check(phone);
});

test('people are looked up when they are asked for: for a case and for many, with and without a script', async (browser) => {
    const page = await browser.as('coordinator');
    const code = await openIncident(page, 'Sự cố cần người phụ trách');
    assert.equal(await page.locator('#lead').count(), 0);
    await page.keyboard.press('a');
    await page.locator('#lead').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'lead');
    await browser.check(page);
    await page.selectOption('#lead', { label: 'Thành viên Đội ứng cứu 1' });
    await go(page, () => page.locator('form[action$="/lead"] button').click());
    await alert(page, 'Đã chỉ định người phụ trách');
    await page.getByRole('link', { name: 'Giao việc' }).first().click();
    await page.selectOption('#assignee', { label: 'Thành viên Đội ứng cứu 2' });
    await go(page, () => page.locator('form[action$="/assign"] button').click());
    await page.locator('.step', { hasText: 'Thành viên Đội ứng cứu 2' }).first().waitFor();

    await page.goto('/incidents');
    await page.locator(`tbody [name=id][value="${code}"]`).check();
    await page.locator('.bulk').getByRole('button', { name: 'Người phụ trách' }).click();
    await page.selectOption('#bulk-person', { label: 'Thành viên Đội ứng cứu 2' });
    await go(page, () => page.locator('.bulk button[value=lead]').click());
    await alert(page, 'Đã thay đổi 1 sự cố.');

    const plain = await browser.as('coordinator', { js: false });
    await plain.goto(`/incidents/${code}`);
    await plain.getByRole('link', { name: 'Thêm thành viên' }).click();
    await plain.selectOption('#member', { index: 1 });
    await plain.locator('form[action$="/members"]:has(#member) button').click();
    await alert(plain, 'Đã thêm');
    await plain.goto('/incidents');
    await plain.locator(`tbody [name=id][value="${code}"]`).check();
    await plain.locator('.bulk button[value=ask-lead]').click();
    assert.ok(await plain.locator(`tbody [name=id][value="${code}"]`).isChecked());
    await plain.selectOption('#bulk-person', { label: 'Thành viên Đội ứng cứu 1' });
    await plain.locator('.bulk button[value=lead]').click();
    await alert(plain, 'Đã thay đổi 1 sự cố.');
});

test('whoever watches is listed, and may stop', async (browser) => {
    const page = await browser.as('responder');
    await page.goto(`/incidents/${story.a}`);
    await go(page, () => page.keyboard.press('w'));
    await alert(page, 'Bạn đang theo dõi sự cố này.');
    await page.locator('.card', { has: page.getByRole('heading', { name: /Người theo dõi/ }) }).locator('.avatar').waitFor();
    await go(page, () => page.getByRole('button', { name: 'Thôi theo dõi' }).click());
    await alert(page, 'Bạn đã thôi theo dõi sự cố này.');
});

test('of two who edit at once the second is told by whom and what, and loses nothing', async (browser) => {
    const first = await browser.as('coordinator');
    const second = await browser.as('responder');
    for (const page of [first, second]) await page.goto(`/incidents/${story.b}/edit`);
    await first.fill('[name=title]', 'Tiêu đề của người thứ nhất');
    await first.fill('[name=severity_why]', 'Hệ thống quan trọng');
    await go(first, () => first.getByRole('button', { name: 'Lưu' }).click());
    await second.fill('[name=title]', 'Tiêu đề của người thứ hai');
    await second.fill('[name=summary]', 'Tóm tắt của người thứ hai');
    await go(second, () => second.getByRole('button', { name: 'Lưu' }).click());
    const said = await second.getByRole('alert').first().innerText();
    assert.match(said, /Trực ban điều phối vừa thay đổi/);
    assert.match(said, /Tiêu đề/);
    assert.match(said, /Căn cứ xác định mức độ/);
    assert.doesNotMatch(said.split('\n')[0], /Tóm tắt/);
    await second.getByText('Giá trị vừa được đổi thành: Tiêu đề của người thứ nhất').first().waitFor();
    assert.equal(await second.inputValue('[name=title]'), 'Tiêu đề của người thứ hai');
    assert.equal(await second.inputValue('[name=summary]'), 'Tóm tắt của người thứ hai');
    // What the second left alone is taken over.
    assert.equal(await second.inputValue('[name=severity_why]'), 'Hệ thống quan trọng');
    await browser.check(second);
    await go(second, () => second.getByRole('button', { name: 'Lưu' }).click());
    assert.equal(path(second), `/incidents/${story.b}`);
    await second.getByRole('heading', { name: 'Tiêu đề của người thứ hai' }).waitFor();
});

test('a step that somebody finished meanwhile is not overwritten, and the reason is not lost', async (browser) => {
    const first = await browser.as('coordinator');
    const second = await browser.as('responder');
    for (const page of [first, second]) await page.goto(`/incidents/${story.b}`);
    await go(first, () => first.getByRole('button', { name: 'Đã xong' }).first().click());
    await second.locator('summary', { hasText: 'Bỏ qua' }).first().click();
    await second.locator('[name=reason]').first().fill('không cần nữa');
    await go(second, () => second.getByRole('button', { name: 'Bỏ qua bước này' }).first().click());
    await second.getByRole('alert').getByText('Bạn đã viết: không cần nữa').waitFor();
});

test('what leaves the site cannot be clicked, unless it is asked for', async (browser) => {
    const page = await browser.as('responder');
    const read = async (label) => {
        await page.goto(`/incidents/${story.a}`);
        await page.locator('summary[aria-label="Thêm"]').click();
        const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: label }).click()]);
        return readFileSync(await download.path(), 'utf8');
    };
    const text = await read('Lưu văn bản, vô hiệu hóa liên kết');
    assert.match(text, new RegExp(`^# ${story.a} `));
    assert.match(text, /hxxp:\/\/gop\[\.\]example\[\.\]org\/a/);
    assert.doesNotMatch(text, /gop\.example\.org|203\.0\.113\.201/);
    assert.match(await read('Lưu văn bản, giữ nguyên giá trị'), /http:\/\/gop\.example\.org\/a/);
    assert.match(await read('Dấu hiệu dạng CSV, đã vô hiệu hóa'), /ipv4,203\[\.\]0\[\.\]113\[\.\]201/);
    const auditor = await browser.as('auditor');
    const refused = await auditor.goto(`/incidents/${story.a}/text?plain=1`).catch((error) => error);
    assert.equal(refused.status?.(), 403);
});

test('a template gives an incident its beginning, a text fills itself into a comment and a question', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/templates');
    await browser.check(page);
    await page.locator('a[href="/templates/incident/new"]').click();
    await page.fill('[name=name]', 'Trang bị thay đổi');
    await page.selectOption('[name=kind]', { index: 3 });
    await page.selectOption('[name=severity]', '3');
    await page.fill('[name=title]', 'Trang thông tin bị thay đổi giao diện');
    await page.fill('[name=tasks]', 'Lấy bản sao trang\nBáo nhà cung cấp máy chủ');
    await browser.check(page);
    await go(page, () => page.getByRole('button', { name: 'Lưu' }).click());
    await page.locator('a[href="/templates/text/new"]').click();
    await page.fill('[name=name]', 'Xin nhật ký');
    await page.selectOption('[name=used_for]', 'both');
    await page.fill('[name=body]', 'Đề nghị {organisation} gửi nhật ký của {code}.');
    await go(page, () => page.getByRole('button', { name: 'Lưu' }).click());
    await page.goto('/incidents/new');
    await go(page, () => page.getByRole('link', { name: 'Trang bị thay đổi' }).click());
    assert.equal(await page.inputValue('[name=title]'), 'Trang thông tin bị thay đổi giao diện');
    assert.equal(await page.inputValue('[name=severity]'), '3');
    await page.selectOption('[name=org]', { index: 3 });
    await go(page, () => page.getByRole('button', { name: 'Mở sự cố' }).click());
    const code = path(page).split('/').pop();
    await page.getByText('Báo nhà cung cấp máy chủ').waitFor();
    await page.fill('#comment-body', 'Kính gửi,');
    await page.selectOption('#insert', { label: 'Xin nhật ký' });
    await go(page, () => page.getByRole('button', { name: 'Chèn' }).click());
    const text = await page.inputValue('textarea[name=body]');
    assert.match(text, new RegExp(`^Kính gửi,\\s+Đề nghị .+ gửi nhật ký của ${code}\\.$`));
    await browser.check(page);
    await page.goto('/reports');
    await go(page, () => page.locator('tbody a.title').first().click());
    await page.locator('summary', { hasText: 'Hỏi' }).first().click();
    await page.selectOption('#insert', { label: 'Xin nhật ký' });
    await go(page, () => page.getByRole('button', { name: 'Chèn' }).click());
    assert.match(await page.inputValue('#ask'), /gửi nhật ký của TB-/);
    await browser.check(page);
});

test('spam is sorted out of the inbox by the dozen, and back', async (browser) => {
    const page = await browser.as('coordinator', { js: false });
    await page.goto('/reports');
    const chosen = (await codes(page)).slice(0, 3);
    for (const code of chosen) await page.locator(`[name=id][value="${code}"]`).check();
    await go(page, () => page.locator('.bulk button[value=spam]').click());
    await alert(page, 'Đã quyết định 3 tin báo.');
    assert.deepEqual((await codes(page)).filter((code) => chosen.includes(code)), []);
    await go(page, () => page.getByRole('button', { name: 'Hoàn tác' }).click());
    await alert(page, 'Đã hoàn tác: 3 tin báo');
    assert.deepEqual((await codes(page)).slice(0, 3), chosen);
    const officer = await browser.as('officer');
    await officer.goto('/reports?state=all');
    assert.equal(await officer.locator('.bulk').count(), 0);
});
