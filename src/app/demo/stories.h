#ifndef APP_DEMO_STORIES_H
#define APP_DEMO_STORIES_H

#include "base/base.h"

/* The texts of the sample's reports: invented, one or more for each kind of incident. */
struct demo_story {
    const char *kind;
    const char *title, *body; /* with places such as {ip}, see cases.c */
    int64_t weight;           /* added to the level of the system for the severity */
};

extern const struct demo_story demo_stories[];
extern const size_t demo_stories_len;
extern const struct demo_story demo_spam;

extern const char *const demo_reporters[5];
extern const char *const demo_questions[3];
extern const char *const demo_answers[4];
extern const char *const demo_comments[6];
extern const char *const demo_results[4];

#endif
