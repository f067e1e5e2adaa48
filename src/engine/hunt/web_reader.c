#include "engine/hunt/text.h"

/*
 * Access logs of web servers, common and combined: host ident user [time] "request" status bytes
 * "referer" "user agent". Fields have the names of Sigma's web server taxonomy.
 */
struct access {
    struct str ip, user, time, method, uri, protocol, status, bytes, referer, agent;
};

static bool enclosed(struct str *rest, char open, char close, struct str *out)
{
    *rest = str_trim(*rest);
    if (rest->len < 2 || rest->ptr[0] != open)
        return false;
    size_t i = 1;
    while (i < rest->len && rest->ptr[i] != close)
        i += rest->ptr[i] == '\\' ? 2 : 1;
    if (i >= rest->len)
        return false;
    *out = str_sub(*rest, 1, i - 1);
    *rest = str_from(*rest, i + 1);
    return true;
}

static bool parse(struct str rest, struct access *a)
{
    struct str request;
    *a = (struct access){.ip = hunt_word(&rest)};
    hunt_word(&rest); /* ident */
    a->user = hunt_word(&rest);
    if (!enclosed(&rest, '[', ']', &a->time) || !enclosed(&rest, '"', '"', &request))
        return false;
    a->status = hunt_word(&rest);
    a->bytes = hunt_word(&rest);
    if (a->status.len != 3 || !isdigit((unsigned char)a->status.ptr[0]))
        return false;
    if (enclosed(&rest, '"', '"', &a->referer))
        enclosed(&rest, '"', '"', &a->agent);
    a->method = hunt_word(&request);
    a->uri = hunt_word(&request);
    a->protocol = hunt_word(&request);
    if (a->uri.len == 0) {
        a->uri = a->method; /* a request that is no HTTP: shown where rules look */
        a->method = STR_EMPTY;
    }
    return true;
}

static bool looks(struct str line)
{
    struct access a;
    return parse(line, &a);
}

static int sniff(struct str head)
{
    return hunt_sniff_lines(head, looks) >= 60 ? 80 : 0;
}

static void add(struct hunt_reading *r, struct hunt_seen *seen, struct str name, struct str value)
{
    if (value.len > 0 && !str_is(value, "-"))
        hunt_text_add(r, seen, name, value);
}

static void read_line(struct hunt_reading *r, const struct hunt_lines *l)
{
    struct hunt_seen seen = {.time_role = HUNT_ROLE_TIME_BEST};
    struct access a;
    struct hunt_event *e = hunt_text_begin(r, l, HUNT_FAMILY_WEB);
    if (!parse(l->line, &a)) {
        add(r, &seen, STR("message"), l->line);
        hunt_batch_end(&r->batch);
        return;
    }
    hunt_text_time(a.time, &r->clock, &e->time);
    ptrdiff_t mark = str_find_char(a.uri, '?');
    add(r, &seen, STR("c-ip"), a.ip);
    add(r, &seen, STR("cs-username"), a.user);
    add(r, &seen, STR("cs-method"), a.method);
    add(r, &seen, STR("c-uri"), a.uri);
    add(r, &seen, STR("cs-uri-stem"), mark < 0 ? a.uri : str_sub(a.uri, 0, (size_t)mark));
    if (mark >= 0)
        add(r, &seen, STR("cs-uri-query"), str_from(a.uri, (size_t)mark + 1));
    add(r, &seen, STR("cs-version"), a.protocol);
    add(r, &seen, STR("sc-status"), a.status);
    add(r, &seen, STR("sc-bytes"), a.bytes);
    add(r, &seen, STR("cs-referer"), a.referer);
    add(r, &seen, STR("c-useragent"), a.agent);
    hunt_batch_end(&r->batch);
}

static void read_block(struct hunt_reading *r, const struct hunt_block *b)
{
    hunt_read_lines(r, b, read_line);
}

const struct hunt_reader hunt_reader_web = {.format = HUNT_FORMAT_WEB,
                                            .sniff = sniff,
                                            .cut = hunt_cut_lines,
                                            .lines = hunt_always_lines,
                                            .read = read_block};
