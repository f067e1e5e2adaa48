#ifndef BENCH_SITE_WORDS_H
#define BENCH_SITE_WORDS_H

/* Invented texts of a large site. */
enum {
    SITE_KINDS = 10,
    SITE_TITLES = 20,
    SITE_TEXTS = 16,
    SITE_COMMENTS = 6,
    SITE_STEPS = 4,
    SITE_UNITS = 6,
    SITE_FIELDS = 20,
    SITE_SYSTEMS = 10
};

extern const char *const site_kinds[SITE_KINDS];
extern const char *const site_titles[SITE_TITLES];
extern const char *const site_texts[SITE_TEXTS];
extern const char *const site_comments[SITE_COMMENTS];
extern const char *const site_steps[SITE_STEPS];
extern const char *const site_units[SITE_UNITS];
extern const char *const site_fields[SITE_FIELDS];
extern const char *const site_systems[SITE_SYSTEMS];

#endif
