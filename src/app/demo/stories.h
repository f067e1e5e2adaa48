#ifndef APP_DEMO_STORIES_H
#define APP_DEMO_STORIES_H

#include "base/base.h"

/*
 * The texts of the sample: invented, told as those who would report such a thing tell it. They hold
 * places in braces, which fill.c names and fills.
 */
enum demo_voice { CITIZEN, OFFICER, MAIL };

/* What the desk asks, hears, notes down and finds out in cases of a sort. */
enum demo_care {
    CARE_PHISHING,
    CARE_SCAM,
    CARE_ACCOUNT,
    CARE_MALWARE,
    CARE_RANSOM,
    CARE_SITE,
    CARE_DOS,
    CARE_LEAK,
    CARE_DATA,
    CARE_OTHER,
};

struct demo_care_texts {
    const char *question, *reply; /* reply: the reporter's */
    const char *results[2];
    const char *comments[3];
};
extern const struct demo_care_texts demo_cares[];

struct demo_story {
    const char *kind;
    enum demo_voice voice;
    const char *who;  /* sign of a reporter who is no officer */
    const char *org;  /* NULL: anyone who has such a system */
    const char *on;   /* label of the system; "": any */
    const char *bait; /* what the attacker's domain begins with */
    enum demo_care care;
    int64_t severity; /* on a system below level 4 */
    bool confidential;
    const char *title, *body; /* title: of the incident, and of what officers and mails say */
    const char *said;         /* asked or answered by the desk, where that is this story's own */
};

/* What became incidents, what was answered without one, what nobody asked for. */
extern const struct demo_story demo_stories[], demo_harmless[], demo_spam[];
extern const size_t demo_stories_len, demo_harmless_len, demo_spam_len;

/* Several tell of the same thing, within a day. */
struct demo_thread {
    const struct demo_story *at;
    size_t len;
    bool apart; /* each has an incident of their own: only what attacks them is the same */
};
extern const struct demo_thread demo_threads[];
extern const size_t demo_threads_len;

/* The last two days, one by one. */
struct demo_recent {
    int64_t age; /* minutes */
    /* "answered" is new again: the reporter answered; "join" and "duplicate" refer to the first of
     * the same group. */
    const char *outcome;
    int64_t group; /* those of a group have the same attacker; 0: alone */
    struct demo_story story;
};
extern const struct demo_recent demo_recents[];
extern const size_t demo_recents_len;

#endif
