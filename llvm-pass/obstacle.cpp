// SPDX-License-Identifier: MIT
// Why a loop can not be strip-mined, or a function not changed once it is final.
#include "nest.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace llvm;

namespace pageprefetch {

const char DoneMark[] = "pageprefetch.done";

enum { VanishingTrips = 2 };

static const char FuseReason[] =
    "with -ffp-contract=fast the code generator fuses products and sums of the function by the code around them";
static const char ReorderReason[] =
    "fast math lets the code generator reorder floating-point operations of the function by the code around them";

// A product and the sum that may become one operation with it.
static bool isFusable(const Instruction &I) {
  auto *Sum = dyn_cast<FPMathOperator>(&I);
  bool Adds = I.getOpcode() == Instruction::FAdd || I.getOpcode() == Instruction::FSub;
  return Sum && Adds && Sum->hasAllowContract() && any_of(I.operands(), [](const Use &Operand) {
           auto *Product = dyn_cast<FPMathOperator>(Operand);
           return Product && Product->getOpcode() == Instruction::FMul && Product->hasAllowContract();
         });
}

// Where the processor fuses, which of them become one is settled after the vectorisers, each time by how the code around came
// out; even a mark was seen to change that.
static bool mayFuse(const Function &F) {
  StringRef Features = F.getFnAttribute("target-features").getValueAsString();
  return Features.contains("+fma") && any_of(instructions(F), isFusable);
}

static bool hasConvergentCall(const Loop *L) {
  for (BasicBlock *Block : L->blocks())
    for (Instruction &I : *Block)
      if (auto *Call = dyn_cast<CallBase>(&I))
        if (Call->isConvergent())
          return true;
  return false;
}

const char *findStripObstacle(Loop *L, ScalarEvolution &SE) {
  if (findOptionMDForLoop(L, DoneMark))
    return "the loop was strip-mined before";
  if (!L->isLoopSimplifyForm())
    return "the loop has no single entry and latch";
  // What turns loops around is still to come and leaves nothing of such a one: a mark in it would keep the loop around from
  // vectors.
  unsigned Most = SE.getSmallConstantMaxTripCount(L);
  if (Most && Most <= VanishingTrips)
    return "it runs once or twice, and is no loop any more when the optimisers are through";
  if (hasConvergentCall(L))
    return "a call in it forbids changes of control flow around it";
  if (mayFuse(*L->getHeader()->getParent()))
    return FuseReason;
  return nullptr;
}

// The operation of whose chains V may be a link; a product and a sum in one is a sum. 0: of none.
static unsigned reorderableKind(const Value *V) {
  auto *Operation = dyn_cast<FPMathOperator>(V);
  if (!Operation || !Operation->hasAllowReassoc())
    return 0;
  if (auto *Binary = dyn_cast<BinaryOperator>(V))
    return Binary->getOpcode();
  auto *Intrinsic = dyn_cast<IntrinsicInst>(V);
  return Intrinsic && Intrinsic->getIntrinsicID() == Intrinsic::fmuladd ? unsigned(Instruction::FAdd) : 0;
}

// Whether both operations are links of one chain: the second's value reaches the first in its block, or from its last iteration,
// which an unroller, still to come, may put in front of it.
static bool isLinked(const Instruction &I, const Value *Operand) {
  if (auto *Phi = dyn_cast<PHINode>(Operand))
    return Phi->getParent() == I.getParent() &&
           any_of(Phi->incoming_values(), [&](const Use &Value) { return !isa<PHINode>(Value) && isLinked(I, Value); });
  return reorderableKind(Operand) == reorderableKind(&I) && cast<Instruction>(Operand)->getParent() == I.getParent();
}

const char *findBitsObstacle(const Function &F) {
  return mayFuse(F) ? FuseReason : findReorderObstacle(F);
}

// The code generator reorders chains of such operations by how long it takes to get to them, over the blocks around: the bits of
// a reduction's end would depend on strips that are nowhere near it.
const char *findReorderObstacle(const Function &F) {
  for (const Instruction &I : instructions(F)) {
    auto *Reduction = dyn_cast<IntrinsicInst>(&I);
    if (Reduction && (Reduction->getIntrinsicID() == Intrinsic::vector_reduce_fadd ||
                      Reduction->getIntrinsicID() == Intrinsic::vector_reduce_fmul))
      if (Reduction->hasAllowReassoc())
        return ReorderReason;
    if (reorderableKind(&I) && any_of(I.operands(), [&](const Use &Operand) { return isLinked(I, Operand); }))
      return ReorderReason;
  }
  return nullptr;
}

} // namespace pageprefetch
