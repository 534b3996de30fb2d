/* SPDX-License-Identifier: MIT */
/* The kernel of case multigrid: V-cycles for Poisson's equation on a cube of nested three-dimensional grids. */
#ifndef MULTIGRID_H
#define MULTIGRID_H

#include <stddef.h>

#ifdef __cplusplus
extern "C"
#endif
    /* Returns the sum of the residual's squares after `cycles` V-cycles on a grid of (2^levels + 1)^3 points. */
    double
    multigrid_solve(size_t levels, size_t cycles);

#endif
