#include "sys/mail/wire.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/json.h"
#include "base/random.h"

#include <fcntl.h>
#include <sodium.h>

/* Half of a message: what the child has sent so far. */
struct receiver {
    const struct mail_options *options;
    int (*on_message)(void *ctx, const struct mail_message *m, struct err *err);
    void *ctx;
    struct arena arena; /* of the current message */
    struct mail_message m;
    struct buf document;
    bool receiving; /* the content of the last attachment */
    int fd;         /* its file, or -1 */
    crypto_hash_sha256_state hash;
};

static int malformed(struct err *err)
{
    return err_set(err, ERR_SANDBOX, "the child for mail sent a malformed answer");
}

/* The text of a value that must be a string. */
static bool take_text(struct json *j, struct arena *a, struct str *out)
{
    if (json_next(j) != JSON_STRING)
        return false;
    *out = json_string(j, a);
    return true;
}

static int begin_attachment(struct receiver *r, struct str document, struct err *err)
{
    struct mail_attachment *at;
    struct json j;

    if (r->receiving || r->m.attachments.len == MAIL_ATTACHMENTS_MAX)
        return malformed(err);
    at = vec_push(&r->m.attachments, &r->arena);
    json_init(&j, str_dup(&r->arena, document));
    if (json_next(&j) != JSON_OBJECT)
        return malformed(err);
    while (json_next(&j) == JSON_KEY) {
        bool ok = true;

        if (str_is(j.text, "name"))
            ok = take_text(&j, &r->arena, &at->name);
        else if (str_is(j.text, "type"))
            ok = take_text(&j, &r->arena, &at->type);
        else if (str_is(j.text, "message"))
            at->message = json_next(&j) == JSON_TRUE;
        else
            ok = json_skip(&j);
        if (!ok)
            return malformed(err);
    }
    /* The name goes into headers and archives: whatever the child says, it is one plain name. */
    if (j.type != JSON_OBJECT_END || at->name.len == 0 || at->name.len > 1024 ||
        str_find_char(at->name, '/') >= 0 || at->name.ptr[0] == '.')
        return malformed(err);
    crypto_hash_sha256_init(&r->hash);
    r->receiving = true;
    if (r->options->dir == NULL)
        return 0;
    at->path = str_printf(&r->arena, "%s/mail-" STR_FMT, r->options->dir,
                          STR_ARG(random_code(&r->arena, 20)));
    if (r->options->veil)
        veil_begin(&at->veil);
    r->fd = open(at->path.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return r->fd < 0 ? err_errno(err, "cannot create %s", at->path.ptr) : 0;
}

static int add_content(struct receiver *r, struct str data, struct err *err)
{
    struct mail_attachment *at;
    int64_t offset;

    if (!r->receiving)
        return malformed(err);
    crypto_hash_sha256_update(&r->hash, (const unsigned char *)data.ptr, data.len);
    at = &r->m.attachments.at[r->m.attachments.len - 1];
    offset = at->size;
    at->size += (int64_t)data.len;
    return r->fd >= 0 ? veil_write(&at->veil, r->fd, offset, data, err) : 0;
}

static int end_attachment(struct receiver *r, struct err *err)
{
    if (!r->receiving)
        return malformed(err);
    crypto_hash_sha256_final(&r->hash, r->m.attachments.at[r->m.attachments.len - 1].sha256);
    close_fd(&r->fd);
    r->receiving = false;
    return 0;
}

static bool read_report(struct json *j, struct arena *a, struct mail_message *m)
{
    struct mail_field f;

    if (json_next(j) != JSON_ARRAY)
        return false;
    while (json_next(j) == JSON_STRING) {
        f.name = json_string(j, a);
        if (!take_text(j, a, &f.value))
            return false;
        *vec_push(&m->report, a) = f;
    }
    return j->type == JSON_ARRAY_END;
}

static bool read_number(struct json *j, int64_t *out)
{
    return json_next(j) == JSON_NUMBER && json_int(j, out);
}

static bool read_nested(struct json *j, struct arena *a, struct mail_message *m);

/* One member of the document of a message; j stands on its key. */
static bool read_member(struct json *j, struct arena *a, struct mail_message *m, bool outer)
{
    static const struct {
        const char *key;
        size_t offset;
    } texts[] = {
        {"from", offsetof(struct mail_message, from)},
        {"sender", offsetof(struct mail_message, sender)},
        {"reply_to", offsetof(struct mail_message, reply_to)},
        {"to", offsetof(struct mail_message, to)},
        {"cc", offsetof(struct mail_message, cc)},
        {"subject", offsetof(struct mail_message, subject)},
        {"message_id", offsetof(struct mail_message, message_id)},
        {"in_reply_to", offsetof(struct mail_message, in_reply_to)},
        {"headers", offsetof(struct mail_message, headers)},
        {"body", offsetof(struct mail_message, body)},
        {"report_version", offsetof(struct mail_message, report_version)},
        {"refused", offsetof(struct mail_message, refused)},
    };
    struct str key = j->text;
    int64_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (str_is(key, texts[i].key))
            return take_text(j, a, (struct str *)(void *)((char *)m + texts[i].offset));
    }
    if (str_is(key, "number"))
        return read_number(j, &m->number);
    if (str_is(key, "repaired"))
        return read_number(j, &m->repaired);
    if (str_is(key, "date"))
        return m->date.has = read_number(j, &m->date.v);
    if (str_is(key, "kind")) {
        if (!read_number(j, &n) || n < MAIL_PLAIN || n > MAIL_ARF)
            return false;
        m->kind = (enum mail_kind)n;
        return true;
    }
    if (str_is(key, "html") || str_is(key, "truncated")) {
        bool *flag = str_is(key, "html") ? &m->body_from_html : &m->truncated;

        *flag = json_next(j) == JSON_TRUE;
        return *flag || j->type == JSON_FALSE;
    }
    if (str_is(key, "report"))
        return read_report(j, a, m);
    if (str_is(key, "nested") && outer)
        return read_nested(j, a, m);
    return false;
}

static bool read_object(struct json *j, struct arena *a, struct mail_message *m, bool outer)
{
    while (json_next(j) == JSON_KEY) {
        if (!read_member(j, a, m, outer))
            return false;
    }
    return j->type == JSON_OBJECT_END;
}

static bool read_nested(struct json *j, struct arena *a, struct mail_message *m)
{
    VEC(struct mail_message) all = {0};

    if (json_next(j) != JSON_ARRAY)
        return false;
    while (json_next(j) == JSON_OBJECT) {
        if (all.len == MAIL_NESTED_MAX || !read_object(j, a, vec_push(&all, a), false))
            return false;
    }
    m->nested = all.at;
    m->nested_len = all.len;
    return j->type == JSON_ARRAY_END;
}

/* Files that nobody took away. */
static void forget_message(struct receiver *r)
{
    close_fd(&r->fd);
    for (size_t i = 0; i < r->m.attachments.len; i++) {
        if (r->m.attachments.at[i].path.len > 0)
            unlink(r->m.attachments.at[i].path.ptr);
    }
    r->m = (struct mail_message){0};
    r->receiving = false;
    arena_clear(&r->arena);
    r->document = buf_make(&r->arena);
}

static int end_message(struct receiver *r, struct err *err)
{
    struct json j;
    int result;

    json_init(&j, buf_str(&r->document));
    if (r->receiving || json_next(&j) != JSON_OBJECT || !read_object(&j, &r->arena, &r->m, true) ||
        json_next(&j) != JSON_END)
        return malformed(err);
    result = r->on_message(r->ctx, &r->m, err);
    forget_message(r);
    return result < 0 ? result : 0;
}

static int on_frame(void *ctx, uint8_t type, struct str data, struct err *err)
{
    struct receiver *r = ctx;

    switch (type) {
    case MAIL_ATTACHMENT:
        return begin_attachment(r, data, err);
    case MAIL_CONTENT:
        return add_content(r, data, err);
    case MAIL_CONTENT_END:
        return end_attachment(r, err);
    case MAIL_MESSAGE:
        if (r->document.len > MAIL_DOCUMENT_MAX)
            return malformed(err);
        buf_add(&r->document, data);
        return 0;
    case MAIL_MESSAGE_END:
        return end_message(r, err);
    default:
        return malformed(err);
    }
}

int mail_parse_fd(int fd, const struct mail_options *options,
                  int (*on_message)(void *ctx, const struct mail_message *m, struct err *err),
                  void *ctx, struct err *err)
{
    struct sandbox_job job = {
        .kind = mail_sandbox_kind.name,
        .in_fd = fd,
        .wall_ms = options->wall_ms,
        .cpu_ms = options->wall_ms,
        .output = (int64_t)1 << 30,
    };
    struct receiver r = {.options = options, .on_message = on_message, .ctx = ctx, .fd = -1};
    int result;

    if (sodium_init() < 0)
        return err_set(err, ERR_INTERNAL, "cannot begin with libsodium");
    forget_message(&r);
    result = sandbox_run(&job, on_frame, &r, err);
    forget_message(&r);
    arena_release(&r.arena);
    return result;
}

int mail_parse_file(const char *path, const struct mail_options *options,
                    int (*on_message)(void *ctx, const struct mail_message *m, struct err *err),
                    void *ctx, struct err *err)
{
    _cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return err_errno(err, "cannot open %s", path);
    return mail_parse_fd(fd, options, on_message, ctx, err);
}
