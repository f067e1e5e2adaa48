import { duration, word } from './words.js';

// The server says what time it is, so that a wrong clock of the computer does not matter.
const skew = Number(document.body.getAttribute('data-now') || Date.now()) - Date.now();
let timer = 0;

function tick() {
    const now = Date.now() + skew;
    for (const el of document.querySelectorAll('[data-due]')) {
        const due = +el.getAttribute('data-due');
        const from = +el.getAttribute('data-from');
        const left = due - now;
        const kind = left < 0 ? 'late' : left >= 3600000 && left * 4 >= due - from ? 'calm' : 'soon';
        const text = word(left < 0 ? 'late' : 'left', duration(Math.abs(left)));
        const label = el.querySelector('span') || el;
        if (label.textContent !== text) label.textContent = text;
        if (!el.classList.contains(`clock-${kind}`)) {
            el.classList.remove('clock-calm', 'clock-soon', 'clock-late');
            el.classList.add(`clock-${kind}`);
        }
    }
    for (const el of document.querySelectorAll('[data-rel]')) {
        const ago = now - +el.getAttribute('data-rel');
        if (ago < 0 || ago >= 86400000) continue;
        const text =
            ago < 60000
                ? word('now')
                : word('ago', duration(ago < 3600000 ? ago : ago - (ago % 3600000)));
        if (el.textContent !== text) el.textContent = text;
    }
}

export function clocks() {
    if (!document.querySelector('[data-due], [data-rel]')) return;
    if (!timer) timer = setInterval(tick, 15000);
    document.addEventListener('visibilitychange', () => document.hidden || tick());
}
