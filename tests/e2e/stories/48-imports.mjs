// A list of thousands of organisations from a spreadsheet: read in the background, mistakes by cell, all rows or none.
import assert from 'node:assert/strict';
import { go, path } from '../desk.mjs';
import { xlsx } from '../sheet.mjs';
import { test } from '../test.mjs';

const ROWS = 3000;
const HEAD = ['code', 'name', 'kind', 'address'];

function file(name, mistakes = {}) {
    const rows = [HEAD];
    for (let i = 1; i <= ROWS; i++) {
        rows.push([`NHAP-${String(i).padStart(5, '0')}`, `Đơn vị nhập số ${i}`, mistakes[i] ?? 'phường', `Số ${i}, đường Mẫu, phường Mẫu <${i}>`]);
    }
    return { name, mimeType: 'application/octet-stream', buffer: xlsx('Danh sách', rows) };
}

async function send(page, what) {
    await page.goto('/orgs/import');
    await page.setInputFiles('input[type=file]', what);
    await go(page, () => page.getByRole('button', { name: 'Xem trước thay đổi' }).click());
    assert.match(path(page), /^\/orgs\/import\/\w{20}$/);
}

// Without a script whoever waits looks again.
async function look(page) {
    const again = page.getByRole('link', { name: 'Xem lại' });
    while (await again.count()) await go(page, () => again.click());
}

test('mistakes in a large file are shown by cell, and nothing goes in', async (browser) => {
    const page = await browser.as('coordinator');
    await send(page, file('don-vi-co-loi.xlsx', { 17: 'tàu vũ trụ', 2999: 'đảo xa' }));
    // The page follows by itself.
    await page.getByRole('heading', { name: 'Chưa nhập gì: có 2 lỗi trong 3.000 dòng' }).waitFor();
    await page.getByText('Danh sách!C18').waitFor();
    await page.getByText('Danh sách!C3000').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Nhập ngay' }).count(), 0);
    await browser.check(page);
    await page.goto('/orgs?q=NHAP-00001');
    assert.equal(await page.locator('table').getByText('NHAP-00001').count(), 0);
});

test('a good one is left, found again, imported and searched, without a script', async (browser) => {
    const page = await browser.as('coordinator', { js: false });
    await send(page, file('don-vi.xlsx'));
    await page.goto('/orgs/import');
    const listed = page.getByRole('link', { name: 'don-vi.xlsx' });
    await listed.waitFor();
    await go(page, () => listed.click());
    await look(page);
    await page.getByText('3.000 dòng: 3.000').waitFor();
    await go(page, () => page.getByRole('button', { name: 'Nhập ngay' }).click());
    await look(page);
    await page.getByText('3.000 dòng: 3.000 đăng ký mới').waitFor();
    await page.goto('/orgs?q=NHAP-02999');
    await page.getByText('Đơn vị nhập số 2999').first().waitFor();
});

test('a file is taken back before it is imported', async (browser) => {
    const page = await browser.as('coordinator');
    await send(page, file('don-vi-lan-hai.xlsx'));
    await page.getByRole('button', { name: 'Nhập ngay' }).waitFor();
    await browser.check(page);
    const here = page.url();
    await page.goto('/orgs/import');
    await browser.check(page);
    await page.goto(here);
    await go(page, () => page.getByRole('button', { name: 'Hủy và xóa tệp' }).click());
    await page.getByText('Đã xóa tệp. Không có gì thay đổi.').waitFor();
    assert.equal(await page.getByRole('link', { name: 'don-vi-lan-hai.xlsx' }).count(), 0);
});
