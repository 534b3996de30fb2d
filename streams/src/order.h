/* SPDX-License-Identifier: MIT */
/* The order in which a program's blocks are written. */
#ifndef STREAMS_ORDER_H
#define STREAMS_ORDER_H

#include "slice.h"

/* Fills `order` with the nodes of a slice so that only edges back to inner headers go back. Returns how many. */
unsigned pp_order_nodes(const struct pp_slice *slice, int *order);

#endif
