// What several stories do at the desk.
export const path = (page) => new URL(page.url()).pathname;
export const query = (page) => new URL(page.url()).search;
export const alert = (page, text) => page.locator('.alert', { hasText: text }).first().waitFor();

// Does what leads to another page, and waits for it.
export async function go(page, action) {
    await Promise.all([page.waitForNavigation(), action()]);
}

export const submit = (page, button) => go(page, () => button.click());

// Opens an incident as whoever the page belongs to; its code.
export async function openIncident(page, title, { summary = '', severity } = {}) {
    await page.goto('/incidents/new');
    await page.fill('[name=title]', title);
    await page.selectOption('[name=org]', { index: 3 });
    await page.selectOption('[name=kind]', { index: 2 });
    if (severity) await page.selectOption('[name=severity]', severity);
    await page.fill('[name=summary]', summary);
    await go(page, () => page.getByRole('button', { name: 'Mở sự cố' }).click());
    return path(page).split('/').pop();
}
