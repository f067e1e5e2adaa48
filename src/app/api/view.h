#ifndef APP_API_VIEW_H
#define APP_API_VIEW_H

#include "app/api/inner.h"

/* What the page of the API shows. */
struct api_line {
    struct str name, type;
    const char *label, *about; /* translation keys, or NULL */
    bool required;
};
VEC_TYPE(api_lines, struct api_line);

struct api_entry {
    const struct http_route *route;
    const char *method;
    struct api_lines query, body, answer;
    struct str answer_name; /* "Incident", or empty */
};
VEC_TYPE(api_entries, struct api_entry);

struct api_section {
    const struct api_tag *tag;
    struct api_entries entries;
};
VEC_TYPE(api_sections, struct api_section);

struct api_problem_line {
    int status;
    const char *code;
    struct str title;
};
VEC_TYPE(api_problem_lines, struct api_problem_line);

struct api_page_view {
    struct api_sections sections;
    struct api_problem_lines problems;
    struct str base; /* "https://ungcuu.example.vn" */
};

#endif
