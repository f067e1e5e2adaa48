#include "sys/sheet/sheet.h"
#include "base/clock.h"
#include "base/text.h"

#include <archive.h>
#include <archive_entry.h>
#include <expat.h>
#include <math.h>

/*
 * The parts of an XLSX file that hold what is in the cells (ECMA-376, Part 1, 18): the workbook
 * names the first sheet and says which days dates count from, the styles say which numbers are
 * dates, the shared strings are the texts. These are read whole; the sheet itself is a stream.
 */
enum { STRINGS_MAX = 2000000, STYLES_MAX = 65536 };

VEC_TYPE(strs, struct str);

struct book {
    struct arena *arena;
    struct err *err;
    int failed; /* ERR_* */
    bool date1904;
    struct str sheet_name, sheet_id, sheet_path; /* the first one */
    struct strs strings;
    VEC(bool) is_date;    /* by number format of a cell's style */
    VEC(int64_t) dates;   /* custom formats that show a day or time */
    bool in_cell_formats; /* inside cellXfs */
};

/* One part while it is parsed. */
struct part {
    struct book *book;
    XML_Parser parser;
    void (*begin)(struct part *, struct str name, const char **attrs);
    void (*end)(struct part *, struct str name);
    struct arena arena; /* of the row, when it is the sheet */
    struct buf text;
    bool in_text, phonetic;
    /* of the sheet */
    sheet_sink_fn *sink;
    void *ctx;
    int64_t row, rows;
    struct str cells[SHEET_COLUMNS_MAX];
    size_t len, column;
    char type; /* of the cell: s, i(nline), b, e, t(ext of a formula), n */
    size_t style;
};

static int fail(struct book *b, int code, const char *what)
{
    if (b->failed == 0)
        b->failed = err_set(b->err, code, "%s", what);
    return b->failed;
}

/* ---- XML ---------------------------------------------------------------------------------------
 */

static struct str local(const char *name)
{
    const char *colon = strrchr(name, ':');

    return str_c(colon != NULL ? colon + 1 : name);
}

static struct str attribute(const char **attrs, const char *name)
{
    for (; attrs[0] != NULL; attrs += 2)
        if (strcmp(attrs[0], name) == 0 || str_is(local(attrs[0]), name))
            return str_c(attrs[1]);
    return STR_EMPTY;
}

static void on_begin(void *ctx, const char *name, const char **attrs)
{
    struct part *p = ctx;

    p->begin(p, local(name), attrs);
    if (p->book->failed != 0)
        XML_StopParser(p->parser, XML_FALSE);
}

static void on_end(void *ctx, const char *name)
{
    struct part *p = ctx;

    if (p->end != NULL)
        p->end(p, local(name));
    if (p->book->failed != 0)
        XML_StopParser(p->parser, XML_FALSE);
}

static void on_text(void *ctx, const char *s, int len)
{
    struct part *p = ctx;

    if (p->in_text && p->text.len < SHEET_CELL_MAX)
        buf_add(&p->text, str_make(s, MIN((size_t)len, SHEET_CELL_MAX - p->text.len)));
}

/* No part of a spreadsheet has one; what has is an attack. */
static void on_doctype(void *ctx, const char *name, const char *system, const char *public,
                       int subset)
{
    struct part *p = ctx;

    fail(p->book, ERR_SYNTAX, "the spreadsheet holds a document type declaration");
    XML_StopParser(p->parser, XML_FALSE);
}

static void part_open(struct part *p, struct book *b,
                      void (*begin)(struct part *, struct str, const char **),
                      void (*end)(struct part *, struct str))
{
    p->book = b;
    p->begin = begin;
    p->end = end;
    p->text = buf_make(b->arena);
    p->parser = XML_ParserCreate(NULL);
    if (p->parser == NULL)
        die("out of memory");
    XML_SetUserData(p->parser, p);
    XML_SetElementHandler(p->parser, on_begin, on_end);
    XML_SetCharacterDataHandler(p->parser, on_text);
    XML_SetStartDoctypeDeclHandler(p->parser, on_doctype);
}

static int part_feed(struct part *p, struct str data, bool last)
{
    if (XML_Parse(p->parser, data.ptr, (int)data.len, last) == XML_STATUS_OK)
        return 0;
    return fail(p->book, ERR_SYNTAX, "a part of the spreadsheet is damaged");
}

static void part_close(struct part *p)
{
    XML_ParserFree(p->parser);
    arena_release(&p->arena);
}

/* ---- the small parts ---------------------------------------------------------------------------
 */

static void workbook_begin(struct part *p, struct str name, const char **attrs)
{
    struct book *b = p->book;
    struct str flag = attribute(attrs, "date1904");

    if (str_is(name, "workbookPr"))
        b->date1904 = str_is(flag, "1") || str_is(flag, "true");
    if (!str_is(name, "sheet") || b->sheet_id.len > 0)
        return;
    b->sheet_name = str_dup(b->arena, attribute(attrs, "name"));
    b->sheet_id = str_dup(b->arena, attribute(attrs, "id"));
}

static void rels_begin(struct part *p, struct str name, const char **attrs)
{
    struct book *b = p->book;
    struct str target = attribute(attrs, "Target");

    if (!str_is(name, "Relationship") || b->sheet_id.len == 0 ||
        !str_eq(attribute(attrs, "Id"), b->sheet_id))
        return;
    if (str_starts(target, STR("/")))
        b->sheet_path = str_dup(b->arena, str_from(target, 1));
    else
        b->sheet_path = str_printf(b->arena, "xl/" STR_FMT, STR_ARG(target));
}

/* A format that shows a day, month, year or hour; what stands in quotes or brackets does not
 * count. */
static bool shows_date(struct str code)
{
    bool quoted = false, bracket = false;

    for (size_t i = 0; i < code.len; i++) {
        char c = (char)(code.ptr[i] | 0x20);

        if (code.ptr[i] == '"')
            quoted = !quoted;
        else if (code.ptr[i] == '[' || code.ptr[i] == ']')
            bracket = code.ptr[i] == '[';
        else if (code.ptr[i] == '\\')
            i++;
        else if (!quoted && !bracket && (c == 'd' || c == 'm' || c == 'y' || c == 'h'))
            return true;
    }
    return false;
}

static bool is_date_format(const struct book *b, int64_t id)
{
    /* Built in: 14 to 22 and 45 to 47; 27 to 36 and 50 to 58 in East Asia. */
    if ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
        (id >= 50 && id <= 58))
        return true;
    for (size_t i = 0; i < b->dates.len; i++)
        if (b->dates.at[i] == id)
            return true;
    return false;
}

static void styles_begin(struct part *p, struct str name, const char **attrs)
{
    struct book *b = p->book;
    int64_t id;

    if (str_is(name, "cellXfs"))
        b->in_cell_formats = true;
    if (!str_to_int(attribute(attrs, "numFmtId"), &id))
        id = 0;
    if (str_is(name, "numFmt") && shows_date(attribute(attrs, "formatCode")) &&
        b->dates.len < STYLES_MAX)
        *vec_push(&b->dates, b->arena) = id;
    if (str_is(name, "xf") && b->in_cell_formats && b->is_date.len < STYLES_MAX)
        *vec_push(&b->is_date, b->arena) = is_date_format(b, id);
}

static void styles_end(struct part *p, struct str name)
{
    if (str_is(name, "cellXfs"))
        p->book->in_cell_formats = false;
}

static void strings_begin(struct part *p, struct str name, const char **attrs)
{
    if (str_is(name, "si"))
        p->text = buf_make(p->book->arena);
    if (str_is(name, "rPh"))
        p->phonetic = true;
    p->in_text = str_is(name, "t") && !p->phonetic;
}

static void strings_end(struct part *p, struct str name)
{
    struct book *b = p->book;

    p->in_text = false;
    if (str_is(name, "rPh"))
        p->phonetic = false;
    if (!str_is(name, "si"))
        return;
    if (b->strings.len == STRINGS_MAX)
        fail(b, ERR_TOO_LARGE, "the spreadsheet has too many texts");
    else
        *vec_push(&b->strings, b->arena) = buf_str(&p->text);
}

/* ---- the sheet ---------------------------------------------------------------------------------
 */

/* "BC7": 54; one that is not there or beyond the limit: the next one. */
static size_t column_of(struct str ref, size_t next)
{
    size_t column = 0, i = 0;

    for (; i < ref.len && isalpha((unsigned char)ref.ptr[i]) && i < 4; i++)
        column = column * 26 + (size_t)((ref.ptr[i] | 0x20) - 'a') + 1;
    return i == 0 ? next : column - 1;
}

static struct str date_text(struct arena *a, double serial, bool from1904)
{
    /* Day 60 of spreadsheets is 29 February 1900, which never was. */
    double days = from1904 ? serial + 1462 : serial < 60 ? serial + 1 : serial;
    int64_t ms = (int64_t)llround((days - 25569) * 86400) * SECOND_MS;
    struct civil c = civil_from_ms(ms, 0);

    if (days < 1 || days > 2958465)
        return STR("");
    if (c.hour == 0 && c.minute == 0 && c.second == 0)
        return str_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day);
    return str_printf(a, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

static struct str number_text(struct part *p, struct str raw)
{
    const struct book *b = p->book;
    double v;

    if (!str_to_double(raw, &v))
        return raw;
    if (p->style < b->is_date.len && b->is_date.at[p->style])
        return date_text(&p->arena, v, b->date1904);
    if (v == floor(v) && fabs(v) < 1e15)
        return str_printf(&p->arena, "%.0f", v);
    return raw;
}

static struct str cell_text(struct part *p)
{
    const struct book *b = p->book;
    struct str raw = str_trim(buf_str(&p->text));
    int64_t i;

    switch (p->type) {
    case 's':
        return str_to_int(raw, &i) && i >= 0 && (size_t)i < b->strings.len ? b->strings.at[i]
                                                                           : STR("");
    case 'n':
        return number_text(p, raw);
    default:
        return raw;
    }
}

static void sheet_begin(struct part *p, struct str name, const char **attrs)
{
    struct str type;
    int64_t n;

    if (str_is(name, "row")) {
        arena_clear(&p->arena);
        p->text = buf_make(&p->arena);
        p->row = str_to_int(attribute(attrs, "r"), &n) && n > p->row ? n : p->row + 1;
        p->len = p->column = 0;
    } else if (str_is(name, "c")) {
        p->column = column_of(attribute(attrs, "r"), p->column);
        type = attribute(attrs, "t");
        p->type = str_is(type, "s")           ? 's'
                  : str_is(type, "inlineStr") ? 'i'
                  : type.len > 0              ? type.ptr[0]
                                              : 'n';
        p->type = str_is(type, "str") ? 't' : p->type;
        p->style = str_to_int(attribute(attrs, "s"), &n) && n >= 0 ? (size_t)n : 0;
        p->text = buf_make(&p->arena);
    } else if (str_is(name, "rPh")) {
        p->phonetic = true;
    }
    p->in_text = str_is(name, "v") || (str_is(name, "t") && !p->phonetic);
}

static void put_cell(struct part *p)
{
    struct str text = cell_text(p);

    if (p->column >= SHEET_COLUMNS_MAX) {
        if (text.len > 0)
            fail(p->book, ERR_TOO_LARGE, "the sheet has too many columns");
        return;
    }
    for (; p->len <= p->column; p->len++)
        p->cells[p->len] = STR("");
    p->cells[p->column++] = text;
}

static void put_row(struct part *p)
{
    bool any = false;

    for (size_t i = 0; i < p->len && !any; i++)
        any = str_trim(p->cells[i]).len > 0;
    if (!any)
        return;
    if (++p->rows > SHEET_ROWS_MAX)
        fail(p->book, ERR_TOO_LARGE, "the sheet has too many rows");
    else
        p->sink(p->ctx, p->row, p->cells, p->len);
}

static void sheet_end(struct part *p, struct str name)
{
    p->in_text = false;
    if (str_is(name, "rPh"))
        p->phonetic = false;
    else if (str_is(name, "c"))
        put_cell(p);
    else if (str_is(name, "row"))
        put_row(p);
}

/* ---- the archive -------------------------------------------------------------------------------
 */

static struct archive *open_zip(struct book *b, struct str file)
{
    struct archive *zip = archive_read_new();

    if (zip == NULL)
        die("out of memory");
    archive_read_support_format_zip(zip);
    if (archive_read_open_memory(zip, file.ptr, file.len) != ARCHIVE_OK) {
        fail(b, ERR_UNSUPPORTED, "this is no XLSX file");
        archive_read_free(zip);
        return NULL;
    }
    return zip;
}

/* Feeds the current entry to the parser; counts what it unpacks to. */
static int feed_entry(struct book *b, struct archive *zip, struct part *p)
{
    char chunk[64 * 1024];
    int64_t all = 0;
    la_ssize_t n;

    while ((n = archive_read_data(zip, chunk, sizeof(chunk))) > 0) {
        all += n;
        if (all > SHEET_PART_MAX)
            return fail(b, ERR_TOO_LARGE, "a part of the spreadsheet unpacks to too much");
        if (part_feed(p, str_make(chunk, (size_t)n), false) < 0)
            return b->failed;
    }
    if (n < 0)
        return fail(b, ERR_SYNTAX, "the file is damaged or has a password");
    return part_feed(p, STR(""), true);
}

static const struct {
    const char *path;
    void (*begin)(struct part *, struct str, const char **);
    void (*end)(struct part *, struct str);
} small_parts[] = {
    {"xl/workbook.xml", workbook_begin, NULL},
    {"xl/_rels/workbook.xml.rels", rels_begin, NULL},
    {"xl/styles.xml", styles_begin, styles_end},
    {"xl/sharedStrings.xml", strings_begin, strings_end},
};

static int read_entry(struct book *b, struct archive *zip, struct part *p)
{
    int r = feed_entry(b, zip, p);

    part_close(p);
    return r;
}

/* Goes through the entries; those that `path` names (all small ones of that name, or the sheet) are
 * parsed. Entries may stand in any order, so each kind has its own walk. */
static int walk(struct book *b, struct str file, const char *path, struct part *p)
{
    struct archive *zip = open_zip(b, file);
    struct archive_entry *entry;
    int found = 0, r;

    if (zip == NULL) {
        part_close(p);
        return b->failed;
    }
    while (b->failed == 0 && found == 0 &&
           (r = archive_read_next_header(zip, &entry)) >= ARCHIVE_WARN && r != ARCHIVE_EOF) {
        const char *name = archive_entry_pathname(entry);

        if (name == NULL || strcmp(name, path) != 0)
            continue;
        found = 1;
        read_entry(b, zip, p);
    }
    if (found == 0)
        part_close(p);
    archive_read_free(zip);
    return b->failed != 0 ? b->failed : found;
}

int sheet_parse(struct str file, struct arena *a, struct str *name, sheet_sink_fn *sink, void *ctx,
                struct err *err)
{
    struct book b = {.arena = a, .err = err};
    struct part *p = arena_new(a, struct part);
    int found;

    /* The container of old Excel files and of those with a password. */
    if (str_starts(file, STR("\xd0\xcf\x11\xe0")))
        return err_set(err, ERR_UNSUPPORTED,
                       "this is an old Excel file or one with a password: save it as XLSX without");
    if (!str_starts(file, STR("PK")))
        return err_set(err, ERR_UNSUPPORTED, "this is no XLSX file");
    for (size_t i = 0; i < ARRAY_LEN(small_parts); i++) {
        memset(p, 0, sizeof(*p));
        part_open(p, &b, small_parts[i].begin, small_parts[i].end);
        if ((found = walk(&b, file, small_parts[i].path, p)) < 0)
            return found;
        if (found == 0 && i == 0)
            return err_set(err, ERR_UNSUPPORTED, "this is no XLSX file: it has no workbook");
    }
    if (b.sheet_path.len == 0)
        return err_set(err, ERR_SYNTAX, "the spreadsheet has no sheet");
    memset(p, 0, sizeof(*p));
    part_open(p, &b, sheet_begin, sheet_end);
    p->sink = sink;
    p->ctx = ctx;
    found = walk(&b, file, str_cdup(a, b.sheet_path), p);
    if (found == 0)
        return err_set(err, ERR_SYNTAX, "the spreadsheet has no sheet");
    *name = b.sheet_name;
    return MIN(found, 0);
}
