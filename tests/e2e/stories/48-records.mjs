// What a record tells of its past, lists as files, the box of the accounts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from '../test.mjs';

test('a system says in words what was changed of it', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/systems');
    await page.goto(await page.locator('tr[data-row-href]').first().getAttribute('data-row-href'));
    const record = page.url();
    const name = await page.locator('h1').innerText();
    await page.goto(record + '/edit');
    await page.fill('[name=name]', name + ' <mới>');
    await page.fill('[name=phone]', '0262 3811 999');
    await page.getByRole('button', { name: 'Lưu' }).click();
    await page.getByText(`Tên hệ thống: ${name} → ${name} <mới>`).waitFor();
    await page.getByText('Điện thoại: đã thay đổi').first().waitFor();
    await browser.check(page);
    await browser.shot(page, 'system-history');
    const phone = await browser.as('coordinator', { phone: true, dark: true });
    await phone.goto(record);
    await browser.check(phone);
    await browser.shot(phone, 'system-history-phone-dark');
});

test('lists that are a card or a settings page leave as files', async (browser) => {
    const download = async (page, path, menu, name) => {
        await page.goto(path);
        await page.locator(menu).first().click();
        await browser.check(page);
        const [file] = await Promise.all([page.waitForEvent('download'), page.locator(`${menu} + .menu-panel a[href*=".csv"]`).first().click()]);
        assert.match(file.suggestedFilename(), name);
        const text = readFileSync(await file.path(), 'utf8');
        assert.ok(text.startsWith('\ufeff'));
        assert.ok(text.includes('\n'));
    };
    const own = await browser.as('coordinator');
    await download(own, '/notices', '#list-export > summary', /^notices-.*\.csv$/);
    await download(own, '/account', 'summary[aria-label^="Xuất: "]', /^sessions-.*\.csv$/);
    await browser.shot(own, 'account-export');
    const admin = await browser.as('admin');
    await download(admin, '/settings/sent', '#list-export > summary', /^mails-.*\.csv$/);
    await download(admin, '/settings/jobs?state=done', '#list-export > summary', /^jobs-.*\.csv$/);
    await browser.shot(admin, 'jobs-export');
    const phone = await browser.as('admin', { phone: true });
    await phone.goto('/settings/jobs?state=done');
    await browser.check(phone);
    await browser.shot(phone, 'jobs-export-phone');
});

test('accounts are found by words in any order, without accents, unfinished', async (browser) => {
    const page = await browser.as('admin');
    await page.goto('/accounts');
    const name = await page.locator('#list a.title').first().innerText();
    const words = name.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').toLowerCase().split(/\s+/);
    const typed = [...words.slice(1), words[0].slice(0, 2)].join(' ');
    await page.locator('.toolbar-search input[name=q]').pressSequentially(typed);
    await page.waitForURL(/q=/);
    await page.locator('#list a.title', { hasText: name }).first().waitFor();
    await page.goto('/accounts?q=' + encodeURIComponent(typed + ' khongaitenthe'));
    await page.getByText('Không có tài khoản phù hợp').first().waitFor();
    await browser.check(page);
});
