/* SPDX-License-Identifier: MIT */
/* clang's thin LTO with lld: the pre-link step inserts, the post-link step does not insert again. */
// REQUIRES: clang, lld
// RUN: %cc -O2 -flto=thin %ltoflags %s %S/inputs/shared_object.c -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: env "PAGEPREFETCH_OPTIONS=min-footprint=1 strip=1" %cc -O2 -flto=thin %plugin %ltoflags %s %S/inputs/shared_object.c -o %t
// RUN: env LD_PRELOAD=%torture_file PP_TORTURE=strip=random,ahead=random %t > %t.out
// RUN: diff %t.expected %t.out
#include "inputs/lto_main.h"
