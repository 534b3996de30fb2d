// SPDX-License-Identifier: MIT
// Why a loop can not be strip-mined, and why its later iterations are not certain to happen.
#include "nest.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace llvm;

namespace pageprefetch {

const char DoneMark[] = "pageprefetch.done";

// Whether the operation lets the vectoriser change the order of a reduction, and with it the result's bits.
static bool mayReorder(const Instruction *I) {
  auto *Operation = dyn_cast<FPMathOperator>(I);
  return Operation && (Operation->hasAllowReassoc() || Operation->hasNoSignedZeros());
}

// Follows a header phi's next value back through the loop: the operations of the cycle that may be reordered.
static bool isReorderableReduction(PHINode *Phi, const Loop *L) {
  SmallPtrSet<Value *, 16> Seen;
  SmallVector<Value *, 16> Work{Phi->getIncomingValueForBlock(L->getLoopLatch())};
  while (!Work.empty()) {
    auto *I = dyn_cast<Instruction>(Work.pop_back_val());
    if (!I || I == Phi || !L->contains(I) || !Seen.insert(I).second)
      continue;
    if (mayReorder(I))
      return true;
    for (Value *Operand : I->operands())
      if (Operand->getType()->isFPOrFPVectorTy() || isa<SelectInst>(I))
        Work.push_back(Operand);
  }
  return false;
}

static bool hasReorderableReduction(const Loop *L, const Function &F) {
  bool Everywhere = F.getFnAttribute("unsafe-fp-math").getValueAsBool();
  for (PHINode &Phi : L->getHeader()->phis())
    if (Phi.getType()->isFPOrFPVectorTy() && (Everywhere || isReorderableReduction(&Phi, L)))
      return true;
  return false;
}

// Whether vector code may round an element otherwise than scalar code does: approximations, vector variants of library functions.
static bool roundsByIteration(const Instruction &I, const TargetLibraryInfo &TLI) {
  if (auto *Operation = dyn_cast<FPMathOperator>(&I))
    if (Operation->hasAllowReassoc() || Operation->hasAllowReciprocal() || Operation->hasApproxFunc())
      return I.getOpcode() != Instruction::PHI && I.getOpcode() != Instruction::Select && I.getOpcode() != Instruction::FCmp;
  auto *Call = dyn_cast<CallBase>(&I);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Call && ((Callee && TLI.isFunctionVectorizable(Callee->getName())) || Call->hasFnAttr("vector-function-abi-variant"));
}

// Which iterations a vectorised loop leaves to its scalar end depends on where strips end.
static bool roundsByIteration(const Loop *L, const Analyses &A) {
  if (!L->isInnermost())
    return false;
  for (BasicBlock *Block : L->blocks())
    for (Instruction &I : *Block)
      if (roundsByIteration(I, A.TLI))
        return true;
  return false;
}

static bool hasUnmovableCall(const Loop *L) {
  for (BasicBlock *Block : L->blocks())
    for (Instruction &I : *Block)
      if (auto *Call = dyn_cast<CallBase>(&I))
        if (Call->isConvergent() || Call->cannotDuplicate())
          return true;
  return false;
}

// Code for size has no scalar rest beside a vector loop: only a known trip count lets it vectorise.
static bool needsItsTripCount(Loop *L, const Analyses &A) {
  return A.F.hasOptSize() && L->isInnermost() && isa<SCEVConstant>(A.SE.getBackedgeTakenCount(L));
}

const char *findStripObstacle(Loop *L, const Analyses &A) {
  if (findOptionMDForLoop(L, DoneMark))
    return "the loop was strip-mined before";
  if (!L->isLoopSimplifyForm())
    return "the loop has no single entry and latch";
  auto *Branch = dyn_cast<BranchInst>(L->getLoopLatch()->getTerminator());
  if (!Branch || !Branch->isConditional() || !L->isLoopExiting(L->getLoopLatch()))
    return "the loop is not left from its latch";
  if (findOptionMDForLoop(L, "llvm.loop.unroll.full"))
    return "a pragma asks for a full unroll";
  if (needsItsTripCount(L, A))
    return "it is compiled for size, and strips could stop its vectorisation";
  if (hasUnmovableCall(L))
    return "a call in it forbids changes of control flow around it";
  if (hasReorderableReduction(L, A.F))
    return "fast math allows to reorder its reduction: strips would change the result";
  if (roundsByIteration(L, A))
    return "with fast-math flags strips could change how its floating-point results are rounded";
  return nullptr;
}

// Library functions that return, keep no other thread waiting and unmap nothing.
static bool isHarmlessLibraryCall(const CallBase *Call, const TargetLibraryInfo &TLI) {
  LibFunc Function;
  if (!TLI.getLibFunc(*Call, Function) || !TLI.has(Function))
    return false;
  switch (Function) {
  case LibFunc_memcmp:
  case LibFunc_bcmp:
  case LibFunc_memcpy:
  case LibFunc_memmove:
  case LibFunc_memset:
  case LibFunc_memchr:
  case LibFunc_strlen:
  case LibFunc_strnlen:
  case LibFunc_strcmp:
  case LibFunc_strncmp:
  case LibFunc_strchr:
  case LibFunc_strrchr:
  case LibFunc_strcpy:
  case LibFunc_abs:
  case LibFunc_labs:
  case LibFunc_sqrt:
  case LibFunc_sqrtf:
  case LibFunc_exp:
  case LibFunc_expf:
  case LibFunc_log:
  case LibFunc_logf:
  case LibFunc_pow:
  case LibFunc_powf:
  case LibFunc_sin:
  case LibFunc_sinf:
  case LibFunc_cos:
  case LibFunc_cosf:
    return true;
  default:
    return false;
  }
}

// Whether a call returns in every case and leaves mapped what was mapped.
static bool isHarmlessCall(const CallBase *Call, const TargetLibraryInfo &TLI) {
  if (isa<MemIntrinsic>(Call) || isa<DbgInfoIntrinsic>(Call))
    return true;
  if (auto *Intrinsic = dyn_cast<IntrinsicInst>(Call))
    if (Intrinsic->isAssumeLikeIntrinsic())
      return true;
  if (isHarmlessLibraryCall(Call, TLI))
    return true;
  bool Returns = Call->hasFnAttr(Attribute::WillReturn) && Call->doesNotThrow();
  return Returns && (Call->onlyReadsMemory() ||
                     (Call->hasFnAttr(Attribute::NoFree) && Call->hasFnAttr(Attribute::NoSync) && Call->onlyAccessesArgMemory()));
}

static const char *findInstructionObstacle(const Instruction &I, const TargetLibraryInfo &TLI) {
  if (I.isVolatile())
    return "a volatile access";
  if (I.isAtomic())
    return "an atomic access";
  if (auto *Call = dyn_cast<CallBase>(&I))
    return isHarmlessCall(Call, TLI) ? nullptr : "a call that may not return or may unmap memory";
  return I.mayThrow() ? "an exception may leave the loop" : nullptr;
}

// A loop without effects must end by the language's rule, unless its condition is a constant in C.
static bool mustEnd(Loop *L, Analyses &A) {
  if (A.SE.hasLoopInvariantBackedgeTakenCount(L))
    return true;
  for (BasicBlock *Exiting : {L->getLoopLatch(), L->getHeader()})
    if (Exiting && L->isLoopExiting(Exiting) && !isa<SCEVCouldNotCompute>(A.SE.getExitCount(L, Exiting)))
      return true;
  return A.F.mustProgress() || findOptionMDForLoop(L, "llvm.loop.mustprogress");
}

const char *findSliceObstacle(Loop *L, Analyses &A) {
  SmallVector<BasicBlock *, 4> Exiting;
  L->getExitingBlocks(Exiting);
  for (BasicBlock *Block : Exiting)
    if (Block != L->getLoopLatch())
      return "the loop has a second exit";
  for (BasicBlock *Block : L->blocks())
    for (Instruction &I : *Block)
      if (const char *Reason = findInstructionObstacle(I, A.TLI))
        return Reason;
  for (Loop *Inner : L->getLoopsInPreorder())
    if (Inner != L && !mustEnd(Inner, A))
      return "an inner loop may not end";
  return nullptr;
}

} // namespace pageprefetch
