import { dateField } from './date.js';
import { drafts } from './draft.js';
import { say, word } from './words.js';

function size(bytes) {
    const units = ['B', 'KB', 'MB', 'GB'];
    let i = 0;
    while (bytes >= 1024 && i < 3) {
        bytes /= 1024;
        i++;
    }
    const digits = i && bytes < 100 ? 1 : 0;
    return `${bytes.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits })} ${units[i]}`;
}

function list(drop, input) {
    let ul = drop.querySelector('ul');
    if (!ul) {
        ul = document.createElement('ul');
        ul.setAttribute('aria-live', 'polite');
        drop.append(ul);
    }
    ul.textContent = '';
    for (const file of input.files) {
        const li = document.createElement('li');
        const name = document.createElement('span');
        const bytes = document.createElement('span');
        name.textContent = file.name;
        bytes.textContent = size(file.size);
        bytes.className = 'end num';
        li.append(name, bytes);
        ul.append(li);
    }
}

function dropZone(drop) {
    const input = drop.querySelector('input[type="file"]');
    if (!input) return;
    const over = (on) => (event) => {
        event.preventDefault();
        drop.classList.toggle('over', on);
    };
    drop.addEventListener('dragover', over(true));
    drop.addEventListener('dragleave', over(false));
    drop.addEventListener('drop', (event) => {
        over(false)(event);
        if (event.dataTransfer && event.dataTransfer.files.length) {
            input.files = event.dataTransfer.files;
            list(drop, input);
            input.dispatchEvent(new Event('change', { bubbles: true }));
        }
    });
    input.addEventListener('change', () => list(drop, input));
}

const dirty = new Set();

function guard(form) {
    form.addEventListener('input', () => dirty.add(form));
    form.addEventListener('submit', () => dirty.delete(form));
    form.addEventListener('draft:kept', () => dirty.delete(form));
    drafts(form);
}

function once(form) {
    // A second click while the first is on its way would send it twice.
    form.addEventListener('submit', (event) => {
        if (form.hasAttribute('data-sent')) {
            event.preventDefault();
            return;
        }
        form.setAttribute('data-sent', '');
    });
}

addEventListener('beforeunload', (event) => {
    if (dirty.size) event.preventDefault();
});

// The page comes back from the browser's memory with its forms as they were left.
addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) form.removeAttribute('data-sent');
});

async function copy(button) {
    const from = document.querySelector(button.getAttribute('data-copy'));
    const text = (from.value ?? from.textContent).trim();
    try {
        await navigator.clipboard.writeText(text);
    } catch {
        // No clipboard without TLS: mark the text, so that the keys copy it.
        getSelection().selectAllChildren(from);
        if (!document.execCommand('copy')) return;
    }
    say(word('copied'));
}

document.addEventListener('click', (event) => {
    const button = event.target.closest && event.target.closest('[data-copy]');
    if (button) copy(button);
});

document.addEventListener('change', (event) => {
    const el = event.target;
    if (el.matches && el.matches('[data-auto]') && el.form) el.form.requestSubmit ? el.form.requestSubmit() : el.form.submit();
});

function each(root, selector, fn) {
    for (const el of root.querySelectorAll(selector)) {
        if (el.ready) continue;
        el.ready = true;
        fn(el);
    }
}

export function forms(root) {
    each(root, '[data-drop]', dropZone);
    each(root, 'input[data-input]', dateField);
    each(root, 'form[method="post"]', (form) => {
        once(form);
        if (form.hasAttribute('data-guard')) guard(form);
    });
    const first = root.querySelector('[role="alert"][data-focus]');
    if (first) first.focus();
}
