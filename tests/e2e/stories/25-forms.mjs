// Long forms: a draft is kept while one types; a merger of organisations is recorded and taken back.
import assert from 'node:assert/strict';
import { test } from '../test.mjs';

const kept = (page) => page.locator('.draft-kept:not([hidden])').waitFor();

test('a draft outlives the window and the session, and goes once it is sent', async (browser) => {
    const page = await browser.visitor();
    await browser.signIn(page, 'officer');
    await page.goto('/reports/new');
    await page.fill('[name=title]', 'Thư lạ đòi mật khẩu');
    await page.fill('[name=body]', 'Người nhận báo qua điện thoại.');
    await kept(page);
    await page.context().clearCookies();
    await page.goto('about:blank');

    await browser.signIn(page, 'officer');
    await page.goto('/reports/new');
    await page.locator('form .alert-info').waitFor();
    assert.equal(await page.inputValue('[name=title]'), 'Thư lạ đòi mật khẩu');
    assert.equal(await page.inputValue('[name=body]'), 'Người nhận báo qua điện thoại.');
    await browser.check(page);

    await page.click('form .alert-info button');
    assert.equal(await page.inputValue('[name=title]'), '');
    await page.waitForLoadState('networkidle');
    await page.reload();
    await page.waitForLoadState('networkidle');
    assert.equal(await page.inputValue('[name=title]'), '');
});

test('a draft is gone when its form was accepted, and another account never sees it', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/orgs/new');
    await page.fill('[name=name]', 'Trung tâm thử bản nháp');
    await page.selectOption('[name=kind]', 'department');
    await page.selectOption('[name=parent]', { index: 1 });
    await kept(page);

    const other = await browser.as('admin');
    await other.goto('/orgs/new');
    await other.waitForLoadState('networkidle');
    assert.equal(await other.inputValue('[name=name]'), '');

    await page.click('form.form-page button.btn-primary');
    await page.waitForURL(/\/orgs\/DV-/);
    await page.waitForLoadState('networkidle');
    await page.goto('/orgs/new');
    await page.waitForLoadState('networkidle');
    assert.equal(await page.inputValue('[name=name]'), '');
});

test('a merger: refused beside the field, recorded, shown on both sides, taken back', async (browser) => {
    const page = await browser.as('coordinator');
    await page.goto('/orgs?q=trung+tam+thu+ban+nhap');
    await page.click('table a.title, table td a');
    await page.waitForURL(/\/orgs\/DV-/);
    const own = new URL(page.url()).pathname;
    await page.click(`a[href="${own}/succession"]`);
    await page.click('form.form-page button.btn-primary');
    assert.equal(await page.getAttribute('[name=to]', 'aria-invalid'), 'true');
    assert.equal(await page.getAttribute('[name=at]', 'aria-invalid'), 'true');
    await browser.check(page);
    const heir = await page.locator('[name=to] option').nth(3).textContent();
    await page.selectOption('[name=to]', { index: 3 });
    await page.fill('[name=at]', '01/11/2026');
    await page.fill('[name=document]', 'Quyết định thử');
    await page.click('form.form-page button.btn-primary');
    await page.waitForURL(`**${own}`);
    const after = page.locator('aside a.title').first();
    assert.ok(heir.includes((await after.textContent()).trim()));
    await browser.check(page);

    await after.click();
    await page.waitForURL((url) => url.pathname !== own);
    assert.ok(await page.locator(`aside a[href="${own}"]`).isVisible());
    await page.goto(own);
    await page.click('aside button[name=remove][value^="DV-"]');
    await page.waitForURL(`**${own}`);
    assert.equal(await page.locator(`a[href="${own}/succession"]`).count(), 1);
});
