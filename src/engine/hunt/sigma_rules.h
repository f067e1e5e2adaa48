#ifndef ENGINE_HUNT_SIGMA_RULES_H
#define ENGINE_HUNT_SIGMA_RULES_H

#include "engine/hunt/rule.h"
#include "engine/hunt/sigma.h"
#include "engine/hunt/yaml.h"

/* What the Sigma files share: the rule set while it is loaded, and a rule once it is. */

struct sigma_logsource {
    struct str category, product, service; /* empty: not given */
};

struct correlation; /* correlate.h */
struct logsources;  /* logsource.h */
struct logsource_terms;

struct sigma_rule {
    struct hunt_hit hit;
    struct str name;
    struct str place; /* "line:column" of the document */
    struct sigma_logsource source;
    const struct logsource_terms *terms;
    uint32_t root;
    bool quiet;                /* matches are shown to correlations only */
    struct node_ids listeners; /* correlations that refer to it */
};

VEC_TYPE(sigma_rule_list, struct sigma_rule *);
VEC_TYPE(sigma_notice_list, struct sigma_notice);
VEC_TYPE(sigma_filter_list, struct sigma_filter);
VEC_TYPE(correlation_list, struct correlation *);
VEC_TYPE(strs, struct str);
VEC_TYPE(sigma_costs, struct sigma_cost);

/* A global filter, until sigma_finish has applied it. */
struct sigma_filter {
    struct str file, title, place;
    struct sigma_logsource source;
    struct strs rules;
    bool any; /* of all rules of the log source */
    uint32_t root;
};

struct sigma {
    struct arena arena;
    struct hunt_schema *schema;
    struct pool pool;
    struct logsources *sources;
    struct sigma_rule_list rules;
    struct correlation_list correlations;
    struct sigma_filter_list filters;
    struct sigma_notice_list notices;
    struct map by_id; /* id or name -> struct sigma_rule */
    struct map correlation_by_id;
    struct map placeholders; /* name -> struct strs */
    struct sigma_counts counts;
    enum hunt_level min_level;
    bool forced;
    struct sigma_logsource force;
    bool measure;
    struct sigma_costs costs;
    struct routes *routes; /* route.h */
};

/* One document while it is read. */
struct reading {
    struct sigma *s;
    struct arena *tmp;
    struct err *err;
    struct str title;
    size_t budget; /* values and names it may still have: aliases can repeat a node without end */
};

int reading_fail(struct reading *r, const struct yaml_node *at, const char *fmt, ...)
    _printf_(3, 4);

/* A value that must be text; `what` is for the message. NULL node: ERR_INVALID at `parent`. */
int reading_text(struct reading *r, const struct yaml_node *parent, const char *key,
                 struct str *out);

int sigma_read_logsource(struct reading *r, const struct yaml_node *doc,
                         struct sigma_logsource *out);

/* sigma_load.c: title, id, level, tags, name; whether id and name are still free. */
int sigma_read_head(struct reading *r, const struct yaml_node *doc, struct hunt_hit *hit,
                    struct str *name);
int sigma_check_names(struct reading *r, const struct yaml_node *doc, const struct hunt_hit *hit,
                      struct str name);

/* sigma_mod.c: one "field|modifiers: values" of a detection. */
int sigma_read_item(struct reading *r, const struct yaml_node *key, const struct yaml_node *value,
                    uint32_t *node);
/* Keywords without a field name. */
int sigma_read_keyword(struct reading *r, const struct yaml_node *value, uint32_t *node);

/* sigma_value.c */
struct value {
    struct pattern p;
    const struct yaml_node *at;
};
VEC_TYPE(values, struct value);

int value_encode_utf16(struct reading *r, struct value *v, bool big, bool mark);
int value_base64(struct reading *r, struct value *v);
int value_base64_offsets(struct reading *r, const struct value *v, struct values *out);
int value_expand(struct reading *r, const struct value *v, struct values *out);

/* sigma_cond.c: named searches, and the condition over them. */
struct search {
    struct str name;
    uint32_t node;
};
VEC_TYPE(searches, struct search);

int sigma_read_condition(struct reading *r, const struct searches *searches,
                         const struct yaml_node *condition, uint32_t *node);

/* sigma_detect.c: the searches and the condition of a detection, or of a filter, which has one
 * `other` key (may be NULL). */
int sigma_read_detection(struct reading *r, const struct yaml_node *map, const char *other,
                         uint32_t *node);

void sigma_note(struct sigma *s, struct str file, bool refused, struct str rule, const char *fmt,
                ...) _printf_(5, 6);

#endif
