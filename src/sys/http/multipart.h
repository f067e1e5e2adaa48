#ifndef SYS_HTTP_MULTIPART_H
#define SYS_HTTP_MULTIPART_H

#include "base/base.h"

/*
 * multipart/form-data (RFC 7578) as a stream: bytes go in as they arrive, in pieces of any size;
 * parts come out through the callbacks. Memory is flat: a part's header is limited, its content is
 * passed on and never kept.
 */
enum { MULTIPART_HEADER_MAX = 8 * 1024, MULTIPART_BOUNDARY_MAX = 70 };

struct multipart_part {
    struct str name;
    bool is_file;    /* has a file name, perhaps an empty one */
    struct str file; /* as sent */
    struct str type; /* as sent, may be empty */
};

struct multipart_sink {
    int (*begin)(void *ctx, const struct multipart_part *part, struct err *err);
    int (*data)(void *ctx, struct str data, struct err *err);
    int (*end)(void *ctx, struct err *err);
};

struct multipart {
    const struct multipart_sink *sink;
    void *ctx;
    struct arena *arena; /* for names; what it takes is bounded by the limits of the caller */
    char delimiter[MULTIPART_BOUNDARY_MAX + 8]; /* CR LF - - boundary */
    size_t delimiter_len;
    size_t matched; /* bytes of the delimiter seen so far */
    int state;
    char header[MULTIPART_HEADER_MAX];
    size_t header_len;
};

/* The boundary of a Content-Type header; the empty slice when there is none or it is not one. */
struct str multipart_boundary(struct str content_type, struct arena *a);

void multipart_init(struct multipart *m, struct str boundary, const struct multipart_sink *sink,
                    void *ctx, struct arena *arena);
/* 0, ERR_SYNTAX, or what a callback returned; after an error nothing more may be fed. */
int multipart_feed(struct multipart *m, struct str data, struct err *err);
/* All bytes have arrived: ERR_SYNTAX when the closing delimiter is missing. */
int multipart_finish(struct multipart *m, struct err *err);

/* One parameter of a header such as `form-data; name="a"`; false when absent. */
bool header_parameter(struct str header, const char *name, struct arena *a, struct str *out);

#endif
