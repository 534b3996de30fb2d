/* SPDX-License-Identifier: MIT */
/* Records name places as the prefix maps say: a build's paths do not get into its result. */
// RUN: %cc -O2 -g1 %plugin -c %s -o %t.o
// RUN: strip -g %t.o
// RUN: grep corpus/ir/prefix_map.c %t.o
// Debug information may name the compiler with its command line, which has the path.
// RUN: %cc -O2 %line_tables %plugin -ffile-prefix-map=%S=mapped -c %s -o %t.o
// RUN: strings -a %t.o > %t.all && grep -v " version .*-prefix-map=" %t.all > %t.words
// RUN: %not grep %S %t.words
// RUN: grep mapped/prefix_map.c %t.o
// RUN: %cc -O2 %line_tables %plugin -fdebug-prefix-map=%S=mapped -c %s -o %t.o
// RUN: strings -a %t.o > %t.all && grep -v " version .*-prefix-map=" %t.all > %t.words
// RUN: %not grep %S %t.words
// RUN: grep mapped/prefix_map.c %t.o
// Without debug information plain objects have no path: nor do these.
// RUN: %cc -O2 %plugin -c %s -o %t.o
// RUN: %not grep %S %t.o
// RUN: grep prefix_map.c %t.o
long gather(const long *p, const int *q, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += p[q[i]];
  return sum;
}
