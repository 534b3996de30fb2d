// SPDX-License-Identifier: MIT
// Summaries of functions that loops call: made from their bodies as they are before loops are vectorised, the callee's own
// callees among them, and why of others there is none.
#include "callee.h"
#include "diagnose.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;

namespace pageprefetch {

// Of a function that is worth a summary: a lookup, a row. Larger ones have loops of their own.
enum { BlocksMost = 24, InstructionsMost = 300, DepthMost = 2, LevelsMost = 8 };

const Nest *Callees::summarise(Function &F) {
  auto [Place, New] = Known.try_emplace(F.getName().str());
  if (!New)
    return Place->second.get(); // null while it is made: it calls itself
  const DataLayout &DL = F.getParent()->getDataLayout();
  ScalarEvolution &SE = AM.getResult<ScalarEvolutionAnalysis>(F);
  SCEVExpander Expander = makeExpander(SE, *F.getParent());
  Analyses A{F,
             AM.getResult<LoopAnalysis>(F),
             AM.getResult<DominatorTreeAnalysis>(F),
             SE,
             AM.getResult<AAManager>(F),
             AM.getResult<TargetLibraryAnalysis>(F),
             DL,
             Expander,
             *this};
  Level++;
  auto Made = std::make_unique<Nest>(describeFunction(A));
  Level--;
  auto &Kept = Known[F.getName().str()];
  Kept = std::move(Made);
  return Kept.get();
}

const Nest *Callees::of(const CallBase &Call, const Function &Caller, const char **Why) {
  *Why = nullptr;
  if (isa<IntrinsicInst>(Call) || Call.isInlineAsm())
    return nullptr;
  auto *F = dyn_cast<Function>(Call.getCalledOperand()->stripPointerCasts());
  if (!F) {
    *Why = "it is handed to a function that is called through a pointer: what that touches is not known";
    return nullptr;
  }
  if (F->isDeclaration()) {
    *Why = "it is handed to a function of another translation unit: what that touches is not known";
    return nullptr;
  }
  if (F == &Caller || findFunctionObstacle(*F)) {
    *Why = "it is handed to a function that calls itself, or is excluded: what that touches is not known";
    return nullptr;
  }
  if (F->isInterposable()) {
    *Why = "it is handed to a function that another may replace when the program is linked: what that touches is not known";
    return nullptr;
  }
  if (Call.arg_size() != F->arg_size()) {
    *Why = "it is handed to a function that takes other arguments: what that touches is not known";
    return nullptr;
  }
  auto Kept = Known.find(F->getName().str());
  if (Kept != Known.end() && Kept->second)
    return Kept->second.get();
  if (F->isVarArg() || F->size() > BlocksMost || F->getInstructionCount() > InstructionsMost || Level == LevelsMost) {
    *Why = "it is handed to a function that is too large to be looked into";
    return nullptr;
  }
  const Nest *Summary = summarise(*F);
  if (!Summary)
    *Why = "it is handed to a function that calls itself: what that touches is not known";
  return Summary;
}

// Also through functions that call it themselves. Each is asked once: where all call each other there are as many ways to one as
// functions to the power of the levels.
bool Callees::isCalledInLoop(Function &F) {
  SetVector<Function *> Asked;
  Asked.insert(&F);
  size_t Next = 0;
  for (unsigned Depth = 0; Depth <= DepthMost; Depth++)
    for (size_t End = Asked.size(); Next < End; Next++) {
      Function *Called = Asked[Next];
      for (User *U : Called->users()) {
        auto *Call = dyn_cast<CallBase>(U);
        if (!Call || Call->getCalledOperand() != Called || Call->getFunction() == Called)
          continue;
        if (AM.getResult<LoopAnalysis>(*Call->getFunction()).getLoopFor(Call->getParent()))
          return true;
        Asked.insert(Call->getFunction());
      }
    }
  return false;
}

void Callees::keep(Function &F) {
  if (!F.isVarArg() && F.size() <= BlocksMost && F.getInstructionCount() <= InstructionsMost && !findFunctionObstacle(F) &&
      !F.isInterposable() && isCalledInLoop(F))
    summarise(F);
}

} // namespace pageprefetch
