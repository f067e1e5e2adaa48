#include "engine/hunt/report.h"

#include "engine/hunt/summary.h"

static const struct str names[HUNT_REPORT_COUNT] = {
    STR_INIT("table"), STR_INIT("jsonl"), STR_INIT("csv"), STR_INIT("html"), STR_INIT("timesketch"),
};

bool hunt_report_parse(struct str name, enum hunt_report_format *out)
{
    for (size_t i = 0; i < HUNT_REPORT_COUNT; i++) {
        if (str_eq(name, names[i])) {
            *out = (enum hunt_report_format)i;
            return true;
        }
    }
    return false;
}

struct hunt_report *hunt_report_new(enum hunt_report_format format,
                                    const struct hunt_report_options *o)
{
    struct hunt_report *r = calloc(1, sizeof(*r));
    if (r == NULL)
        die("out of memory");
    r->o = *o;
    r->format = format;
    if (format == HUNT_REPORT_TABLE || format == HUNT_REPORT_HTML)
        r->summary = hunt_summary_new(format == HUNT_REPORT_HTML);
    if (format == HUNT_REPORT_CSV)
        hunt_write_csv_head(r);
    return r;
}

void hunt_report_finding(struct hunt_report *r, const struct hunt_finding *f)
{
    static void (*const writers[HUNT_REPORT_COUNT])(struct hunt_report *,
                                                    const struct hunt_finding *) = {
        [HUNT_REPORT_JSONL] = hunt_write_jsonl,
        [HUNT_REPORT_CSV] = hunt_write_csv,
        [HUNT_REPORT_TIMESKETCH] = hunt_write_timesketch,
    };
    if (writers[r->format] == NULL) {
        hunt_summary_add(r->summary, f);
        return;
    }
    arena_clear(&r->arena);
    r->line = buf_make(&r->arena);
    writers[r->format](r, f);
    fwrite(r->line.ptr, 1, r->line.len, r->o.out);
}

int hunt_report_end(struct hunt_report *r, const struct hunt_stats *stats,
                    const struct hunt_problem *problems, size_t problems_len, struct err *err)
{
    arena_clear(&r->arena);
    r->line = buf_make(&r->arena);
    if (r->format == HUNT_REPORT_TABLE)
        hunt_write_table(r, stats);
    if (r->format == HUNT_REPORT_HTML)
        hunt_write_html(r, stats, problems, problems_len);
    if (r->line.len > 0)
        fwrite(r->line.ptr, 1, r->line.len, r->o.out);
    if (fflush(r->o.out) != 0 || ferror(r->o.out))
        return err_errno(err, "cannot write the findings");
    return 0;
}

void hunt_report_free(struct hunt_report *r)
{
    if (r == NULL)
        return;
    hunt_summary_free(r->summary);
    arena_release(&r->arena);
    free(r);
}

struct str hunt_report_number(struct hunt_report *r, uint64_t n)
{
    struct str plain = str_printf(&r->arena, "%llu", (unsigned long long)n);
    struct buf out = buf_make(&r->arena);
    for (size_t i = 0; i < plain.len; i++) {
        if (i > 0 && (plain.len - i) % 3 == 0)
            buf_add_char(&out, r->o.lang == LANG_VI ? '.' : ',');
        buf_add_char(&out, plain.ptr[i]);
    }
    return buf_str(&out);
}
