#ifndef ENGINE_OBSERVE_NUMBER_H
#define ENGINE_OBSERVE_NUMBER_H

#include "engine/observe/parts.h"

/* The shortest bank account. */
enum { ACCOUNT_DIGITS = 6 };

/* What the words around a number say it is. */
enum number_context {
    NUMBER_NONE,
    NUMBER_ACCOUNT,   /* "STK", "số tài khoản" before it */
    NUMBER_BANK_NAME, /* only the name of a bank beside it */
    NUMBER_PHONE,     /* "SĐT", "hotline" before it */
    NUMBER_MONEY,     /* "đồng", "VND" behind it */
};

/* Looks at the words before `from` and behind `end`, on the same line. */
enum number_context number_context(struct scan *s, size_t from, size_t end);

#endif
