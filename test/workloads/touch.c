/* SPDX-License-Identifier: MIT */
/* Case touch: the first write to --bytes of anonymous memory. There is nothing to read: hints can only cost. */
#include "touch.h"
#include "harness.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

static uint64_t *values;
static size_t count;

static void open_touch(const struct run *run) {
  values = mmap(NULL, run->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (values == MAP_FAILED)
    harness_fail("cannot map %zu bytes of memory: %s", run->bytes, strerror(errno));
  count = run->bytes / sizeof *values;
}

static uint64_t execute_touch(void) {
  fill_steps(values, count, 3);
  return values[count - 1];
}

const struct workload workload = {"touch", open_touch, execute_touch, NULL};
