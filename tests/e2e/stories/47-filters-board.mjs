// Saved filters, the board of incidents, facts edited in place, templates and texts where one decides and writes.
import assert from 'node:assert/strict';
import { alert, go, openIncident, path, query } from '../desk.mjs';
import { test } from '../test.mjs';

const story = {};

test('a filter is kept under a name with the keyboard, and used with a key', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/incidents?state=all&severity=4');
    await page.keyboard.press('f');
    await page.keyboard.type('Rất cao, mọi bước');
    await browser.check(page);
    await go(page, () => page.keyboard.press('Enter'));
    await alert(page, 'Đã lưu bộ lọc.');
    assert.equal(query(page), '?state=all&severity=4');
    const chip = page.locator('#saved-filters a', { hasText: 'Rất cao, mọi bước' });
    assert.equal(await chip.getAttribute('aria-current'), 'true');
    assert.equal(await page.locator('#saved-filters summary').count(), 0);
    await browser.check(page);
    await page.goto('/incidents');
    assert.equal(await chip.getAttribute('aria-current'), null);
    // What is typed can be kept as well: the form follows the list.
    await page.fill('.toolbar-search [name=q]', 'thư');
    await page.locator('#saved-filters summary').waitFor();
    assert.equal(await page.inputValue('#saved-filters [name=query]'), 'q=th%C6%B0');
    await page.locator('h1').click();
    await go(page, () => page.keyboard.press('1'));
    assert.equal(query(page), '?state=all&severity=4');
});

test('a list opens with a filter, can be left plain, and a removed one comes back', async (browser) => {
    const page = await browser.as('coordinator', { js: false });
    await page.goto('/filters');
    await go(page, () => page.getByRole('button', { name: 'Mở danh sách theo bộ lọc này' }).first().click());
    await alert(page, 'Từ nay danh sách mở theo bộ lọc này.');
    await page.goto('/incidents');
    assert.equal(query(page), '?state=all&severity=4');
    await go(page, () => page.getByRole('link', { name: 'Không dùng bộ lọc đã lưu' }).click());
    assert.equal(query(page), '?view=plain');
    await go(page, () => page.getByRole('link', { name: 'Đã đóng' }).click());
    await go(page, () => page.getByRole('link', { name: 'Đang mở' }).click());
    assert.equal(query(page), '?view=plain');
    await page.goto('/filters');
    const remove = () => go(page, () => page.locator('form[action$="/remove"] button').click());
    await remove();
    await alert(page, 'Đã xóa bộ lọc');
    await go(page, () => page.getByRole('button', { name: 'Hoàn tác' }).click());
    await alert(page, 'Đã khôi phục bộ lọc.');
    await remove();
    await page.goto('/incidents');
    assert.equal(query(page), '');
    await page.goto('/filters');
    await page.getByText('Chưa lưu bộ lọc nào').waitFor();
});

test('a shared filter stands above the list of colleagues, who cannot change it', async (browser) => {
    const page = await browser.as('coordinator', { js: false });
    await page.goto('/search?q=lua+dao');
    await page.locator('#saved-filters summary').click();
    await page.fill('#filter-name', '');
    await page.check('#filter-shared');
    await go(page, () => page.locator('#saved-filters button').click());
    await page.locator('.invalid-feedback').waitFor();
    await page.fill('[name=name]', 'Lừa đảo');
    assert.ok(await page.locator('[name=shared]').isChecked());
    await go(page, () => page.getByRole('button', { name: 'Lưu', exact: true }).click());
    await page.goto('/filters');
    await go(page, () => page.getByRole('link', { name: 'Đổi tên hoặc chia sẻ Lừa đảo' }).click());
    await page.fill('[name=name]', 'Tìm lừa đảo');
    await go(page, () => page.getByRole('button', { name: 'Lưu', exact: true }).click());
    const colleague = await browser.as('responder');
    await colleague.goto('/search');
    await go(colleague, () => colleague.getByRole('link', { name: 'Tìm lừa đảo' }).click());
    assert.equal(query(colleague), '?q=lua%20dao');
    await colleague.goto('/filters');
    await colleague.getByText('chia sẻ', { exact: false }).first().waitFor();
    assert.equal(await colleague.locator('form[action$="/remove"]').count(), 0);
    const officer = await browser.as('officer');
    await officer.goto('/filters');
    assert.equal(await officer.getByText('Tìm lừa đảo').count(), 0);
});

test('a card is dragged to the next state, and back with one undo', async (browser) => {
    const page = await browser.as('coordinator');
    story.code = await openIncident(page, 'Thẻ trên bảng', { severity: '4' });
    await page.goto('/incidents?severity=4');
    await go(page, () => page.getByRole('link', { name: 'Bảng', exact: true }).click());
    assert.equal(path(page) + query(page), '/incidents/board?severity=4');
    await browser.check(page);
    const card = page.locator('.board-card', { hasText: story.code });
    const column = (state) => page.locator(`[data-column=${state}]`);
    const stands = (state) => column(state).locator('.board-card', { hasText: story.code }).waitFor();
    await stands('received');
    await go(page, () => card.locator('.code').dragTo(column('verifying').locator('h2')));
    await alert(page, `${story.code} đã chuyển sang "Đang xác minh".`);
    await stands('verifying');
    await go(page, () => page.keyboard.press('u'));
    await stands('received');
    // What is not allowed is refused with the reason.
    await go(page, () => card.locator('.code').dragTo(column('responding').locator('h2')));
    await go(page, () => card.locator('.code').dragTo(column('received').locator('h2')));
    await page.getByRole('alert').getByText('chỉ chuyển tới bước sau').waitFor();
    await browser.check(page);
    // Closing asks for the outcome on the card.
    await card.locator('.code').dragTo(column('closed').locator('h2'));
    await card.locator('textarea:focus').waitFor();
    const phone = await browser.as('coordinator', { phone: true, dark: true });
    await phone.goto('/incidents/board?severity=4');
    await browser.check(phone);
});

test('the board is used with keys alone, and without JavaScript', async (browser) => {
    const page = await browser.as('responder');
    await page.goto('/incidents/board?severity=4');
    const card = page.locator('.board-card', { hasText: story.code });
    await card.locator('a.title').focus();
    await page.keyboard.press('m');
    await go(page, () => page.keyboard.press('Enter'));
    await alert(page, `${story.code} đã chuyển sang "Đang khôi phục".`);
    // Whoever works on it cannot close it: the card stays where it is.
    assert.equal(await page.locator('.board-card', { hasText: story.code }).locator('details').count(), 0);
    await page.locator('.board-card', { hasText: story.code }).locator('a.title').focus();
    await page.keyboard.press('ArrowLeft');
    assert.notEqual(await page.evaluate(() => document.activeElement.closest('[data-column]').dataset.column), 'recovering');
    const plain = await browser.as('coordinator', { js: false });
    await plain.goto('/incidents/board?severity=4');
    const same = plain.locator('.board-card', { hasText: story.code });
    await same.locator('summary').click();
    await go(plain, () => same.getByRole('button', { name: 'Đóng sự cố' }).click());
    await same.locator('.invalid-feedback', { hasText: 'hãy ghi kết quả' }).waitFor();
    await same.locator('textarea').fill('Đã xử lý xong');
    await go(plain, () => same.getByRole('button', { name: 'Đóng sự cố' }).click());
    await plain.locator('[data-column=closed] .board-card', { hasText: story.code }).waitFor();
});

test('a fact is edited where it stands, or on a page of its own', async (browser) => {
    const page = await browser.as('coordinator');
    const code = await openIncident(page, 'Sửa tại chỗ', { severity: '4' });
    await page.getByRole('link', { name: 'Sửa: Mức độ' }).click();
    await page.locator('#edit-severity:focus').waitFor();
    assert.equal(path(page), `/incidents/${code}`);
    await browser.check(page);
    await page.selectOption('#edit-severity [name=severity]', '2');
    await page.fill('#edit-severity [name=severity_why]', 'Chỉ một máy');
    await go(page, () => page.locator('#edit-severity button').click());
    await alert(page, 'Đã lưu.');
    await page.locator('#fact-severity').getByText('Chỉ một máy').waitFor();
    const plain = await browser.as('responder', { js: false });
    await plain.goto(`/incidents/${code}`);
    await go(plain, () => plain.getByRole('link', { name: 'Sửa: Tiêu đề' }).click());
    // Meanwhile another fact is changed: nobody is in the way of anybody.
    await page.getByRole('link', { name: 'Sửa: Phạm vi' }).or(page.locator('.fact-edit[href$=tlp]')).first().click();
    await page.selectOption('#edit-tlp [name=tlp]', 'green');
    await go(page, () => page.locator('#edit-tlp button').click());
    await plain.fill('[name=title]', 'Tiêu đề mới');
    await go(plain, () => plain.getByRole('button', { name: 'Lưu', exact: true }).click());
    await plain.getByRole('heading', { name: 'Tiêu đề mới' }).waitFor();
    await plain.locator('#fact-tlp').getByText('TLP:GREEN').waitFor();
});

test('a template fills in the decision on a report', async (browser) => {
    const page = await browser.as('coordinator', { js: false });
    await page.goto('/templates/incident/new');
    await page.fill('[name=name]', 'Mẫu lừa đảo');
    await page.selectOption('[name=kind]', 'phishing');
    await page.selectOption('[name=severity]', '3');
    await page.fill('[name=tasks]', 'Gọi ngân hàng phong tỏa tài khoản');
    await go(page, () => page.getByRole('button', { name: 'Lưu', exact: true }).click());
    await page.goto('/reports');
    await go(page, () => page.locator('tbody a.title').first().click());
    const title = await page.inputValue('#decide [name=title]');
    await page.selectOption('#decide [name=template]', { label: 'Mẫu lừa đảo' });
    await go(page, () => page.getByRole('button', { name: 'Điền theo mẫu' }).click());
    assert.equal(await page.inputValue('#decide [name=title]'), title);
    assert.equal(await page.inputValue('#decide [name=severity]'), '3');
    assert.equal(await page.inputValue('#decide [name=kind]'), 'phishing');
    await page.selectOption('#decide [name=org]', { index: 3 });
    await go(page, () => page.getByRole('button', { name: 'Tiếp nhận thành sự cố' }).click());
    await page.getByText('Gọi ngân hàng phong tỏa tài khoản').waitFor();
});

test('a text written beforehand goes into a mail of the case, to be gone over before it is sent', async (browser) => {
    const admin = await browser.as('admin');
    const server = async (host) => {
        await admin.goto('/settings/mail');
        await admin.fill('[name=smtp_host]', host);
        await admin.fill('[name=from]', 'ungcuu@example.vn');
        await go(admin, () => admin.getByRole('button', { name: 'Lưu' }).click());
    };
    await server('192.0.2.25');
    const page = await browser.as('coordinator');
    const code = await openIncident(page, 'Thư có đoạn văn soạn sẵn', { severity: '4' });
    await page.goto('/templates/text/new');
    await browser.check(page);
    await page.fill('[name=name]', 'Xin nhật ký máy chủ');
    await page.selectOption('[name=used_for]', 'mail');
    await page.fill('[name=body]', 'Đề nghị gửi nhật ký của {code}.');
    await go(page, () => page.getByRole('button', { name: 'Lưu', exact: true }).click());
    await page.getByText('Thư trong vụ việc').first().waitFor();
    await page.goto(`/incidents/${code}/mail`);
    await page.fill('#mail [name=to]', 'nhamang@example.vn');
    await page.fill('#mail [name=body]', 'Kính gửi,');
    await page.selectOption('#mail-text', { label: 'Xin nhật ký máy chủ' });
    await go(page, () => page.locator('#mail button[name=insert]').click());
    assert.equal(await page.inputValue('#mail [name=to]'), 'nhamang@example.vn');
    assert.match(await page.inputValue('#mail [name=body]'), new RegExp(`^Kính gửi,\\s+Đề nghị gửi nhật ký của ${code}\\.$`));
    await browser.check(page);
    await server('');
});
