// Be Vietnam Pro has no figures of equal width, so columns of numbers do not align and a running clock
// jumps. From each weight this makes a font of the ten digits alone, all as wide as the middle one, each
// in the middle of its cell. In: a WOFF file (WOFF 1: plain zlib). Out: another.
import { deflateSync, inflateSync } from 'node:zlib';

const KEEP = ['OS/2', 'cmap', 'cvt ', 'fpgm', 'gasp', 'glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp', 'name', 'prep'];

function readTables(woff) {
    if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new Error('not a WOFF file');
    const tables = new Map();
    for (let i = 0, at = 44; i < woff.readUInt16BE(12); i++, at += 20) {
        const tag = woff.toString('latin1', at, at + 4);
        const [offset, packed, size] = [4, 8, 12].map((n) => woff.readUInt32BE(at + n));
        const data = woff.subarray(offset, offset + packed);
        if (KEEP.includes(tag)) tables.set(tag, Buffer.from(packed < size ? inflateSync(data) : data));
    }
    return tables;
}

// The glyph of a character, from a cmap subtable of format 4 (OpenType specification, "cmap").
function glyphOf(cmap, code) {
    for (let i = 0; i < cmap.readUInt16BE(2); i++) {
        const at = cmap.readUInt32BE(4 + 8 * i + 4);
        if (cmap.readUInt16BE(at) !== 4) continue;
        const x2 = cmap.readUInt16BE(at + 6);
        const ends = at + 14;
        const starts = ends + x2 + 2;
        for (let s = 0; s < x2; s += 2) {
            const start = cmap.readUInt16BE(starts + s);
            if (code > cmap.readUInt16BE(ends + s) || code < start) continue;
            const delta = cmap.readUInt16BE(starts + x2 + s);
            const rangeAt = starts + 2 * x2 + s;
            const range = cmap.readUInt16BE(rangeAt);
            if (range === 0) return (code + delta) & 0xffff;
            const glyph = cmap.readUInt16BE(rangeAt + range + 2 * (code - start));
            return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
        }
    }
    throw new Error(`no glyph for U+${code.toString(16)}`);
}

function sameWidth(tables, digits) {
    const hmtx = tables.get('hmtx');
    const metrics = tables.get('hhea').readUInt16BE(34);
    if (digits.some((glyph) => glyph >= metrics)) throw new Error('a digit without a width of its own');
    // Not the widest: "4" has room at its sides, and "1" would stand lost in such a cell.
    const widths = digits.map((glyph) => hmtx.readUInt16BE(4 * glyph)).sort((a, b) => a - b);
    const width = widths[digits.length / 2];
    for (const glyph of digits) {
        const gap = width - hmtx.readUInt16BE(4 * glyph);
        hmtx.writeUInt16BE(width, 4 * glyph);
        hmtx.writeInt16BE(hmtx.readInt16BE(4 * glyph + 2) + (gap >> 1), 4 * glyph + 2);
    }
}

// Leaves the outlines of the digits and of ".notdef".
function onlyOutlinesOf(tables, digits) {
    const [glyf, loca] = [tables.get('glyf'), tables.get('loca')];
    const long = tables.get('head').readInt16BE(50) === 1;
    const place = (i) => (long ? loca.readUInt32BE(4 * i) : 2 * loca.readUInt16BE(2 * i));
    const count = loca.length / (long ? 4 : 2) - 1;
    const places = Buffer.alloc(4 * (count + 1));
    const kept = [];
    let at = 0;
    for (let i = 0; i < count; i++) {
        places.writeUInt32BE(at, 4 * i);
        if (i !== 0 && !digits.includes(i)) continue;
        const outline = glyf.subarray(place(i), place(i + 1));
        if (outline.length && outline.readInt16BE(0) < 0) throw new Error('a digit made of other glyphs');
        kept.push(outline, Buffer.alloc(-outline.length & 3));
        at += outline.length + (-outline.length & 3);
    }
    places.writeUInt32BE(at, 4 * count);
    tables.get('head').writeInt16BE(1, 50);
    tables.set('glyf', Buffer.concat(kept));
    tables.set('loca', places);
}

function checksum(data) {
    const padded = Buffer.concat([data, Buffer.alloc(-data.length & 3)]);
    let sum = 0;
    for (let i = 0; i < padded.length; i += 4) sum = (sum + padded.readUInt32BE(i)) >>> 0;
    return sum;
}

function writeWoff(tables) {
    const post = Buffer.alloc(32); // format 3: no names of glyphs
    post.writeUInt32BE(0x00030000, 0);
    tables.set('post', post);
    const tags = [...tables.keys()].sort();
    const head = Buffer.alloc(44 + 20 * tags.length);
    const parts = [head];
    let at = head.length;
    let full = 12 + 16 * tags.length;
    tags.forEach((tag, i) => {
        const data = tables.get(tag);
        const packed = deflateSync(data, { level: 9 });
        const body = packed.length < data.length ? packed : data;
        const entry = 44 + 20 * i;
        head.write(tag, entry, 'latin1');
        [at, body.length, data.length, checksum(data)].forEach((n, k) => head.writeUInt32BE(n, entry + 4 + 4 * k));
        const pad = Buffer.alloc(-body.length & 3);
        parts.push(body, pad);
        at += body.length + pad.length;
        full += data.length + (-data.length & 3);
    });
    head.write('wOFF', 0, 'latin1');
    head.writeUInt32BE(0x00010000, 4);
    head.writeUInt32BE(at, 8);
    head.writeUInt16BE(tags.length, 12);
    head.writeUInt32BE(full, 16);
    head.writeUInt16BE(1, 20);
    return Buffer.concat(parts);
}

export function tabular(woff) {
    const tables = readTables(woff);
    const digits = [...'0123456789'].map((c) => glyphOf(tables.get('cmap'), c.charCodeAt(0)));
    sameWidth(tables, digits);
    onlyOutlinesOf(tables, digits);
    return writeWoff(tables);
}
