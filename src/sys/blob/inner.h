#ifndef SYS_BLOB_INNER_H
#define SYS_BLOB_INNER_H

#include "sys/blob/blob.h"

/* What the files of this folder share. */
enum { PATH_SIZE = 4096 };

/* DIR/ab/cd/<hash>[.enc], with the two folders made when `make`. */
int blob_path(const struct blob_store *store, const struct blob_id *id, bool encrypted, bool make,
              char path[PATH_SIZE], struct err *err);
/* fsync of the folder that holds the file. */
int blob_sync_folder(const char *path, struct err *err);

/* From a descriptor with the plain content to another with the encrypted form. ERR_CORRUPT when
 * the content is not what `id` says. */
int blob_seal(const struct blob_key *key, const struct blob_id *id, struct blob_reader *from,
              int to, struct err *err);
/* A reader over any file: it takes the descriptor over, also when it fails. */
int blob_reader_open(const struct blob_keys *keys, const struct blob_id *id, int fd, bool encrypted,
                     const char *path, struct blob_reader **out, struct err *err);
/* From now on what is read of a file that is not encrypted comes from behind the veil. */
void blob_reader_veil(struct blob_reader *r, const struct veil *veil);
/* Only the key id of an encrypted file. */
int blob_read_key_id(int fd, const char *path, char key[BLOB_KEY_ID + 1], struct err *err);

#endif
