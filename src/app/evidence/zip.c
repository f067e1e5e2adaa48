#include "app/evidence/inner.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { PIECE = 64 * 1024 };

static int failed(struct archive *z, struct err *err)
{
    const char *why = archive_error_string(z);

    return err_set(err, ERR_UNSUPPORTED, "cannot write an encrypted ZIP: %s",
                   why != NULL ? why : "the library says no more");
}

static int copy(struct archive *z, struct blob_reader *from, struct err *err)
{
    char *piece = malloc(PIECE);
    int64_t n;

    if (piece == NULL)
        die("out of memory (%d bytes)", PIECE);
    while ((n = blob_read(from, piece, PIECE, err)) > 0) {
        if (archive_write_data(z, piece, (size_t)n) != n) {
            n = failed(z, err);
            break;
        }
    }
    free(piece);
    return (int)n;
}

static int write_zip(struct archive *z, int fd, struct blob_reader *from, struct str name,
                     int64_t size, int64_t modified, struct err *err)
{
    struct archive_entry *entry;
    char path[1024];
    int r;

    /* Without compression: samples are small, images do not shrink, and the time is the reader's.
     */
    if (archive_write_set_format_zip(z) != ARCHIVE_OK ||
        archive_write_set_format_option(z, "zip", "compression", "store") != ARCHIVE_OK ||
        archive_write_set_format_option(z, "zip", "hdrcharset", "UTF-8") != ARCHIVE_OK ||
        archive_write_set_format_option(z, "zip", "encryption", "zipcrypt") != ARCHIVE_OK ||
        archive_write_set_passphrase(z, EVIDENCE_ZIP_PASSWORD) != ARCHIVE_OK ||
        archive_write_set_bytes_in_last_block(z, 1) != ARCHIVE_OK ||
        archive_write_open_fd(z, fd) != ARCHIVE_OK)
        return failed(z, err);
    snprintf(path, sizeof(path), STR_FMT, STR_ARG(name));
    entry = archive_entry_new();
    archive_entry_set_pathname_utf8(entry, path);
    archive_entry_set_size(entry, size);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0400);
    archive_entry_set_mtime(entry, (time_t)(modified / 1000), 0);
    r = archive_write_header(z, entry) == ARCHIVE_OK ? copy(z, from, err) : failed(z, err);
    archive_entry_free(entry);
    if (r == 0 && archive_write_close(z) != ARCHIVE_OK)
        r = failed(z, err);
    return r;
}

int evidence_zip(const struct blob_id *id, struct str name, int64_t modified, int *fd,
                 int64_t *size, struct err *err)
{
    _cleanup_(blob_closep) struct blob_reader *from = NULL;
    struct archive *z;
    struct stat st;
    int r;

    if ((r = blob_open(&evidence_store, id, &from, err)) < 0)
        return r;
    *fd = open(evidence_store.dir.ptr, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
    if (*fd < 0)
        return err_errno(err, "cannot make a file in " STR_FMT, STR_ARG(evidence_store.dir));
    if ((z = archive_write_new()) == NULL)
        die("out of memory for an archive");
    r = write_zip(z, *fd, from, name, id->size, modified, err);
    archive_write_free(z);
    if (r == 0 && fstat(*fd, &st) < 0)
        r = err_errno(err, "cannot tell the size of a ZIP");
    if (r < 0) {
        close(*fd);
        *fd = -1;
        return r;
    }
    *size = st.st_size;
    return 0;
}
