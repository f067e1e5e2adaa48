#include "tools/sample/page.html.h"

/*
 * bench-html [ROUNDS]: processor time of a page with a list of 50 rows (links, escaped titles,
 * dates), of escaping alone, and of one translation.
 */
static double seconds(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void time_page(struct html_page *p, int64_t rounds)
{
    struct sample_view view = {0};
    struct arena a = {0};
    double start;

    for (int i = 0; i < 50; i++)
        *vec_push(&view.rows, &a) =
            (struct sample_row){.code = STR("SC-2026-0042"),
                                .title = STR("Tài khoản thư điện tử bị chiếm & dùng để lừa đảo"),
                                .closed_at = opt_int(1795323600000)};
    start = seconds();
    for (int64_t i = 0; i < rounds; i++) {
        arena_clear(p->arena);
        buf_clear(p->out);
        sample_list(p, &view);
    }
    printf("page of 50 rows  %7.1f us  (%zu bytes)\n", (seconds() - start) * 1e6 / (double)rounds,
           p->out->len);
    arena_release(&a);
}

static void time_escaping(struct html_page *p, int64_t rounds)
{
    struct arena a = {0};
    struct buf text = buf_make(&a);
    double start;

    while (text.len < 100000)
        buf_add(&text, STR("Sự cố an toàn thông tin mạng tại <b>Sở Y tế</b> và các đơn vị; "));
    start = seconds();
    for (int64_t i = 0; i < rounds; i++) {
        buf_clear(p->out);
        html_text(p->out, buf_str(&text));
    }
    printf("html_text        %7.0f MB/s\n",
           (double)text.len * (double)rounds / 1e6 / (seconds() - start));
    arena_release(&a);
}

static void time_translation(int64_t rounds)
{
    double start = seconds();
    size_t len = 0;

    for (int64_t i = 0; i < rounds * 1000; i++)
        len += T(i % 2 == 0 ? LANG_VI : LANG_EN, "Language").len;
    printf("T()              %7.1f ns  (%zu bytes)\n",
           (seconds() - start) * 1e9 / (double)(rounds * 1000), len);
}

int main(int argc, char **argv)
{
    struct arena kept = {0}, scratch = {0};
    struct buf out = buf_make(&kept);
    struct html_page page = {.out = &out, .lang = LANG_VI, .now = 1795323600000, .arena = &scratch};
    int64_t rounds = 5000;

    if (argc > 1 && !str_to_int(str_c(argv[1]), &rounds)) {
        fprintf(stderr, "usage: bench-html [ROUNDS]\n");
        return 2;
    }
    time_page(&page, rounds);
    time_escaping(&page, rounds);
    time_translation(rounds);
    arena_release(&kept);
    arena_release(&scratch);
    return 0;
}
