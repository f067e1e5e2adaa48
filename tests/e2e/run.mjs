// Runs the stories one after another against one site with sample data.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser } from './browser.mjs';
import { Skip, tests } from './test.mjs';
import { startSite } from './site.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [build, ...wanted] = process.argv.slice(2);
const work = join(build, 'e2e');
const shots = join(build, 'screenshots');
rmSync(join(work, 'failed'), { recursive: true, force: true });
for (const dir of [join(work, 'failed'), shots]) mkdirSync(dir, { recursive: true });

for (const file of readdirSync(join(here, 'stories')).sort()) {
    if (file.endsWith('.mjs') && (!wanted.length || wanted.some((w) => file.includes(w)))) {
        await import(join(here, 'stories', file));
    }
}

const site = await startSite(build, work);
const browser = await openBrowser(work, site, shots);
const count = { passed: 0, failed: 0, skipped: 0 };

for (const test of tests) {
    const started = Date.now();
    let result = 'passed';
    let reason = '';
    try {
        await test.run(browser, site);
    } catch (error) {
        result = error instanceof Skip ? 'skipped' : 'failed';
        reason = result === 'skipped' ? error.message : (error.stack ?? String(error));
        if (result === 'failed') await browser.keepEvidence(join(work, 'failed'), test.name);
    }
    await browser.closePages();
    count[result]++;
    console.log(`${result.padEnd(8)}${test.name} (${Date.now() - started} ms)${result === 'skipped' ? `: ${reason}` : ''}`);
    if (result === 'failed') console.log(reason.replace(/^/gm, '        '));
}

await browser.close();
await site.stop();
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exit(count.failed ? 1 : 0);
