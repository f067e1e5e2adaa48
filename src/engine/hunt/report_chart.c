#include "engine/hunt/report_html.h"

#include "base/clock.h"

/* The timeline: stacked bars, a colour and an order for each level; drawn without any script. */

enum { WIDTH = 1120, HEIGHT = 190, LEFT = 46, BOTTOM = 24, TOP = 10, BARS = 96 };

struct bar {
    int64_t from;
    uint64_t by_level[HUNT_LEVELS_LEN];
    uint64_t total;
};

static int64_t nice_step(int64_t span)
{
    static const int64_t steps[] = {
        MINUTE_MS,   5 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS,
        3 * HOUR_MS, 6 * HOUR_MS,   12 * HOUR_MS,   DAY_MS,         2 * DAY_MS,
        7 * DAY_MS,  30 * DAY_MS,   91 * DAY_MS,    365 * DAY_MS,
    };
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        if (span / steps[i] < BARS)
            return steps[i];
    }
    return span / BARS + 1;
}

static uint64_t total_of(const struct hunt_bucket *b)
{
    uint64_t n = 0;
    for (size_t l = 0; l < HUNT_LEVELS_LEN; l++)
        n += b->by_level[l];
    return n;
}

/* A few events with a wrong clock must not press the others together: when 99 of 100 findings lie
 * in a twentieth of the span, only that part is drawn. */
static void trim(const struct hunt_bucket *at, size_t *from, size_t *to)
{
    uint64_t total = 0, low = 0, high = 0;
    for (size_t i = *from; i < *to; i++)
        total += total_of(&at[i]);
    size_t a = *from, b = *to;
    while (b - a > 1 && (low + total_of(&at[a])) * 200 <= total)
        low += total_of(&at[a++]);
    while (b - a > 1 && (high + total_of(&at[b - 1])) * 200 <= total)
        high += total_of(&at[--b]);
    if ((at[*to - 1].at - at[*from].at) / 20 > at[b - 1].at - at[a].at) {
        *from = a;
        *to = b;
    }
}

/* Below an axis of days the time of day says nothing. */
static struct str axis_time(struct hunt_report *r, int64_t at, int64_t step)
{
    struct str s = hunt_html_time(r, at);
    return step >= DAY_MS ? str_sub(s, 0, 10) : str_sub(s, 0, 16);
}

static void label(struct hunt_report *r, double x, const char *anchor, struct str time)
{
    buf_printf(&r->line, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">", x, HEIGHT - 6, anchor);
    buf_add(&r->line, time);
    buf_add_c(&r->line, "</text>");
}

static void draw_bar(struct hunt_report *r, const struct bar *b, double x, double w, uint64_t top,
                     int64_t step)
{
    double y = HEIGHT - BOTTOM, full = HEIGHT - BOTTOM - TOP;
    if (b->total == 0)
        return;
    buf_add_c(&r->line, "<g><title>");
    buf_add(&r->line, axis_time(r, b->from, step));
    buf_printf(&r->line, ": %llu</title>", (unsigned long long)b->total);
    for (int l = HUNT_LEVEL_CRITICAL; l >= 0; l--) {
        if (b->by_level[l] == 0)
            continue;
        double h = full * (double)b->by_level[l] / (double)top;
        h = h < 1.5 ? 1.5 : h;
        y -= h;
        buf_printf(&r->line,
                   "<rect class=\"c%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>", l,
                   x, y, w, h);
    }
    buf_add_c(&r->line, "</g>");
}

/* To the next half of a power of ten: 1,063 becomes 1,500. */
static uint64_t round_up(uint64_t n)
{
    uint64_t unit = 2;
    while (n >= unit * 10)
        unit = unit == 2 ? 5 : unit * 10;
    return (n + unit - 1) / unit * unit;
}

static void grid(struct hunt_report *r, uint64_t top)
{
    for (int i = 0; i <= 2; i++) {
        double y = HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * i / 2.0;
        buf_printf(&r->line,
                   "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                   "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">",
                   i == 0 ? "axis" : "grid", LEFT, WIDTH, y, y, LEFT - 6, y + 4);
        buf_add(&r->line, hunt_report_number(r, top * (uint64_t)i / 2));
        buf_add_c(&r->line, "</text>");
    }
}

void hunt_html_timeline(struct hunt_report *r)
{
    size_t to, from = 0;
    const struct hunt_bucket *at = hunt_summary_times(r->summary, &to);
    if (to == 0)
        return;
    trim(at, &from, &to);
    int64_t step = MAX(nice_step(at[to - 1].at - at[from].at), r->summary->step);
    int64_t zone = (int64_t)r->o.zone * MINUTE_MS;
    int64_t begin = (at[from].at + zone) / step * step - zone;
    size_t n = (size_t)((at[to - 1].at - begin) / step) + 1;
    struct bar *bars = arena_array(&r->arena, struct bar, n);
    uint64_t top = 1;
    for (size_t i = 0; i < n; i++)
        bars[i].from = begin + (int64_t)i * step;
    for (size_t i = from; i < to; i++) {
        struct bar *b = &bars[(at[i].at - begin) / step];
        for (size_t l = 0; l < HUNT_LEVELS_LEN; l++)
            b->by_level[l] += at[i].by_level[l];
        b->total += total_of(&at[i]);
        top = MAX(top, b->total);
    }
    top = MAX((uint64_t)2, round_up(top));
    buf_add_c(&r->line, "<div class=\"chart\" tabindex=\"0\">"); /* scrolls on a phone */
    buf_printf(&r->line, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"timeline\">",
               WIDTH, HEIGHT);
    grid(r, top);
    double slot = (double)(WIDTH - LEFT) / (double)MAX(n, (size_t)12);
    for (size_t i = 0; i < n; i++)
        draw_bar(r, &bars[i], LEFT + slot * (double)i + slot * 0.1, slot * 0.8, top, step);
    label(r, LEFT, "start", axis_time(r, begin, step));
    if (n >= 24)
        label(r, LEFT + slot * (double)(n / 2), "middle", axis_time(r, bars[n / 2].from, step));
    if (n > 6)
        label(r, LEFT + slot * (double)n, "end", axis_time(r, bars[n - 1].from, step));
    buf_add_c(&r->line, "</svg></div>");
}
