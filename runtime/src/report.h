/* SPDX-License-Identifier: MIT */
/* The statistics by site, as text or JSON, written at exit where PAGEPREFETCH_STATS asks for them.
 * JSON schema: "pageprefetch-stats-1"; docs/runtime.md describes its fields. */
#ifndef RUNTIME_REPORT_H
#define RUNTIME_REPORT_H

/* Remembers the process: a forked child that exits writes a file of its own, NAME.PID. */
void pp_report_start(void);
void pp_report_at_exit(void);

#endif
