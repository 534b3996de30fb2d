/* SPDX-License-Identifier: MIT */
/* Lays an ELF file out in memory as the kernel does with its vDSO: segments in their places, nothing relocated. */
#ifndef RUNTIME_TEST_VDSO_LOAD_H
#define RUNTIME_TEST_VDSO_LOAD_H

#include <stddef.h>

/* Executable memory of whole pages, before a page that can not be read; NULL with errno set. */
unsigned char *vdso_load(const char *path, size_t *bytes);

#endif
