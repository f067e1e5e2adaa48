#include "sys/form/inner.h"
#include "base/clock.h"
#include "base/text.h"

#define FUTURE_GRACE (5 * MINUTE_MS)

/* Lower case of the capital letters that Vietnamese labels begin with. */
static uint32_t lower(uint32_t c)
{
    if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7))
        return c + 0x20;
    if (c == 0x110 || c == 0x1a0 || c == 0x1af || c == 0x102 || c == 0x128 || c == 0x168 ||
        (c >= 0x1ea0 && c <= 0x1ef9 && c % 2 == 0))
        return c + 1;
    return c;
}

struct str form_label_inside(struct arena *a, enum lang lang, const char *label)
{
    struct str s = i18n_text(lang, label), rest = s, second;
    struct buf b = buf_make(a);
    uint32_t first, c;

    if (s.len == 0)
        return s;
    if (str_ends(s, STR("?"))) /* a question is quoted as it stands */
        return str_printf(a, lang == LANG_EN ? "\"" STR_FMT "\"" : "“" STR_FMT "”", STR_ARG(s));
    first = text_next(&rest);
    second = rest;
    if (rest.len > 0) {
        c = text_next(&second);
        /* "TLP" and "A" in "A record" are not the beginning of a sentence only. */
        if (lower(c) != c || (lang == LANG_EN && c == ' '))
            return s;
    }
    text_add(&b, lower(first));
    buf_add(&b, rest);
    return buf_str(&b);
}

static const char *called(const struct form_field *f)
{
    return f->called != NULL ? f->called : f->label;
}

static struct str say(const struct form_check *c, const char *key, const struct form_field *f)
{
    struct str label = form_label_inside(c->arena, c->lang, called(f));

    return i18n_format(c->arena, c->lang, key, &label, 1);
}

/* The sentence begins with the label. */
static struct str say_first(const struct form_check *c, const char *key, const struct form_field *f,
                            int64_t number)
{
    struct str args[] = {i18n_text(c->lang, called(f)), i18n_int(c->arena, c->lang, number)};

    return i18n_format(c->arena, c->lang, key, args, 2);
}

static struct str missing(const struct form_check *c, const struct form_field *f)
{
    struct str label = i18n_text(c->lang, called(f));

    if (str_ends(label, STR("?")))
        return i18n_format(c->arena, c->lang, N_("Answer \"{0}\""), &label, 1);
    switch (f->type) {
    case FORM_CHOICE:
    case FORM_CHOICES:
        return say(c, N_("Choose {0}"), f);
    case FORM_FILES:
        return say(c, N_("Attach {0}"), f);
    case FORM_BOOL:
        label = i18n_text(c->lang, f->label);
        return i18n_format(c->arena, c->lang, N_("Tick \"{0}\" to go on"), &label, 1);
    default:
        return say(c, N_("Enter {0}"), f);
    }
}

/* ---- texts ---------------------------------------------------------------------------------- */

/* Line breaks of forms are CR LF; one line has none at all. */
static struct str one_kind_of_line_break(struct arena *a, struct str s, bool lines)
{
    struct buf b = buf_make(a);

    if (str_find_char(s, '\r') < 0 && (lines || str_find_char(s, '\n') < 0))
        return s;
    for (size_t i = 0; i < s.len; i++) {
        char ch = s.ptr[i];

        if (ch == '\r' && i + 1 < s.len && s.ptr[i + 1] == '\n')
            continue;
        if (ch == '\r')
            ch = '\n';
        buf_add_char(&b, ch == '\n' && !lines ? ' ' : ch);
    }
    return buf_str(&b);
}

static bool is_host_char(unsigned char c)
{
    return isalnum(c) || c == '-' || c >= 0x80;
}

static bool is_domain(struct str s)
{
    struct str label;
    size_t labels = 0;

    while (str_split(&s, '.', &label)) {
        if (label.len == 0 || label.len > 63 || label.ptr[0] == '-' ||
            label.ptr[label.len - 1] == '-')
            return false;
        for (size_t i = 0; i < label.len; i++)
            if (!is_host_char((unsigned char)label.ptr[i]))
                return false;
        labels++;
    }
    return labels >= 2;
}

/* The dot-atom form of RFC 5321 section 4.1.2, with Unicode in the domain; quoted local parts are
 * not taken, nobody types them. */
static bool is_email(struct str s)
{
    ptrdiff_t at = str_rfind_char(s, '@');
    struct str local, part;

    if (at <= 0 || at > 64 || s.len > 254 || !is_domain(str_from(s, (size_t)at + 1)))
        return false;
    local = str_sub(s, 0, (size_t)at);
    while (str_split(&local, '.', &part)) {
        if (part.len == 0)
            return false;
        for (size_t i = 0; i < part.len; i++)
            if (!isalnum((unsigned char)part.ptr[i]) &&
                strchr("!#$%&'*+-/=?^_`{|}~", part.ptr[i]) == NULL)
                return false;
    }
    return true;
}

/* Three digits (113) to fifteen (E.164), with the signs people put between. */
static bool is_phone(struct str s)
{
    int digits = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (isdigit((unsigned char)s.ptr[i]))
            digits++;
        else if (s.ptr[i] == '+' ? i != 0 : strchr(" .-()", s.ptr[i]) == NULL)
            return false;
    }
    return digits >= 3 && digits <= 15;
}

static bool is_offered(const struct form_field *f, struct str value)
{
    return f->choices == NULL || form_choice_find(f->choices, value) >= 0;
}

static int64_t longest(const struct form_field *f)
{
    if (f->max > 0)
        return f->max;
    return f->type == FORM_AREA ? 20000 : 200;
}

static struct str check_text(const struct form_check *c, const struct form_field *f, struct str raw)
{
    struct str *to = form_member(f, c->out), s = raw;
    int64_t length;

    if (!text_is_valid(s, false) || (s.len > 0 && memchr(s.ptr, '\0', s.len) != NULL))
        return say_first(c, N_("{0} has characters that cannot be used"), f, 0);
    if (f->type != FORM_PASSWORD) {
        s = one_kind_of_line_break(c->arena, s, f->type == FORM_AREA);
        s = text_compose(c->arena, str_trim(s));
    }
    *to = s;
    if (s.len == 0)
        return f->required ? missing(c, f) : STR_EMPTY;
    length = (int64_t)text_length(s);
    if (length > longest(f))
        return say_first(c, N_("{0} may have at most {1} characters"), f, longest(f));
    if (length < f->min)
        return say_first(c, N_("{0} needs at least {1} characters"), f, f->min);
    if (f->type == FORM_EMAIL && !is_email(s))
        return say_first(c, N_("{0} does not look right; an example: name@example.vn"), f, 0);
    if (f->type == FORM_PHONE && !is_phone(s))
        return say_first(c, N_("{0} does not look right; an example: 0912 345 678"), f, 0);
    if (f->type == FORM_CHOICE && !is_offered(f, s))
        return say(c, N_("Choose {0} from the list"), f);
    return STR_EMPTY;
}

/* ---- numbers and times ---------------------------------------------------------------------- */

/* 12345, 12.345 and 12,345: whole numbers have no decimals that a point could mean. */
static bool parse_number(struct str s, int64_t *out)
{
    char digits[32];
    size_t n = 0, since = 0;
    char mark = '\0';

    for (size_t i = 0; i < s.len; i++) {
        char ch = s.ptr[i];

        if (ch == '.' || ch == ',' || ch == ' ') {
            if ((mark != '\0' && (ch != mark || since != 3)) || since == 0 || since > 3)
                return false;
            mark = ch;
            since = 0;
            continue;
        }
        if (n == sizeof(digits))
            return false;
        digits[n++] = ch;
        since += ch != '-';
    }
    return (mark == '\0' || since == 3) && str_to_int(str_make(digits, n), out);
}

static struct str check_number(const struct form_check *c, const struct form_field *f, struct str s)
{
    struct opt_int *to = form_member(f, c->out);
    int64_t v;

    if (!parse_number(s, &v))
        return say_first(c, N_("{0} is not a whole number, for example 12"), f, 0);
    *to = opt_int(v);
    if (v < f->min)
        return say_first(c, N_("{0} cannot be less than {1}"), f, f->min);
    if (f->max > f->min && v > f->max)
        return say_first(c, N_("{0} cannot be more than {1}"), f, f->max);
    return STR_EMPTY;
}

/* 22-11-2026 and 22.11.2026 are typed as well. */
static struct str slashes(struct arena *a, struct str s)
{
    char *to;
    int left = 2;

    if (s.len < 3 || (s.ptr[1] != '-' && s.ptr[1] != '.' && s.ptr[2] != '-' && s.ptr[2] != '.'))
        return s;
    to = str_cdup(a, s);
    for (size_t i = 0; i < s.len && left > 0; i++)
        if (to[i] == '-' || to[i] == '.') {
            to[i] = '/';
            left--;
        }
    return str_make(to, s.len);
}

static struct str check_time(const struct form_check *c, const struct form_field *f, struct str s)
{
    struct opt_int *to = form_member(f, c->out);
    struct civil day;
    int64_t v;

    if (!clock_parse_local(slashes(c->arena, s), i18n_zone(), &v))
        return f->type == FORM_DATE
                   ? say_first(
                         c, N_("{0} is not a date; write day/month/year, for example 22/11/2026"),
                         f, 0)
                   : say_first(c,
                               N_("{0} is not a time; write day/month/year hour:minute, for "
                                  "example 22/11/2026 17:46"),
                               f, 0);
    day = civil_from_ms(v, i18n_zone());
    if (f->type == FORM_DATE && (day.hour != 0 || day.minute != 0 || day.second != 0))
        return say_first(c, N_("{0} is a date without a time of day"), f, 0);
    *to = opt_int(v);
    if (f->past && v > c->now + FUTURE_GRACE)
        return say_first(c, N_("{0} cannot lie in the future"), f, 0);
    return STR_EMPTY;
}

/* ---- the rest ------------------------------------------------------------------------------- */

static struct str check_choices(const struct form_check *c, const struct form_field *f,
                                const struct str *values, size_t len)
{
    struct form_values *to = form_member(f, c->out);

    to->at = arena_array(c->arena, struct str, len);
    to->len = 0;
    for (size_t i = 0; i < len; i++) {
        if (values[i].len == 0)
            continue;
        if (!text_is_valid(values[i], false) || !is_offered(f, values[i]))
            return say(c, N_("Choose {0} from the list"), f);
        to->at[to->len++] = values[i];
    }
    return f->required && to->len == 0 ? missing(c, f) : STR_EMPTY;
}

static struct str check_bool(const struct form_check *c, const struct form_field *f, struct str s)
{
    bool *to = form_member(f, c->out);

    *to = s.len > 0 && !str_is(s, "0");
    return f->required && !*to ? missing(c, f) : STR_EMPTY;
}

static struct str check_files(const struct form_check *c, const struct form_field *f)
{
    struct form_files *to = form_member(f, c->out);
    size_t n = 0;

    for (struct http_file *file = c->req->files; file != NULL; file = file->next)
        n += str_is(file->field, f->name);
    to->at = arena_array(c->arena, struct http_file *, n);
    to->len = 0;
    for (struct http_file *file = c->req->files; file != NULL; file = file->next)
        if (str_is(file->field, f->name))
            to->at[to->len++] = file;
    return f->required && n == 0 ? missing(c, f) : STR_EMPTY;
}

struct str form_check_field(const struct form_check *c, const struct form_field *f,
                            const struct str *values, size_t len)
{
    struct str first = len > 0 ? values[0] : STR("");

    switch (f->type) {
    case FORM_CHOICES:
        return check_choices(c, f, values, len);
    case FORM_FILES:
        return check_files(c, f);
    case FORM_BOOL:
        return check_bool(c, f, str_trim(first));
    case FORM_INT:
    case FORM_TIME:
    case FORM_DATE:
        first = str_trim(first);
        *(struct opt_int *)form_member(f, c->out) = NO_INT;
        if (first.len == 0)
            return f->required ? missing(c, f) : STR_EMPTY;
        return f->type == FORM_INT ? check_number(c, f, first) : check_time(c, f, first);
    default:
        return check_text(c, f, first);
    }
}
