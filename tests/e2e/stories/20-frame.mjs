// The frame: keys, menus, theme, language, with and without JavaScript.
import assert from 'node:assert/strict';
import { test } from '../test.mjs';

test('keys: / searches, g i opens incidents, ? lists the keys', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/home');
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement.name), 'q');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.locator('dialog#keys[open]').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.waitForURL('**/incidents');
});

test('keys: j, k and Enter walk through a list', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/incidents');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    const first = await page.locator('tr.row-focus').getAttribute('data-row-href');
    assert.equal(first, await page.locator('tr[data-row-href]').first().getAttribute('data-row-href'));
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${first}`);
});

test('the theme is a choice that stays', async (browser) => {
    const page = await browser.visitor();
    await browser.signIn(page, 'officer');
    await page.goto('/home');
    for (const [value, want] of [['dark', 'dark'], ['light', 'light'], ['', null]]) {
        await page.click('summary.me');
        await page.click(`button[name=theme][value="${value}"]`);
        await page.waitForURL('**/home');
        assert.equal(await page.getAttribute('html', 'data-theme'), want);
    }
});

test('the language is a choice that stays, also for visitors', async (browser) => {
    const page = await browser.visitor();
    await page.goto('/help');
    assert.equal(await page.getAttribute('html', 'lang'), 'vi');
    await page.click('button[name=lang][value=en]');
    await page.waitForURL('**/help');
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    await page.goto('/report');
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
});

test('without JavaScript: home, menu and sign-out work', async (browser) => {
    const page = await browser.visitor({ js: false });
    await browser.signIn(page, 'officer');
    await page.goto('/home');
    await page.click('summary.me');
    await page.click('form[action="/sign-out"] button');
    await page.goto('/home');
    assert.match(page.url(), /\/sign-in/);
});
