// The API as a program with a browser's session sees it; its description before a public linter; lists
// as files.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { test } from '../test.mjs';

const build = process.argv[2];
const require = createRequire(join(build, 'e2e', 'package.json'));

async function lint(source) {
    const { createConfig, lintFromString } = require('@redocly/openapi-core');
    const problems = await lintFromString({ source, config: await createConfig({ extends: ['recommended-strict'] }) });
    return problems.map((p) => `${p.ruleId} ${p.location[0]?.pointer}: ${p.message}`);
}

// The files of a ZIP by name; spreadsheets are ZIP files.
function unzip(bytes) {
    const files = new Map();
    for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4)) {
        const method = bytes.readUInt16LE(at + 10);
        const size = bytes.readUInt32LE(at + 20);
        const name = bytes.toString('utf8', at + 46, at + 46 + bytes.readUInt16LE(at + 28));
        const head = bytes.readUInt32LE(at + 42);
        const start = head + 30 + bytes.readUInt16LE(head + 26) + bytes.readUInt16LE(head + 28);
        const data = bytes.subarray(start, start + size);
        files.set(name, method === 8 ? inflateRawSync(data).toString('utf8') : data.toString('utf8'));
    }
    return files;
}

async function download(page, name) {
    await page.click('#list-export > summary');
    const [file] = await Promise.all([page.waitForEvent('download'), page.click(`#list-export a[href*=".${name}"]`)]);
    return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

// A request of a script on the page: the cookie goes along, the token is given.
function ask(page, method, path, body, headers = {}) {
    return page.evaluate(
        async ([method, path, body, headers]) => {
            const response = await fetch(path, {
                method,
                body: body && JSON.stringify(body),
                headers: { ...(body && { 'Content-Type': 'application/json' }), ...headers },
            });
            const text = await response.text();
            return { status: response.status, etag: response.headers.get('etag'), body: text && JSON.parse(text) };
        },
        [method, path, body, headers],
    );
}

test('the description of the API has nothing to complain about', async (browser) => {
    const page = await browser.visitor();
    const response = await page.request.get('/api/v1/openapi.json');
    const source = await response.text();
    assert.deepEqual(await lint(source), []);
    // The linter does look: the same document with two operations of one name.
    const broken = source.replace('"operationId":"getIncident"', '"operationId":"listIncidents"');
    assert.equal((await lint(broken)).length, 1);
});

test('the page of the API can be read by everyone', async (browser) => {
    const page = await browser.visitor();
    await page.goto('/api');
    await page.getByText('Danh sách sự cố').first().click();
    await browser.check(page);
    await browser.shot(page, 'api');
});

test('a lost update is refused with what was changed', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/incidents');
    const me = (await ask(page, 'GET', '/api/v1/me')).body;
    const list = (await ask(page, 'GET', '/api/v1/incidents?limit=1')).body;
    const path = `/api/v1/incidents/${list.items[0].code}`;
    const read = await ask(page, 'GET', path);
    const write = (body, tag) => ask(page, 'PATCH', path, body, { 'If-Match': tag, 'X-CSRF-Token': me.csrf });
    assert.equal((await ask(page, 'PATCH', path, {}, { 'If-Match': '*' })).body.code, 'CSRF');
    const first = await write({ severity_why: 'Ảnh hưởng hai hệ thống' }, read.etag);
    assert.equal(first.status, 200);
    assert.equal(first.body.title, read.body.title);
    const second = await write({ severity_why: 'Từ bản cũ' }, read.etag);
    assert.equal(second.status, 412);
    assert.equal(second.body.changes[0].action, 'incident.edit');
    const wrong = await write({ severity: 9, colour: 'red' }, first.etag);
    assert.deepEqual(wrong.body.errors.map((e) => e.pointer).sort(), ['#', '#/severity']);
});

test('an administrator makes an account: no secret is answered, sent twice it is made once', async (browser) => {
    const page = await browser.as('admin');
    await page.goto('/accounts');
    const me = (await ask(page, 'GET', '/api/v1/me')).body;
    const login = `moi.${Date.now()}`;
    const body = { name: 'Cán bộ mới', login, role: 'officer', org: me.roles[0].org, reason: 'Quyết định 12' };
    const headers = { 'X-CSRF-Token': me.csrf, 'Idempotency-Key': `account-${login}-0123` };
    const wrong = await ask(page, 'POST', '/api/v1/accounts', { ...body, login: 'Có Dấu' }, headers);
    assert.equal(wrong.status, 400);
    assert.equal(wrong.body.errors[0].pointer, '#/login');
    const made = await ask(page, 'POST', '/api/v1/accounts', body, headers);
    assert.equal(made.status, 201);
    assert.equal(made.body.grants[0].role, 'officer');
    assert.doesNotMatch(JSON.stringify(made.body), /password|secret|link/);
    const again = await ask(page, 'POST', '/api/v1/accounts', body, headers);
    assert.deepEqual(again.body, made.body);
    const end = { 'X-CSRF-Token': me.csrf };
    const path = `/api/v1/accounts/${login}`;
    assert.deepEqual((await ask(page, 'GET', `${path}/tokens`)).body.items, []);
    assert.equal((await ask(page, 'POST', `${path}/sessions/end`, {}, end)).status, 200);
    assert.equal((await ask(page, 'PUT', `${path}/state`, { state: 'disabled' }, end)).body.state, 'disabled');
});

test('a list is exported with its filters', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/incidents?state=all');
    await page.locator('.toolbar-search input[type=search]').pressSequentially('ma hoa');
    await page.waitForURL(/q=ma(\+|%20)hoa/);
    await page.waitForSelector('#list-export a[href*="q=ma"]', { state: 'attached' });
    const xlsx = await download(page, 'xlsx');
    assert.match(xlsx.name, /^incidents-\d{4}-\d\d-\d\d\.xlsx$/);
    const files = unzip(xlsx.bytes);
    const sheet = files.get('xl/worksheets/sheet1.xml');
    assert.match(sheet, /mã hóa/i);
    assert.match(sheet, /<pane ySplit="1"/);
    const rows = sheet.match(/<row /g).length - 1;
    await page.goto(page.url());
    const csv = await download(page, 'csv');
    const text = csv.bytes.toString('utf8');
    assert.ok(text.startsWith('\ufeffMã,'));
    assert.equal(text.trim().split('\r\n').filter((line) => /^SC-/.test(line)).length, rows);
    assert.match(text, /mã hóa/i);
});

test('what a search found is exported, harmless', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/search?q=ma+hoa');
    await browser.check(page);
    const csv = (await download(page, 'csv')).bytes.toString('utf8');
    const found = await page.locator('#found [data-hit]').count();
    assert.ok(csv.trim().split('\r\n').length > found, 'the file has all, the page the best of each');
    assert.match(csv, /mã hóa/i);
    // An observable of the sample, made harmless in the file.
    let domain;
    for (const { code } of (await ask(page, 'GET', '/api/v1/incidents?state=all')).body.items) {
        const list = (await ask(page, 'GET', `/api/v1/incidents/${code}/observables`)).body.items;
        domain ??= list.find((o) => o.kind === 'domain')?.value;
    }
    await page.locator('.toolbar-search input[type=search]').fill(domain);
    await page.waitForSelector(`#list-export a[href*="q=${domain}"]`, { state: 'attached' });
    await browser.shot(page, 'search-export');
    const json = JSON.parse((await download(page, 'json')).bytes);
    assert.ok(json.some((row) => row.kind === 'observables' && row.title === domain.replaceAll('.', '[.]')), JSON.stringify(json).slice(0, 500));
    assert.ok(!json.some((row) => row.title.includes(domain)));
    const theirs = await browser.as('officer');
    await theirs.goto('/search?q=ma+hoa');
    const less = (await download(theirs, 'csv')).bytes.toString('utf8');
    assert.ok(less.trim().split('\r\n').length < csv.trim().split('\r\n').length, 'only what is in reach');
});

test('observables of an incident leave harmless, as table, spreadsheet and for programs', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/incidents');
    const me = (await ask(page, 'GET', '/api/v1/me')).body;
    const code = (await ask(page, 'GET', '/api/v1/incidents?limit=1&severity=2')).body.items[0].code;
    const value = `moi-nguy-${Date.now()}.example.com`;
    const added = await ask(page, 'POST', `/api/v1/incidents/${code}/observables`, { value, note: '=HYPERLINK("http://example.com")' }, { 'X-CSRF-Token': me.csrf });
    assert.equal(added.status, 200);
    const files = `/incidents/${code}/observables`;
    const row = (await ask(page, 'GET', `${files}.json`)).body.find((line) => line.value.startsWith(value.slice(0, 15)));
    assert.equal(row.value, value.replaceAll('.', '[.]'));
    assert.match(row.note, /hxxp/);
    const plain = (await ask(page, 'GET', `${files}.json?plain=1`)).body;
    assert.ok(plain.some((line) => line.value === value));
    const csv = await page.evaluate(async (path) => (await fetch(path)).text(), `${files}.csv?plain=1`);
    assert.ok(csv.includes(value) && !/(^|,|")=HYPERLINK/m.test(csv), 'nothing that a spreadsheet would run');
    await page.goto(`/incidents/${code}`);
    await page.click('.page-actions details.menu:last-of-type > summary');
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('a[href$="/observables.xlsx"]')]);
    assert.equal(file.suggestedFilename(), `${code}-observables.xlsx`);
    assert.ok(unzip(readFileSync(await file.path())).get('xl/worksheets/sheet1.xml').includes(value.replaceAll('.', '[.]')));
});

for (const [role, list] of [['coordinator', '/reports'], ['coordinator', '/orgs'], ['officer', '/systems'], ['admin', '/accounts'], ['auditor', '/audit']]) {
    test(`${role} exports ${list}`, async (browser) => {
        const page = await browser.as(role);
        await page.goto(list);
        await browser.check(page);
        const xlsx = await download(page, 'xlsx');
        assert.ok(unzip(xlsx.bytes).get('xl/worksheets/sheet1.xml').includes('<row r="2"'));
    });
}

for (const [role, list, head, bad] of [
    ['coordinator', '/orgs', 'name,kind', 'Phường Thử,tàu vũ trụ'],
    ['officer', '/systems', 'name,owner_code', 'Cổng thử,DV-KHONG-CO'],
]) {
    test(`${role} imports ${list}: the template fits, mistakes are shown, nothing is half done`, async (browser) => {
        const page = await browser.as(role);
        await page.goto(`${list}/import`);
        await browser.check(page);
        const [file] = await Promise.all([page.waitForEvent('download'), page.click('a[href$="template.xlsx"]')]);
        await page.setInputFiles('input[type=file]', await file.path());
        await page.click('.form-actions .btn-primary');
        await page.getByRole('button', { name: 'Nhập ngay' }).waitFor();
        await browser.check(page);
        await page.goto(`${list}/import`);
        await page.setInputFiles('input[type=file]', { name: 'x.csv', mimeType: 'text/csv', buffer: Buffer.from(`${head}\n${bad}\n`) });
        await page.click('.form-actions .btn-primary');
        await page.locator('.alert-danger').waitFor();
        assert.match(await page.locator('table').first().innerText(), /tàu vũ trụ|DV-KHONG-CO/);
        await browser.check(page);
        await browser.shot(page, `import${list.replace('/', '-')}`);
    });
}
