// What the pages gain from JavaScript. Nothing here is needed to work: every link and form does its
// job without it. No inline code, no eval: the site's policy forbids both.
import { boards } from './board.js';
import { clocks } from './clock.js';
import { sent } from './draft.js';
import { forms } from './form.js';
import { keys } from './keys.js';
import { menus } from './menu.js';
import { tables } from './table.js';

document.documentElement.classList.add('js');

function start(root) {
    boards(root);
    clocks(root);
    forms(root);
    tables(root);
}

sent();
start(document);
menus();
keys();
// Parts that htmx brings in later.
document.addEventListener('htmx:after:swap', () => start(document));
