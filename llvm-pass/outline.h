// SPDX-License-Identifier: MIT
// Copies of loops in functions of their own.
#ifndef PAGEPREFETCH_OUTLINE_H
#define PAGEPREFETCH_OUTLINE_H

#include "llvm/ADT/ArrayRef.h"

namespace llvm {
class BasicBlock;
class DominatorTree;
class Loop;
class Value;
} // namespace llvm

namespace pageprefetch {

struct Analyses;

// Whether the loop may be short, and a copy of it can stand in another function.
bool mayStandApart(const llvm::Loop *L, const llvm::Value *Trips, const llvm::DominatorTree &DT);

// Copies a loop. It has a preheader then which nothing but its own preheader leads to; that of the copy nothing leads to yet. The
// dominator tree is to be computed anew.
llvm::Loop *copyLoop(llvm::Loop *L, Analyses &A);

// Moves the blocks, of which the first leads to all others, into a function. Loops and dominators of the function are not known
// any more.
void outline(llvm::ArrayRef<llvm::BasicBlock *> Region);

} // namespace pageprefetch
#endif
