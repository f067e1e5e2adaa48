#define PCRE2_CODE_UNIT_WIDTH 8
#include "engine/hunt/regex.h"

#include <pcre2.h>

enum { MATCH_LIMIT = 1000000, HEAP_LIMIT_KIB = 20000, DEPTH_LIMIT = 10000, JIT_STACK = 1 << 20 };

struct regex {
    pcre2_code *code;
};

struct regex_scratch {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    uint64_t exceeded;
};

struct regex *regex_compile(struct str pattern, unsigned flags, struct err *err)
{
    uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
    if ((flags & REGEX_CASELESS) != 0)
        options |= PCRE2_CASELESS;
    if ((flags & REGEX_MULTILINE) != 0)
        options |= PCRE2_MULTILINE;
    if ((flags & REGEX_DOTALL) != 0)
        options |= PCRE2_DOTALL;
    int code;
    PCRE2_SIZE at;
    pcre2_code *re = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len, options, &code, &at, NULL);
    if (re == NULL) {
        PCRE2_UCHAR text[160];
        pcre2_get_error_message(code, text, sizeof(text));
        err_set(err, ERR_INVALID, "regular expression, character %zu: %s", (size_t)at + 1,
                (const char *)text);
        return NULL;
    }
    pcre2_jit_compile(re, PCRE2_JIT_COMPLETE); /* without JIT it still works */
    struct regex *r = malloc(sizeof(*r));
    if (r == NULL)
        die("out of memory");
    r->code = re;
    return r;
}

void regex_free(struct regex *r)
{
    if (r == NULL)
        return;
    pcre2_code_free(r->code);
    free(r);
}

struct regex_scratch *regex_scratch_new(void)
{
    struct regex_scratch *s = calloc(1, sizeof(*s));
    if (s == NULL)
        die("out of memory");
    s->data = pcre2_match_data_create(1, NULL);
    s->context = pcre2_match_context_create(NULL);
    s->stack = pcre2_jit_stack_create(32 * 1024, JIT_STACK, NULL);
    if (s->data == NULL || s->context == NULL || s->stack == NULL)
        die("out of memory");
    pcre2_set_match_limit(s->context, MATCH_LIMIT);
    pcre2_set_heap_limit(s->context, HEAP_LIMIT_KIB);
    pcre2_set_depth_limit(s->context, DEPTH_LIMIT);
    pcre2_jit_stack_assign(s->context, NULL, s->stack);
    return s;
}

void regex_scratch_free(struct regex_scratch *s)
{
    if (s == NULL)
        return;
    pcre2_match_data_free(s->data);
    pcre2_match_context_free(s->context);
    pcre2_jit_stack_free(s->stack);
    free(s);
}

uint64_t regex_scratch_exceeded(const struct regex_scratch *s)
{
    return s->exceeded;
}

bool regex_match(const struct regex *r, struct regex_scratch *s, struct str subject)
{
    const char *text = subject.ptr != NULL ? subject.ptr : "";
    int rc = pcre2_match(r->code, (PCRE2_SPTR)text, subject.len, 0, 0, s->data, s->context);
    if (rc < PCRE2_ERROR_NOMATCH)
        s->exceeded++;
    return rc >= 0;
}
