// SPDX-License-Identifier: MIT
// Marks: what stands in the code for a planned loop while other passes work on it. A begin mark before the loop keeps the values
// that its hints need; end marks stand where the loop is left. What does not change is kept beside, by the marks' numbers.
#ifndef PAGEPREFETCH_MARK_H
#define PAGEPREFETCH_MARK_H

#include "callee.h"
#include "nest.h"
#include "records.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSet.h"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace llvm {
class CallInst;
class DILocation;
class Function;
class Loop;
class Module;
class OptimizationRemarkEmitter;
class ScalarEvolution;
} // namespace llvm

namespace pageprefetch {

struct MarkedLoop {
  LoopRecord Record;
  LoopConstants Constants; // once it is cut
  bool Together = false;   // dealt out so that threads go through it together
  // What became of it: loops that were cut, or why there were none.
  unsigned Cut = 0;
  const char *Reason = "the optimisers removed the loop: nothing can reach it";
};

// A plan that is told when the code is final. It holds nothing of the IR but places, which live as long as the context.
struct MarkedNest {
  std::string Function;
  std::unique_ptr<pp_nest, void (*)(pp_nest *)> Model{nullptr, pp_nest_free};
  std::unique_ptr<pp_plan, void (*)(pp_plan *)> Plan{nullptr, pp_plan_free};
  std::vector<const llvm::DILocation *> Places; // by the plan's references
  std::vector<std::pair<unsigned, int>> Loops;  // numbers of marks, and of the plan's loops
};

struct ModuleMarks {
  std::deque<MarkedLoop> Loops; // by the marks' numbers
  std::deque<MarkedNest> Nests;
  llvm::StringSet<> Functions; // planned
  Summaries Called;
  // Of a module in work; several are where a linker compiles in threads.
  static ModuleMarks &of(const llvm::Module &M);
  static void forget(const llvm::Module &M);
};

// Marks the planned loops of a nest, or withdraws them where there is an obstacle, and keeps its plan until the code is final.
// Returns whether anything changed.
bool markPlan(PlannedNest N, const char *Obstacle, llvm::OptimizationRemarkEmitter &Remarks, bool Verbose, Analyses &A);

// A begin mark that is left in a function: its number, and what it keeps.
struct BeginMark {
  llvm::CallInst *Call;
  unsigned number() const;
  llvm::Value *trips() const;
  llvm::SmallVector<llvm::Value *, 16> environment() const; // integers of 64 bits and pointers
};

// Beside the begin mark of a loop that is dealt out in chunks: what is asked of the whole loop before a short one.
struct DealtMark {
  llvm::CallInst *Call;
  unsigned number() const;
  llvm::Value *trips() const; // of the chunk
  llvm::Value *position() const;
  llvm::Value *whole() const;
  llvm::SmallVector<llvm::Value *, 16> environment() const;
};

llvm::SmallVector<DealtMark, 4> findDealtMarks(llvm::Function &F);
llvm::SmallVector<BeginMark, 4> findMarks(llvm::Function &F);
// Whether a block holds an end mark of the number.
bool endsMark(const llvm::BasicBlock *Block, unsigned Number);
// The loops behind a mark that the optimisers made of the marked one, outermost ones of those in the order of the code; but not
// what is known to run a few times only, since it is what a vectorised or unrolled one has left over.
llvm::SmallVector<llvm::Loop *, 4> findDerived(const BeginMark &Mark, Analyses &A);
// Of loops that the vectoriser made of one, takes out what runs only what the widest leaves over.
void dropRemainders(llvm::SmallVectorImpl<llvm::Loop *> &Derived, const BeginMark &Mark, Analyses &A);
// Removes all marks of a function, and what was computed only for them.
void removeMarks(llvm::Function &F);
// The same for a function whose marked loops are left alone, all for one reason.
void withdrawMarks(llvm::Function &F, const char *Reason);
bool isMarkFunction(const llvm::Function &F);
// Whether functions of the module have marks.
bool hasMarks(const llvm::Module &M);
// strip.cpp: cuts what became of a function's marked loops and removes the marks.
void cutMarked(Analyses &A);
// phis.cpp: leaves one of each block's phis that always have the same value.
void mergeEqualPhis(llvm::Function &F, llvm::ScalarEvolution &SE);
// Removes the declarations; no mark is left.
void removeMarkFunctions(llvm::Module &M);

} // namespace pageprefetch
#endif
