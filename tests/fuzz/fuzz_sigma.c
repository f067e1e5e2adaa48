#include "fuzz.h"

#include "engine/hunt/eval.h"

/*
 * Rules, correlations and filters from any text: loaded or refused with a place, and what was
 * loaded answers about an event. The first line of the input, when it begins with '#', is the
 * event's value.
 */
static struct hunt_event make_event(struct hunt_schema *schema, struct hunt_field *fields,
                                    uint32_t most, struct str value, struct arena *a)
{
    struct hunt_event e = {.fields = fields, .event_id = 1, .time = 1000, .arena = a};
    for (uint32_t id = 1; id <= schema->fields.len && e.len < most; id++) {
        fields[e.len++] = (struct hunt_field){
            .id = id,
            .kind = HUNT_STRING,
            .name = hunt_names_text(&schema->fields, id),
            .value = value,
        };
    }
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct hunt_schema schema;
    struct hunt_field fields[32];
    struct str text = str_make((const char *)data, size);
    struct str value = STR("value");
    if (text.len > 0 && text.ptr[0] == '#')
        str_line(&text, &value);
    hunt_schema_init(&schema);
    struct sigma *s = sigma_new(&schema);
    sigma_load_text(s, STR("fuzz.yml"), text);
    sigma_finish(s);
    size_t len;
    const struct sigma_notice *n = sigma_notices(s, &len);
    for (size_t i = 0; i < len; i++)
        FUZZ_CHECK(n[i].text.len > 0 && isdigit((unsigned char)n[i].text.ptr[0]));
    struct sigma_counts c = sigma_counts(s);
    FUZZ_CHECK(c.rules + c.correlations <= c.documents);
    struct eval *v = eval_new(s);
    for (uint8_t family = 0; family < HUNT_FAMILY_COUNT; family++) {
        struct hunt_event e = make_event(&schema, fields, ARRAY_LEN(fields), value, &a);
        e.family = family;
        eval_prepare(v, &e);
        bool candidate[256] = {false};
        for (uint32_t i = 0; i < v->candidates_len; i++) {
            if (v->candidates[i] < ARRAY_LEN(candidate))
                candidate[v->candidates[i]] = true;
            eval_node(v, s->rules.at[v->candidates[i]]->root);
        }
        /* whoever was no candidate does not hold: the witnesses lose nothing */
        for (uint32_t i = 0; i < s->rules.len && i < ARRAY_LEN(candidate); i++) {
            struct logsource_key k = routes_key(s->routes, &e);
            if (!candidate[i] && v->route->rules_len > 0 &&
                logsources_accept(s->rules.at[i]->terms, &k))
                FUZZ_CHECK(!eval_node(v, s->rules.at[i]->root));
        }
    }
    eval_free(v);
    sigma_free(s);
    hunt_schema_release(&schema);
    return 0;
}
