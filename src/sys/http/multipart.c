#include "sys/http/multipart.h"

enum state {
    PREAMBLE,
    AFTER_DELIMITER,
    AFTER_DASH,
    PADDING,
    DELIMITER_LF,
    HEADER,
    CONTENT,
    EPILOGUE
};

static bool is_token_char(unsigned char c)
{
    return isalnum(c) || strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

/* A quoted string from behind its opening quote; *s goes behind the closing one. Browsers write a
 * quote as %22 and leave backslashes alone, so only \" counts as an escape. */
static bool quoted(struct str *s, struct arena *a, struct str *out)
{
    struct buf b = buf_make(a);
    size_t i = 0;

    for (; i < s->len && s->ptr[i] != '"'; i++) {
        if (s->ptr[i] == '\\' && i + 1 < s->len && s->ptr[i + 1] == '"')
            i++;
        buf_add_char(&b, s->ptr[i]);
    }
    if (i == s->len)
        return false;
    *s = str_from(*s, i + 1);
    *out = buf_str(&b);
    return true;
}

bool header_parameter(struct str header, const char *name, struct arena *a, struct str *out)
{
    ptrdiff_t at = str_find_char(header, ';');

    while (at >= 0) {
        struct str key, value = STR_EMPTY;
        size_t n = 0;

        header = str_trim(str_from(header, (size_t)at + 1));
        while (n < header.len && is_token_char((unsigned char)header.ptr[n]))
            n++;
        key = str_sub(header, 0, n);
        header = str_from(header, n);
        if (key.len == 0 || header.len == 0 || header.ptr[0] != '=')
            return false;
        header = str_from(header, 1);
        if (header.len > 0 && header.ptr[0] == '"') {
            header = str_from(header, 1);
            if (!quoted(&header, a, &value))
                return false;
        } else {
            n = 0;
            while (n < header.len && is_token_char((unsigned char)header.ptr[n]))
                n++;
            value = str_dup(a, str_sub(header, 0, n));
            header = str_from(header, n);
        }
        if (str_eq_nocase(key, str_c(name))) {
            *out = value;
            return true;
        }
        header = str_trim(header);
        at = header.len > 0 && header.ptr[0] == ';' ? 0 : -1;
    }
    return false;
}

struct str multipart_boundary(struct str content_type, struct arena *a)
{
    struct str b;

    if (!str_starts_nocase(content_type, STR("multipart/form-data")) ||
        !header_parameter(content_type, "boundary", a, &b))
        return STR_EMPTY;
    if (b.len == 0 || b.len > MULTIPART_BOUNDARY_MAX || b.ptr[b.len - 1] == ' ')
        return STR_EMPTY;
    for (size_t i = 0; i < b.len; i++) {
        unsigned char c = (unsigned char)b.ptr[i];

        if (!isalnum(c) && strchr("'()+_,-./:=? ", c) == NULL)
            return STR_EMPTY;
    }
    return b;
}

void multipart_init(struct multipart *m, struct str boundary, const struct multipart_sink *sink,
                    void *ctx, struct arena *arena)
{
    *m = (struct multipart){.sink = sink, .ctx = ctx, .arena = arena, .state = PREAMBLE};
    memcpy(m->delimiter, "\r\n--", 4);
    memcpy(m->delimiter + 4, boundary.ptr, boundary.len);
    m->delimiter_len = boundary.len + 4;
    m->matched = 2; /* the first delimiter needs no line break in front */
}

static int malformed(struct err *err, const char *what)
{
    return err_set(err, ERR_SYNTAX, "multipart body: %s", what);
}

static int part_begin(struct multipart *m, struct err *err)
{
    struct str rest = str_make(m->header, m->header_len), line;
    struct multipart_part part = {0};
    bool disposition = false;

    while (str_line(&rest, &line)) {
        ptrdiff_t colon = str_find_char(line, ':');
        struct str name, value;

        if (line.len == 0)
            continue;
        if (colon <= 0 || line.ptr[0] == ' ' || line.ptr[0] == '\t')
            return malformed(err, "a header line of a part is not \"name: value\"");
        name = str_sub(line, 0, (size_t)colon);
        value = str_trim(str_from(line, (size_t)colon + 1));
        if (memchr(line.ptr, '\0', line.len) != NULL)
            return malformed(err, "NUL in the header of a part");
        if (str_eq_nocase(name, STR("content-type"))) {
            part.type = str_dup(m->arena, value);
        } else if (str_eq_nocase(name, STR("content-disposition"))) {
            if (disposition || !str_starts_nocase(value, STR("form-data")) ||
                !header_parameter(value, "name", m->arena, &part.name))
                return malformed(err, "a part has no proper Content-Disposition");
            disposition = true;
            part.is_file = header_parameter(value, "filename", m->arena, &part.file);
        }
    }
    if (!disposition)
        return malformed(err, "a part has no Content-Disposition");
    m->header_len = 0;
    return m->sink->begin(m->ctx, &part, err);
}

/* How many bytes at the front are surely content: up to where the delimiter begins, or could begin
 * at the end of the input. */
static size_t content_length(const struct multipart *m, struct str in)
{
    size_t from = 0;

    while (from < in.len) {
        const char *cr = memchr(in.ptr + from, '\r', in.len - from);
        size_t at = cr == NULL ? in.len : (size_t)(cr - in.ptr);

        if (cr == NULL || memcmp(cr, m->delimiter, MIN(in.len - at, m->delimiter_len)) == 0)
            return at;
        from = at + 1;
    }
    return in.len;
}

/* Takes bytes up to the end of the delimiter or of the input; content goes to the sink unless it
 * is the preamble, in pieces as large as they came. The delimiter holds CR only at its front, so a
 * failed match never hides the start of another. */
static int content(struct multipart *m, struct str *in, struct err *err)
{
    bool wanted = m->state == CONTENT;
    int r;

    while (in->len > 0) {
        if (m->matched == 0) {
            size_t n = content_length(m, *in);

            if (n > 0 && wanted && (r = m->sink->data(m->ctx, str_sub(*in, 0, n), err)) < 0)
                return r;
            *in = str_from(*in, n);
            if (in->len == 0)
                return 0;
        }
        if (in->ptr[0] == m->delimiter[m->matched]) {
            *in = str_from(*in, 1);
            if (++m->matched < m->delimiter_len)
                continue;
            m->matched = 0;
            m->state = AFTER_DELIMITER;
            return wanted ? m->sink->end(m->ctx, err) : 0;
        }
        if (wanted && m->matched > 0 &&
            (r = m->sink->data(m->ctx, str_make(m->delimiter, m->matched), err)) < 0)
            return r;
        m->matched = 0;
    }
    return 0;
}

static int header(struct multipart *m, struct str *in, struct err *err)
{
    while (in->len > 0) {
        if (m->header_len == sizeof(m->header))
            return malformed(err, "the header of a part is longer than 8 KiB");
        m->header[m->header_len++] = in->ptr[0];
        *in = str_from(*in, 1);
        if (m->header[m->header_len - 1] != '\n')
            continue;
        if (m->header_len < 2 || m->header[m->header_len - 2] != '\r')
            return malformed(err, "a header line of a part does not end with CR LF");
        if (m->header_len == 2 || (m->header_len >= 4 && m->header[m->header_len - 3] == '\n')) {
            m->state = CONTENT;
            m->matched = 0;
            return part_begin(m, err);
        }
    }
    return 0;
}

/* What may stand behind a delimiter: "--" at the end of all, or spaces and CR LF. */
static int after_delimiter(struct multipart *m, char c, struct err *err)
{
    switch (m->state) {
    case AFTER_DELIMITER:
        if (c == '-') {
            m->state = AFTER_DASH;
            return 0;
        }
        m->state = PADDING;
        return after_delimiter(m, c, err);
    case AFTER_DASH:
        if (c != '-')
            return malformed(err, "a delimiter is followed by a single \"-\"");
        m->state = EPILOGUE;
        return 0;
    case PADDING:
        if (c == '\r')
            m->state = DELIMITER_LF;
        else if (c != ' ' && c != '\t')
            return malformed(err, "unexpected text behind a delimiter");
        return 0;
    default:
        if (c != '\n')
            return malformed(err, "a delimiter line does not end with CR LF");
        m->state = HEADER;
        m->header_len = 0;
        return 0;
    }
}

int multipart_feed(struct multipart *m, struct str data, struct err *err)
{
    int r = 0;

    while (data.len > 0 && r == 0) {
        switch (m->state) {
        case PREAMBLE:
        case CONTENT:
            r = content(m, &data, err);
            break;
        case HEADER:
            r = header(m, &data, err);
            break;
        case EPILOGUE:
            return 0;
        default:
            r = after_delimiter(m, data.ptr[0], err);
            data = str_from(data, 1);
        }
    }
    return r;
}

int multipart_finish(struct multipart *m, struct err *err)
{
    return m->state == EPILOGUE ? 0 : malformed(err, "it ends before its closing delimiter");
}
