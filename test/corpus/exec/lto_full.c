/* SPDX-License-Identifier: MIT */
/* clang's full LTO with lld: merged modules keep what the pre-link step inserted, once, and partitions keep their records apart. */
// REQUIRES: clang, lld
// RUN: %cc -O2 -flto=full %ltoflags %s %S/inputs/shared_object.c -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: env "PAGEPREFETCH_OPTIONS=min-footprint=1 strip=1" %cc -O2 -flto=full %plugin %ltoflags %s %S/inputs/shared_object.c -o %t
// RUN: %python %support/count_calls.py %t __pp_strip --least 1 --most 3
// RUN: env LD_PRELOAD=%torture_file PP_TORTURE=strip=1,ahead=1 %t > %t.out && diff %t.expected %t.out
// REQUIRES: runtime
// RUN: env PAGEPREFETCH=always PAGEPREFETCH_STATS=%t.json LD_PRELOAD=%preload %t > %t.out && diff %t.expected %t.out
// RUN: %stats %t.json | %filecheck %s
// CHECK: sites with hints: {{[1-9]}}
#include "inputs/lto_main.h"
