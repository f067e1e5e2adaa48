import { word } from './words.js';

const rows = () => [...document.querySelectorAll('tr[data-row-href]')];

function open(row, event) {
    const href = row.getAttribute('data-row-href');
    if (event && (event.ctrlKey || event.metaKey || event.button === 1)) window.open(href, '_blank', 'noopener');
    else location.assign(href);
}

document.addEventListener('click', (event) => {
    const row = event.target.closest && event.target.closest('tr[data-row-href]');
    if (!row || event.defaultPrevented || event.target.closest('a, button, input, label, summary, select, .check')) return;
    // Someone who marks text to copy it does not want to go away.
    if (String(getSelection())) return;
    open(row, event);
});

export function moveRow(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.classList.contains('row-focus'));
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step))];
    all.forEach((row) => row.classList.toggle('row-focus', row === next));
    const link = next.querySelector('a.title, a') || next;
    link.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
}

export function toggleRow() {
    const row = document.querySelector('tr.row-focus');
    const box = row && row.querySelector('.check input');
    if (box) box.click();
}

export function openRow() {
    const row = document.querySelector('tr.row-focus');
    if (row) open(row);
    return !!row;
}

function bulk(form) {
    const bar = form.querySelector('.bulk');
    const all = form.querySelector('[data-all]');
    const boxes = () => [...form.querySelectorAll('tbody .check input')];
    const count = form.querySelector('[data-bulk-count]');

    function show() {
        const list = boxes();
        const n = list.filter((box) => box.checked).length;
        list.forEach((box) => box.closest('tr').classList.toggle('selected', box.checked));
        if (bar) bar.hidden = n === 0;
        if (count) count.textContent = word('selected', n);
        if (all) {
            all.checked = n > 0 && n === list.length;
            all.indeterminate = n > 0 && n < list.length;
        }
    }

    let last = null;
    form.addEventListener('click', (event) => {
        const box = event.target;
        if (!box.matches || !box.matches('tbody .check input')) return;
        // Shift takes everything in between.
        if (event.shiftKey && last) {
            const list = boxes();
            const [a, b] = [list.indexOf(last), list.indexOf(box)].sort((x, y) => x - y);
            for (let i = a; i <= b; i++) list[i].checked = box.checked;
        }
        last = box;
        show();
    });
    if (all) {
        all.addEventListener('change', () => {
            for (const box of boxes()) box.checked = all.checked;
            show();
        });
    }
    form.addEventListener('click', (event) => {
        if (event.target.closest && event.target.closest('[data-bulk-none]')) {
            for (const box of boxes()) box.checked = false;
            show();
        }
    });
    show();
}

export function tables(root) {
    for (const form of root.querySelectorAll('form[data-bulk]')) {
        if (form.bulk) continue;
        form.bulk = true;
        bulk(form);
    }
}
