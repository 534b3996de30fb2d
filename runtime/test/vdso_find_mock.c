/* SPDX-License-Identifier: MIT */
/* Takes the place of src/vdso.c at link time: the vDSO of the mock is always there, unless the test says otherwise. */
#include "vdso.h"
#include "vdso_mock.h"

#include <stdio.h>

bool pp_vdso_find(struct pp_vdso *found, char *why, size_t size) {
  snprintf(why, size, "%s", "");
  *found = (struct pp_vdso){__vdso_prefetch_page, __vdso_prefetch_pages};
  return true;
}
