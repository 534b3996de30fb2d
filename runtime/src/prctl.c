/* SPDX-License-Identifier: MIT */
/* prctl as the C library has it, which also sees a program forbid itself what hints need. Inside strict seccomp there is no
 * harmless way to find out: every call but read, write and exit kills, and so does a look at the clock. A file of its own: a
 * static program that defines prctl itself does not get this one. */
#include "settings.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Whether hints would kill, or might, after prctl(option, first). A filter may well allow what hints need; who says "always"
 * knows that it does. */
static bool ends_hints(int option, unsigned long first) {
  if (option == PR_SET_TSC)
    return first == PR_TSC_SIGSEGV;
  if (option != PR_SET_SECCOMP)
    return false;
  return first != SECCOMP_MODE_FILTER || pp_settings.mode != PP_MODE_ALWAYS;
}

__attribute__((visibility("default"))) int prctl(int option, ...) {
  unsigned long words[4];
  va_list arguments;
  va_start(arguments, option);
  for (int i = 0; i < 4; i++)
    words[i] = va_arg(arguments, unsigned long); /* those that were not given are as meaningless to the kernel as here */
  va_end(arguments);
  int before = atomic_load(&pp_state), kept = errno;
  bool ends = before == PP_ON && ends_hints(option, words[0]);
  if (ends) {
    pp_log(PP_LOG_INFO, "off from now on: the program restricts itself by prctl(%s)",
           option == PR_SET_TSC ? "PR_SET_TSC" : "PR_SET_SECCOMP");
    errno = kept;
    atomic_store(&pp_state, PP_LEFT);
  }
  long result = syscall(SYS_prctl, option, words[0], words[1], words[2], words[3]);
  if (ends && result != 0)
    atomic_store(&pp_state, before);
  return (int)result;
}
