#include "engine/hunt/report_html.h"

#include "base/clock.h"
#include "base/text.h"

/*
 * The HTML report: one file that opens anywhere, offline, for years. Everything in it that came out
 * of a log is escaped; its policy allows nothing to be loaded.
 */

extern const struct str report_assets[]; /* report.css, report.js */

enum { HOSTS_SHOWN = 15, PROBLEMS_SHOWN = 500 };

enum word {
    W_TITLE,
    W_NOTHING,
    W_FINDINGS,
    W_RULES_HIT,
    W_HOSTS_HIT,
    W_RANGE,
    W_FILES,
    W_EVENTS,
    W_BYTES,
    W_RULES,
    W_MADE,
    W_ZONE,
    W_TIMELINE,
    W_TACTICS,
    W_HOSTS,
    W_NO_HOST,
    W_SEARCH,
    W_EXPAND,
    W_RULE,
    W_FILE,
    W_TAGS,
    W_ID,
    W_NOTE,
    W_RECORD,
    W_EVENT,
    W_SAME,
    W_OTHERS,
    W_PROBLEMS,
    W_PROBLEM_TEXT,
    W_REASON,
    W_PLACE,
    W_TIMES,
    W_NO_MATCH,
    W_NO_TACTIC,
    W_PATHS,
    W_MORE,
    W_IOC,
    W_FOOT,
    W_COUNT,
};

/* clang-format off */
static const char *const words[LANG_COUNT][W_COUNT] = {
    [LANG_VI] = {
        "Kết quả săn lùng mối nguy hại", "Không phát hiện dấu hiệu nào.", "phát hiện", "luật có kết quả",
        "máy liên quan", "Khoảng thời gian", "Tệp", "Sự kiện", "Dung lượng", "Luật đã nạp",
        "Lập lúc", "Giờ hiển thị", "Diễn biến theo thời gian", "Chiến thuật tấn công (MITRE ATT&CK)",
        "Máy có nhiều phát hiện", "(không rõ máy)", "Tìm theo luật, máy, tệp, dòng lệnh… (phím /)",
        "Mở hoặc gập tất cả", "Luật", "Tệp", "Nhãn", "Mã", "Ghi chú", "Bản ghi", "Toàn bộ sự kiện",
        "lần giống hệt", "phát hiện khác của luật này không hiển thị", "Phần không đọc được",
        "Những phần dưới đây chưa được săn lùng. Hãy kiểm tra và chạy lại nếu cần.", "Lý do", "Vị trí",
        "Số lần", "Không có phát hiện nào khớp.", "Không gắn với chiến thuật nào", "Đã săn lùng trong",
        "và nhiều hơn nữa", "Chỉ báo", "Tệp này tự chứa mọi thứ, mở được khi không có mạng.",
    },
    [LANG_EN] = {
        "Hunt report", "Nothing was found.", "findings", "rules with findings", "hosts concerned",
        "Period", "Files", "Events", "Volume", "Rules loaded", "Made", "Times shown in",
        "What happened when", "Tactics (MITRE ATT&CK)", "Hosts with most findings",
        "(host not known)", "Search rules, hosts, files, command lines… (press /)",
        "Open or close all", "Rule", "File", "Tags", "Id", "Note", "Record", "The whole event",
        "times the same", "further findings of this rule are not shown", "What could not be read",
        "The following was not hunted through. Check it, and run again where needed.", "Reason",
        "Place", "Count", "No finding matches.", "Without a tactic", "Hunted through", "and more",
        "Indicator", "This file holds all it needs and opens without a network.",
    },
};

static const char *const level_words[LANG_COUNT][HUNT_LEVELS_LEN] = {
    [LANG_VI] = {"Chưa xếp mức", "Thông tin", "Thấp", "Trung bình", "Cao", "Nghiêm trọng"},
    [LANG_EN] = {"Not rated", "Informational", "Low", "Medium", "High", "Critical"},
};

static const char *const tactic_words[LANG_COUNT][HUNT_TACTICS] = {
    [LANG_VI] = {
        "Trinh sát", "Chuẩn bị nguồn lực", "Xâm nhập ban đầu", "Thực thi", "Duy trì hiện diện",
        "Leo thang đặc quyền", "Lẩn tránh phòng thủ", "Ẩn mình", "Làm suy yếu phòng thủ",
        "Đánh cắp thông tin xác thực", "Khám phá",
        "Di chuyển ngang", "Thu thập", "Chỉ huy và điều khiển", "Đưa dữ liệu ra ngoài", "Gây tác động",
    },
    [LANG_EN] = {
        "Reconnaissance", "Resource development", "Initial access", "Execution", "Persistence",
        "Privilege escalation", "Defense evasion", "Stealth", "Defense impairment", "Credential access", "Discovery",
        "Lateral movement", "Collection", "Command and control", "Exfiltration", "Impact",
    },
};
/* clang-format on */

/* -------- pieces -------- */

static void raw(struct hunt_report *r, const char *s)
{
    buf_add_c(&r->line, s);
    /* The report is written as it grows: it may be large. */
    if (r->line.len > 256 * 1024) {
        fwrite(r->line.ptr, 1, r->line.len, r->o.out);
        buf_clear(&r->line);
    }
}

static void text(struct hunt_report *r, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '<')
            buf_add_c(&r->line, "&lt;");
        else if (c == '>')
            buf_add_c(&r->line, "&gt;");
        else if (c == '&')
            buf_add_c(&r->line, "&amp;");
        else if (c == '"')
            buf_add_c(&r->line, "&quot;");
        else if (c == '\'')
            buf_add_c(&r->line, "&#39;");
        else if ((unsigned char)c >= 0x20 || c == '\n' || c == '\t')
            buf_add_char(&r->line, c);
    }
}

static void word(struct hunt_report *r, enum word w)
{
    text(r, str_c(words[r->o.lang][w]));
}

static void element(struct hunt_report *r, const char *open, struct str content, const char *close)
{
    raw(r, open);
    text(r, content);
    raw(r, close);
}

static void fact(struct hunt_report *r, enum word w, struct str content)
{
    raw(r, "<dt>");
    word(r, w);
    element(r, "</dt><dd>", content, "</dd>");
}

struct str hunt_html_time(struct hunt_report *r, int64_t ms)
{
    if (ms == HUNT_NO_TIME)
        return STR("-");
    struct civil c = civil_from_ms(ms, r->o.zone);
    return r->o.lang == LANG_VI ? str_printf(&r->arena, "%02d/%02d/%04d %02d:%02d:%02d", c.day,
                                             c.month, c.year, c.hour, c.minute, c.second)
                                : str_printf(&r->arena, "%04d-%02d-%02d %02d:%02d:%02d", c.year,
                                             c.month, c.day, c.hour, c.minute, c.second);
}

static struct str period(struct hunt_report *r, int64_t first, int64_t last)
{
    struct str a = hunt_html_time(r, first);
    if (first == last)
        return a;
    return str_printf(&r->arena, STR_FMT " – " STR_FMT, STR_ARG(a),
                      STR_ARG(hunt_html_time(r, last)));
}

static struct str megabytes(struct hunt_report *r, uint64_t n)
{
    struct str s = n >= 1000000000 ? str_printf(&r->arena, "%.2f GB", (double)n / 1e9)
                                   : str_printf(&r->arena, "%.1f MB", (double)n / 1e6);
    char *dot = r->o.lang == LANG_VI ? memchr(s.ptr, '.', s.len) : NULL;
    if (dot != NULL)
        *dot = ',';
    return s;
}

static struct str zone_name(struct hunt_report *r)
{
    int m = r->o.zone < 0 ? -r->o.zone : r->o.zone;
    return str_printf(&r->arena, "UTC%c%02d:%02d", r->o.zone < 0 ? '-' : '+', m / 60, m % 60);
}

/* -------- head -------- */

static void head(struct hunt_report *r, const struct hunt_stats *stats)
{
    const struct hunt_summary *s = r->summary;
    raw(r, "<!doctype html><html lang=\"");
    raw(r, r->o.lang == LANG_VI ? "vi" : "en");
    raw(r, "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
           "content=\"width=device-width,initial-scale=1\"><meta name=\"referrer\" "
           "content=\"no-referrer\"><meta http-equiv=\"Content-Security-Policy\" "
           "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
           "base-uri 'none'; form-action 'none'\"><title>");
    word(r, W_TITLE);
    raw(r, "</title><style>");
    buf_add(&r->line, report_assets[0]);
    raw(r, "</style></head><body><header><div><h1>");
    word(r, W_TITLE);
    raw(r, "</h1><p>");
    if (s->total == 0) {
        word(r, W_NOTHING);
    } else {
        buf_add(&r->line, hunt_report_number(r, s->total));
        raw(r, " ");
        word(r, W_FINDINGS);
        raw(r, " · ");
        buf_add(&r->line, hunt_report_number(r, s->groups.len));
        raw(r, " ");
        word(r, W_RULES_HIT);
        raw(r, " · ");
        buf_add(&r->line, hunt_report_number(r, s->hosts.len));
        raw(r, " ");
        word(r, W_HOSTS_HIT);
    }
    raw(r, "</p><dl><div>");
    fact(r, W_RANGE, period(r, s->first, s->last));
    raw(r, "</div><div>");
    fact(r, W_FILES, hunt_report_number(r, stats->files));
    raw(r, "</div><div>");
    fact(r, W_EVENTS, hunt_report_number(r, stats->events));
    raw(r, "</div><div>");
    fact(r, W_BYTES, megabytes(r, stats->bytes));
    raw(r, "</div><div>");
    fact(r, W_RULES, hunt_report_number(r, r->o.rules));
    raw(r, "</div><div>");
    fact(r, W_MADE, hunt_html_time(r, r->o.now));
    raw(r, "</div><div>");
    fact(r, W_ZONE, zone_name(r));
    raw(r, "</div></dl></div></header><main>");
}

static void level_cards(struct hunt_report *r)
{
    raw(r, "<div class=\"levels\">");
    for (int l = HUNT_LEVEL_CRITICAL; l >= 0; l--) {
        uint64_t n = r->summary->by_level[l];
        if (n == 0 && l == HUNT_LEVEL_NONE)
            continue;
        buf_printf(&r->line,
                   "<button class=\"level c%d\" data-level=\"%d\" aria-pressed=\"true\"%s><b>", l,
                   l, n == 0 ? " disabled" : "");
        buf_add(&r->line, hunt_report_number(r, n));
        element(r, "</b><span>", str_c(level_words[r->o.lang][l]), "</span></button>");
    }
    raw(r, "</div>");
}

static void bar(struct hunt_report *r, const uint64_t by_level[HUNT_LEVELS_LEN], uint64_t most)
{
    raw(r, "<td><span class=\"bar\">");
    for (int l = HUNT_LEVEL_CRITICAL; l >= 0; l--) {
        if (by_level[l] > 0)
            buf_printf(&r->line, "<i class=\"c%d\" style=\"width:%.2f%%\"></i>", l,
                       100.0 * (double)by_level[l] / (double)most);
    }
    raw(r, "</span></td><td>");
}

struct tactic_count {
    uint64_t by_level[HUNT_LEVELS_LEN];
    uint64_t total;
};

static void count_tactics(const struct hunt_summary *s,
                          struct tactic_count counts[HUNT_TACTICS + 1])
{
    for (size_t i = 0; i < s->groups.len; i++) {
        const struct hunt_group *g = s->groups.at[i];
        bool any = false;
        for (size_t t = 0; t <= g->hit->tags_len; t++) {
            int tactic = t < g->hit->tags_len ? hunt_tag_tactic(g->hit->tags[t])
                         : any                ? -1
                                              : HUNT_TACTICS;
            if (tactic < 0)
                continue;
            any = true;
            counts[tactic].by_level[g->hit->level] += g->count;
            counts[tactic].total += g->count;
        }
    }
}

static void tactics(struct hunt_report *r)
{
    struct tactic_count counts[HUNT_TACTICS + 1] = {0};
    uint64_t most = 1;
    count_tactics(r->summary, counts);
    for (int i = 0; i <= HUNT_TACTICS; i++)
        most = MAX(most, counts[i].total);
    raw(r, "<section class=\"card\"><h2>");
    word(r, W_TACTICS);
    raw(r, "</h2><table class=\"bars\">");
    for (int i = 0; i <= HUNT_TACTICS; i++) {
        if (counts[i].total == 0)
            continue;
        const char *name =
            i == HUNT_TACTICS ? words[r->o.lang][W_NO_TACTIC] : tactic_words[r->o.lang][i];
        element(r, "<tr><td>", str_c(name), "</td>");
        bar(r, counts[i].by_level, most);
        buf_add(&r->line, hunt_report_number(r, counts[i].total));
        raw(r, "</td></tr>");
    }
    raw(r, "</table></section>");
}

static void hosts(struct hunt_report *r)
{
    const struct hunt_summary *s = r->summary;
    raw(r, "<section class=\"card\"><h2>");
    word(r, W_HOSTS);
    raw(r, "</h2><table class=\"bars\">");
    for (size_t i = 0; i < s->hosts.len && i < HOSTS_SHOWN; i++) {
        const struct hunt_host_count *h = s->hosts.at[i];
        raw(r, "<tr><td data-find=\"");
        text(r, h->name);
        element(r, "\">", h->name.len > 0 ? h->name : str_c(words[r->o.lang][W_NO_HOST]), "</td>");
        bar(r, h->by_level, s->hosts.at[0]->count);
        buf_add(&r->line, hunt_report_number(r, h->count));
        raw(r, "</td></tr>");
    }
    raw(r, "</table></section>");
}

/* -------- findings -------- */

static void field_table(struct hunt_report *r, const char *class, const struct hunt_match *at,
                        size_t len)
{
    if (len == 0)
        return;
    buf_printf(&r->line, "<table class=\"fields%s\">", class);
    for (size_t i = 0; i < len; i++) {
        element(r, "<tr><td>", at[i].name, "</td><td>");
        text(r, at[i].value);
        raw(r, "</td></tr>");
    }
    raw(r, "</table>");
}

static void where(struct hunt_report *r, const struct hunt_example *e)
{
    const struct hunt_where *w = &e->where;
    raw(r, "<div class=\"where\">");
    element(r, "<b>", hunt_html_time(r, w->time), "</b>");
    if (w->host.len > 0)
        element(r, "<span>", w->host, "</span>");
    if (w->channel.len > 0)
        element(r, "<span>", w->channel, "</span>");
    if (w->event_id >= 0)
        buf_printf(&r->line, "<span>Event ID %lld</span>", (long long)w->event_id);
    if (w->record_id > 0) {
        raw(r, "<span>");
        word(r, W_RECORD);
        buf_printf(&r->line, " %llu</span>", (unsigned long long)w->record_id);
    }
    if (w->source != NULL)
        element(r, "<span>", w->source->path, "</span>");
    if (e->count > 1) {
        raw(r, "<span>× ");
        buf_add(&r->line, hunt_report_number(r, e->count));
        raw(r, " ");
        word(r, W_SAME);
        raw(r, "</span>");
    }
    raw(r, "</div>");
}

static void example(struct hunt_report *r, const struct hunt_example *e)
{
    raw(r, "<div class=\"example\">");
    where(r, e);
    field_table(r, " matched", e->matched, e->matched_len);
    if (e->fields_len > 0) {
        raw(r, "<details><summary>");
        word(r, W_EVENT);
        raw(r, "</summary>");
        field_table(r, "", e->fields, e->fields_len);
        raw(r, "</details>");
    }
    raw(r, "</div>");
}

static void group_meta(struct hunt_report *r, const struct hunt_group *g)
{
    struct str technique;
    raw(r, "<span class=\"meta\">");
    for (size_t i = 0; i < g->hit->tags_len; i++) {
        if (hunt_tag_technique(g->hit->tags[i], &r->arena, &technique))
            element(r, "<span class=\"chip\">", technique, "</span>");
    }
    for (size_t i = 0; i < g->hosts.len && i < 4; i++) {
        if (g->hosts.at[i]->name.len > 0)
            element(r, "", g->hosts.at[i]->name, " · ");
    }
    if (g->hosts.len > 4)
        buf_printf(&r->line, "+%zu · ", g->hosts.len - 4);
    text(r, period(r, g->first, g->last));
    raw(r, "</span>");
}

static void group_facts(struct hunt_report *r, const struct hunt_group *g)
{
    struct buf tags = buf_make(&r->arena);
    for (size_t i = 0; i < g->hit->tags_len; i++) {
        buf_add_c(&tags, i > 0 ? ", " : "");
        buf_add(&tags, g->hit->tags[i]);
    }
    raw(r, "<dl class=\"facts\">");
    if (g->hit->id.len > 0)
        fact(r, W_ID, g->hit->id);
    if (g->hit->file.len > 0)
        fact(r, W_FILE, g->hit->file);
    if (tags.len > 0)
        fact(r, W_TAGS, buf_str(&tags));
    if (g->hit->note.len > 0)
        fact(r, W_NOTE, g->hit->note);
    raw(r, "</dl>");
}

static void group(struct hunt_report *r, const struct hunt_group *g)
{
    int l = (int)g->hit->level;
    buf_printf(&r->line, "<details class=\"group c%d\" data-level=\"%d\"><summary>", l, l);
    element(r, "<span class=\"badge\">", str_c(level_words[r->o.lang][l]), "</span>");
    raw(r, "<span class=\"title\">");
    if (g->hit->kind == HUNT_HIT_IOC)
        element(r, "", str_c(words[r->o.lang][W_IOC]), ": ");
    text(r, g->hit->title);
    raw(r, "</span><span class=\"count\">");
    buf_add(&r->line, hunt_report_number(r, g->count));
    raw(r, "</span>");
    group_meta(r, g);
    raw(r, "</summary><div class=\"body\">");
    group_facts(r, g);
    for (size_t i = 0; i < g->examples_len; i++)
        example(r, &g->examples[i]);
    if (g->other > 0) {
        raw(r, "<p>+ ");
        buf_add(&r->line, hunt_report_number(r, g->other));
        raw(r, " ");
        word(r, W_OTHERS);
        raw(r, "</p>");
    }
    raw(r, "</div></details>");
}

static void groups(struct hunt_report *r)
{
    raw(r,
        "<div class=\"tools\"><input id=\"q\" type=\"search\" autocomplete=\"off\" aria-label=\"");
    word(r, W_SEARCH);
    raw(r, "\" placeholder=\"");
    word(r, W_SEARCH);
    raw(r, "\"><button id=\"all\">");
    word(r, W_EXPAND);
    raw(r, "</button><span id=\"shown\" role=\"status\"></span></div>");
    for (size_t i = 0; i < r->summary->groups.len; i++)
        group(r, r->summary->groups.at[i]);
    raw(r, "<p id=\"none\" class=\"none\" hidden>");
    word(r, r->summary->total == 0 ? W_NOTHING : W_NO_MATCH);
    raw(r, "</p>");
}

static void problem_table(struct hunt_report *r, const struct hunt_problem *at, size_t len)
{
    if (len == 0)
        return;
    raw(r, "<section class=\"card\"><h2>");
    word(r, W_PROBLEMS);
    raw(r, "</h2><p>");
    word(r, W_PROBLEM_TEXT);
    raw(r, "</p><table class=\"plain\"><tr><th>");
    word(r, W_FILE);
    raw(r, "</th><th>");
    word(r, W_PLACE);
    raw(r, "</th><th>");
    word(r, W_TIMES);
    raw(r, "</th><th>");
    word(r, W_REASON);
    raw(r, "</th></tr>");
    for (size_t i = 0; i < len && i < PROBLEMS_SHOWN; i++) {
        element(r, "<tr><td>", at[i].file, "</td>");
        buf_printf(&r->line, "<td>%llu</td><td>%llu</td>", (unsigned long long)at[i].offset,
                   (unsigned long long)at[i].count);
        element(r, "<td>", at[i].reason, "</td></tr>");
    }
    raw(r, "</table>");
    if (len > PROBLEMS_SHOWN)
        word(r, W_MORE);
    raw(r, "</section>");
}

void hunt_write_html(struct hunt_report *r, const struct hunt_stats *stats,
                     const struct hunt_problem *problems, size_t problems_len)
{
    hunt_summary_sort(r->summary);
    head(r, stats);
    level_cards(r);
    if (r->summary->total > r->summary->without_time) {
        raw(r, "<section class=\"card\"><h2 id=\"timeline\">");
        word(r, W_TIMELINE);
        raw(r, "</h2>");
        hunt_html_timeline(r);
        raw(r, "</section>");
    }
    if (r->summary->total > 0) {
        raw(r, "<div class=\"two\">");
        tactics(r);
        hosts(r);
        raw(r, "</div>");
    }
    groups(r);
    problem_table(r, problems, problems_len);
    raw(r, "</main><footer><p>");
    word(r, W_PATHS);
    raw(r, ": ");
    for (size_t i = 0; i < r->o.paths_len && i < 20; i++)
        element(r, i > 0 ? ", " : "", r->o.paths[i], "");
    raw(r, "</p><p>");
    word(r, W_FOOT);
    raw(r, "</p></footer><script>");
    buf_add(&r->line, report_assets[1]);
    raw(r, "</script></body></html>\n");
}
