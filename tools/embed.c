#include <dirent.h>
#include <limits.h>
#include <sodium.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/io.h"
#include "gen.h"

/*
 * Files as C:
 *
 *     embed assets              OUT.c OUT.bin DEPFILE DIR    struct asset, sys/http/http.h
 *     embed files NAME          OUT.c OUT.bin DEPFILE DIR    struct embed_file, sys/embed/embed.h
 *     embed migrations          OUT.c OUT.bin DEPFILE DIR    struct migration, sys/db/migrations.h
 *
 * All bytes go into OUT.bin, which the assembler takes in as it is: megabytes compile at once. The
 * C file names the hash of OUT.bin, so that it changes, and is compiled anew, whenever the bytes
 * do. A folder that is not there holds no files.
 */
struct entry {
    const char *path; /* below the folder */
    struct str data, gzip;
    size_t data_at, gzip_at; /* in the blob */
    const char *type;
    char hash[17];
    int64_t version; /* of a migration */
};

struct set {
    struct arena *arena;
    struct problems *problems;
    VEC(struct entry) entries;
    VEC(struct str) deps;
    struct buf blob;
};

static const struct {
    const char *ending;
    const char *type;
} types[] = {
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".webp", "image/webp"},
    {".woff", "font/woff"},
    {".woff2", "font/woff2"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
    {".html", "text/html; charset=utf-8"},
};

static const char *type_of(const char *path)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (str_ends(str_c(path), str_c(types[i].ending)))
            return types[i].type;
    }
    return NULL;
}

static int is_visible(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

static void read_folder(struct set *s, const char *dir, const char *prefix)
{
    struct dirent **names;
    int n = scandir(dir, &names, is_visible, alphasort);

    if (n < 0)
        return;
    *vec_push(&s->deps, s->arena) = str_c(dir);
    for (int i = 0; i < n; i++) {
        const char *path = str_printf(s->arena, "%s/%s", dir, names[i]->d_name).ptr;
        const char *name = str_printf(s->arena, "%s%s", prefix, names[i]->d_name).ptr;
        struct stat st;
        struct source src;

        free(names[i]);
        if (stat(path, &st) < 0) {
            problem_in(s->problems, path, "cannot read");
        } else if (S_ISDIR(st.st_mode)) {
            read_folder(s, path, str_printf(s->arena, "%s/", name).ptr);
        } else if (source_read(s->arena, path, &src, s->problems)) {
            *vec_push(&s->deps, s->arena) = str_c(path);
            *vec_push(&s->entries, s->arena) = (struct entry){.path = name, .data = src.text};
        }
    }
    free(names);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->path, ((const struct entry *)b)->path);
}

/* The smallest gzip form without a time or a name in it; empty when it saves nothing. */
static struct str zip(struct arena *a, struct str data)
{
    z_stream z = {0};
    size_t room = compressBound(data.len) + 32;
    Bytef *out = arena_alloc(a, room);

    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        die("deflateInit2 failed");
    z.next_in = (Bytef *)(uintptr_t)data.ptr;
    z.avail_in = (uInt)data.len;
    z.next_out = out;
    z.avail_out = (uInt)room;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        die("deflate failed");
    room = z.total_out;
    deflateEnd(&z);
    return room + room / 50 < data.len ? str_make((const char *)out, room) : STR_EMPTY;
}

static void hash_of(struct str data, char out[17])
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const unsigned char *)data.ptr, data.len);
    sodium_bin2hex(out, 17, hash, 8);
}

static size_t add_blob(struct set *s, struct str data)
{
    size_t at = s->blob.len;

    buf_add(&s->blob, data);
    buf_add_char(&s->blob, '\0');
    return at;
}

static void write_slice(struct buf *out, const char *name, size_t at, size_t len)
{
    if (len == 0)
        buf_add(out, STR("STR_INIT(\"\")"));
    else
        buf_printf(out, "{%s_blob + %zu, %zu}", name, at, len);
}

static void write_head(struct set *s, const char *name, const char *include, const char *type,
                       const char *bin, struct buf *out)
{
    char hash[17];

    hash_of(buf_str(&s->blob), hash);
    buf_printf(out, "/* Made by embed; the bytes have the hash %s. */\n#include \"%s\"\n\n", hash,
               include);
    buf_printf(out,
               "__asm__(\".pushsection .rodata\\n.balign 16\\n.globl %s_blob\\n"
               ".hidden %s_blob\\n%s_blob:\\n.incbin \\\"",
               name, name, name);
    gen_c_text(out, str_c(bin));
    buf_printf(out,
               "\\\"\\n.byte 0\\n.popsection\\n\");\n"
               "extern const char %s_blob[] __attribute__((visibility(\"hidden\")));\n\n"
               "const struct %s %s[] = {\n",
               name, type, name);
}

static void write_assets(struct set *s, const char *bin, struct buf *out)
{
    for (size_t i = 0; i < s->entries.len; i++) {
        struct entry *e = &s->entries.at[i];

        e->type = type_of(e->path);
        if (e->type == NULL)
            problem_in(s->problems, e->path, "no media type is known for this ending");
        hash_of(e->data, e->hash);
        e->gzip = zip(s->arena, e->data);
        e->data_at = add_blob(s, e->data);
        if (e->gzip.len > 0)
            e->gzip_at = add_blob(s, e->gzip);
    }
    write_head(s, "assets", "sys/http/http.h", "asset", bin, out);
    for (size_t i = 0; i < s->entries.len; i++) {
        const struct entry *e = &s->entries.at[i];

        buf_add(out, STR("    {\""));
        gen_c_text(out, str_c(e->path));
        buf_printf(out, "\", \"%s\", ", e->type);
        write_slice(out, "assets", e->data_at, e->data.len);
        buf_add(out, STR(", "));
        write_slice(out, "assets", e->gzip_at, e->gzip.len);
        buf_printf(out, ", \"%s\"},\n", e->hash);
    }
    buf_printf(out, "    {0},\n};\nconst size_t assets_len = %zu;\n", s->entries.len);
}

static void write_files(struct set *s, const char *name, const char *bin, struct buf *out)
{
    for (size_t i = 0; i < s->entries.len; i++)
        s->entries.at[i].data_at = add_blob(s, s->entries.at[i].data);
    write_head(s, name, "sys/embed/embed.h", "embed_file", bin, out);
    for (size_t i = 0; i < s->entries.len; i++) {
        const struct entry *e = &s->entries.at[i];

        buf_add(out, STR("    {\""));
        gen_c_text(out, str_c(e->path));
        buf_add(out, STR("\", "));
        write_slice(out, name, e->data_at, e->data.len);
        buf_add(out, STR("},\n"));
    }
    buf_printf(out, "    {0},\n};\nconst size_t %s_len = %zu;\n", name, s->entries.len);
}

/* "0007-name.sql": numbers rise. One may be missing: changes are made beside each other. */
static void write_migrations(struct set *s, const char *bin, struct buf *out)
{
    int64_t last = 0;

    for (size_t i = 0; i < s->entries.len; i++) {
        struct entry *e = &s->entries.at[i];
        struct str path = str_c(e->path);

        if (path.len < 10 || path.ptr[4] != '-' || !str_ends(path, STR(".sql")) ||
            !str_to_int(str_sub(path, 0, 4), &e->version) || e->version <= last)
            problem_in(s->problems, e->path, "expected NNNN-name.sql with a number above %04d",
                       (int)last);
        last = e->version;
        e->data_at = add_blob(s, e->data);
    }
    write_head(s, "migrations", "sys/db/migrations.h", "migration", bin, out);
    for (size_t i = 0; i < s->entries.len; i++) {
        const struct entry *e = &s->entries.at[i];

        buf_printf(out, "    {%d, \"%.*s\", ", (int)e->version, (int)strlen(e->path) - 4, e->path);
        write_slice(out, "migrations", e->data_at, e->data.len);
        buf_add(out, STR("},\n"));
    }
    buf_printf(out, "    {0},\n};\nconst size_t migrations_len = %zu;\n", s->entries.len);
}

static const char *parent_of(struct arena *a, const char *dir)
{
    ptrdiff_t slash = str_rfind_char(str_c(dir), '/');

    return slash > 0 ? str_cdup(a, str_make(dir, (size_t)slash)) : ".";
}

int main(int argc, char **argv)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct problems p = {.arena = &a};
    struct set s = {.arena = &a, .problems = &p, .blob = buf_make(&a)};
    struct buf out = buf_make(&a), deps = buf_make(&a);
    const char *mode = argc > 1 ? argv[1] : "";
    bool named = strcmp(mode, "files") == 0;
    char **arg = argv + (named ? 3 : 2);

    if (argc != (named ? 7 : 6) ||
        (!named && strcmp(mode, "assets") != 0 && strcmp(mode, "migrations") != 0)) {
        fputs("usage: embed assets|files NAME|migrations SOURCE BLOB DEPFILE DIRECTORY\n", stderr);
        return 2;
    }
    read_folder(&s, arg[3], "");
    if (s.deps.len == 0)
        *vec_push(&s.deps, &a) = str_c(parent_of(&a, arg[3]));
    if (s.entries.len > 0)
        qsort(s.entries.at, s.entries.len, sizeof(s.entries.at[0]), by_path);
    if (named)
        write_files(&s, argv[2], arg[1], &out);
    else if (mode[0] == 'a')
        write_assets(&s, arg[1], &out);
    else
        write_migrations(&s, arg[1], &out);
    if (p.len > 0)
        return problems_end(&p);
    gen_depfile(&deps, arg[0], s.deps.at, s.deps.len);
    gen_write(&a, arg[1], buf_str(&s.blob), &p);
    gen_write(&a, arg[0], buf_str(&out), &p);
    gen_write(&a, arg[2], buf_str(&deps), &p);
    return problems_end(&p);
}
