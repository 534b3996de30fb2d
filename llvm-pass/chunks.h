// SPDX-License-Identifier: MIT
// Loops that OpenMP deals out to threads, a few iterations at a time: hints run ahead of all threads together.
#ifndef PAGEPREFETCH_CHUNKS_H
#define PAGEPREFETCH_CHUNKS_H

#include "mark.h"

namespace llvm {
class OptimizationRemarkEmitter;
class Value;
} // namespace llvm

namespace pageprefetch {

// Values before a chunk: how much of the whole loop is behind its begin, how long that is, and what Environment is when the whole
// loop begins. Empty where they do not follow from the bounds that OpenMP's runtime was given, or the loop is not dealt out.
llvm::SmallVector<llvm::Value *, 16> dealtValues(const llvm::Loop *L, llvm::ArrayRef<llvm::Value *> Environment, Analyses &A);

// Whether all threads take their chunks from the same place in the loop.
bool goTogether(const llvm::Loop *L, Analyses &A);

// Asks the runtime before short chunks of loops that were cut, where the marks of such chunks stand.
void askBeforeChunks(Analyses &A, ModuleMarks &Marks, Records &R);

// Remarks for planned loops of which only long chunks are hinted.
void remarkChunks(const PlannedNest &N, llvm::OptimizationRemarkEmitter &Remarks, bool Verbose);

} // namespace pageprefetch
#endif
