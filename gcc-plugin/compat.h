/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GCC's headers in the order that they need, and what differs between GCC versions.
 * No other file of the plugin asks for the compiler's version. */
#ifndef PAGEPREFETCH_COMPAT_H
#define PAGEPREFETCH_COMPAT_H

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gcc-plugin.h"
#include "plugin-version.h"

#include "backend.h"
#include "tree.h"
#include "gimple.h"
#include "tree-pass.h"
#include "ssa.h"
#include "cfghooks.h"
#include "cfganal.h"
#include "cgraph.h"
#include "fold-const.h"
#include "stor-layout.h"
#include "stringpool.h"
#include "attribs.h"
#include "diagnostic-core.h"
#include "dumpfile.h"
#include "file-prefix-map.h"
#include "gimple-iterator.h"
#include "gimple-walk.h"
#include "gimple-ssa.h"
#include "gimplify.h"
#include "gimplify-me.h"
#include "options.h"
#include "flags.h"
#include "tree-affine.h"
#include "tree-cfg.h"
#include "tree-dfa.h"
#include "tree-eh.h"
#include "tree-into-ssa.h"
#include "tree-phinodes.h"
#include "tree-ssa.h"
#include "tree-ssa-operands.h"
#include "tree-ssanames.h"
#include "ssa-iterators.h"
#include "cfgloop.h"
#include "cfgloopmanip.h"
#include "tree-scalar-evolution.h"
#include "tree-ssa-loop.h"
#include "tree-ssa-loop-ivopts.h"
#include "tree-ssa-loop-manip.h"
#include "tree-ssa-loop-niter.h"
#include "varasm.h"
#include "context.h"
#include "toplev.h"
#include "value-query.h"
#include "gimple-range.h"
#include "opts.h"
#include "builtins.h"
#include "langhooks.h"
#include "internal-fn.h"
#include "dominance.h"

namespace pageprefetch {

/* The compiler that the plugin was built for, as "gcc 12.2.0". */
const char *compiler_name();

/* Whether the compiler that loads the plugin is the one it was built for; if not, says what differs and what to install. */
bool check_compiler(const struct plugin_gcc_version *running);

/* What ends a block beside notes for the debugger; NULL in one that holds nothing else. GCC 14 has no last_stmt(). */
static inline gimple *last_statement(basic_block block) {
  return gsi_stmt(gsi_last_nondebug_bb(block));
}

} // namespace pageprefetch
#endif
