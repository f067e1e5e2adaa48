#ifndef ENGINE_HUNT_REPORT_HTML_H
#define ENGINE_HUNT_REPORT_HTML_H

#include "engine/hunt/report.h"
#include "engine/hunt/summary.h"

/* Between the parts of the HTML report. All write to r->line. */

void hunt_html_timeline(struct hunt_report *r);
struct str hunt_html_time(struct hunt_report *r, int64_t ms); /* in the report's zone */

#endif
