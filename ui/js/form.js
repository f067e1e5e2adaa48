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

// Chosen in several goes and taken back one by one where the browser lets a script do so (since 2018);
// elsewhere the names are shown, and choosing again replaces them as ever.
function pack(files) {
    try {
        const transfer = new DataTransfer();
        for (const file of files) transfer.items.add(file);
        return transfer.files;
    } catch {
        return null;
    }
}

const same = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

function line(className, ...parts) {
    const li = document.createElement('li');
    if (className) li.className = className;
    li.append(...parts);
    return li;
}

function text(className, words) {
    const span = document.createElement('span');
    span.className = className;
    span.textContent = words;
    return span;
}

function dropZone(drop) {
    const input = drop.querySelector('input[type="file"]');
    if (!input) return;
    const free = !!pack([]);
    const most = +drop.getAttribute('data-max') || Infinity;
    const ul = document.createElement('ul');
    let chosen = [];
    ul.setAttribute('aria-live', 'polite');
    drop.append(ul);

    function show() {
        const total = chosen.reduce((sum, file) => sum + file.size, 0);
        ul.textContent = '';
        chosen.forEach((file, i) => {
            const li = line('', text('drop-name', file.name), text('end num', size(file.size)));
            if (free) {
                const button = document.createElement('button');
                button.type = 'button';
                button.className = 'btn btn-sm btn-plain';
                button.append(word('fileDrop'), text('visually-hidden', ` ${file.name}`));
                button.addEventListener('click', () => {
                    take(chosen.filter((other) => other !== file));
                    const left = ul.querySelectorAll('button');
                    (left[Math.min(i, left.length - 1)] || input).focus();
                });
                li.append(button);
            }
            ul.append(li);
        });
        if (total > most) ul.append(line('text-danger', word('filesLarge', size(total), size(most))));
    }

    function take(files) {
        const packed = pack(files);
        if (packed) input.files = packed;
        chosen = [...input.files];
        show();
    }

    // What was chosen before stays, unless there may be only one.
    function add(files) {
        const fresh = [...files].filter((file) => !chosen.some((other) => same(file, other)));
        take(input.multiple ? [...chosen, ...fresh] : files.length ? [files[0]] : chosen);
    }

    const over = (on) => (event) => {
        event.preventDefault();
        drop.classList.toggle('over', on);
    };
    drop.addEventListener('dragover', over(true));
    drop.addEventListener('dragleave', over(false));
    drop.addEventListener('drop', (event) => {
        over(false)(event);
        if (event.dataTransfer && event.dataTransfer.files.length) {
            add(event.dataTransfer.files);
            input.dispatchEvent(new Event('input', { bubbles: true }));
        }
    });
    // Some browsers empty the field when the dialog is left without a choice; what was chosen stays.
    input.addEventListener('change', () => add(input.files));
    if (input.files.length) add(input.files);
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
    const button = event.target.closest && event.target.closest('[data-copy], [data-print]');
    if (!button) return;
    if (button.hasAttribute('data-print')) print();
    else copy(button);
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
    // Once each: what htmx brings in later must not pull the eye back.
    for (const el of root.querySelectorAll('[data-focus]')) {
        if (!el.focused) el.focus();
        el.focused = true;
    }
}
