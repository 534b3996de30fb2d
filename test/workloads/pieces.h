/* SPDX-License-Identifier: MIT */
/* The kernel of case pieces: the sum of one piece of some dozen to some hundred KiB, such as a tile, a tensor's slice, a posting
 * list. */
#ifndef PIECES_H
#define PIECES_H

#include <stddef.h>
#include <stdint.h>

uint64_t piece_sum(const uint64_t *piece, size_t count);

#endif
