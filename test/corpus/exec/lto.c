/* SPDX-License-Identifier: MIT */
/* Link-time optimisation: hints are inserted once, whether the plugin runs at compile time, at link time or at both; options come
 * from the environment on LTO lines. Wanted: every way gives the plain program's output and keeps to the contract. */
// REQUIRES: lto
// RUN: %cc -O2 -flto %s %S/inputs/shared_object.c -o %t.plain %ltoflags
// RUN: %t.plain > %t.expected
// RUN: env "PAGEPREFETCH_OPTIONS=min-footprint=1 strip=1" %cc -O2 -flto %plugin %s %S/inputs/shared_object.c -o %t.both %ltoflags
// RUN: env LD_PRELOAD=%torture_file PP_TORTURE=strip=random,ahead=random %t.both > %t.out
// RUN: diff %t.expected %t.out
// RUN: env "PAGEPREFETCH_OPTIONS=min-footprint=1 strip=1" %cc -O2 -flto %plugin -c %s -o %t.1.o
// RUN: env "PAGEPREFETCH_OPTIONS=min-footprint=1 strip=1" %cc -O2 -flto %plugin -c %S/inputs/shared_object.c -o %t.2.o
// RUN: %cc -O2 -flto %t.1.o %t.2.o -o %t.compile %ltoflags
// RUN: env LD_PRELOAD=%torture_file PP_TORTURE=strip=random,ahead=random %t.compile > %t.out2
// RUN: diff %t.expected %t.out2
// RUN: %python %support/count_calls.py %t.both __pp_strip --least 1 --most 3
#include "inputs/lto_main.h"
