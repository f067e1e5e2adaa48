// Accounts: API tokens, second factor, links that set a password, sessions, sign-in through a provider.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProvider } from '../provider.mjs';
import { test } from '../test.mjs';

// What a telephone with this key shows (RFC 6238).
function code(key, secondsFromNow = 0) {
    const bits = [...key.replace(/\s/g, '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
    const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
    const step = Buffer.alloc(8);
    step.writeBigUInt64BE(BigInt(Math.floor((Date.now() / 1000 + secondsFromNow) / 30)));
    const hash = createHmac('sha1', secret).update(step).digest();
    return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

async function send(page, selector) {
    await Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
}

const text = (page) => page.locator('main').innerText();

async function signIn(page, login, password) {
    await page.goto('/sign-in');
    await page.fill('[name=login]', login);
    await page.fill('[name=password]', password);
    await send(page, 'form[action="/sign-in"] button.btn-primary');
}

const PASSWORD = 'con thuyền ra khơi xa';
const story = { login: `thu.${Date.now().toString(36)}` };

test('an API token opens what it may, and nothing once it is revoked', async (browser, site) => {
    const page = await browser.as('responder');
    await page.goto('/account/tokens');
    await browser.check(page);
    await page.goto('/account/tokens/new');
    await browser.check(page);
    await page.fill('[name=name]', 'Hệ thống giám sát');
    await page.check('[name=scope][value="report.read"]', { force: true });
    await send(page, 'main button.btn-primary');
    await browser.check(page);
    const token = await page.locator('#token').innerText();
    assert.match(token, /^uc_[0-9a-z]{40}$/);
    const ask = (path, bearer = token) => fetch(site.url + path, { headers: { Authorization: `Bearer ${bearer}` }, redirect: 'manual' });
    assert.equal((await ask('/api/v1/reports')).status, 200);
    assert.equal((await ask('/api/v1/incidents')).status, 403);
    assert.equal((await ask('/reports')).status, 303);
    const refused = await ask('/api/v1/reports', token.replace(/.$/, (c) => (c === '0' ? '1' : '0')));
    assert.equal(refused.status, 401);
    assert.match(refused.headers.get('www-authenticate'), /^Bearer .*invalid_token/);
    await page.goto('/account/tokens');
    await page.locator('tr', { hasText: 'Hệ thống giám sát' }).locator('summary').first().click();
    await send(page, 'tr:has-text("Hệ thống giám sát") button[name=id]');
    assert.equal((await ask('/api/v1/reports')).status, 401);
});

test('a new account begins with a link that works once, also without JavaScript', async (browser) => {
    const admin = await browser.as('admin');
    await admin.goto('/accounts/new');
    await admin.fill('[name=name]', 'Người Thử Nghiệm');
    await admin.fill('[name=login]', story.login);
    await admin.selectOption('[name=role]', 'officer');
    await admin.selectOption('[name=org]', { index: 1 });
    await admin.fill('[name=reason]', 'Thử nghiệm');
    await send(admin, 'main button.btn-primary');
    await browser.check(admin);
    const link = new URL(await admin.locator('#link').innerText());
    const page = await browser.visitor({ js: false });
    await page.goto(link.pathname);
    assert.match(await text(page), /Người Thử Nghiệm/);
    await page.fill('[name=password]', '1234567890');
    await page.fill('[name=repeat]', '1234567890');
    await send(page, 'main button.btn-primary');
    assert.equal(await page.locator('.invalid-feedback').count(), 1);
    await page.fill('[name=password]', PASSWORD);
    await page.fill('[name=repeat]', PASSWORD);
    await send(page, 'main button.btn-primary');
    const again = await browser.visitor();
    assert.equal((await again.goto(link.pathname)).status(), 404);
    await browser.check(again);
    await signIn(page, story.login, PASSWORD);
    assert.equal(new URL(page.url()).pathname, '/home');
});

test('a second factor is set up and asked for, also without JavaScript', async (browser) => {
    const page = await browser.visitor();
    await signIn(page, story.login, PASSWORD);
    await page.goto('/account');
    await send(page, 'a[href="/account/second"]');
    await browser.check(page);
    await browser.shot(page, 'account-second-factor', { full: true });
    const key = await page.locator('#key').innerText();
    await page.fill('[name=code]', '000000');
    await send(page, 'form[action="/account/second"] button.btn-primary');
    assert.equal(await page.locator('#key').innerText(), key);
    await page.fill('[name=code]', code(key));
    await send(page, 'form[action="/account/second"] button.btn-primary');
    await browser.check(page);
    await browser.shot(page, 'account-recovery-codes', { full: true });
    const codes = await page.locator('ul.codes li').allInnerTexts();
    assert.equal(new Set(codes).size, 10);
    const download = page.waitForEvent('download');
    await page.click('form[action="/account/second/codes.txt"] button');
    const saved = readFileSync(await (await download).path(), 'utf8');
    for (const one of codes) assert.ok(saved.includes(one));

    const plain = await browser.visitor({ js: false, phone: true });
    await signIn(plain, story.login, PASSWORD);
    assert.equal(new URL(plain.url()).pathname, '/sign-in/code');
    assert.equal(await plain.locator('[name=code]').getAttribute('autocomplete'), 'one-time-code');
    await plain.goto('/home');
    assert.equal(new URL(plain.url()).pathname, '/sign-in');
    await plain.goto('/sign-in/code');
    const next = code(key, 30);
    await plain.fill('[name=code]', next);
    await send(plain, 'main button.btn-primary');
    await plain.goto('/home');
    assert.equal(new URL(plain.url()).pathname, '/home');

    const other = await browser.visitor();
    await signIn(other, story.login, PASSWORD);
    await browser.check(other);
    await other.fill('[name=code]', next); // used
    await send(other, 'main button.btn-primary');
    assert.equal(await other.locator('[role=alert]').count(), 1);
    await other.fill('[name=code]', codes[2].toUpperCase().replaceAll('-', ' '));
    await send(other, 'main button.btn-primary');
    await other.goto('/account/second');
    await browser.check(other);
    assert.match(await text(other), /9/);

    // where one is signed in, and ending the others
    await other.goto('/account');
    await browser.check(other);
    await browser.shot(other, 'account-own', { full: true });
    assert.ok((await other.locator('form[action="/account/sessions"] button[name=id]').count()) >= 2);
    await send(other, 'form[action="/account/sessions"] button[name=all]');
    await plain.goto('/home');
    assert.equal(new URL(plain.url()).pathname, '/sign-in');
});

test('an administrator takes the second factor off, with a reason, and ends the sessions', async (browser) => {
    const admin = await browser.as('admin');
    await admin.goto(`/accounts/${story.login}`);
    await admin.$$eval('details:not(.menu)', (all) => all.forEach((d) => (d.open = true)));
    await browser.check(admin);
    await browser.shot(admin, 'account-of-another', { full: true });
    await admin.fill('#factor-reason', 'Mất điện thoại, đã gọi lại xác nhận');
    await send(admin, 'form[action$="/second"] button.btn-danger');
    const page = await browser.visitor();
    await signIn(page, story.login, PASSWORD);
    assert.equal(new URL(page.url()).pathname, '/home');
    await admin.goto(`/accounts/${story.login}`);
    await send(admin, 'form[action$="/sessions"] button[name=all]');
    await page.goto('/home');
    assert.equal(new URL(page.url()).pathname, '/sign-in');
});

test('who has a role that asks for a second factor is led to it first', async (browser) => {
    const admin = await browser.as('admin');
    await admin.goto('/settings/sign-in');
    await browser.check(admin);
    await browser.shot(admin, 'account-rules', { full: true });
    await admin.check('[name=roles][value=finance]', { force: true });
    await send(admin, 'main form[action="/settings/sign-in"] button.btn-primary');
    try {
        const page = await browser.visitor();
        await browser.signIn(page, 'finance');
        assert.equal(new URL(page.url()).pathname, '/account/second');
        await browser.check(page);
        await page.goto('/account');
        assert.equal(new URL(page.url()).pathname, '/account/second');
    } finally {
        await admin.uncheck('[name=roles][value=finance]', { force: true });
        await send(admin, 'main form[action="/settings/sign-in"] button.btn-primary');
    }
    const page = await browser.visitor();
    await browser.signIn(page, 'finance');
    assert.equal(new URL(page.url()).pathname, '/home');
});

test('who forgot the password gets a link from an administrator', async (browser) => {
    const page = await browser.visitor();
    await page.goto('/password');
    await browser.check(page);
    const admin = await browser.as('admin');
    await admin.goto(`/accounts/${story.login}`);
    await admin.locator('.page-actions summary').click();
    await send(admin, 'form[action$="/link"] button');
    await browser.check(admin);
    const link = new URL(await admin.locator('#link').innerText());
    await page.goto(link.pathname);
    await browser.check(page);
    await page.fill('[name=password]', `${PASSWORD} lắm`);
    await page.fill('[name=repeat]', `${PASSWORD} lắm`);
    await send(page, 'main button.btn-primary');
    await signIn(page, story.login, PASSWORD);
    assert.equal(await page.locator('[role=alert]').count(), 1);
    await signIn(page, story.login, `${PASSWORD} lắm`);
    assert.equal(new URL(page.url()).pathname, '/home');
});

// A second program on the same database, which knows a provider.
async function startNode(site, provider) {
    const dir = join(site.dir, 'node');
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(join(site.dir, 'demo'))) {
        if (name.endsWith('.key')) copyFileSync(join(site.dir, 'demo', name), join(dir, name));
    }
    writeFileSync(join(dir, 'oidc.secret'), provider.secret, { mode: 0o600 });
    writeFileSync(
        join(dir, 'ungcuu.conf'),
        `oidc_issuer = ${provider.url}\noidc_client = ${provider.client}\noidc_secret = oidc.secret\noidc_name = Cổng chung\n`,
    );
    const database = process.env.UNGCUU_E2E_DB ?? `sqlite:${join(site.dir, 'demo', 'ungcuu.db')}`;
    const child = spawn(site.program, ['serve', '--dir', dir, '--db', database, '--any-port', '--quiet', '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    const url = await new Promise((resolve, reject) => {
        child.stdout.setEncoding('utf8').once('data', (line) => resolve(JSON.parse(line).url));
        child.once('exit', (status) => reject(new Error(`serve ended with ${status}: ${said}`)));
    });
    return { url, stop: () => new Promise((resolve) => { child.once('exit', resolve); child.kill('SIGTERM'); }) };
}

test('sign-in through a provider: linked, both algorithms, new keys; no lie is believed', async (browser, site) => {
    const provider = await startProvider();
    const node = await startNode(site, provider);
    const at = (page, path) => page.goto(node.url + path);
    const where = (page) => new URL(page.url()).pathname;
    try {
        // nobody is linked yet: no account comes from a provider
        const stranger = await browser.visitor();
        await at(stranger, '/sign-in');
        await browser.check(stranger);
        await send(stranger, 'a[href^="/sign-in/provider"]');
        assert.equal(where(stranger), '/sign-in/provider/back');
        await browser.check(stranger);
        await at(stranger, '/home');
        assert.equal(where(stranger), '/sign-in');
        assert.equal(provider.asked[0].code_challenge_method, 'S256');

        const page = await browser.visitor();
        await at(page, '/sign-in');
        await page.fill('[name=login]', story.login);
        await page.fill('[name=password]', `${PASSWORD} lắm`);
        await send(page, 'form[action="/sign-in"] button.btn-primary');
        await at(page, '/account');
        await send(page, 'a[href="/account/provider"]');
        assert.equal(where(page), '/account');
        assert.match(await text(page), /Người của hệ thống chung/);
        await page.click('summary.me');
        await send(page, 'form[action="/sign-out"] button');

        const enter = async () => {
            await page.context().clearCookies();
            await at(page, '/sign-in?next=%2Faccount');
            await send(page, 'a[href^="/sign-in/provider"]');
            return where(page) === '/account';
        };
        assert.ok(await enter(), 'RS256');
        await page.click('summary.me');
        await send(page, 'form[action="/sign-out"] button');
        assert.equal(where(page), '/signed-out');
        await browser.check(page);
        assert.ok((await page.locator(`a[href^="${provider.url}/logout"]`).count()) === 1);

        const lies = {
            'wrong nonce': () => (provider.claims = (c) => ({ ...c, nonce: 'x' })),
            expired: () => (provider.claims = (c) => ({ ...c, iat: c.iat - 7200, exp: c.exp - 7200 })),
            'for somebody else': () => (provider.claims = (c) => ({ ...c, aud: 'other' })),
            'another issuer': () => (provider.claims = (c) => ({ ...c, iss: 'https://other.example.vn' })),
            'alg none': () => {
                provider.header = (h) => ({ ...h, alg: 'none' });
                provider.token = (t) => t.replace(/[^.]*$/, '');
            },
            tampered: () => (provider.token = (t) => {
                const [head, , signature] = t.split('.');
                const other = Buffer.from(JSON.stringify({ iss: provider.url, aud: provider.client, sub: 'nguoi-1' })).toString('base64url');
                return `${head}.${other}.${signature}`;
            }),
        };
        for (const [name, lie] of Object.entries(lies)) {
            lie();
            assert.equal(await enter(), false, name);
            assert.match(await text(page), /không trả lời đúng/, name);
            await at(page, '/home');
            assert.equal(where(page), '/sign-in', name);
            provider.honest();
        }
        assert.ok(await enter(), 'honest again');

        // before dangerous things: who came through the provider confirms there, asked anew
        const prove = async () => {
            await at(page, '/account/confirm?next=%2Faccount%2Ftokens');
            await send(page, 'a[href^="/account/confirm/provider"]');
            return where(page) === '/account/tokens';
        };
        assert.ok(await prove(), 'confirmed there');
        assert.equal(provider.asked.at(-1).prompt, 'login');
        assert.equal(provider.asked.at(-1).max_age, '0');
        provider.claims = (c) => ({ ...c, auth_time: c.auth_time - 3600 });
        assert.equal(await prove(), false, 'nobody was asked anew');
        provider.claims = (c) => ({ ...c, auth_time: undefined });
        assert.equal(await prove(), false, 'nothing says when');
        provider.claims = (c) => ({ ...c, sub: 'nguoi-2' });
        assert.equal(await prove(), false, 'somebody else');
        await at(page, '/account');
        assert.equal(where(page), '/account', 'still signed in as before');
        provider.honest();
        assert.ok(await prove(), 'confirmed again');
        // an answer to a confirmation is worth nothing in another session
        const asked = page.waitForRequest((request) => request.url().includes('/sign-in/provider/back'));
        await prove();
        const answer = (await asked).url();
        assert.equal((await (await browser.visitor()).goto(answer)).status(), 400);

        // new keys of the other algorithm, as the administrator's test reads them anew
        provider.rotate('ES256');
        const admin = await browser.visitor();
        const [login, password] = site.accounts.admin;
        await at(admin, '/sign-in');
        await admin.fill('[name=login]', login);
        await admin.fill('[name=password]', password);
        await send(admin, 'form[action="/sign-in"] button.btn-primary');
        await at(admin, '/settings/sign-in');
        await send(admin, 'form[action="/settings/sign-in/test"] button');
        await browser.check(admin);
        await browser.shot(admin, 'account-provider', { full: true });
        assert.equal(await admin.locator('.alert-success').count(), 1);
        assert.ok(await enter(), 'ES256');

        // an answer that another browser asked for, and one that was used
        await page.context().clearCookies();
        const back = page.waitForRequest((request) => request.url().includes('/sign-in/provider/back'));
        await at(page, '/sign-in/provider');
        const used = (await back).url();
        const thief = await browser.visitor();
        assert.equal((await thief.goto(used)).status(), 400);
        await at(thief, '/home');
        assert.equal(where(thief), '/sign-in');

        // unlinked: known there, nobody here
        await at(page, '/account');
        await send(page, 'form[action="/account/provider/unlink"] button');
        assert.equal(await enter(), false);
    } finally {
        await node.stop();
        await provider.stop();
    }
});
