import { word } from './words.js';

// Dates are typed as 22/11/2026 17:46. With a script a calendar opens beside the field, and the day of
// the week is said, which shows a slip of the finger.
const pad = (n) => String(n).padStart(2, '0');

function parse(text) {
    const m = /^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ ,]+(\d{1,2})[:hg](\d{2})(?::\d{2})?)?\s*$/.exec(text);
    if (!m) return null;
    const date = new Date(+m[3], m[2] - 1, +m[1], +(m[4] || 0), +(m[5] || 0));
    return date.getMonth() === m[2] - 1 && date.getDate() === +m[1] ? date : null;
}

function write(date, time) {
    const day = `${pad(date.getDate())}/${pad(date.getMonth() + 1)}/${date.getFullYear()}`;
    return time ? `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}` : day;
}

// In Vietnamese as official documents write it (Decree 30/2020): Chủ nhật, ngày 05 tháng 02 năm 2026.
function said(date) {
    const lang = document.documentElement.lang;
    if (lang !== 'vi') return new Intl.DateTimeFormat(lang, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(date);
    const weekday = ['Chủ nhật', 'Thứ hai', 'Thứ ba', 'Thứ tư', 'Thứ năm', 'Thứ sáu', 'Thứ bảy'][date.getDay()];
    const month = date.getMonth() + 1;
    return `${weekday}, ngày ${pad(date.getDate())} tháng ${month < 3 ? pad(month) : month} năm ${date.getFullYear()}`;
}

function icon(name) {
    const sprite = document.querySelector('use').getAttribute('href').split('#')[0];
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', `${sprite}#${name}`);
    svg.append(use);
    return svg;
}

export function dateField(input) {
    const time = input.getAttribute('data-input') === 'time';
    const group = document.createElement('div');
    const picker = document.createElement('input');
    const button = document.createElement('button');
    const day = document.createElement('div');

    group.className = 'input-group w-medium';
    picker.type = time ? 'datetime-local' : 'date';
    picker.className = 'date-picker';
    picker.tabIndex = -1;
    picker.setAttribute('aria-hidden', 'true');
    button.type = 'button';
    button.className = 'btn btn-icon';
    button.setAttribute('aria-label', word('calendar'));
    button.append(icon('calendar'));
    day.className = 'date-day';
    day.setAttribute('aria-live', 'polite');

    function show() {
        const date = parse(input.value);
        day.textContent = date ? said(date) : '';
    }

    button.addEventListener('click', () => {
        const date = parse(input.value) || new Date();
        picker.value = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}${time ? `T${pad(date.getHours())}:${pad(date.getMinutes())}` : ''}`;
        if (picker.showPicker) picker.showPicker();
    });
    picker.addEventListener('input', () => {
        if (!picker.value) return;
        input.value = write(new Date(time ? picker.value : `${picker.value}T00:00`), time);
        input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    input.addEventListener('input', show);
    input.before(group);
    group.append(input);
    if (picker.showPicker) group.append(button, picker);
    group.after(day);
    show();
}
