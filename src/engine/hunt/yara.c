#include "engine/hunt/yara.h"

#include "base/io.h"

#include <dirent.h>
#include <pthread.h>
#include <sys/stat.h>
#include <yara.h>

enum {
    FILE_LIMIT = 64 << 20,
    MAX_DIRS = 32,
    TIMEOUT = 30, /* seconds */
    MATCHES = 16, /* strings shown with a finding */
    DATA_SHOWN = 32,
};

VEC_TYPE(yara_notice_list, struct yara_notice);
VEC_TYPE(yara_files, struct str);

struct yara {
    struct arena arena;
    struct yara_files files; /* that compile */
    struct yara_notice_list notices;
    YR_RULES *rules;
    struct hunt_hit *hits; /* by the rule's place in the table */
    size_t rules_len;
    int timeout;
    pthread_mutex_t lock; /* notices while threads scan */
};

struct yara *yara_new(void)
{
    struct yara *y = calloc(1, sizeof(*y));
    if (y == NULL || yr_initialize() != ERROR_SUCCESS)
        die("out of memory");
    y->timeout = TIMEOUT;
    pthread_mutex_init(&y->lock, NULL);
    return y;
}

void yara_free(struct yara *y)
{
    if (y == NULL)
        return;
    if (y->rules != NULL)
        yr_rules_destroy(y->rules);
    yr_finalize();
    pthread_mutex_destroy(&y->lock);
    arena_release(&y->arena);
    free(y);
}

void yara_timeout(struct yara *y, int seconds)
{
    y->timeout = seconds;
}

const struct yara_notice *yara_notices(const struct yara *y, size_t *len)
{
    *len = y->notices.len;
    return y->notices.at;
}

size_t yara_count(const struct yara *y)
{
    return y->rules_len;
}

static void note(struct yara *y, struct str file, uint64_t line, const char *reason, bool refused)
{
    pthread_mutex_lock(&y->lock);
    *vec_push(&y->notices, &y->arena) = (struct yara_notice){
        str_dup(&y->arena, file), line, str_dup(&y->arena, str_c(reason)), refused};
    pthread_mutex_unlock(&y->lock);
}

/* -------- loading -------- */

struct compiling {
    struct yara *y;
    struct str file;
    bool noted;
};

static void on_message(int level, const char *file, int line, const YR_RULE *rule,
                       const char *message, void *ctx)
{
    struct compiling *c = ctx;
    if (level != YARA_ERROR_LEVEL_ERROR || c->noted)
        return;
    c->noted = true;
    note(c->y, c->file, (uint64_t)MAX(line, 0), message, true);
}

static bool add_file(struct compiling *c, YR_COMPILER *compiler, const char *space)
{
    FILE *f = fopen(c->file.ptr, "re");
    if (f == NULL)
        return false;
    yr_compiler_set_callback(compiler, on_message, c);
    int errors = yr_compiler_add_file(compiler, f, space, c->file.ptr);
    fclose(f);
    return errors == 0;
}

/* A file with a mistake would spoil the compiler for those behind it, so each is tried alone first.
 */
static int try_file(struct yara *y, const char *path, struct err *err)
{
    struct compiling c = {.y = y, .file = str_dup(&y->arena, str_c(path))};
    YR_COMPILER *compiler;
    if (access(path, R_OK) < 0)
        return err_errno(err, "cannot read %s", path);
    if (yr_compiler_create(&compiler) != ERROR_SUCCESS)
        die("out of memory");
    if (add_file(&c, compiler, NULL))
        *vec_push(&y->files, &y->arena) = c.file;
    else if (!c.noted)
        note(y, c.file, 0, "it does not compile", true);
    yr_compiler_destroy(compiler);
    return 0;
}

static bool is_rule_file(struct str name)
{
    return str_ends(name, STR(".yar")) || str_ends(name, STR(".yara"));
}

static int load_path(struct yara *y, const char *path, int depth, struct err *err)
{
    struct stat st;
    struct dirent **names;
    if (stat(path, &st) < 0)
        return err_errno(err, "cannot read %s", path);
    if (!S_ISDIR(st.st_mode))
        return try_file(y, path, err);
    int n = depth < MAX_DIRS ? scandir(path, &names, NULL, alphasort) : -1;
    if (n < 0)
        return err_errno(err, "cannot read the directory %s", path);
    int rc = 0;
    struct arena tmp = {0};
    for (int i = 0; i < n; i++) {
        struct str name = str_c(names[i]->d_name);
        if (rc == 0 && name.ptr[0] != '.' && (names[i]->d_type == DT_DIR || is_rule_file(name)))
            rc = load_path(y, io_join(&tmp, str_c(path), name).ptr, depth + 1, err);
        free(names[i]);
    }
    free(names);
    arena_release(&tmp);
    return rc;
}

int yara_load(struct yara *y, const char *path, struct err *err)
{
    return load_path(y, path, 0, err);
}

/* -------- rules as hits -------- */

static void read_metas(struct yara *y, YR_RULE *rule, struct hunt_hit *h)
{
    YR_META *meta;
    yr_rule_metas_foreach(rule, meta)
    {
        if (meta->type != META_TYPE_STRING)
            continue;
        struct str value = str_c(meta->string);
        if (strcmp(meta->identifier, "description") == 0)
            h->note = str_dup(&y->arena, value);
        if (strcmp(meta->identifier, "severity") == 0 || strcmp(meta->identifier, "level") == 0)
            hunt_level_parse(value, &h->level);
    }
}

static void read_tags(struct yara *y, YR_RULE *rule, struct hunt_hit *h)
{
    VEC(struct str) tags = {0};
    const char *tag;
    yr_rule_tags_foreach(rule, tag) * vec_push(&tags, &y->arena) = str_dup(&y->arena, str_c(tag));
    h->tags = tags.at;
    h->tags_len = tags.len;
}

static void make_hits(struct yara *y)
{
    YR_RULE *rule;
    yr_rules_foreach(y->rules, rule) y->rules_len++;
    y->hits = arena_array(&y->arena, struct hunt_hit, y->rules_len + 1);
    yr_rules_foreach(y->rules, rule)
    {
        struct hunt_hit *h = &y->hits[rule - y->rules->rules_table];
        h->kind = HUNT_HIT_YARA;
        h->level = HUNT_LEVEL_HIGH;
        h->id = h->file = str_dup(&y->arena, str_c(rule->ns->name));
        h->title = str_dup(&y->arena, str_c(rule->identifier));
        read_metas(y, rule, h);
        read_tags(y, rule, h);
    }
}

int yara_finish(struct yara *y, struct err *err)
{
    YR_COMPILER *compiler;
    if (yr_compiler_create(&compiler) != ERROR_SUCCESS)
        die("out of memory");
    for (size_t i = 0; i < y->files.len; i++) {
        struct compiling c = {.y = y, .file = y->files.at[i]};
        if (!add_file(&c, compiler, c.file.ptr)) {
            yr_compiler_destroy(compiler);
            return err_set(err, ERR_INVALID, STR_FMT ": does not compile together with the others",
                           STR_ARG(c.file));
        }
    }
    int rc = yr_compiler_get_rules(compiler, &y->rules);
    yr_compiler_destroy(compiler);
    if (rc != ERROR_SUCCESS)
        return err_set(err, ERR_INTERNAL, "YARA: error %d", rc);
    make_hits(y);
    return 0;
}

/* -------- scanning -------- */

struct scanning {
    struct yara *y;
    YR_SCANNER *scanner;
    struct hunt_unit *unit;
    const struct hunt_source *source;
};

static struct str show_data(struct arena *a, const YR_MATCH *m)
{
    struct buf b = buf_make(a);
    buf_printf(&b, "at 0x%llx: ", (unsigned long long)(m->base + m->offset));
    for (int i = 0; i < MIN(m->data_length, (int)DATA_SHOWN); i++) {
        unsigned char c = m->data[i];
        if (c >= ' ' && c < 0x7F && c != '\\')
            buf_add_char(&b, (char)c);
        else
            buf_printf(&b, "\\x%02x", (unsigned)c);
    }
    return buf_str(&b);
}

static void report(struct scanning *st, YR_SCAN_CONTEXT *context, YR_RULE *rule)
{
    struct arena *a = hunt_unit_arena(st->unit);
    struct hunt_where where = {.time = HUNT_NO_TIME, .event_id = -1, .source = st->source};
    struct hunt_match matches[MATCHES];
    size_t len = 0;
    YR_STRING *string;
    yr_rule_strings_foreach(rule, string)
    {
        YR_MATCH m; /* libyara's own may lie unaligned */
        if (context->matches[string->idx].head == NULL || len == MATCHES)
            continue;
        memcpy(&m, context->matches[string->idx].head, sizeof(m));
        if (m.is_private)
            continue;
        matches[len].name = str_dup(a, str_c(string->identifier));
        matches[len++].value = show_data(a, &m);
    }
    hunt_emit_at(st->unit, &st->y->hits[rule - st->y->rules->rules_table], &where, matches, len);
}

static int on_scan(YR_SCAN_CONTEXT *context, int message, void *data, void *ctx)
{
    if (message == CALLBACK_MSG_RULE_MATCHING)
        report(ctx, context, data);
    return CALLBACK_CONTINUE;
}

static const char *scan_error(int code)
{
    switch (code) {
    case ERROR_SCAN_TIMEOUT:
        return "the YARA scan took too long and was given up";
    case ERROR_TOO_MANY_MATCHES:
        return "the YARA scan found too many matches and was given up";
    default:
        return "the YARA scan failed";
    }
}

static void take_file(void *state, struct hunt_unit *u, const struct hunt_source *source,
                      struct str bytes)
{
    struct scanning *st = state;
    if (bytes.len == 0)
        return;
    st->unit = u;
    st->source = source;
    int rc = yr_scanner_scan_mem(st->scanner, (const uint8_t *)bytes.ptr, bytes.len);
    if (rc != ERROR_SUCCESS)
        note(st->y, source->path, 0, scan_error(rc), false);
}

static void *thread_open(void *self)
{
    struct scanning *st = calloc(1, sizeof(*st));
    if (st == NULL)
        die("out of memory");
    st->y = self;
    if (yr_scanner_create(st->y->rules, &st->scanner) != ERROR_SUCCESS)
        die("out of memory");
    yr_scanner_set_callback(st->scanner, on_scan, st);
    yr_scanner_set_timeout(st->scanner, st->y->timeout);
    yr_scanner_set_flags(st->scanner, SCAN_FLAGS_REPORT_RULES_MATCHING);
    return st;
}

static void thread_close(void *self, void *state)
{
    struct scanning *st = state;
    yr_scanner_destroy(st->scanner);
    free(st);
}

struct hunt_detector yara_detector(struct yara *y)
{
    return (struct hunt_detector){
        .self = y,
        .thread_open = thread_open,
        .file = take_file,
        .thread_close = thread_close,
    };
}
