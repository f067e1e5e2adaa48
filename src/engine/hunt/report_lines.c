#include "engine/hunt/report.h"

#include "base/clock.h"
#include "base/csv.h"
#include "base/json.h"
#include "base/map.h"
#include "base/text.h"

/* Findings a line each: JSON Lines, CSV, Timesketch. */

static struct str clean(struct hunt_report *r, struct str s)
{
    size_t bad;
    return text_is_valid(s, true) ? s : text_repair(&r->arena, s, &bad);
}

static bool is_json_number(struct str s)
{
    struct json j;
    json_init(&j, s);
    return json_next(&j) == JSON_NUMBER && json_next(&j) == JSON_END;
}

static void value(struct json_writer *w, const struct hunt_field *f)
{
    if (f->kind == HUNT_NULL)
        json_w_null(w);
    else if (f->kind == HUNT_BOOL)
        json_w_bool(w, str_is(f->value, "true"));
    else if (f->kind == HUNT_NUMBER && is_json_number(f->value))
        json_w_raw(w, f->value);
    else
        json_w_str(w, f->value);
}

/* Fields of one name stand together: next[i] is the next field of the same name, or the end. */
static void fields(struct hunt_report *r, struct json_writer *w, const struct hunt_field *at,
                   size_t len)
{
    size_t *next = arena_array(&r->arena, size_t, len);
    bool *later = arena_array(&r->arena, bool, len);
    size_t *last = arena_array(&r->arena, size_t, len);
    struct map seen = {.arena = &r->arena};
    for (size_t i = 0; i < len; i++) {
        size_t *first = map_get(&seen, at[i].name);
        next[i] = len;
        if (first == NULL) {
            last[i] = i;
            map_put(&seen, at[i].name, &last[i]);
            continue;
        }
        later[i] = true;
        next[*first] = i;
        *first = i;
    }
    json_w_object(w);
    for (size_t i = 0; i < len; i++) {
        if (later[i])
            continue;
        json_w_key(w, at[i].name);
        if (next[i] == len) {
            value(w, &at[i]);
            continue;
        }
        json_w_array(w);
        for (size_t k = i; k < len; k = next[k])
            value(w, &at[k]);
        json_w_end(w);
    }
    json_w_end(w);
}

static void matched(struct hunt_report *r, struct json_writer *w, const struct hunt_finding *f)
{
    struct hunt_field *at = arena_array(&r->arena, struct hunt_field, f->matched_len);
    for (size_t i = 0; i < f->matched_len; i++)
        at[i] = (struct hunt_field){
            .kind = HUNT_STRING, .name = f->matched[i].name, .value = f->matched[i].value};
    fields(r, w, at, f->matched_len);
}

static void tags(struct json_writer *w, const struct hunt_hit *h)
{
    json_w_key(w, STR("tags"));
    json_w_array(w);
    for (size_t i = 0; i < h->tags_len; i++)
        json_w_str(w, h->tags[i]);
    json_w_end(w);
}

static void hit(struct json_writer *w, const struct hunt_hit *h)
{
    static const char *const keys[] = {"rule", "ioc", "yara"};
    json_w_key(w, str_c(keys[h->kind]));
    json_w_object(w);
    if (h->kind == HUNT_HIT_IOC) {
        json_w_kstr(w, "type", h->id);
        json_w_kstr(w, "value", h->title);
        json_w_kstr(w, "note", h->note);
    } else {
        json_w_kstr(w, "id", h->id);
        json_w_kstr(w, "title", h->title);
    }
    json_w_kstr(w, "level", str_c(hunt_level_name(h->level)));
    tags(w, h);
    json_w_kstr(w, "file", h->file);
    json_w_end(w);
}

static void time_or_null(struct hunt_report *r, struct json_writer *w, const char *key, int64_t ms)
{
    if (ms == HUNT_NO_TIME) {
        json_w_key(w, str_c(key));
        json_w_null(w);
        return;
    }
    json_w_kstr(w, key, clock_rfc3339(&r->arena, ms, 0));
}

void hunt_write_jsonl(struct hunt_report *r, const struct hunt_finding *f)
{
    struct json_writer w;
    json_w_init(&w, &r->line);
    json_w_object(&w);
    hit(&w, f->hit);
    time_or_null(r, &w, "time", f->where.time);
    json_w_kstr(&w, "host", f->where.host);
    json_w_kstr(&w, "channel", f->where.channel);
    json_w_key(&w, STR("event_id"));
    if (f->where.event_id >= 0)
        json_w_int(&w, f->where.event_id);
    else
        json_w_null(&w);
    json_w_kint(&w, "record_id", (int64_t)f->where.record_id);
    json_w_kstr(&w, "file", f->where.source != NULL ? f->where.source->path : STR_EMPTY);
    json_w_kint(&w, "offset", (int64_t)f->where.offset);
    json_w_key(&w, STR("matched"));
    matched(r, &w, f);
    json_w_key(&w, STR("event"));
    fields(r, &w, f->fields, f->fields_len);
    json_w_end(&w);
    buf_add_char(&r->line, '\n');
}

/* -------- CSV -------- */

void hunt_write_csv_head(struct hunt_report *r)
{
    fputs("time,level,kind,id,title,tags,host,channel,event_id,record_id,file,offset,matched\r\n",
          r->o.out);
}

static void cell(struct hunt_report *r, struct str s)
{
    csv_write(&r->line, clean(r, s), r->line.len == 0);
}

static void number(struct hunt_report *r, int64_t n, bool present)
{
    cell(r, present ? str_printf(&r->arena, "%lld", (long long)n) : STR_EMPTY);
}

static struct str matched_text(struct hunt_report *r, const struct hunt_finding *f)
{
    struct buf out = buf_make(&r->arena);
    for (size_t i = 0; i < f->matched_len; i++) {
        buf_add(&out, i > 0 ? STR("; ") : STR_EMPTY);
        buf_add(&out, f->matched[i].name);
        buf_add(&out, STR("="));
        buf_add(&out, f->matched[i].value);
    }
    return buf_str(&out);
}

static struct str joined_tags(struct hunt_report *r, const struct hunt_hit *h)
{
    struct buf out = buf_make(&r->arena);
    for (size_t i = 0; i < h->tags_len; i++) {
        buf_add(&out, i > 0 ? STR(" ") : STR_EMPTY);
        buf_add(&out, h->tags[i]);
    }
    return buf_str(&out);
}

void hunt_write_csv(struct hunt_report *r, const struct hunt_finding *f)
{
    static const char *const kinds[] = {"rule", "ioc", "yara"};
    const struct hunt_where *w = &f->where;
    cell(r, w->time == HUNT_NO_TIME ? STR_EMPTY : clock_rfc3339(&r->arena, w->time, 0));
    cell(r, str_c(hunt_level_name(f->hit->level)));
    cell(r, str_c(kinds[f->hit->kind]));
    cell(r, f->hit->id);
    cell(r, f->hit->title);
    cell(r, joined_tags(r, f->hit));
    cell(r, w->host);
    cell(r, w->channel);
    number(r, w->event_id, w->event_id >= 0);
    number(r, (int64_t)w->record_id, true);
    cell(r, w->source != NULL ? w->source->path : STR_EMPTY);
    number(r, (int64_t)w->offset, true);
    cell(r, matched_text(r, f));
    csv_write_end(&r->line);
}

/* -------- Timesketch -------- */

/* Needs message, datetime and timestamp_desc in each line; everything else becomes an attribute. */
void hunt_write_timesketch(struct hunt_report *r, const struct hunt_finding *f)
{
    struct json_writer w;
    const struct hunt_where *at = &f->where;
    int64_t time = at->time == HUNT_NO_TIME ? 0 : at->time;
    struct str text = matched_text(r, f);
    json_w_init(&w, &r->line);
    json_w_object(&w);
    json_w_kstr(&w, "message",
                str_printf(&r->arena, STR_FMT "%s" STR_FMT, STR_ARG(f->hit->title),
                           text.len > 0 ? ": " : "", STR_ARG(text)));
    json_w_kstr(&w, "datetime", clock_rfc3339(&r->arena, time, 0));
    json_w_kint(&w, "timestamp", time * 1000);
    json_w_kstr(&w, "timestamp_desc", STR("Event Logged"));
    json_w_key(&w, STR("tag"));
    json_w_array(&w);
    for (size_t i = 0; i < f->hit->tags_len; i++)
        json_w_str(&w, f->hit->tags[i]);
    json_w_end(&w);
    json_w_kstr(&w, "rule_title", f->hit->title);
    json_w_kstr(&w, "rule_id", f->hit->id);
    json_w_kstr(&w, "rule_level", str_c(hunt_level_name(f->hit->level)));
    json_w_kstr(&w, "hostname", at->host);
    json_w_kstr(&w, "channel", at->channel);
    if (at->event_id >= 0)
        json_w_kint(&w, "event_identifier", at->event_id);
    json_w_kint(&w, "record_number", (int64_t)at->record_id);
    json_w_kstr(&w, "source_file", at->source != NULL ? at->source->path : STR_EMPTY);
    json_w_key(&w, STR("event"));
    fields(r, &w, f->fields, f->fields_len);
    json_w_end(&w);
    buf_add_char(&r->line, '\n');
}
