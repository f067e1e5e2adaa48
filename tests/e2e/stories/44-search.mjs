// Search over the whole site: words without accents, as one types, with the keys, and within one's reach.
import assert from 'node:assert/strict';
import { test } from '../test.mjs';

test('the search answers while one types, marks what it found, and the keys go through it', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/search');
    await page.locator('.toolbar-search input[type=search]').pressSequentially('ma ho');
    await page.waitForFunction(() => document.querySelectorAll('#found mark').length > 1);
    assert.match(page.url(), /q=ma(\+|%20)ho/);
    const plain = (word) => word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    for (const word of await page.locator('#found .title mark').allInnerTexts()) assert.match(plain(word), /^(ma|ho\S*)$/);
    const counts = await page.locator('#found h2 .count').allInnerTexts();
    assert.ok(counts.length > 1);
    await page.press('.toolbar-search input[type=search]', 'ArrowDown');
    const first = await page.locator('#found [data-hit]').first().getAttribute('href');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), first);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await browser.check(page);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === first);
});

test('on the page of the search: / leads to the box above from anywhere, arrows go back to the box', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/search?q=ma+hoa');
    const at = () => page.evaluate(() => ({ hit: document.activeElement.hasAttribute('data-hit'), box: document.activeElement.hasAttribute('data-hits'), key: document.activeElement.dataset.key }));
    await page.locator('#found [data-hit]').first().focus();
    await page.keyboard.press('ArrowDown');
    assert.ok((await at()).hit);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    assert.ok((await at()).box);
    await page.locator('#found [data-hit]').first().focus();
    await page.keyboard.press('/');
    assert.equal((await at()).key, '/');
    await page.keyboard.type('lua dao');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/search\?q=lua(\+|%20)dao/);
    assert.equal(await page.locator('[data-hits]').inputValue(), 'lua dao');
});

test('one sort of record alone, and fields, without a script', async (browser) => {
    const page = await browser.as('coordinator', { js: false });
    await page.goto('/search?q=ma+hoa+in:suco');
    assert.equal(await page.locator('#found section').count(), 1);
    await page.goto('/search?q=ma+hoa+state:closed+in:incidents');
    for (const state of await page.locator('#found .end').allInnerTexts()) assert.match(state, /Đã đóng|Đóng/);
    await page.goto('/search?q=khong+he+co+tu+nay');
    assert.match(await page.locator('#found').innerText(), /Không tìm thấy gì/);
});

test('an officer finds only what is theirs', async (browser) => {
    const all = await browser.as('coordinator');
    await all.goto('/search?q=ma+hoa&in=incidents');
    const theirs = await browser.as('officer');
    await theirs.goto('/search?q=ma+hoa&in=incidents');
    assert.ok((await theirs.locator('#found [data-hit]').count()) < (await all.locator('#found [data-hit]').count()));
    await browser.check(theirs);
});
