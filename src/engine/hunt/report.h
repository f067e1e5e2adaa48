#ifndef ENGINE_HUNT_REPORT_H
#define ENGINE_HUNT_REPORT_H

#include "engine/hunt/hunt.h"

/* What people and programs get of a hunt's findings. */

enum hunt_report_format {
    HUNT_REPORT_TABLE, /* for a terminal: grouped, worst first */
    HUNT_REPORT_JSONL, /* one object a finding */
    HUNT_REPORT_CSV,
    HUNT_REPORT_HTML,       /* one file that needs nothing else */
    HUNT_REPORT_TIMESKETCH, /* JSON Lines as Timesketch imports them */
    HUNT_REPORT_COUNT,
};

bool hunt_report_parse(struct str name, enum hunt_report_format *out);

struct hunt_report_options {
    FILE *out;
    enum lang lang;
    int zone;   /* minutes east of UTC, for times that people read */
    bool color; /* table */
    int width;  /* table: columns of the terminal */
    int64_t now;
    const struct str *paths; /* what was hunted through, for the head of the HTML report */
    size_t paths_len;
    size_t rules; /* loaded */
};

struct hunt_report;

struct hunt_report *hunt_report_new(enum hunt_report_format format,
                                    const struct hunt_report_options *o);
void hunt_report_finding(struct hunt_report *r, const struct hunt_finding *f);

/* Writes what stands at the end. 0, or ERR_IO when something could not be written. */
int hunt_report_end(struct hunt_report *r, const struct hunt_stats *stats,
                    const struct hunt_problem *problems, size_t problems_len, struct err *err);
void hunt_report_free(struct hunt_report *r);

/* -------- the writers -------- */

struct hunt_summary;

struct hunt_report {
    struct hunt_report_options o;
    enum hunt_report_format format;
    struct arena arena; /* of one finding */
    struct buf line;
    struct hunt_summary *summary; /* table and HTML */
};

/* 1,234 or 1.234, as the language of the report has it. */
struct str hunt_report_number(struct hunt_report *r, uint64_t n);
void hunt_write_jsonl(struct hunt_report *r, const struct hunt_finding *f);
void hunt_write_csv_head(struct hunt_report *r);
void hunt_write_csv(struct hunt_report *r, const struct hunt_finding *f);
void hunt_write_timesketch(struct hunt_report *r, const struct hunt_finding *f);
void hunt_write_table(struct hunt_report *r, const struct hunt_stats *stats);
void hunt_write_html(struct hunt_report *r, const struct hunt_stats *stats,
                     const struct hunt_problem *problems, size_t problems_len);

#endif
