/* SPDX-License-Identifier: MIT */
/* The kernel of case checked: C++ containers' at(), which throws where an index is beyond the end. */
#ifndef CHECKED_H
#define CHECKED_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C"
#endif
    uint64_t
    checked_sum(const uint64_t *values, size_t size, const uint32_t *rows, size_t count);

#endif
