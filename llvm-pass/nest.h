// SPDX-License-Identifier: MIT
// IR -> nest graph: what the plugin remembers of a loop nest beside the planner's own record of it, by the same numbers.
#ifndef PAGEPREFETCH_NEST_H
#define PAGEPREFETCH_NEST_H

#include "streams/build.h"
#include "streams/nest.h"
#include "streams/plan.h"

#include "compat.h"

#include <memory>
#include <string>
#include <vector>

namespace llvm {
class AAResults;
class BasicBlock;
class CallBase;
class DataLayout;
class DILocation;
class DebugLoc;
class DominatorTree;
class Function;
class Instruction;
class Loop;
class LoopInfo;
class SCEV;
class SCEVExpander;
class ScalarEvolution;
class TargetLibraryInfo;
class Value;
} // namespace llvm

namespace pageprefetch {

class Callees;

// What LLVM knows of the function in hand, and where it finds what that calls.
struct Analyses {
  llvm::Function &F;
  llvm::LoopInfo &LI;
  llvm::DominatorTree &DT;
  llvm::ScalarEvolution &SE;
  llvm::AAResults &AA;
  const llvm::TargetLibraryInfo &TLI;
  const llvm::DataLayout &DL;
  llvm::SCEVExpander &Expander;
  Callees &Called;
};

// What a graph is of: the nest of an outermost loop, or a whole function.
struct Extent {
  const llvm::Loop *L; // null: the function
  std::vector<llvm::BasicBlock *> Blocks;
  bool contains(const llvm::BasicBlock *Block) const;
  bool contains(const llvm::Instruction *I) const;
};

// The test that ends a loop when nothing else leaves it.
struct LoopEnd {
  ConditionalBranch *Test = nullptr; // null: there is none whose count is computable on entry
  const llvm::SCEV *Count = nullptr; // how often it stays in the loop
  bool TestedFirst = false;          // it stands in the header: nothing of an iteration is done when it leaves
  bool Guessed = false;              // the count is the way that values have to go whose steps only the data knows
  bool Beside = false; // the count is that of another exit, or for the bound on entry: only a counter can end strips
};

struct ModelLoop {
  llvm::Loop *L; // null: it is in a function that is called
  LoopEnd End;
};

struct ModelReference {
  const llvm::DILocation *Place; // null: not known
  pp_access Kind;
};

struct ModelValue {
  llvm::Value *V;      // null: a part of an address or of an operation that was expanded
  pp_nest_value Model; // how such a part is computed
};

struct Nest {
  std::unique_ptr<pp_nest, void (*)(pp_nest *)> Model{nullptr, pp_nest_free};
  std::vector<ModelLoop> Loops;
  std::vector<ModelReference> References;
  std::vector<ModelValue> Values;
  int numberOf(const llvm::Loop *L) const;
};

// A nest and its plan while its function is in hand.
struct PlannedNest {
  Nest Described;
  std::unique_ptr<pp_plan, void (*)(pp_plan *)> Plan{nullptr, pp_plan_free};
};

// Describe the nest of an outermost loop.
Nest describeNest(llvm::Loop *Outermost, Analyses &A);

// The summary of a function that loops call, which keeps what its values outside are: arguments and constants.
Nest describeFunction(Analyses &A);

// The metadata string on every loop that the plugin has strip-mined.
extern const char DoneMark[];

LoopEnd findLoopEnd(llvm::Loop *L, Analyses &A);
// Iterations of one entry, an i64.
const llvm::SCEV *tripsOf(const llvm::Loop *L, const LoopEnd &End, llvm::ScalarEvolution &SE);

// NULL, or why the loop can not be strip-mined; trip counts apart.
const char *findStripObstacle(llvm::Loop *L, llvm::ScalarEvolution &SE);

// NULL, or why marking or cutting loops could change the function's results: asked before it is marked, and when its code is
// final.
const char *findReorderObstacle(const llvm::Function &F);
// The same, and why it may not be changed before either: what a block more does to its floating-point results. Or NULL.
const char *findBitsObstacle(const llvm::Function &F);

// A source place in the model's terms; the string lives as long as the module's metadata.
pp_place placeOf(const llvm::DebugLoc &Location, std::string &Storage);

// Whether an expression can be computed on entry of the loop.
bool computableOnEntry(const llvm::SCEV *S, const llvm::Loop *L, Analyses &A);

} // namespace pageprefetch
#endif
