// Debian's Chromium, a context per visitor, and the checks that every page must pass.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const FLAGS = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
];
const DESKTOP = { width: 1366, height: 860 };
const PHONE = { width: 390, height: 844 };

export async function openBrowser(work, site, shots) {
    const require = createRequire(join(work, 'package.json'));
    const { chromium } = require('playwright-core');
    const { AxeBuilder } = require('@axe-core/playwright');
    const chrome = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: FLAGS,
    });
    const states = new Map(); // role -> cookies, so that each signs in once
    let contexts = [];

    async function context(options = {}) {
        const { phone, dark, js = true, width, cookies, lang = 'vi-VN' } = options;
        const made = await chrome.newContext({
            baseURL: site.url,
            viewport: width ? { width, height: 844 } : phone ? PHONE : DESKTOP,
            hasTouch: !!phone,
            isMobile: !!phone,
            colorScheme: dark ? 'dark' : 'light',
            javaScriptEnabled: js,
            locale: lang,
            timezoneId: 'Asia/Ho_Chi_Minh',
            storageState: cookies,
            acceptDownloads: true,
        });
        made.setDefaultTimeout(10000);
        contexts.push(made);
        return made;
    }

    // A page of a visitor. What the browser complains about (a blocked script, a lost file) is kept.
    async function visitor(options) {
        const page = await (await context(options)).newPage();
        page.problems = [];
        page.on('pageerror', (error) => page.problems.push(`script: ${error.message}`));
        page.on('console', (message) => {
            const text = message.text();
            if (message.type() === 'error' && !/status of (4\d\d|503)/.test(text)) page.problems.push(text);
        });
        page.on('response', (response) => {
            if (response.status() >= 500) page.problems.push(`${response.status()} ${response.url()}`);
        });
        return page;
    }

    async function signIn(page, role) {
        const [login, password] = site.accounts[role] ?? [];
        if (!login) throw new Error(`the site printed no account for the role ${role}`);
        await page.goto('/sign-in');
        await page.fill('[name=login]', login);
        await page.fill('[name=password]', password);
        await Promise.all([page.waitForURL((url) => !url.pathname.startsWith('/sign-in')), page.press('[name=password]', 'Enter')]);
    }

    // Axe's findings that shut somebody out; `rules` narrows what it looks for.
    async function examine(page, where, rules) {
        const builder = rules(new AxeBuilder({ page })).options({ resultTypes: ['violations'] });
        const { violations } = await builder.analyze();
        const bad = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
        const list = bad.flatMap((v) =>
            v.nodes.slice(0, 4).map((n) => `${v.id}: ${n.target.join(' ')} ${(n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? ''}`),
        );
        if (list.length) throw new Error(`${where}: axe\n${list.join('\n')}`);
    }

    return {
        visitor,
        signIn,

        // A page of someone signed in with this role.
        async as(role, options = {}) {
            if (!states.has(role)) {
                const page = await visitor();
                await signIn(page, role);
                states.set(role, await page.context().storageState());
            }
            return visitor({ ...options, cookies: states.get(role) });
        },

        // What must hold on every page: accessible, no sideways scroll at 320 px, nothing blocked, no
        // inline style or script, one h1, a title. `alone`: a file that has to bring its style and script.
        // `axe` false: all but the check by axe, for a page that it has seen. `dark`: its colours in the
        // dark are looked at too.
        async check(page, { alone = false, axe = true, dark = false } = {}) {
            const where = new URL(page.url()).pathname;
            if (page.problems.length) throw new Error(`${where}: ${page.problems.join('\n')}`);
            if (axe) await examine(page, where, (builder) => builder);
            if (axe && dark) {
                await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
                await examine(page, `${where} in the dark`, (builder) => builder.withRules('color-contrast'));
                await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
            }
            const found = await page.evaluate(() => ({
                h1: document.querySelectorAll('h1').length,
                title: document.title,
                inline: [...document.querySelectorAll('[style], style, script:not([src])')]
                    .filter((el) => el.id !== 'axe' && !el.closest('svg'))
                    .map((el) => el.outerHTML.slice(0, 120)),
            }));
            if (found.h1 !== 1) throw new Error(`${where}: ${found.h1} h1 elements`);
            if (!found.title) throw new Error(`${where}: no title`);
            if (found.inline.length && !alone) throw new Error(`${where}: inline style or script: ${found.inline[0]}`);
            const before = page.viewportSize();
            await page.setViewportSize({ width: 320, height: 700 });
            const wide = await page.evaluate(() => {
                const root = document.documentElement;
                if (root.scrollWidth <= 320) return '';
                const el = [...document.querySelectorAll('body *')].find((e) => e.getBoundingClientRect().right > 321);
                return `${root.scrollWidth} px wide${el ? `, <${el.tagName.toLowerCase()} class="${el.className}">` : ''}`;
            });
            await page.setViewportSize(before);
            if (wide) throw new Error(`${where}: scrolls sideways at 320 px: ${wide}`);
            // What axe brings along is stopped by the site's policy, and said on the console.
            page.problems.length = 0;
        },

        async shot(page, name, { full = false } = {}) {
            await page.evaluate(() => document.fonts.ready);
            await page.screenshot({ path: join(shots, `${name}.png`), fullPage: full, animations: 'disabled' });
        },

        async keepEvidence(dir, name) {
            const pages = contexts.flatMap((c) => c.pages());
            for (const [i, page] of pages.entries()) {
                const file = `${name.replace(/[^\p{L}\d]+/gu, '-')}-${i}.png`;
                await page.screenshot({ path: join(dir, file) }).catch(() => {});
            }
        },

        async closePages() {
            for (const made of contexts) await made.close();
            contexts = [];
        },

        close: () => chrome.close(),
    };
}
