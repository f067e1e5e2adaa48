// A board: cards go from column to column by the mouse, and the arrow keys go through them. A move is the
// card's own form, so the server says what is allowed, and why not.
const cards = (column) => [...column.querySelectorAll('.board-card')];

function move(card, state) {
    const button = card.querySelector(`button[name="state"][value="${CSS.escape(state)}"]`);
    const details = card.querySelector('details');
    if (button && button.form.querySelector('textarea')) {
        details.open = true;
        button.form.querySelector('textarea').focus();
        return;
    }
    if (button) {
        button.click();
        return;
    }
    const form = card.querySelector('form');
    const field = document.createElement('input');
    field.type = 'hidden';
    field.name = 'state';
    field.value = state;
    form.append(field);
    form.submit();
}

function focusCard(card) {
    if (!card) return false;
    card.querySelector('a.title').focus();
    card.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    return true;
}

function step(card, key) {
    const column = card.closest('[data-column]');
    const at = cards(column).indexOf(card);
    if (key === 'ArrowDown') return focusCard(cards(column)[at + 1]);
    if (key === 'ArrowUp') return focusCard(cards(column)[at - 1]);
    // Empty columns are passed over.
    const columns = [...document.querySelectorAll('[data-column]')];
    const to = columns.indexOf(column);
    const rest = key === 'ArrowRight' ? columns.slice(to + 1) : columns.slice(0, to).reverse();
    const next = rest.find((other) => cards(other).length);
    return next ? focusCard(cards(next)[Math.min(at, cards(next).length - 1)]) : false;
}

function open(card) {
    const details = card.querySelector('details');
    if (!details) return;
    details.open = true;
    details.querySelector('button, textarea').focus();
}

export function boards(root) {
    const board = root.querySelector('[data-board]');
    if (!board || board.ready) return;
    board.ready = true;
    let held = null;
    const columns = [...board.querySelectorAll('[data-column]')];
    const over = (column) => columns.forEach((c) => c.classList.toggle('board-over', c === column));
    for (const card of board.querySelectorAll('[data-card]')) {
        card.draggable = true;
        for (const link of card.querySelectorAll('a')) link.draggable = false;
    }
    board.addEventListener('dragstart', (event) => {
        const card = event.target.closest && event.target.closest('[data-card]');
        if (!card) return;
        held = card;
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', card.querySelector('.code').textContent);
        card.classList.add('board-held');
    });
    board.addEventListener('dragover', (event) => {
        const column = held && event.target.closest('[data-column]');
        if (!column) return;
        event.preventDefault();
        over(column.getAttribute('data-column') === held.getAttribute('data-card') ? null : column);
    });
    board.addEventListener('drop', (event) => {
        const column = held && event.target.closest('[data-column]');
        if (!column) return;
        event.preventDefault();
        const state = column.getAttribute('data-column');
        if (state !== held.getAttribute('data-card')) move(held, state);
    });
    board.addEventListener('dragend', () => {
        if (held) held.classList.remove('board-held');
        held = null;
        over(null);
    });
    board.addEventListener('keydown', (event) => {
        const card = event.target.closest('.board-card');
        if (!card || event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === 'TEXTAREA') return;
        if (event.key === 'm') open(card);
        else if (!/^Arrow/.test(event.key) || !step(card, event.key)) return;
        event.preventDefault();
    });
}
