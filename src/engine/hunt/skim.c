#include "engine/hunt/skim.h"

/* Bytes that are asked about at once: what is found costs another look at each of their lines. */
enum { PIECE = 8 * 1024 };

/* Whole lines from the front of `rest`: a piece, or one line when it is longer. */
static struct str take_piece(struct str *rest)
{
    struct str piece = str_sub(*rest, 0, PIECE);
    if (piece.len < rest->len) {
        const char *end = memrchr(piece.ptr, '\n', piece.len);
        if (end == NULL)
            end = memchr(rest->ptr + piece.len, '\n', rest->len - piece.len);
        piece.len = end == NULL ? rest->len : (size_t)(end - rest->ptr) + 1;
        piece.ptr = rest->ptr;
    }
    *rest = str_from(*rest, piece.len);
    return piece;
}

/* Whether a record begins behind the byte at p: the line is not empty, and no directive. */
static inline uint8_t begins_record(const char *p, char directive)
{
    return (uint8_t)((p[0] == '\n') & (p[1] != '\n') & (p[1] != '\r') & (p[1] != directive));
}

/* Byte counters overflow after 255 rounds: the compiler makes vectors of the inner loop. */
static uint64_t count_records(struct str s, char directive)
{
    uint64_t n = s.len > 0 && strchr("\n\r", s.ptr[0]) == NULL && s.ptr[0] != directive;
    size_t i = 0;
    while (s.len - i > 64) {
        uint8_t count[64] = {0};
        size_t rounds = MIN((size_t)255, (s.len - i - 1) / 64);
        for (size_t r = 0; r < rounds; r++, i += 64) {
            for (size_t k = 0; k < 64; k++)
                count[k] += begins_record(s.ptr + i + k, directive);
        }
        for (size_t k = 0; k < 64; k++)
            n += count[k];
    }
    for (; i + 1 < s.len; i++)
        n += begins_record(s.ptr + i, directive);
    return n;
}

static void read_lines(struct hunt_reading *r, const struct hunt_reader *reader,
                       const struct hunt_block *b, const struct hunt_skim *skim)
{
    struct hunt_lines l;
    hunt_lines_init(&l, b);
    while (hunt_lines_next(&l)) {
        if (!skim->wanted(skim->ctx, l.line))
            continue;
        struct hunt_block one = {
            .data = l.line, .offset = l.offset, .line = l.number, .section = b->section};
        reader->read(r, &one);
    }
}

void hunt_skim_block(struct hunt_reading *r, const struct hunt_reader *reader,
                     const struct hunt_block *b, const struct hunt_skim *skim)
{
    char directive = reader->format == HUNT_FORMAT_ZEEK ? '#' : '\n';
    uint64_t seen = r->batch.seen + count_records(b->data, directive);
    struct hunt_block piece = *b;
    for (struct str rest = b->data; rest.len > 0;) {
        piece.data = take_piece(&rest);
        if (skim->wanted(skim->ctx, piece.data))
            read_lines(r, reader, &piece, skim);
        piece.offset += piece.data.len;
        piece.line += hunt_count_lines(piece.data);
    }
    r->batch.seen = seen;
}
