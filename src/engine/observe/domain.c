#include "engine/observe/parts.h"

#include <idn2.h>
#include <libpsl.h>

enum { NAME_MAX_LENGTH = 253, LABEL_MAX_LENGTH = 63 };

/* Ends of names that are only used inside a network (RFC 6762, RFC 8375, and custom). */
static const struct str local_ends[] = {
    STR_INIT(".local"),    STR_INIT(".lan"),  STR_INIT(".localdomain"), STR_INIT(".internal"),
    STR_INIT(".intranet"), STR_INIT(".corp"), STR_INIT(".home.arpa"),
};

static bool top_level_in_use(const char *label)
{
    return str_is(str_c(label), "example") ||
           psl_is_public_suffix2(psl_builtin(), label, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE);
}

/* No other characters than letters, digits, hyphens and underscores, lengths; the place of the last
 * label. */
static bool well_formed(struct str name, size_t *last)
{
    size_t from = 0, labels = 0;

    if (name.len == 0 || name.len > NAME_MAX_LENGTH)
        return false;
    for (size_t i = 0; i <= name.len; i++) {
        if (i < name.len && name.ptr[i] != '.') {
            if (!is_class((unsigned char)name.ptr[i], CLASS_LABEL))
                return false;
            continue;
        }
        if (i == from || i - from > LABEL_MAX_LENGTH || name.ptr[from] == '-' ||
            name.ptr[i - 1] == '-')
            return false;
        *last = from;
        from = i + 1;
        labels++;
    }
    return labels >= 2;
}

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] >= 0x80)
            return false;
    }
    return true;
}

static bool to_punycode(struct scan *s, struct str name)
{
    char *ascii = NULL;
    bool ok;

    /* Four bytes a code point at most, and no label is longer than in punycode. */
    if (name.len > NAME_MAX_LENGTH * 4)
        return false;
    ok = idn2_to_ascii_8z(str_cdup(&s->scratch, name), &ascii,
                          IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK;
    arena_clear(&s->scratch);
    if (ok)
        buf_add_c(&s->value, ascii);
    idn2_free(ascii);
    return ok;
}

bool ascii_name(struct scan *s, struct str name)
{
    buf_clear(&s->value);
    if (!is_ascii(name))
        return to_punycode(s, name);
    for (size_t i = 0; i < name.len; i++)
        buf_add_char(&s->value, (char)tolower((unsigned char)name.ptr[i]));
    return true;
}

bool domain_value(struct scan *s, struct str name, bool *internal)
{
    struct str value;
    size_t last;

    *internal = false;
    if (!ascii_name(s, name))
        return false;
    value = buf_str(&s->value);
    if (!well_formed(value, &last))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(local_ends); i++) {
        if (str_ends(value, local_ends[i])) {
            *internal = true;
            return true;
        }
    }
    return top_level_in_use(value.ptr + last) && !str_ends(value, STR(".arpa"));
}

static bool is_one_of(struct str s, const struct str *list, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (str_eq_nocase(s, list[i]))
            return true;
    }
    return false;
}

#define ONE_OF(s, list) is_one_of((s), (list), ARRAY_LEN(list))

/* Top-level domains that are also common ends of file names. */
static const struct str archives[] = {STR_INIT("zip"), STR_INIT("mov")};
static const struct str files[] = {
    STR_INIT("py"), STR_INIT("sh"),  STR_INIT("pl"),   STR_INIT("rs"),
    STR_INIT("md"), STR_INIT("so"),  STR_INIT("ps"),   STR_INIT("mk"),
    STR_INIT("pm"), STR_INIT("cab"), STR_INIT("java"), STR_INIT("vi"),
};

/* Those that are hardly ever anything else. */
static const struct str sure[] = {
    STR_INIT("com"),  STR_INIT("net"), STR_INIT("org"),     STR_INIT("vn"),
    STR_INIT("info"), STR_INIT("cn"),  STR_INIT("example"),
};

/* First words of fields in logs and programs: user.name, this.id. */
static const struct str field_heads[] = {
    STR_INIT("user"),    STR_INIT("process"), STR_INIT("file"),     STR_INIT("host"),
    STR_INIT("event"),   STR_INIT("source"),  STR_INIT("target"),   STR_INIT("destination"),
    STR_INIT("client"),  STR_INIT("server"),  STR_INIT("device"),   STR_INIT("agent"),
    STR_INIT("log"),     STR_INIT("rule"),    STR_INIT("threat"),   STR_INIT("network"),
    STR_INIT("this"),    STR_INIT("self"),    STR_INIT("window"),   STR_INIT("document"),
    STR_INIT("object"),  STR_INIT("request"), STR_INIT("response"), STR_INIT("session"),
    STR_INIT("os"),      STR_INIT("system"),  STR_INIT("group"),    STR_INIT("registry"),
    STR_INIT("service"), STR_INIT("message"), STR_INIT("account"),  STR_INIT("winlog"),
    STR_INIT("dns"),     STR_INIT("url"),     STR_INIT("http"),     STR_INIT("tls"),
    STR_INIT("email"),   STR_INIT("parent"),  STR_INIT("cloud"),    STR_INIT("container"),
    STR_INIT("math"),    STR_INIT("console"), STR_INIT("data"),     STR_INIT("item"),
};

/* Heads of the reversed names of programs: com.example.app. */
static const struct str package_heads[] = {
    STR_INIT("com"), STR_INIT("org"), STR_INIT("net"), STR_INIT("vn"), STR_INIT("io"),
};

static const struct str technologies[] = {
    STR_INIT("asp.net"),
    STR_INIT("vb.net"),
    STR_INIT("ado.net"),
    STR_INIT("ml.net"),
};

static bool all_upper(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((s.ptr[i] < 'A' || s.ptr[i] > 'Z') && s.ptr[i] != '.')
            return false;
    }
    return true;
}

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_class((unsigned char)s.ptr[i], CLASS_DIGIT))
            return false;
    }
    return true;
}

/* A name with dots that stands alone, not in a URL and not defanged: does it look like something
 * else than the name of a host? */
static bool looks_otherwise(const struct scan *s, size_t i, size_t end)
{
    struct str name = str_sub(s->s, i, end - i);
    size_t dot = (size_t)str_find_char(name, '.');
    struct str head = str_sub(name, 0, dot);
    struct str last = str_from(name, (size_t)str_rfind_char(name, '.') + 1);
    bool two = head.len + 1 + last.len == name.len;
    bool in_path = scan_before(s, i) == '/' || scan_before(s, i) == '\\';

    if (str_eq_nocase(head, STR("www")))
        return false;
    if (scan_at(s, end) == '(' || ONE_OF(last, archives))
        return true;
    if (ONE_OF(last, files) && (two || in_path))
        return true;
    if (scan_before(s, i) == '\\' && (i < 2 || s->s.ptr[i - 2] != '\\'))
        return true;
    if (ONE_OF(name, technologies))
        return true;
    if (ONE_OF(last, sure))
        return false;
    /* "... phục.Do đó": the space behind a full stop was forgotten */
    if (last.len >= 2 && isupper((unsigned char)last.ptr[0]) && islower((unsigned char)last.ptr[1]))
        return true;
    if (two)
        return ONE_OF(head, field_heads) || all_digits(head) || (all_upper(name) && name.len <= 7);
    return ONE_OF(head, package_heads);
}

size_t scan_domain(struct scan *s, size_t i, size_t end)
{
    bool internal;

    while (i < end && s->s.ptr[i] == '-')
        i++;
    while (end > i && (s->s.ptr[end - 1] == '-' || s->s.ptr[end - 1] == '_'))
        end--;
    if (memchr(s->s.ptr + i, '.', end - i) == NULL)
        return 0;
    if (!domain_value(s, str_sub(s->s, i, end - i), &internal)) {
        /* "... example.vn.Sau đó": once more without the last word */
        size_t cut = i + (size_t)str_rfind_char(str_sub(s->s, i, end - i), '.');
        unsigned char c = scan_at(s, cut + 1);

        if ((c < 0x80 && !isupper(c)) || str_find_char(str_sub(s->s, i, cut - i), '.') < 0 ||
            !domain_value(s, str_sub(s->s, i, cut - i), &internal))
            return 0;
        end = cut;
    }
    if (!scan_was_defanged(s, i, end) && looks_otherwise(s, i, end))
        return 0;
    scan_hit(s, OBSERVE_DOMAIN, buf_str(&s->value), i, end, internal);
    return end;
}
