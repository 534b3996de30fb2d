/* SPDX-License-Identifier: MIT */
/* A loop's record of an ABI version that no library has, as a plugin of another version would make it. Exits with 9. */
#include "pageprefetch_abi.h"

static struct pp_site site = {.kind = PP_KIND_AFFINE, .element_bytes = 8, .file = "foreign_loop.c"};
static struct pp_loop __pp_loop = {.version = 9999,
                                   .site_count = 1,
                                   .file = "foreign_loop.c",
                                   .function = "main",
                                   .line = 1,
                                   .sites = &site};

int main(void) {
  __pp_strip(&__pp_loop, 0, 1 << 20);
  return 9;
}
