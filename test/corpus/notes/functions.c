/* SPDX-License-Identifier: MIT */
/* Functions that are left alone as a whole: a missed remark gives the reason. */
// RUN: %cc -O2 %plugin %includes -c %s -o %t.o %missed_remarks 2> %t.info
// RUN: %filecheck --input-file=%t.info %s --check-prefixes=CHECK,%prefix --allow-unused-prefixes
// RUN: env PAGEPREFETCH_OPTIONS=verbose %cc -O2 %plugin %includes -c %s -o %t.o 2> %t.info
// RUN: %filecheck --input-file=%t.info %s --check-prefix=VERBOSE
#include "pageprefetch.h"
#include <setjmp.h>
extern jmp_buf before;

// CHECK-DAG: functions.c:[[@LINE+3]]:{{.*}}its loops are not hinted: it calls a function that returns twice, as setjmp
// VERBOSE-DAG: pageprefetch: comes_back: its loops are not hinted: it calls a function that returns twice
// clang-format off
long comes_back(const long *p, const int *q, long n) { long sum = 0; if (setjmp(before)) return -1; for (long i = 0; i < n; i++) sum += p[q[i]]; return sum; }
// CHECK-DAG: functions.c:[[@LINE+1]]:{{.*}}its loops are not hinted: it is marked PAGEPREFETCH_OFF
PAGEPREFETCH_OFF long excluded(const long *p, const int *q, long n) { long sum = 0; for (long i = 0; i < n; i++) sum += p[q[i]]; return sum; }
#ifndef __clang__
// GCC-DAG: functions.c:[[@LINE+1]]:{{.*}}its loops are not hinted: a nested function jumps to a label of it
long is_left(const long *p, const int *q, long n, void with(void (*)(void))) { __label__ out; void leave(void) { goto out; } long sum = 0; with(leave); for (long i = 0; i < n; i++) sum += p[q[i]]; return sum; out: return 0; }
// GCC-DAG: functions.c:[[@LINE+1]]:{{.*}}its loops are not hinted: it is compiled at -O0
__attribute__((optimize("O0"))) long slow(const long *p, const int *q, long n) { long sum = 0; for (long i = 0; i < n; i++) sum += p[q[i]]; return sum; }
// GCC-DAG: functions.c:[[@LINE+1]]:{{.*}}its loops are not hinted: it is naked
__attribute__((naked)) void bare(long *p) { for (;;) __asm__("ret" : : "r"(p)); }
#endif
