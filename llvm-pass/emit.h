// SPDX-License-Identifier: MIT
// Plan -> IR. First every value that the hints need is computed on the loops' entries while the analyses hold, then the loops are
// strip-mined.
#ifndef PAGEPREFETCH_EMIT_H
#define PAGEPREFETCH_EMIT_H

#include "nest.h"
#include "records.h"

#include "streams/plan.h"

#include <vector>

namespace llvm {
class BasicBlock;
class CmpInst;
class PHINode;
} // namespace llvm

namespace pageprefetch {

// One stream with what its hints need, as values that hold on entry of the loop.
struct StreamJob {
  const pp_plan_stream *Stream;
  const ModelReference *Leader;
  llvm::Value *Base, *Stride, *Span; // affine
  EntryValues Entry;                 // gather
};

// A header phi of the original loop. Step null: its value is carried from strip to strip; else it is Init + done * Step.
struct HeaderValue {
  llvm::PHINode *Phi;
  llvm::Value *Init, *Step;
};

// The latch's exit compare with the bound replaced: the walking operand has the value First + j * Step in iteration j.
struct LatchBound {
  llvm::CmpInst *Compare; // null: not of this shape, a counter decides
  llvm::Value *Walk, *First, *Step;
  bool AfterStep;    // First belongs to the phi, the walking operand is one step further
  unsigned Continue; // predicate of Walk and the new bound that stays in the loop
};

struct LoopJob {
  const ModelLoop *Model;
  const pp_plan_loop *Planned;
  std::vector<StreamJob> Streams;
  LoopConstants Constants;
  llvm::DebugLoc Location;
  // Preheader -> Ask -> Setup -> Enter -> Header; the preheader and Ask also go to Enter directly.
  llvm::BasicBlock *Preheader, *Ask, *Setup, *Enter, *Header, *Latch;
  llvm::Value *Trips;  // i64
  llvm::Value *Strips; // i1 in Enter: whether the runtime is asked between strips
  std::vector<HeaderValue> HeaderValues;
  LatchBound Bound;
};

// A nest whose plan stands; both live until the code is emitted.
struct PlannedNest {
  Nest Described;
  std::unique_ptr<pp_plan, void (*)(pp_plan *)> Plan{nullptr, pp_plan_free};
};

// NULL, or why the plan's streams of a loop can not be emitted.
const char *findEmitObstacle(const PlannedNest &N, int Loop, Analyses &A);

// Emits the plans of a function. Returns whether anything changed; no analysis holds then.
bool emitPlans(const std::vector<PlannedNest> &Nests, Analyses &A);

// Computes an expression of outer loops' walks and invariants before an instruction.
llvm::Value *expandAt(const llvm::SCEV *S, llvm::Instruction *At, Analyses &A);

// strip.cpp: opens the loop's entry; finds the bound and the header's values; cuts the loop into strips.
void openEntry(LoopJob &Job, Analyses &A);
void understandLatch(LoopJob &Job, Analyses &A);
void stripMine(LoopJob &Job, Records &R);

// emit.cpp: the hints of a loop's streams, at the builder's place. Ahead is read and updated.
void emitHints(LoopJob &Job, Records &R, llvm::IRBuilder<> &B, llvm::Value *Done, llvm::MutableArrayRef<llvm::Value *> Ahead);

// Metadata that keeps a loop from being strip-mined again; Quiet loops are also left alone by the vectoriser and the unroller.
void markDone(llvm::BasicBlock *Latch, bool Quiet);

} // namespace pageprefetch
#endif
