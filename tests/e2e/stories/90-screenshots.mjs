// Pictures of the main pages, light and dark, desktop and phone, into BUILD/screenshots.
import { test } from '../test.mjs';

const PUBLIC = { home: '/', report: '/report', 'sign-in': '/sign-in', contacts: '/dau-moi' };
const INSIDE = { work: '/home', reports: '/reports', incidents: '/incidents', systems: '/systems', orgs: '/orgs' };
const LOOKS = { desktop: {}, phone: { phone: true }, dark: { dark: true } };

for (const [look, options] of Object.entries(LOOKS)) {
    test(`pictures: ${look}`, async (browser) => {
        const visitor = await browser.visitor(options);
        for (const [name, path] of Object.entries(PUBLIC)) {
            await visitor.goto(path);
            await browser.shot(visitor, `${name}-${look}`);
        }
        const page = await browser.as('coordinator', options);
        for (const [name, path] of Object.entries(INSIDE)) {
            await page.goto(path);
            await browser.shot(page, `${name}-${look}`);
        }
        await page.goto('/incidents');
        const href = await page.locator('tr[data-row-href]').first().getAttribute('data-row-href');
        await page.goto(href);
        await browser.shot(page, `incident-${look}`);
    });
}
