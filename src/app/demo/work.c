#include "app/demo/inner.h"
#include "app/demo/queries.h"
#include "app/demo/stories.h"
#include "app/incident/incident.h"
#include "base/clock.h"

enum { DRAGGING = 2 }; /* incidents that are late by days */

struct work {
    struct demo *d;
    const struct demo_case *c;
    int64_t id, opened;
    bool dragging; /* its last step is not done */
    const struct actor *lead;
    int64_t pace; /* how much of the time for a step is used, in percent */
    struct demo_tasks_of_rows tasks;
};

/* Into which state it goes when so many steps are done. */
static const struct stage {
    size_t done;
    const char *state;
} ordinary[] = {{0, "verifying"}, {1, "responding"}, {2, "recovering"}, {4, "closed"}},
  serious[] = {{0, "verifying"}, {3, "responding"}, {5, "recovering"}, {7, "closed"}};

/* When so many steps are done. */
static int64_t done_at(const struct work *w, size_t done)
{
    const struct demo_tasks_of_row *task = &w->tasks.at[done - 1];
    int64_t due = task->due_at.has ? task->due_at.v - w->opened : 0;

    return w->opened + due * w->pace / 100;
}

static int move_on(struct work *w, size_t done, int64_t at)
{
    const struct stage *stages = w->c->serious ? serious : ordinary;
    const struct demo_care_texts *care = &demo_cares[w->c->story->care];
    struct demo *d = w->d;

    for (size_t i = 0; i < ARRAY_LEN(ordinary); i++) {
        bool last = i + 1 == ARRAY_LEN(ordinary);

        if (stages[i].done != done)
            continue;
        return incident_move(
            d->db, d->arena, w->id,
            &(struct incident_move){.state = str_c(stages[i].state),
                                    .reason = last ? demo_fill(d, DEMO_PICK(d, care->results), w->c)
                                                   : STR(""),
                                    .contained_at = i == 2 ? opt_int(at) : NO_INT},
            last ? &d->coordinator : w->lead, at, NULL, d->err);
    }
    return 0;
}

/* One step, with what was noted down meanwhile. 1: it is not done yet. */
static int take_step(struct work *w, size_t step, int64_t before)
{
    const struct demo_care_texts *care = &demo_cares[w->c->story->care];
    bool last = step + 1 == w->tasks.len;
    int64_t done = done_at(w, step + 1), begun = before + 3 * MINUTE_MS;
    int64_t noted = (before + done) / 2;
    struct demo *d = w->d;
    int r = 0;

    if (begun > d->now)
        return 1;
    if (step < ARRAY_LEN(care->comments) && noted <= d->now && noted > begun)
        r = incident_comment(d->db, d->arena, w->id, demo_fill(d, care->comments[step], w->c),
                             w->lead, noted, d->err);
    if (r >= 0 && (done > d->now || (last && w->dragging))) {
        r = incident_task_set(d->db, d->arena, w->id, w->tasks.at[step].id, STR("doing"), STR(""),
                              w->lead, begun, d->err);
        return r < 0 ? r : 1;
    }
    if (r < 0 || (r = incident_task_set(d->db, d->arena, w->id, w->tasks.at[step].id, STR("done"),
                                        STR(""), w->lead, done, d->err)) < 0)
        return r;
    return move_on(w, step + 1, MIN(done + MINUTE_MS, d->now));
}

int demo_work_on(struct demo *d, int64_t incident_id, const struct demo_case *c, int64_t opened)
{
    int64_t age = d->now - opened, begun = opened + MINUTE_MS * (5 + demo_below(d, 12));
    struct work w = {.d = d, .c = c, .id = incident_id, .opened = opened};
    int r;

    w.lead = &d->responders.at[demo_below(d, (int64_t)d->responders.len)];
    w.pace = demo_below(d, 5) == 0 ? 105 + demo_below(d, 35) : 50 + demo_below(d, 45);
    /* What is older than all its deadlines is done, but for these. */
    w.dragging = age > 6 * DAY_MS + 12 * HOUR_MS && age < 9 * DAY_MS && d->dragging < DRAGGING &&
                 !c->serious;
    d->dragging += w.dragging;
    /* Now and then one of today waits for somebody to lead it. */
    if (begun > d->now || (age < 12 * HOUR_MS && c->severity < 3 && d->unled++ == 0))
        return 0;
    if ((r = demo_tasks_of(d->db, d->arena, incident_id, &w.tasks, d->err)) < 0 ||
        (r = incident_set_lead(d->db, d->arena, incident_id, w.lead->id, &d->coordinator, begun,
                               d->err)) < 0 ||
        (r = move_on(&w, 0, MIN(begun + 2 * MINUTE_MS, d->now))) < 0)
        return r;
    for (size_t i = 0; r == 0 && i < w.tasks.len; i++)
        r = take_step(&w, i, i == 0 ? begun : done_at(&w, i));
    return MIN(r, 0);
}
