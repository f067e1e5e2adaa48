#ifndef SYS_MAIL_MAIL_H
#define SYS_MAIL_MAIL_H

#include "base/base.h"
#include "sys/crypto/veil.h"
#include "sys/sandbox/sandbox.h"

/*
 * Reads mail files (EML; mbox with any number of messages) in a sandbox child: nothing that a mail
 * contains is interpreted in the process that calls. All texts are valid UTF-8 (NFC for
 * Vietnamese), lines end in LF; what could not be decoded became U+FFFD and is counted.
 *
 * A program that calls this has mail_sandbox_kind among the kinds it gives to sandbox_child() at
 * the start of its main(), test programs too.
 */
enum mail_kind {
    MAIL_PLAIN,
    MAIL_XARF, /* an abuse report in X-ARF: version 0.1/0.2 (YAML), 3 or 4 (JSON) */
    MAIL_ARF,  /* a feedback report: RFC 5965 */
};

struct mail_field {
    struct str name, value;
};

struct mail_attachment {
    struct str name; /* a plain file name without directories, never empty */
    struct str type; /* "application/pdf" */
    int64_t size;    /* decoded */
    uint8_t sha256[32];
    struct str path;  /* NUL-terminated; the file is removed after on_message unless taken away
                         (blob_take); empty without a directory */
    struct veil veil; /* what that file is written through */
    bool message;     /* an attached message/rfc822 */
};

struct mail_message {
    int64_t number;     /* in the file, from 1 */
    struct str refused; /* why the message could not be read; then nothing else is filled */
    enum mail_kind kind;
    struct str from, sender, reply_to, to, cc;   /* as people write them: Name <a@b.c>, ... */
    struct str subject, message_id, in_reply_to; /* ids without the angle brackets */
    struct opt_int date;                         /* ms, from the header: a claim of the sender */
    struct str headers;                          /* as they came, undecoded; at most 64 KB */
    struct str body; /* text/plain, else text made from HTML; at most 1 MB */
    bool body_from_html;
    bool truncated;                /* the body was longer */
    int64_t repaired;              /* bytes that were not in the character set they claimed */
    struct str report_version;     /* X-ARF: "0.2", "3", "4.0.0"; ARF: "1" */
    VEC(struct mail_field) report; /* fields of X-ARF and ARF; of JSON with dots: "Report.Date" */
    VEC(struct mail_attachment) attachments;
    struct mail_message *nested; /* attached messages, one level deep, without their attachments */
    size_t nested_len;
};

struct mail_options {
    const char *dir; /* where attachments stand while their message is handled; on the file system
                        of the blob store. NULL: their content is only counted and hashed */
    bool veil;       /* they stand there veiled */
    int64_t wall_ms; /* for the whole file; 0: 60 s. Attachments of a file: at most 1 GB */
};

/*
 * Calls on_message for each message in order; the message lives only during the call. Its negative
 * answer ends the reading and is returned. A file that is no mail gives one refused message.
 * Otherwise 0, ERR_NOT_FOUND, ERR_IO, or ERR_SANDBOX when the file could not be read safely
 * (messages given before that are good).
 */
int mail_parse_file(const char *path, const struct mail_options *options,
                    int (*on_message)(void *ctx, const struct mail_message *m, struct err *err),
                    void *ctx, struct err *err);

/* The same from a descriptor of a file, from where it stands. */
int mail_parse_fd(int fd, const struct mail_options *options,
                  int (*on_message)(void *ctx, const struct mail_message *m, struct err *err),
                  void *ctx, struct err *err);

extern const struct sandbox_kind mail_sandbox_kind;

#endif
