/* SPDX-License-Identifier: MIT */
/* cmocka's checks by the names that its version 2 gave them; what comes before it has the older names only. */
#ifndef EXPECT_H
#define EXPECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#ifndef assert_uint_in_range
#define assert_uint_in_range assert_in_range
#endif

#endif
