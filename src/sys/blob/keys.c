#include "sys/blob/inner.h"

#include "base/io.h"
#include "base/random.h"

#include <sodium.h>

enum { KEY_FILE_MAX = 64 * 1024 };

static bool is_key_id(struct str id)
{
    if (id.len != BLOB_KEY_ID)
        return false;
    for (size_t i = 0; i < id.len; i++) {
        if (!isalnum((unsigned char)id.ptr[i]))
            return false;
    }
    return true;
}

int blob_keys_read(struct arena *a, const char *path, struct blob_keys *out, struct err *err)
{
    struct str text, line;
    int number = 0;
    int r = io_read_file(a, path, KEY_FILE_MAX, &text, err);

    *out = (struct blob_keys){0};
    if (r < 0)
        return r;
    while (str_line(&text, &line)) {
        struct blob_key *key;
        ptrdiff_t space;

        number++;
        line = str_trim(line);
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        space = str_find_char(line, ' ');
        key = vec_push(out, a);
        if (space < 0 || !is_key_id(str_sub(line, 0, (size_t)space)) ||
            !str_from_hex(str_trim(str_from(line, (size_t)space)), key->key, BLOB_KEY_BYTES))
            return err_set(err, ERR_SYNTAX, "%s:%d: expected the id of a key and 64 digits", path,
                           number);
        memcpy(key->id, line.ptr, BLOB_KEY_ID);
        key->id[BLOB_KEY_ID] = '\0';
    }
    return out->len > 0 ? 0 : err_set(err, ERR_SYNTAX, "%s holds no key", path);
}

int blob_keys_renew(struct arena *a, const char *path, struct str *id, struct err *err)
{
    struct buf b = buf_make(a);
    struct blob_keys old = {0};
    struct blob_key key;
    int r;

    if (access(path, F_OK) == 0 && (r = blob_keys_read(a, path, &old, err)) < 0)
        return r;
    *id = random_code(a, BLOB_KEY_ID);
    random_bytes(key.key, sizeof(key.key));
    buf_add_c(&b, "# Keys of the evidence store, the newest first. Without them nothing that was\n"
                  "# encrypted can be read again: keep a copy in another place.\n");
    buf_printf(&b, STR_FMT " " STR_FMT "\n", STR_ARG(*id),
               STR_ARG(str_hex(a, key.key, sizeof(key.key))));
    for (size_t i = 0; i < old.len; i++)
        buf_printf(&b, "%s " STR_FMT "\n", old.at[i].id,
                   STR_ARG(str_hex(a, old.at[i].key, BLOB_KEY_BYTES)));
    sodium_memzero(&key, sizeof(key));
    return io_replace_file(path, buf_str(&b), 0600, err);
}
