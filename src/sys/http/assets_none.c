#include "sys/http/http.h"

/* A program that carries files brings a table of its own (made by embed), and the linker leaves
 * this one out. It stands alone in this file: in assets.c the compiler would take its 0 for good.
 */
const struct asset assets[1];
const size_t assets_len = 0;
