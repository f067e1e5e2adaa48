// Runs the stories: each against a site with sample data that only those before it in the same process have touched.
// With several processors and no stories named, two processes with a site each take the next story when they are free.
import { fork } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser } from './browser.mjs';
import { Skip, tests } from './test.mjs';
import { startSite } from './site.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [build, ...wanted] = process.argv.slice(2);
const work = join(build, 'e2e');
const shots = join(build, 'screenshots');
const count = { passed: 0, failed: 0, skipped: 0 };

async function runTest(test, browser, site) {
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

// `next` gives the file of a story, or undefined at the end.
async function runStories(next) {
    const site = await startSite(build, work);
    const browser = await openBrowser(work, site, shots);
    for (let file = await next(); file; file = await next()) {
        await import(join(here, 'stories', file));
        for (const test of tests.splice(0)) await runTest(test, browser, site);
    }
    await browser.close();
    await site.stop();
}

// A process of its own, which asks its parent for stories.
async function runForParent() {
    await runStories(() => new Promise((resolve) => {
        process.once('message', (message) => resolve(message.file));
        process.send({ ask: true });
    }));
    process.send({ count });
    process.disconnect();
}

function runInProcess(files, number) {
    return new Promise((resolve) => {
        const child = fork(fileURLToPath(import.meta.url), [build], { env: { ...process.env, UNGCUU_E2E_CHILD: number } });
        let told = false;
        child.on('message', (message) => {
            if (message.ask) return child.send({ file: files.shift() });
            told = true;
            for (const result of Object.keys(count)) count[result] += message.count[result];
        });
        child.on('exit', (code, signal) => {
            if (!told) {
                count.failed++;
                console.log(`failed  a process of the stories ended by itself: ${signal ?? code}`);
            }
            resolve();
        });
    });
}

if (process.env.UNGCUU_E2E_CHILD) {
    await runForParent();
} else {
    rmSync(join(work, 'failed'), { recursive: true, force: true });
    for (const dir of [join(work, 'failed'), shots]) mkdirSync(dir, { recursive: true });
    const files = readdirSync(join(here, 'stories')).sort()
        .filter((file) => file.endsWith('.mjs') && (!wanted.length || wanted.some((w) => file.includes(w))));
    const alone = wanted.length || process.env.UNGCUU_E2E_URL || process.env.UNGCUU_E2E_DB || availableParallelism() < 2;
    if (alone) await runStories(async () => files.shift());
    else await Promise.all([runInProcess(files, '1'), runInProcess(files, '2')]);
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
    process.exit(count.failed ? 1 : 0);
}
