/* SPDX-License-Identifier: MIT */
/* The statistics by site, as text or JSON, written at exit where PAGEPREFETCH_STATS asks for them.
 * JSON schema: "pageprefetch-stats-1"; docs/runtime.md describes its fields. */
#ifndef RUNTIME_REPORT_H
#define RUNTIME_REPORT_H

/* Remembers the process: only this one writes the file, unless its name has a %p for the process's number. */
void pp_report_start(void);

/* In a forked child: what the parent counted is the parent's. */
void pp_report_after_fork(void);

void pp_report_at_exit(void);

#endif
