#include "base/io.h"
#include "engine/observe/observe.h"

/*
 * bench-observe [FILE]: extracts observables from at most 10 MB of a text (of Vietnamese reports
 * and log lines made here when there is no file) and prints the best speed of five rounds.
 */
enum { TEXT_MAX = 10 * 1000 * 1000, ROUNDS = 5 };

static struct str sample(struct arena *a)
{
    struct buf b = buf_make(a);

    for (int i = 0; b.len < TEXT_MAX; i++) {
        buf_printf(
            &b,
            "Lúc 10:%02d ngày 22/11/2026, máy chủ của Sở nhận được thư lừa đảo từ kế toán "
            "<ketoan%d@mail.example.com>, trong thư có liên kết hxxps://dangnhap[.]example[."
            "]vn/xac-minh?id=%d. Người dùng đã nhập mật khẩu; đề nghị hỗ trợ ngay, điện thoại "
            "0912 345 %03d.\n"
            "2026-11-22T10:46:52.123Z fw01 DROP src=198.51.100.%d dst=192.0.2.10 sport=%d "
            "dport=443 proto=tcp bytes=1420 rule=\"block outbound\" user-agent=\"Mozilla/5.0 "
            "(Windows NT 10.0; Win64; x64) AppleWebKit/537.36\"\n",
            i % 60, i % 1000, i, i % 1000, i % 256, 1024 + i % 60000);
    }
    return buf_str(&b);
}

static double seconds(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    struct arena text_arena = {0}, a = {0};
    struct observe_hits hits = {0};
    struct err err = {0};
    struct str text;
    double best = 1e9;

    if (argc < 2) {
        text = sample(&text_arena);
    } else if (io_map(argv[1], &text, &err) < 0) {
        fprintf(stderr, "bench-observe: %s\n", err.what);
        return 1;
    }
    text = str_sub(text, 0, TEXT_MAX);
    for (int i = 0; i < ROUNDS; i++) {
        double start = seconds();

        arena_clear(&a);
        observe_extract(text, &a, &hits);
        best = MIN(best, seconds() - start);
    }
    printf("observe    %7.0f MB/s  (%.1f MB, %zu different observables)\n",
           (double)text.len / 1e6 / best, (double)text.len / 1e6, hits.len);
    arena_release(&a);
    arena_release(&text_arena);
    return 0;
}
