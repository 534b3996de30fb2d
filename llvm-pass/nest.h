// SPDX-License-Identifier: MIT
// IR -> nest model: what the plugin remembers of a loop nest beside the planner's own record of it, by the same numbers.
#ifndef PAGEPREFETCH_NEST_H
#define PAGEPREFETCH_NEST_H

#include "slice.h"

#include "streams/nest.h"

#include <memory>
#include <string>
#include <vector>

namespace llvm {
class DataLayout;
class DebugLoc;
class DominatorTree;
class Function;
class Loop;
class LoopInfo;
class SCEV;
class SCEVExpander;
class ScalarEvolution;
class TargetLibraryInfo;
} // namespace llvm

namespace pageprefetch {

// What LLVM knows of the function in hand.
struct Analyses {
  llvm::Function &F;
  llvm::LoopInfo &LI;
  llvm::DominatorTree &DT;
  llvm::ScalarEvolution &SE;
  const llvm::TargetLibraryInfo &TLI;
  const llvm::DataLayout &DL;
  llvm::SCEVExpander &Expander;
};

struct ModelLoop {
  llvm::Loop *L;
  const llvm::SCEV *Backedges; // how often the latch goes back when nothing else leaves; null: not computable on entry
  bool Strippable;
  std::string StripObstacle, SliceObstacle;
};

struct ModelReference {
  llvm::Instruction *I;
  llvm::Value *Pointer;
  pp_access Kind;
  uint64_t Bytes;
  llvm::Loop *Own;           // the innermost loop around it
  llvm::Loop *L;             // the loop of whose iterations the address is a function: Own, or its parent
  const llvm::SCEV *Address; // as a function of L
  Slice Indexed;             // of an indexed address
  std::string Obstacle;
  bool firstOfInner() const {
    return L != Own;
  }
};

struct Nest {
  std::unique_ptr<pp_nest, void (*)(pp_nest *)> Model{nullptr, pp_nest_free};
  std::vector<ModelLoop> Loops;
  std::vector<ModelReference> References;
  int numberOf(const llvm::Loop *L) const;
};

// Describe the nest of an outermost loop.
Nest describeNest(llvm::Loop *Outermost, Analyses &A);

// The metadata string on every loop that the plugin has made or strip-mined.
extern const char DoneMark[];

// NULL, or why the loop can not be strip-mined; trip counts apart.
const char *findStripObstacle(llvm::Loop *L, const Analyses &A);
// NULL, or why an iteration below the trip count may not happen.
const char *findSliceObstacle(llvm::Loop *L, Analyses &A);

// A source place in the model's terms; the string lives as long as the module's metadata.
pp_place placeOf(const llvm::DebugLoc &Location, std::string &Storage);

// The loop's address part of an expression: affine in L (constant or invariant step) or invariant. Step is null for an invariant.
bool splitAffine(const llvm::SCEV *S, const llvm::Loop *L, Analyses &A, const llvm::SCEV *&Start, const llvm::SCEV *&Step);
// The same expression in the first iteration of an inner loop.
const llvm::SCEV *firstIteration(const llvm::SCEV *S, const llvm::Loop *Inner, llvm::ScalarEvolution &SE);
// Whether an expression can be computed on entry of the loop.
bool computableOnEntry(const llvm::SCEV *S, const llvm::Loop *L, Analyses &A);

} // namespace pageprefetch
#endif
