#include "engine/hunt/explain.h"

#include "engine/hunt/eval.h"

#include "base/clock.h"
#include "base/text.h"

enum { VALUE_SHOWN = 100 }; /* characters of a value */

static const char *const verbs[] = {
    [TEST_EXACT] = "is",
    [TEST_PREFIX] = "starts with",
    [TEST_SUFFIX] = "ends with",
    [TEST_CONTAINS] = "contains",
    [TEST_GLOB] = "matches",
    [TEST_ANY] = "has a value",
    [TEST_REGEX] = "matches the expression",
    [TEST_CIDR] = "is in",
    [TEST_NUMBER] = "",
    [TEST_TIME] = "",
    [TEST_NULL] = "is absent or null",
    [TEST_EXISTS] = "exists",
    [TEST_FIELD] = "",
};

static const char *const op_texts[] = {
    [OP_EQ] = "=",           [OP_LT] = "<",         [OP_LTE] = "<=",
    [OP_GT] = ">",           [OP_GTE] = ">=",       [OP_STARTS] = "starts with",
    [OP_ENDS] = "ends with", [OP_HAS] = "contains",
};

static const char *const part_texts[] = {"minute", "hour", "day", "week", "month", "year"};

static void put_test(const struct sigma *s, const struct test *t, struct buf *out)
{
    struct str field = hunt_names_text(&s->schema->fields, t->field);
    if (t->field == 0)
        field = STR("any field");
    if (t->kind == TEST_TIME)
        buf_printf(out, "%s of ", part_texts[t->part]);
    buf_printf(out, STR_FMT " ", STR_ARG(field));
    if (t->kind == TEST_NUMBER || t->kind == TEST_TIME) {
        buf_printf(out, "%s " STR_FMT, op_texts[t->op], STR_ARG(t->shown));
    } else if (t->kind == TEST_FIELD) {
        buf_printf(out, "%s field " STR_FMT, op_texts[t->op],
                   STR_ARG(hunt_names_text(&s->schema->fields, t->other)));
    } else if (t->kind == TEST_NULL || t->kind == TEST_EXISTS || t->kind == TEST_ANY) {
        buf_add_c(out, verbs[t->kind]);
    } else {
        buf_printf(out, "%s \"" STR_FMT "\"", verbs[t->kind],
                   STR_ARG(t->kind <= TEST_CONTAINS ? t->text : t->shown));
    }
    if (t->cased)
        buf_add(out, STR(" (case matters)"));
}

static void indent(struct buf *out, int depth)
{
    for (int i = 0; i < depth; i++)
        buf_add(out, STR("  "));
}

/* ANSWERED: with what the event at hand says. */
static void put_answer(struct eval *v, uint32_t id, struct buf *out)
{
    const struct node *n = &v->s->pool.nodes.at[id];
    bool holds = eval_node(v, id);
    buf_add_c(out, holds ? "   yes" : "   no");
    const struct test *t = n->kind == NODE_TEST ? &v->s->pool.tests.at[n->first] : NULL;
    if (t == NULL || t->field == 0)
        return;
    const struct hunt_field *f = hunt_event_field(v->event, t->field);
    if (f == NULL)
        buf_add(out, STR(": the event has no such field"));
    else if (f->kind == HUNT_NULL)
        buf_add(out, STR(": null"));
    else
        buf_printf(out, ": " STR_FMT,
                   STR_ARG(text_ellipsis(v->event->arena, f->value, VALUE_SHOWN)));
}

static void put_node(const struct sigma *s, struct eval *v, uint32_t id, int depth, struct buf *out)
{
    static const char *const joins[] = {[NODE_FALSE] = "never",
                                        [NODE_TRUE] = "always",
                                        [NODE_AND] = "all of",
                                        [NODE_OR] = "one of",
                                        [NODE_NOT] = "not"};
    const struct node *n = &s->pool.nodes.at[id];
    indent(out, depth);
    if (n->kind == NODE_TEST)
        put_test(s, &s->pool.tests.at[n->first], out);
    else
        buf_add_c(out, joins[n->kind]);
    if (v != NULL)
        put_answer(v, id, out);
    buf_add_char(out, '\n');
    if (n->kind == NODE_NOT)
        put_node(s, v, n->first, depth + 1, out);
    for (uint32_t i = 0; (n->kind == NODE_AND || n->kind == NODE_OR) && i < n->len; i++)
        put_node(s, v, s->pool.kids.at[n->first + i], depth + 1, out);
}

static void put_source_part(struct buf *out, const char *name, struct str value)
{
    if (value.len > 0)
        buf_printf(out, " %s " STR_FMT, name, STR_ARG(value));
}

static void put_head(const struct sigma_rule *r, struct buf *out)
{
    buf_printf(out, STR_FMT "\n", STR_ARG(r->hit.title));
    buf_printf(out, "  rule " STR_FMT ", level %s, " STR_FMT ":" STR_FMT "\n", STR_ARG(r->hit.id),
               r->hit.level != HUNT_LEVEL_NONE ? hunt_level_name(r->hit.level) : "not given",
               STR_ARG(r->hit.file), STR_ARG(r->place));
    buf_add(out, STR("  log source:"));
    put_source_part(out, "product", r->source.product);
    put_source_part(out, "category", r->source.category);
    put_source_part(out, "service", r->source.service);
    buf_add_c(out, r->terms->known ? "\n" : " (no events are known for it)\n");
}

void explain_rules(const struct sigma *s, struct buf *out)
{
    for (size_t i = 0; i < s->rules.len; i++) {
        const struct sigma_rule *r = s->rules.at[i];
        put_head(r, out);
        put_node(s, NULL, r->root, 1, out);
        buf_add_char(out, '\n');
    }
    explain_correlations(s, out);
}

/* -------- events -------- */

struct explainer {
    struct explain *x;
    struct eval *eval;
};

static bool is_candidate(const struct eval *v, uint32_t rule)
{
    for (uint32_t i = 0; i < v->candidates_len; i++) {
        if (v->candidates[i] == rule)
            return true;
    }
    return false;
}

static void explain_event(struct explainer *e, struct hunt_event *event)
{
    struct explain *x = e->x;
    struct buf *out = x->out;
    struct str time = STR("without a time");
    if (event->time != HUNT_NO_TIME)
        time = clock_rfc3339(event->arena, event->time, 0);
    hunt_event_text(event);
    buf_printf(out, "event %llu, " STR_FMT ", %s", (unsigned long long)event->record_id,
               STR_ARG(time), hunt_family_name((enum hunt_family)event->family));
    if (event->channel.len > 0)
        buf_printf(out, ", channel " STR_FMT, STR_ARG(event->channel));
    if (event->event_id >= 0)
        buf_printf(out, ", id %lld", (long long)event->event_id);
    buf_add_char(out, '\n');
    for (uint32_t i = 0; i < x->sigma->rules.len; i++) {
        const struct sigma_rule *r = x->sigma->rules.at[i];
        struct logsource_key k = routes_key(x->sigma->routes, event);
        bool admitted = x->sigma->forced || logsources_accept(r->terms, &k);
        buf_printf(out, "  " STR_FMT ": ", STR_ARG(r->hit.title));
        if (!admitted) {
            buf_add(out, STR("no, the event is not of its log source\n"));
            continue;
        }
        eval_prepare(e->eval, event);
        bool holds = is_candidate(e->eval, i) && eval_node(e->eval, r->root);
        x->matched += holds;
        buf_add_c(out, holds ? "matches\n" : "does not match\n");
        if (e->eval->route->rules_len > 0)
            put_node(x->sigma, e->eval, r->root, 2, out);
        else
            buf_add(out, STR("    its condition cannot hold for this channel and event id\n"));
        if (holds)
            explain_listeners(x->sigma, r, event, out);
    }
}

static void *thread_open(void *self)
{
    struct explainer *e = calloc(1, sizeof(*e));
    if (e == NULL)
        die("out of memory");
    e->x = self;
    e->eval = eval_new(e->x->sigma);
    return e;
}

static void take_events(void *state, struct hunt_unit *u, struct hunt_event *events, size_t len)
{
    struct explainer *e = state;
    for (size_t i = 0; i < len && e->x->shown < e->x->most; i++, e->x->shown++)
        explain_event(e, &events[i]);
}

static void thread_close(void *self, void *state)
{
    struct explainer *e = state;
    eval_free(e->eval);
    free(e);
}

struct hunt_detector explain_detector(struct explain *x)
{
    return (struct hunt_detector){
        .self = x,
        .thread_open = thread_open,
        .events = take_events,
        .thread_close = thread_close,
    };
}
