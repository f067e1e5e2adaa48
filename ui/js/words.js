// Sentences in the visitor's language, written into the page by the server.
const words = JSON.parse(document.body.getAttribute('data-words') || '{}');

export function word(name, ...args) {
    return (words[name] || '').replace(/\{(\d)\}/g, (all, n) => args[+n] ?? all);
}

// "3 giờ 12 phút": the two largest units, minutes at the finest above one minute.
export function duration(ms) {
    const units = words.units;
    const sizes = [86400000, 3600000, 60000, 1000];
    let first = sizes.findIndex((size) => ms >= size);
    if (first < 0) first = 3;
    const say = (i, n) => `${n} ${units[i][n === 1 ? 0 : 1]}`;
    const big = Math.floor(ms / sizes[first]);
    const small = first < 2 && ms < 864000000 ? Math.floor((ms % sizes[first]) / sizes[first + 1]) : 0;
    return say(first, big) + (small ? ` ${say(first + 1, small)}` : '');
}

let toastTimer;

// A word from the page, also read aloud.
export function say(text) {
    let box = document.getElementById('toast');
    if (!box) {
        box = document.createElement('div');
        box.id = 'toast';
        box.className = 'toast';
        box.setAttribute('role', 'status');
        document.body.append(box);
    }
    box.textContent = text;
    box.hidden = false;
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => {
        box.hidden = true;
    }, 4000);
}
