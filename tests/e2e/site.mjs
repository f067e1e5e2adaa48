// Starts `ungcuu demo` on a free port in a directory of its own and learns the accounts it prints.
// UNGCUU_E2E_URL names a site that runs already (with UNGCUU_E2E_ACCOUNTS, a JSON object
// role -> [login, password]); UNGCUU_E2E_DB another database for the sample site.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROLES = ['admin', 'coordinator', 'responder', 'officer', 'head', 'provider', 'finance', 'auditor', 'leader'];

// A line of the printed table: role, login, password, in columns.
function readAccounts(text) {
    const accounts = {};
    for (const line of text.split('\n')) {
        const words = line.trim().split(/\s+/);
        const at = words.findIndex((word) => ROLES.includes(word));
        if (at >= 0 && words.length >= at + 3 && !accounts[words[at]]) {
            accounts[words[at]] = [words[at + 1], words[at + 2]];
        }
    }
    return accounts;
}

export async function startSite(build, work) {
    if (process.env.UNGCUU_E2E_URL) {
        return {
            url: process.env.UNGCUU_E2E_URL.replace(/\/$/, ''),
            accounts: JSON.parse(process.env.UNGCUU_E2E_ACCOUNTS ?? '{}'),
            stop: async () => {},
        };
    }
    const dir = mkdtempSync(join(tmpdir(), 'ungcuu-e2e-'));
    const args = ['demo', '--port', '0', '--dir', join(dir, 'demo')];
    if (process.env.UNGCUU_E2E_DB) args.push('--db', process.env.UNGCUU_E2E_DB);
    const child = spawn(join(build, 'ungcuu'), args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    const url = await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`the site did not start within 120 s:\n${text}`)), 120000);
        const read = (chunk) => {
            text += chunk;
            const found = /http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+/.exec(text);
            if (found) {
                clearTimeout(timer);
                // What is printed behind the address in the same breath belongs to it.
                setTimeout(() => resolve(found[0]), 300);
            }
        };
        child.stdout.setEncoding('utf8').on('data', read);
        child.stderr.setEncoding('utf8').on('data', read);
        child.on('exit', (code) => {
            clearTimeout(timer);
            reject(new Error(`ungcuu demo ended with status ${code}:\n${text}`));
        });
        child.on('error', reject);
    });
    let stopping = false;
    child.on('exit', (code, signal) => {
        if (!stopping) console.log(`the site ended by itself: ${signal ?? code}\n${text.slice(-2000)}`);
    });
    return {
        url,
        dir,
        program: join(build, 'ungcuu'),
        accounts: readAccounts(text),
        async stop() {
            stopping = true;
            const ended = new Promise((resolve) => child.on('exit', resolve));
            child.kill('SIGTERM');
            const code = await Promise.race([ended, new Promise((r) => setTimeout(() => r('late'), 15000))]);
            if (code === 'late') child.kill('SIGKILL');
            writeFileSync(join(work, `site${process.env.UNGCUU_E2E_CHILD ?? ''}.log`), text);
            rmSync(dir, { recursive: true, force: true });
        },
    };
}
