/* SPDX-License-Identifier: MIT */
/* no_ticks PROGRAM ARGUMENT...: runs it where reading the processor's ticks raises SIGSEGV. */
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int count, char **words) {
  if (count < 2 || prctl(PR_SET_TSC, PR_TSC_SIGSEGV, 0, 0, 0))
    return 125;
  execv(words[1], words + 1);
  perror(words[1]);
  return 126;
}
