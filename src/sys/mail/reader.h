#ifndef SYS_MAIL_READER_H
#define SYS_MAIL_READER_H

#include "sys/mail/wire.h"

#include <gmime/gmime.h>

/* Inside of the child: one message while it is taken apart. */
struct reader {
    struct arena *a;
    struct sandbox_out *out; /* NULL: of a nested message, whose attachments are not sent */
    struct mail_message m;
    struct buf body;
    VEC(struct mail_message) nested;
    size_t attachments;
    bool xarf_header;
    bool told; /* in an alternative whose text is already in the body */
};

/* structure.c: the message into r->m, its attachments to r->out. */
void read_message(struct reader *r, GMimeMessage *message);

/* The decoded content of a part, at most `limit` bytes; *more when there was more. */
struct str part_content(struct arena *a, GMimePart *part, size_t limit, bool *more);

/* report.c: what a part says about an abuse; true when it was one of that kind. */
bool read_feedback_report(struct reader *r, GMimePart *part);
bool read_xarf_yaml(struct reader *r, GMimePart *part);
bool read_xarf_json(struct reader *r, GMimePart *part);

/* charset.c: text in a character set (NULL: none was named) as UTF-8 with LF, in form C. Offending
 * bytes are added to *repaired. */
struct str text_from_charset(struct arena *a, struct str bytes, const char *charset,
                             int64_t *repaired);
/* One line of a header, already decoded by the library. */
struct str clean_line(struct arena *a, const char *text, int64_t *repaired);
/* Loads the tables of character sets while files can be opened. */
void charsets_prepare(void);

/* html_text.c: what a reader of the page would see, links with their addresses. */
struct str html_to_text(struct arena *a, struct str html);

#endif
