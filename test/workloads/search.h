/* SPDX-License-Identifier: MIT */
/* The kernel of case search: binary searches. */
#ifndef SEARCH_H
#define SEARCH_H

#include <stddef.h>
#include <stdint.h>

uint64_t search_all(const uint64_t *numbers, size_t size, const uint64_t *keys, size_t count);

#endif
