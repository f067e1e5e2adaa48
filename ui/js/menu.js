// Menus are <details>: they open without a script; the script closes them again.
export function menus() {
    document.addEventListener('click', (event) => {
        for (const menu of document.querySelectorAll('details.menu[open]')) {
            if (!menu.contains(event.target)) menu.open = false;
        }
    });
    document.addEventListener('keydown', (event) => {
        if (event.key !== 'Escape') return;
        const menu = document.querySelector('details.menu[open]');
        if (!menu) return;
        menu.open = false;
        menu.querySelector('summary').focus();
    });
}
