import { moveRow, openRow, toggleRow } from './table.js';

const typing = (el) => el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && !/^(checkbox|radio|button|submit)$/.test(el.type);

// What was opened is there to be filled in.
export function firstField(el) {
    const field = el.open && el.querySelector('select, textarea, input:not([type=hidden])');
    if (field) field.focus();
}

function use(el) {
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName)) {
        el.focus();
        el.scrollIntoView({ block: 'center' });
        if (el.select) el.select();
    } else {
        el.click();
        if (el.tagName === 'SUMMARY') firstField(el.parentElement);
    }
}

function help() {
    const dialog = document.getElementById('keys');
    if (dialog && dialog.showModal) {
        if (dialog.open) dialog.close();
        else dialog.showModal();
    }
}

// Up and down go through what a search found, from the field in which it was typed.
function moveHit(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = event.target;
    if (!step || !at.matches || !at.matches('[data-hits], [data-hit]')) return false;
    const stops = [document.querySelector('[data-hits]'), ...document.querySelectorAll('[data-hit]')];
    const to = stops[stops.indexOf(at) + step];
    if (to) to.focus();
    event.preventDefault();
    return true;
}

export function keys() {
    let go = 0;
    document.addEventListener('keydown', (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
        if (moveHit(event)) return;
        if (typing(event.target)) {
            if (event.key === 'Escape') event.target.blur();
            return;
        }
        if (document.querySelector('dialog[open]') && event.key !== '?') return;
        const key = event.key;
        const find = (name) => document.querySelector(`[${name}="${CSS.escape(key)}"]`);
        if (go && Date.now() - go < 1500) {
            go = 0;
            const link = find('data-go');
            if (link) {
                event.preventDefault();
                link.click();
            }
            return;
        }
        if (key === 'g') {
            go = Date.now();
        } else if (key === 'j' || key === 'k') {
            event.preventDefault();
            moveRow(key === 'j' ? 1 : -1);
        } else if (key === 'x') {
            toggleRow();
        } else if (key === '?') {
            event.preventDefault();
            help();
        } else if (key === 'Enter') {
            if (event.target === document.body && openRow()) event.preventDefault();
        } else if (key.length === 1) {
            const el = find('data-key');
            if (el) {
                event.preventDefault();
                use(el);
            }
        }
    });
    document.addEventListener('click', (event) => {
        const el = event.target.closest && event.target.closest('[data-keys-help]');
        if (el && document.getElementById('keys') && document.getElementById('keys').showModal) {
            event.preventDefault();
            help();
        }
    });
}
