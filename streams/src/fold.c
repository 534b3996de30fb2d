/* SPDX-License-Identifier: MIT */
/* Operations on constants, at 64 bits. Sums and products are folded where they are made, divisions where their divisor is seen.
 */
#include "term.h"

bool pp_fold(enum pp_operation operation, uint64_t a, uint64_t b, uint64_t *result) {
  switch (operation) {
  case PP_MULTIPLY_HIGH:
    *result = (uint64_t)((unsigned __int128)a * b >> 64);
    return true;
  case PP_AND:
    *result = a & b;
    return true;
  case PP_OR:
    *result = a | b;
    return true;
  case PP_XOR:
    *result = a ^ b;
    return true;
  case PP_SHIFT_LEFT:
    *result = a << (b & 63);
    return true;
  case PP_SHIFT_RIGHT:
    *result = a >> (b & 63);
    return true;
  case PP_SHIFT_RIGHT_SIGNED:
    *result = (uint64_t)((int64_t)a >> (b & 63));
    return true;
  case PP_EQUAL:
    *result = a == b;
    return true;
  case PP_ULESS:
    *result = a < b;
    return true;
  case PP_SLESS:
    *result = (int64_t)a < (int64_t)b;
    return true;
  default:
    return false;
  }
}
