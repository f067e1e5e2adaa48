#ifndef APP_ORDER_ORDER_H
#define APP_ORDER_ORDER_H

#include "base/base.h"
#include "sys/db/db.h"

/*
 * What names of organisations, systems and people are sorted by stands beside them (`sort_key`,
 * made by text_sort_key in base/text.h) and is written with them. Here it is made for rows that
 * were there before it, or before the rule changed.
 */

/* Makes every key anew, in one transaction, when those of the site are of another rule; costs one
 * statement else. */
int order_prepare(struct db_pool *pool, struct err *err);

#endif
