#include "engine/hunt/report.h"
#include "engine/hunt/summary.h"

#include "base/clock.h"
#include "base/text.h"

/* The table for a terminal: a line for each rule that found something, worst first, and under it
 * where and what. */

struct look {
    const char *color, *mark;
};

static const struct look looks[HUNT_LEVELS_LEN] = {
    [HUNT_LEVEL_NONE] = {"\033[2m", "·"},  [HUNT_LEVEL_INFORMATIONAL] = {"\033[36m", "i"},
    [HUNT_LEVEL_LOW] = {"\033[32m", "○"},  [HUNT_LEVEL_MEDIUM] = {"\033[33m", "◐"},
    [HUNT_LEVEL_HIGH] = {"\033[31m", "●"}, [HUNT_LEVEL_CRITICAL] = {"\033[1;37;41m", "▲"},
};

static const char *const level_words[LANG_COUNT][HUNT_LEVELS_LEN] = {
    [LANG_VI] = {"chưa xếp", "thông tin", "thấp", "trung bình", "cao", "nghiêm trọng"},
    [LANG_EN] = {"not rated", "info", "low", "medium", "high", "critical"},
};

static const char *pick(const struct hunt_report *r, const char *vi, const char *en)
{
    return r->o.lang == LANG_VI ? vi : en;
}

static void color(struct hunt_report *r, const char *code)
{
    if (r->o.color)
        buf_add_c(&r->line, code);
}

static void pad(struct hunt_report *r, struct str text, size_t width)
{
    buf_add(&r->line, text);
    for (size_t n = text_length(text); n < width; n++)
        buf_add_char(&r->line, ' ');
}

static struct str short_time(struct hunt_report *r, int64_t ms)
{
    if (ms == HUNT_NO_TIME)
        return STR("-");
    struct civil c = civil_from_ms(ms, r->o.zone);
    return r->o.lang == LANG_VI ? str_printf(&r->arena, "%02d/%02d/%04d %02d:%02d:%02d", c.day,
                                             c.month, c.year, c.hour, c.minute, c.second)
                                : str_printf(&r->arena, "%04d-%02d-%02d %02d:%02d:%02d", c.year,
                                             c.month, c.day, c.hour, c.minute, c.second);
}

/* One line of plain text: control characters would act on the terminal. */
static struct str plain(struct hunt_report *r, struct str s, size_t width)
{
    char *copy = str_cdup(&r->arena, s);
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)copy[i] < 0x20 || copy[i] == 0x7f)
            copy[i] = ' ';
    }
    return text_ellipsis(&r->arena, str_make(copy, s.len), width);
}

static void techniques(struct hunt_report *r, const struct hunt_hit *hit)
{
    struct str t;
    for (size_t i = 0; i < hit->tags_len; i++) {
        if (hunt_tag_technique(hit->tags[i], &r->arena, &t)) {
            buf_add_char(&r->line, ' ');
            buf_add(&r->line, t);
        }
    }
}

static void detail(struct hunt_report *r, struct str text)
{
    buf_add_c(&r->line, "      ");
    buf_add(&r->line, plain(r, text, (size_t)MAX(40, r->o.width - 6)));
    buf_add_char(&r->line, '\n');
}

static void hosts_line(struct hunt_report *r, const struct hunt_group *g)
{
    struct buf b = buf_make(&r->arena);
    for (size_t i = 0; i < g->hosts.len && i < 6; i++) {
        if (g->hosts.at[i]->name.len == 0)
            continue;
        buf_add_c(&b, b.len > 0 ? ", " : "");
        buf_add(&b, g->hosts.at[i]->name);
        buf_printf(&b, " (%llu)", (unsigned long long)g->hosts.at[i]->count);
    }
    if (g->hosts.len > 6)
        buf_printf(&b, ", +%zu", g->hosts.len - 6);
    if (g->first != HUNT_NO_TIME) {
        buf_add_c(&b, b.len > 0 ? "   " : "");
        buf_add(&b, short_time(r, g->first));
        if (g->last != g->first) {
            buf_add_c(&b, " - ");
            buf_add(&b, short_time(r, g->last));
        }
    }
    color(r, "\033[2m");
    detail(r, buf_str(&b));
    color(r, "\033[0m");
}

static void example_line(struct hunt_report *r, const struct hunt_example *e)
{
    struct buf b = buf_make(&r->arena);
    for (size_t i = 0; i < e->matched_len; i++) {
        buf_add_c(&b, i > 0 ? "  " : "");
        buf_add(&b, e->matched[i].name);
        buf_add_c(&b, "=");
        buf_add(&b, e->matched[i].value);
    }
    if (b.len > 0)
        detail(r, buf_str(&b));
}

static void group_lines(struct hunt_report *r, const struct hunt_group *g)
{
    const struct look *l = &looks[g->hit->level];
    struct str title = g->hit->kind == HUNT_HIT_IOC
                           ? str_printf(&r->arena, STR_FMT ": " STR_FMT, STR_ARG(g->hit->id),
                                        STR_ARG(g->hit->title))
                           : g->hit->title;
    color(r, l->color);
    buf_printf(&r->line, " %s ", l->mark);
    pad(r, str_c(level_words[r->o.lang][g->hit->level]), 12);
    color(r, "\033[0m");
    struct str n = hunt_report_number(r, g->count);
    for (size_t i = n.len; i < 9; i++)
        buf_add_char(&r->line, ' ');
    buf_add(&r->line, n);
    buf_add_c(&r->line, "  ");
    color(r, "\033[1m");
    buf_add(&r->line, plain(r, title, (size_t)MAX(40, r->o.width - 40)));
    color(r, "\033[0m");
    color(r, "\033[2m");
    techniques(r, g->hit);
    color(r, "\033[0m");
    buf_add_char(&r->line, '\n');
    hosts_line(r, g);
    for (size_t i = 0; i < g->examples_len && i < 2; i++)
        example_line(r, &g->examples[i]);
}

static void totals(struct hunt_report *r, const struct hunt_stats *stats)
{
    const struct hunt_summary *s = r->summary;
    double seconds = (double)MAX(stats->elapsed_ms, INT64_C(1)) / 1000;
    buf_add_char(&r->line, '\n');
    color(r, "\033[1m");
    buf_add(&r->line, hunt_report_number(r, s->total));
    buf_add_c(&r->line, pick(r, " phát hiện của ", " findings of "));
    buf_add(&r->line, hunt_report_number(r, s->groups.len));
    buf_add_c(&r->line, pick(r, " luật", " rules"));
    color(r, "\033[0m");
    for (int l = HUNT_LEVEL_CRITICAL; l >= 0; l--) {
        if (s->by_level[l] == 0)
            continue;
        buf_add_c(&r->line, "  ");
        color(r, looks[l].color);
        buf_printf(&r->line, "%s " STR_FMT " %s", looks[l].mark,
                   STR_ARG(hunt_report_number(r, s->by_level[l])), level_words[r->o.lang][l]);
        color(r, "\033[0m");
    }
    buf_printf(&r->line, "\n" STR_FMT "%s" STR_FMT "%s%.1f MB / %.1f s = %.0f MB/s\n",
               STR_ARG(hunt_report_number(r, stats->files)), pick(r, " tệp, ", " files, "),
               STR_ARG(hunt_report_number(r, stats->events)), pick(r, " sự kiện, ", " events, "),
               (double)stats->bytes / 1e6, seconds, (double)stats->bytes / 1e6 / seconds);
}

void hunt_write_table(struct hunt_report *r, const struct hunt_stats *stats)
{
    hunt_summary_sort(r->summary);
    for (size_t i = 0; i < r->summary->groups.len; i++)
        group_lines(r, r->summary->groups.at[i]);
    totals(r, stats);
}
