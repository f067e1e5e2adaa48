// What the pages gain from JavaScript. Nothing here is needed to work: every link and form does its
// job without it. No inline code, no eval: the site's policy forbids both.
import { boards } from './board.js';
import { clocks } from './clock.js';
import { sent } from './draft.js';
import { forms } from './form.js';
import { firstField, keys } from './keys.js';
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
// A link to a form that is folded open for it leads into its first field. Later than the browser, which goes to the
// form itself and takes the focus away from what is in it.
const aim = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
if (aim && aim.matches('details[open]')) window.addEventListener('load', () => setTimeout(() => firstField(aim)));
// Parts that htmx brings in later.
document.addEventListener('htmx:after:swap', () => start(document));
