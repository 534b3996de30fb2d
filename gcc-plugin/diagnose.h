/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What users are told beside the planner's remarks: why nothing is hinted in a unit, why a function is left alone, and which
 * places records name. */
#ifndef PAGEPREFETCH_DIAGNOSE_H
#define PAGEPREFETCH_DIAGNOSE_H

#include "model.h"

namespace pageprefetch {

/* The place that records and plans name, under the name that the user's prefix maps give the file: a build's paths may not get
 * into its result. */
pp_place place_of(location_t location);

/* Why a function's loops are left as they are, or NULL. */
const char *function_obstacle(function *fun);

/* Registers a pass that sees every function, at every level of optimisation: it says once for a unit why none of its loops can be
 * hinted, and gives remarks for functions that are left alone. */
void register_diagnosis(const char *plugin_name, bool verbose);

/* A missed-optimisation remark. */
void say_missed(const dump_user_location_t &place, const char *text, bool verbose);

} // namespace pageprefetch
#endif
