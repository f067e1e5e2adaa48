// The report that `ungcuu hunt --format html` writes: a file, opened without any server.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '../test.mjs';

const LEVELS = ['critical', 'high', 'medium', 'low', 'informational'];

const rule = (level, i) => `title: Rule ${i} of ${level}
level: ${level}
tags: [attack.execution, attack.t1059]
logsource: {product: windows, service: security}
detection: {s: {EventID: ${4600 + i}}, condition: s}
`;

const event = (i) =>
    JSON.stringify({
        Channel: 'Security',
        EventID: 4600 + (i % 5),
        Computer: `may-tram-so-${i % 9}.phong-noi-vu.example.vn`,
        CommandLine: `C:\\Windows\\${'x'.repeat(i)}.exe "điều phối" <script>alert(${i})</script>`,
        '@timestamp': `2026-11-${String(1 + (i % 28)).padStart(2, '0')}T0${i % 10}:00:00Z`,
    });

async function withReport(lang, run) {
    const dir = mkdtempSync(join(tmpdir(), 'ungcuu-e2e-hunt-'));
    const file = (name) => join(dir, name);
    writeFileSync(file('rules.yml'), LEVELS.map(rule).join('---\n'));
    writeFileSync(file('log.json'), Array.from({ length: 60 }, (_, i) => event(i)).join('\n'));
    const args = ['--rules', file('rules.yml'), '--format', 'html', '--lang', lang, '--out', file('report.html')];
    const done = spawnSync(join(process.argv[2], 'ungcuu'), ['hunt', ...args, file('log.json')], { encoding: 'utf8' });
    assert.equal(done.status, 1, done.stderr);
    try {
        await run(`file://${file('report.html')}`);
    } finally {
        rmSync(dir, { recursive: true, force: true });
    }
}

for (const [lang, options] of Object.entries({ vi: {}, en: { dark: true } })) {
    test(`the report of a hunt is searched in any browser (${lang})`, async (browser) => {
        await withReport(lang, async (url) => {
            const page = await browser.visitor(options);
            await page.goto(url);
            const shown = () => page.locator('.group:visible').count();
            assert.equal(await shown(), 5);
            await page.fill('#q', 'dieu PHOI medium');
            await page.waitForFunction(() => document.querySelectorAll('.group:not([hidden])').length === 1);
            await page.fill('#q', 'nothing of the kind');
            await page.waitForSelector('#none:visible');
            await page.press('#q', 'Escape');
            assert.equal(await shown(), 5);
            await page.locator('.level').first().click();
            assert.equal(await shown(), 4);
            await page.locator('.level').first().click();
            await page.click('#all');
            assert.ok(await page.locator('.example').first().isVisible());
            await browser.check(page, { alone: true });
            await browser.shot(page, `hunt-report-${lang}`, { full: true });
        });
    });
}

test('the report of a hunt is read without JavaScript', async (browser) => {
    await withReport('vi', async (url) => {
        const page = await browser.visitor({ js: false, phone: true });
        await page.goto(url);
        await page.locator('.group > summary').first().click();
        assert.ok(await page.locator('.example').first().isVisible());
    });
});
