#include "app/post/inner.h"

enum { PROBE_SECONDS = 20, COUNTED = 10000 };

int post_probe_smtp(struct arena *a, const struct post_settings *s, struct mail_dialogue *said,
                    struct err *err)
{
    struct mail_server server;
    int r = post_smtp(a, s, &server, err);

    *said = (struct mail_dialogue){.answer = STR(""), .lines = STR("")};
    if (r < 0)
        return r;
    server.seconds = PROBE_SECONDS;
    return mail_probe(a, &server, s->from, said, err);
}

int post_probe_imap(struct arena *a, const struct post_settings *s, int64_t *waiting,
                    struct err *err)
{
    _cleanup_(mail_box_closep) struct mail_box *box = NULL;
    const char *folder = s->imap_folder.len > 0 ? str_cdup(a, s->imap_folder) : "INBOX";
    struct mail_server server;
    struct mail_uids uids;
    int64_t validity;
    int r;

    if ((r = post_imap(a, s, &server, err)) < 0)
        return r;
    server.seconds = PROBE_SECONDS;
    if ((r = mail_box_open(&box, &server, folder, err)) < 0 ||
        (r = mail_box_list(box, a, 0, COUNTED, &validity, &uids, err)) < 0)
        return r;
    *waiting = (int64_t)uids.len;
    return 0;
}
