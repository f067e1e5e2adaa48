// Every page that can be reached by a link, for every role and for visitors: accessible, narrow enough,
// nothing blocked by the site's own policy.
import { test } from '../test.mjs';

const START = ['/', '/report', '/track', '/dau-moi', '/sign-in', '/help', '/help/guide'];
const ROLES = ['admin', 'coordinator', 'responder', 'officer', 'head', 'provider', 'auditor', 'leader'];

// One page for all records of a kind: /incidents/SC-2026-0042 and /incidents/SC-2026-0043 look alike.
const shape = (path) => path.replace(/\/[^/]*\d[^/]*/g, '/*').replace(/^\/(accounts|observables)\/.*/, '/$1/*');
const isPage = (path) => !/^\/(files|static|api)\//.test(path) && !/\.(csv|json|txt|pdf|xlsx)$/.test(path);

// What one role's page was found to be, the same page of the next role is: axe looks at each once, and at
// every role's home page and first incident, which differ most.
const examined = new Set();
const DIFFER = ['/home', '/incidents/*'];

// Follows links from page to page. What is wrong is collected, so that one run tells everything; a link
// that leads to "you may not" is a defect of the page it stands on.
async function walk(browser, page, start, most) {
    const from = new Map(start.map((path) => [path, 'the start']));
    const seen = new Set();
    const wrong = [];
    for (const path of from.keys()) {
        if (seen.has(shape(path)) || seen.size >= most) continue;
        seen.add(shape(path));
        const response = await page.goto(path);
        if (!(response.headers()['content-type'] ?? '').startsWith('text/html')) continue;
        if (response.status() !== 200) {
            wrong.push(`${path}, linked on ${from.get(path)}: status ${response.status()}`);
            continue;
        }
        const axe = !examined.has(shape(path)) || DIFFER.includes(shape(path));
        examined.add(shape(path));
        await browser.check(page, { axe, dark: true }).catch((error) => wrong.push(error.message));
        const links = await page.$$eval('a[href^="/"]:not([download])', (all) => all.map((a) => a.getAttribute('href')));
        for (const link of links.map((href) => href.split(/[?#]/)[0]).filter(isPage)) {
            if (!from.has(link)) from.set(link, path);
        }
    }
    if (wrong.length) throw new Error(wrong.join('\n'));
    return seen.size;
}

test('visitors: every page is accessible and fits 320 px', async (browser) => {
    const n = await walk(browser, await browser.visitor(), START, 40);
    if (n < START.length) throw new Error(`only ${n} pages were reached`);
});

test('the guide is in the program: its pictures are shown, its links lead somewhere', async (browser) => {
    const page = await browser.visitor();
    await page.goto('/help');
    await page.getByRole('link', { name: 'Hướng dẫn sử dụng' }).click();
    const wrong = await page.evaluate(async () => {
        await Promise.all([...document.images].map((i) => i.decode().catch(() => {})));
        return [
            ...[...document.querySelectorAll('.guide img')].filter((i) => i.naturalWidth === 0).map((i) => i.src),
            ...[...document.querySelectorAll('.guide a')].filter((a) => !document.getElementById(a.hash.slice(1))).map((a) => a.href),
        ];
    });
    if (wrong.length) throw new Error(wrong.join('\n'));
    if ((await page.locator('.guide img').count()) < 8) throw new Error('pictures are missing');
});

test('visitors get no cookie', async (browser) => {
    const page = await browser.visitor();
    for (const path of START) await page.goto(path);
    const cookies = await page.context().cookies();
    if (cookies.length) throw new Error(`cookies before sign-in: ${cookies.map((c) => c.name).join(', ')}`);
});

test('visitors see a page in plain words for an address that is wrong', async (browser) => {
    const page = await browser.visitor();
    const response = await page.goto('/khong-co-trang-nay');
    if (response.status() !== 404) throw new Error(`status ${response.status()}`);
    await page.getByRole('heading', { name: 'Không tìm thấy trang này' }).waitFor();
    await browser.check(page);
});

for (const role of ROLES) {
    test(`${role}: every page in reach is accessible and fits 320 px`, async (browser) => {
        const n = await walk(browser, await browser.as(role), ['/home'], 40);
        if (n < 3) throw new Error(`only ${n} pages were reached`);
    });
}
