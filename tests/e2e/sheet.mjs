// An XLSX as a spreadsheet program writes it: rows of texts in one sheet, deflated in a ZIP.
import * as zlib from 'node:zlib';

const table = Array.from({ length: 256 }, (_, n) => {
    for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n >>> 0;
});
// zlib.crc32 came with Node 22.
const sum = zlib.crc32 ?? ((data) => ~data.reduce((c, byte) => table[(c ^ byte) & 255] ^ (c >>> 8), -1) >>> 0);

function zip(parts) {
    const files = [];
    const directory = [];
    let offset = 0;
    for (const [name, text] of parts) {
        const data = Buffer.from(text);
        const packed = zlib.deflateRawSync(data);
        const head = Buffer.alloc(26);
        head.writeUInt16LE(20, 0); // version needed
        head.writeUInt16LE(0x800, 2); // names are UTF-8
        head.writeUInt16LE(8, 4); // deflate
        head.writeUInt16LE(0x21, 8); // 1 January 1980
        head.writeUInt32LE(sum(data), 10);
        head.writeUInt32LE(packed.length, 14);
        head.writeUInt32LE(data.length, 18);
        head.writeUInt16LE(Buffer.byteLength(name), 22);
        const place = Buffer.alloc(14);
        place.writeUInt32LE(offset, 10);
        const local = Buffer.concat([Buffer.from('PK\x03\x04'), head, Buffer.from(name), packed]);
        files.push(local);
        directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), head, place, Buffer.from(name)]));
        offset += local.length;
    }
    const listed = Buffer.concat(directory);
    const end = Buffer.alloc(22);
    end.write('PK\x05\x06');
    end.writeUInt16LE(directory.length, 8);
    end.writeUInt16LE(directory.length, 10);
    end.writeUInt32LE(listed.length, 12);
    end.writeUInt32LE(offset, 16);
    return Buffer.concat([...files, listed, end]);
}

const escape = (text) => text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
const letter = (column) => String.fromCharCode(65 + column);
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const SHEETS = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

export function xlsx(name, rows) {
    const lines = rows.map((row, r) => {
        const cells = row.map((text, c) => `<c r="${letter(c)}${r + 1}" t="inlineStr"><is><t>${escape(text)}</t></is></c>`);
        return `<row r="${r + 1}">${cells.join('')}</row>`;
    });
    return zip([
        [
            '[Content_Types].xml',
            `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/></Types>`,
        ],
        ['_rels/.rels', `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
        [
            'xl/workbook.xml',
            `${XML}<workbook xmlns="${SHEETS}" xmlns:r="${OFFICE}"><sheets><sheet name="${escape(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
        ],
        [
            'xl/_rels/workbook.xml.rels',
            `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
        ],
        ['xl/worksheets/sheet1.xml', `${XML}<worksheet xmlns="${SHEETS}"><sheetData>${lines.join('')}</sheetData></worksheet>`],
    ]);
}
