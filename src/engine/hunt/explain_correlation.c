#include "engine/hunt/explain.h"

#include "engine/hunt/correlate_rule.h"

/* What correlation rules ask, and which events count for them. */

static const char *const questions[] = {
    [CORRELATE_EVENT_COUNT] = "number of events",
    [CORRELATE_VALUE_COUNT] = "number of different values of ",
    [CORRELATE_SUM] = "sum of ",
    [CORRELATE_AVG] = "average of ",
    [CORRELATE_PERCENTILE] = "percentile of ",
    [CORRELATE_MEDIAN] = "median of ",
    [CORRELATE_TEMPORAL] = "rules that match",
    [CORRELATE_ORDERED] = "rules that match, in this order",
};

static const char *const ops[] = {
    [OP_EQ] = "=", [OP_LT] = "<", [OP_LTE] = "<=", [OP_GT] = ">", [OP_GTE] = ">="};

static void put_list(struct buf *out, const struct strs *list)
{
    for (size_t i = 0; i < list->len; i++)
        buf_printf(out, "%s" STR_FMT, i > 0 ? ", " : "", STR_ARG(list->at[i]));
}

static void put_timespan(struct buf *out, int64_t ms)
{
    static const struct {
        int64_t ms;
        const char *name;
    } units[] = {{86400000, "day"}, {3600000, "hour"}, {60000, "minute"}, {1000, "second"}};
    size_t i = 0;
    while (i + 1 < ARRAY_LEN(units) && ms % units[i].ms != 0)
        i++;
    long long n = (long long)(ms / units[i].ms);
    buf_printf(out, "  within: %lld %s%s\n", n, units[i].name, n == 1 ? "" : "s");
}

static void put_expression(const struct sigma *s, uint32_t id, struct buf *out)
{
    const struct node *n = &s->pool.nodes.at[id];
    switch (n->kind) {
    case NODE_TEST:
        buf_add(out, s->pool.tests.at[n->first].shown);
        return;
    case NODE_NOT:
        buf_add(out, STR("not "));
        put_expression(s, n->first, out);
        return;
    case NODE_AND:
    case NODE_OR:
        buf_add_char(out, '(');
        for (uint32_t i = 0; i < n->len; i++) {
            if (i > 0)
                buf_add_c(out, n->kind == NODE_AND ? " and " : " or ");
            put_expression(s, s->pool.kids.at[n->first + i], out);
        }
        buf_add_char(out, ')');
        return;
    default:
        buf_add_c(out, n->kind == NODE_TRUE ? "always" : "never");
        return;
    }
}

static void put_condition(const struct sigma *s, const struct correlation *c, struct buf *out)
{
    buf_add(out, STR("  holds when: "));
    if (c->has_expression) {
        put_expression(s, c->expression, out);
        buf_add_char(out, '\n');
        return;
    }
    if (c->type == CORRELATE_PERCENTILE && c->percentile == 0)
        buf_add(out, STR("percentage of the events that share a value of "));
    else if (c->percentile != 0)
        buf_printf(out, "%d. ", c->percentile);
    if (c->type != CORRELATE_PERCENTILE || c->percentile != 0)
        buf_add_c(out, questions[c->type]);
    put_list(out, &c->fields);
    if (c->bounds.len == 0)
        buf_add(out, STR(" = all"));
    for (size_t i = 0; i < c->bounds.len; i++)
        buf_printf(out, "%s %s %g", i > 0 ? " and" : "", ops[c->bounds.at[i].op],
                   c->bounds.at[i].value);
    buf_add_char(out, '\n');
}

static struct str title_of(const struct member *m)
{
    return m->rule != NULL ? m->rule->hit.title : m->child->hit.title;
}

static void put_correlation(const struct sigma *s, const struct correlation *c, struct buf *out)
{
    buf_printf(out, STR_FMT "\n", STR_ARG(c->hit.title));
    buf_printf(out, "  correlation " STR_FMT ", level %s, " STR_FMT ":" STR_FMT "\n",
               STR_ARG(c->hit.id),
               c->hit.level != HUNT_LEVEL_NONE ? hunt_level_name(c->hit.level) : "not given",
               STR_ARG(c->hit.file), STR_ARG(c->place));
    buf_add(out, STR("  over what these rules match:\n"));
    for (size_t i = 0; i < c->members.len; i++) {
        const struct member *m = &c->members.at[i];
        buf_printf(out, "    " STR_FMT ": " STR_FMT "%s\n", STR_ARG(m->ref), STR_ARG(title_of(m)),
                   m->child != NULL ? " (a correlation)" : "");
    }
    buf_add(out, STR("  events counted together: "));
    if (c->group_by.len > 0) {
        buf_add(out, STR("those with the same "));
        put_list(out, &c->group_by);
    } else {
        buf_add(out, STR("all"));
    }
    buf_add_char(out, '\n');
    for (size_t i = 0; i < c->aliases.len; i++) {
        const struct alias *a = &c->aliases.at[i];
        buf_printf(out, "    " STR_FMT " is " STR_FMT " in " STR_FMT "\n", STR_ARG(a->name),
                   STR_ARG(a->field), STR_ARG(a->ref));
    }
    put_timespan(out, c->timespan);
    put_condition(s, c, out);
    buf_add_c(out, c->generate ? "  the rules it refers to are reported as well\n"
                               : "  the rules it refers to are not reported by themselves\n");
    buf_add_char(out, '\n');
}

void explain_correlations(const struct sigma *s, struct buf *out)
{
    for (size_t i = 0; i < s->correlations.len; i++) {
        if (correlation_is_good(s->correlations.at[i]))
            put_correlation(s, s->correlations.at[i], out);
    }
}

/* -------- events -------- */

static void put_counted(const struct sigma *s, const struct correlation *c, const struct member *m,
                        const struct hunt_event *e, struct buf *out)
{
    buf_printf(out, "    for " STR_FMT ": ", STR_ARG(c->hit.title));
    if (e->time == HUNT_NO_TIME) {
        buf_add(out, STR("not counted, the event has no time\n"));
        return;
    }
    for (size_t i = 0; i < c->group_by.len; i++) {
        const struct hunt_field *f = hunt_event_field(e, m->fields[i]);
        if (f == NULL || f->kind == HUNT_NULL) {
            buf_printf(out, "not counted, the event has no " STR_FMT "\n",
                       STR_ARG(hunt_names_text(&s->schema->fields, m->fields[i])));
            return;
        }
    }
    buf_add(out, STR("counted"));
    for (size_t i = 0; i < c->slots.len && i < c->group_by.len + c->fields.len; i++) {
        const struct hunt_field *f = hunt_event_field(e, m->fields[i]);
        buf_printf(out, "%s" STR_FMT " = " STR_FMT, i > 0 ? ", " : " with ",
                   STR_ARG(c->slots.at[i]), STR_ARG(f != NULL ? f->value : STR("(absent)")));
    }
    buf_add_char(out, '\n');
}

void explain_listeners(const struct sigma *s, const struct sigma_rule *rule,
                       const struct hunt_event *e, struct buf *out)
{
    for (size_t i = 0; i < rule->listeners.len; i++) {
        const struct correlation *c = s->correlations.at[rule->listeners.at[i] >> 6];
        if (correlation_is_good(c))
            put_counted(s, c, &c->members.at[rule->listeners.at[i] & 63], e, out);
    }
}
