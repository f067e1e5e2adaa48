// Lists: the filter is in the URL, the search follows the typing, and all of it works without a script.
import assert from 'node:assert/strict';
import { test } from '../test.mjs';

test('a list follows what is typed, and the URL with it', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/incidents?state=all');
    const all = await page.locator('#list-count').innerText();
    await page.evaluate(() => {
        window.notReloaded = true;
    });
    await page.locator('.toolbar-search input[type=search]').pressSequentially('"ma hoa"');
    await page.waitForURL(/q=%22ma(\+|%20)hoa%22/);
    await page.waitForFunction((before) => document.getElementById('list-count').innerText !== before, all);
    assert.equal(await page.evaluate(() => window.notReloaded), true);
    for (const title of await page.locator('#list a.title').allInnerTexts()) assert.match(title, /mã hóa/i);
    assert.match(page.url(), /state=all/);
    // The filters took the words along.
    assert.match(await page.locator('#list-filters a.chip').last().getAttribute('href'), /q=/);
    await browser.check(page);
});

test('without JavaScript a list is searched with Enter', async (browser) => {
    const page = await browser.as('coordinator', { js: false });
    await page.goto('/incidents?state=all');
    await page.fill('.toolbar-search input[type=search]', '"ma hoa"');
    await page.press('.toolbar-search input[type=search]', 'Enter');
    await page.waitForURL(/q=%22ma\+hoa%22/);
    for (const title of await page.locator('#list a.title').allInnerTexts()) assert.match(title, /mã hóa/i);
});

test('the box of a list takes words in any order, and codes', async (browser) => {
    const page = await browser.as('coordinator');
    for (const [list, typed, found] of [
        ['/orgs', 'dung xay so', /Sở Xây dựng/],
        ['/systems', 'tu dien thu', /[Tt]hư điện tử/],
        ['/incidents?state=all', 'hoa ma', /mã hóa/],
    ]) {
        await page.goto(`${list}${list.includes('?') ? '&' : '?'}q=${encodeURIComponent(typed)}`);
        assert.match((await page.locator('#list a.title').allInnerTexts()).join('\n'), found, list);
    }
    await page.goto('/reports?state=all');
    const title = await page.locator('#list a.title').last().innerText();
    const words = title.replace(/\S*…$/, '').split(/[^\p{L}\d]+/u).filter((w) => w.length > 1).slice(-4);
    await page.goto(`/reports?state=all&q=${encodeURIComponent(words.reverse().join(' '))}`);
    assert.ok((await page.locator('#list a.title').allInnerTexts()).includes(title), `${words} finds ${title}`);
    await page.goto('/incidents?state=all');
    const code = await page.locator('#list td.code').first().innerText();
    await page.goto(`/incidents?state=all&q=${code.toLowerCase()}`);
    assert.deepEqual(await page.locator('#list td.code').allInnerTexts(), [code]);
});

test('the incidents of an organisation: from its page, by the filter, by its name', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/incidents?state=all');
    const name = (await page.locator('#list tbody .sub').first().innerText()).trim();
    await page.goto(`/orgs?q=${encodeURIComponent(`"${name}"`)}`);
    await page.locator('#list a.title', { hasText: name }).first().click();
    await page.getByRole('link', { name: 'Sự cố của đơn vị' }).click();
    await page.waitForURL(/\/incidents\?org=DV-\d+&state=all/);
    await browser.check(page);
    const total = await page.locator('#list-count').innerText();
    assert.ok(Number(total) > 0, total);
    // Off again, and on by the form; the board takes it along.
    await page.locator('#list-filters a.chip-on', { hasText: name }).click();
    await page.waitForURL((url) => !url.searchParams.get('org'));
    assert.notEqual(await page.locator('#list-count').innerText(), total);
    await page.getByRole('link', { name: 'Đơn vị', exact: true }).last().click();
    await page.locator('#incident-org').selectOption({ label: name });
    await browser.check(page);
    await page.getByRole('button', { name: 'Lọc', exact: true }).click();
    await page.waitForURL(/org=DV-/);
    assert.equal(await page.locator('#list-count').innerText(), total);
    await page.getByRole('link', { name: 'Bảng', exact: true }).click();
    await page.locator('a.chip-on', { hasText: name }).waitFor();
    await browser.check(page);
    // By its name in the box, as the row shows it.
    await page.goto(`/incidents?state=all&q=${encodeURIComponent(`"${name}"`)}`);
    for (const row of await page.locator('#list tbody tr').allInnerTexts()) assert.match(row, new RegExp(name));
    // Unknown codes find nothing, and say which filter it is.
    await page.goto('/incidents?org=DV-9999');
    await page.locator('a.chip-on', { hasText: 'DV-9999' }).waitFor();
    await page.getByText('Không có sự cố nào phù hợp').waitFor();
});

test('what nobody leads is a filter', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/incidents?state=all');
    await page.getByRole('link', { name: 'Chưa ai phụ trách' }).click();
    await page.waitForURL(/who=nobody/);
    for (const lead of await page.locator('#list tbody tr td:nth-child(7)').allInnerTexts()) assert.equal(lead, 'chưa có');
});

test('names stand as in a Vietnamese dictionary', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/orgs?n=100');
    const names = await page.locator('#list a.title').allInnerTexts();
    const dictionary = new Intl.Collator('vi', { numeric: true, sensitivity: 'accent', ignorePunctuation: false });
    assert.ok(names.length > 20);
    assert.deepEqual(names, [...names].sort(dictionary.compare));
});

test('the search of the site opens a code at once and finds words everywhere', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/incidents?state=all');
    const code = await page.locator('#list td.code').first().innerText();
    const short = code.replace(/-0+/, '-').toLowerCase();
    for (const typed of [code, short]) {
        await page.goto('/home');
        await page.fill('.top-search input', typed);
        await page.press('.top-search input', 'Enter');
        await page.waitForURL(`**/incidents/${code}`);
    }
    await page.fill('.top-search input', '"ma hoa"');
    await page.press('.top-search input', 'Enter');
    await page.getByRole('heading', { name: 'Sự cố' }).waitFor();
    await browser.check(page);
});

test('observables are found by how they begin, also harmless, and lead to where they were seen', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/home');
    await page.locator('.rail a', { hasText: 'Dấu hiệu' }).click();
    await page.waitForURL(/\/observables$/);
    await browser.check(page);
    await page.fill('.toolbar-search input[type=search]', '198[.]51');
    await page.waitForURL(/q=198/);
    await page.locator('#list a.title', { hasText: '198[.]51' }).first().waitFor();
    const found = await page.locator('#list a.title').allInnerTexts();
    assert.ok(found.length > 0);
    for (const value of found) assert.match(value, /^198\[\.\]51/);
    await page.getByRole('link', { name: 'Đơn vị, thời gian' }).click();
    await page.selectOption('[name=org]', { index: 1 });
    await page.fill('[name=last_from]', '2020-01-01');
    await page.getByRole('button', { name: 'Lọc', exact: true }).click();
    await page.waitForURL(/q=198.*last_from=2020-01-01/);
    await browser.check(page);
    await page.locator('#list a.title').first().click();
    await page.getByRole('heading', { level: 1, name: found[0].slice(0, 9) }).waitFor();
    await page.goto('/observables?kind=cve&tlp=red&open=1');
    await page.getByText('Không có dấu hiệu nào phù hợp').waitFor();
    await browser.check(page);
    const dark = await browser.as('coordinator', { dark: true, phone: true });
    await dark.goto('/observables?sort=-incidents');
    await browser.check(dark);
});
