import { word } from './words.js';

// What is typed is kept on the server until it is sent. The draft goes by the address its form is sent
// to; files and passwords stay out of it.
const WAIT = 1500;
const SENT = 'ungcuu-sent';

const pathOf = (form) => new URL(form.action || location.href, location.href).pathname;

function fields(form) {
    return [...form.elements].filter(
        (el) => el.name && el.name !== 'csrf' && !el.disabled && !['password', 'file', 'submit', 'button', 'fieldset'].includes(el.type),
    );
}

function read(form) {
    return fields(form)
        .filter((el) => !['checkbox', 'radio'].includes(el.type) || el.checked)
        .map((el) => [el.name, el.value]);
}

function write(form, pairs) {
    const left = pairs.slice();
    for (const el of fields(form)) {
        const tick = el.type === 'checkbox' || el.type === 'radio';
        const i = left.findIndex(([name, value]) => name === el.name && (!tick || value === el.value));
        if (tick) el.checked = i >= 0;
        else if (i >= 0) el.value = left[i][1];
        if (i >= 0) left.splice(i, 1);
        el.dispatchEvent(new Event('input', { bubbles: false }));
    }
}

function post(form, path, data) {
    const body = new URLSearchParams({ path, data, csrf: form.elements.csrf.value });
    return fetch('/drafts', { method: 'POST', body, credentials: 'same-origin', keepalive: data.length < 30000 });
}

const clock = (at) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'short', timeStyle: 'short' }).format(at);

function notice(form, text, act) {
    const box = document.createElement('div');
    const button = document.createElement('button');
    box.className = 'alert alert-info';
    box.setAttribute('role', 'status');
    const says = document.createElement('div');
    says.textContent = text;
    says.className = 'grow';
    box.append(says);
    button.type = 'button';
    button.className = 'btn btn-sm';
    button.textContent = word('draftDrop');
    button.addEventListener('click', () => {
        box.remove();
        act();
    });
    box.append(button);
    form.prepend(box);
}

async function restore(form, path) {
    // The server showed the form again with what was typed: that is newer than any draft.
    if (form.querySelector('[aria-invalid="true"]')) return;
    const answer = await fetch(`/drafts?path=${encodeURIComponent(path)}`, { credentials: 'same-origin' });
    if (!answer.ok) return;
    const draft = await answer.json();
    if (!draft.at || form.hasAttribute('data-touched')) return;
    const pairs = JSON.parse(draft.data);
    if (JSON.stringify(pairs) === JSON.stringify(read(form))) return;
    write(form, pairs);
    for (let fold = form.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
    notice(form, word('draftBack', clock(draft.at)), () => {
        form.reset();
        for (const el of fields(form)) el.dispatchEvent(new Event('input', { bubbles: false }));
        post(form, path, '');
    });
}

function keep(form, path) {
    const line = document.createElement('p');
    let timer = 0;
    line.className = 'form-hint draft-kept';
    line.hidden = true;
    const save = async () => {
        timer = 0;
        const data = JSON.stringify(read(form));
        try {
            const answer = await post(form, path, data);
            line.textContent = answer.ok ? word('draftKept', clock(Date.now())) : word('draftLost');
            if (answer.ok && !form.querySelector('input[type="file"]')) form.dispatchEvent(new Event('draft:kept'));
        } catch {
            line.textContent = word('draftLost');
        }
        if (!line.isConnected) form.append(line);
        line.hidden = false;
    };
    form.addEventListener('input', (event) => {
        if (!event.bubbles) return;
        form.setAttribute('data-touched', '');
        clearTimeout(timer);
        timer = setTimeout(save, WAIT);
    });
    form.addEventListener('submit', () => {
        clearTimeout(timer);
        sessionStorage.setItem(SENT, path);
    });
    addEventListener('pagehide', () => {
        if (timer && !form.hasAttribute('data-sent')) save();
    });
}

let dropped = '';

// A form that was accepted leads to another page; refused, it is shown again under its own address.
export function sent() {
    const path = sessionStorage.getItem(SENT);
    const form = document.querySelector('form input[name="csrf"]');
    if (!path || location.pathname === path || location.pathname === '/sign-in') return;
    sessionStorage.removeItem(SENT);
    dropped = path;
    if (form) post(form.form, path, '');
}

export function drafts(form) {
    if (!document.body.hasAttribute('data-account') || !form.elements.csrf) return;
    const path = pathOf(form);
    keep(form, path);
    if (path !== dropped) restore(form, path).catch(() => {});
}
