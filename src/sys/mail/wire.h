#ifndef SYS_MAIL_WIRE_H
#define SYS_MAIL_WIRE_H

#include "sys/mail/mail.h"

/*
 * What the child says. An attachment is ATTACHMENT (JSON: name, type, message), CONTENT any number
 * of times, CONTENT_END; a message follows its attachments as one JSON document in MESSAGE frames,
 * ended by MESSAGE_END. The parent believes nothing of it without looking.
 */
enum mail_frame {
    MAIL_ATTACHMENT = 1,
    MAIL_CONTENT,
    MAIL_CONTENT_END,
    MAIL_MESSAGE,
    MAIL_MESSAGE_END,
};

enum {
    MAIL_BODY_MAX = 1 << 20,
    MAIL_HEADERS_MAX = 64 << 10,
    MAIL_REPORT_MAX = 1 << 20, /* an X-ARF or ARF part */
    MAIL_ATTACHMENTS_MAX = 1000,
    MAIL_NESTED_MAX = 20,
    MAIL_FIELDS_MAX = 500,
    MAIL_DEPTH_MAX = 32,
    MAIL_DOCUMENT_MAX = 64 << 20,
};

#endif
