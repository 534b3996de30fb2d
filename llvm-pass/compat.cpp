// SPDX-License-Identifier: MIT
// The differences between the LLVM releases that the plugin supports, and the check that the host is the right one.
#include "compat.h"

#include "streams/host.h"

#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;

namespace pageprefetch {

void demandHost() {
  pp_host_demand(PP_HOST_LLVM, LLVM_VERSION_MAJOR);
}

std::string compilerName() {
  return "LLVM " LLVM_VERSION_STRING;
}

const ConditionalBranch *conditionalBranch(const Instruction *End) {
#if LLVM_VERSION_MAJOR >= 23
  return dyn_cast<CondBrInst>(End);
#else
  auto *Branch = dyn_cast<BranchInst>(End);
  return Branch && Branch->isConditional() ? Branch : nullptr;
#endif
}

ConditionalBranch *conditionalBranch(Instruction *End) {
  return const_cast<ConditionalBranch *>(conditionalBranch(static_cast<const Instruction *>(End)));
}

bool isBranch(const Instruction &I) {
#if LLVM_VERSION_MAJOR >= 23
  return isa<CondBrInst>(I) || isa<UncondBrInst>(I);
#else
  return isa<BranchInst>(I);
#endif
}

PointerType *bytePointer(LLVMContext &C, unsigned Space) {
#if LLVM_VERSION_MAJOR >= 17
  return PointerType::get(C, Space);
#else
  return PointerType::get(Type::getInt8Ty(C), Space);
#endif
}

void insertBefore(Instruction *New, Instruction *Place) {
#if LLVM_VERSION_MAJOR >= 18
  New->insertBefore(Place->getIterator());
#else
  New->insertBefore(Place);
#endif
}

void addNoCapture(CallInst &Call, unsigned Argument) {
#if LLVM_VERSION_MAJOR >= 21
  Call.addParamAttr(Argument, Attribute::getWithCaptureInfo(Call.getContext(), CaptureInfo::none()));
#else
  Call.addParamAttr(Argument, Attribute::NoCapture);
#endif
}

const Instruction *instructionBehind(const Instruction &I) {
#if LLVM_VERSION_MAJOR >= 21
  return I.getNextNode(); // LLVM 19 and later keep such notes beside instructions
#else
  return I.getNextNonDebugInstruction();
#endif
}

Triple targetOf(const Module &M) {
  return Triple(M.getTargetTriple());
}

SCEVExpander makeExpander(ScalarEvolution &SE, [[maybe_unused]] const Module &M) {
#if LLVM_VERSION_MAJOR >= 22
  return SCEVExpander(SE, "pp");
#else
  return SCEVExpander(SE, M.getDataLayout(), "pp");
#endif
}

bool isUnsplitCoroutine(const Function &F) {
#if LLVM_VERSION_MAJOR >= 15
  return F.isPresplitCoroutine();
#else
  return F.hasFnAttribute("coroutine.presplit");
#endif
}

#if LLVM_VERSION_MAJOR < 15
namespace {

// LLVM 14 takes every division by something other than a constant for one that may trap: those that do not, written as sums.
class SafeDivisions : public SCEVRewriteVisitor<SafeDivisions> {
public:
  explicit SafeDivisions(ScalarEvolution &Evolution) : SCEVRewriteVisitor(Evolution) {}
  const SCEV *visitUDivExpr(const SCEVUDivExpr *Division) {
    bool Safe = SE.isKnownNonZero(Division->getRHS());
    return Safe ? SE.getAddExpr(visit(Division->getLHS()), visit(Division->getRHS())) : Division;
  }
};

} // namespace
#endif

bool safeToExpandAt(const SCEV *S, const Instruction *At, [[maybe_unused]] ScalarEvolution &SE,
                    [[maybe_unused]] SCEVExpander &Expander) {
#if LLVM_VERSION_MAJOR >= 15
  return Expander.isSafeToExpandAt(S, At);
#else
  return isSafeToExpandAt(SafeDivisions(SE).visit(S), At, SE);
#endif
}

void dropDebugRecords([[maybe_unused]] Instruction &I) {
#if LLVM_VERSION_MAJOR >= 19
  I.dropDbgRecords();
#endif
}

const Value *threadVariable(const Value *V) {
#if LLVM_VERSION_MAJOR >= 16
  auto *Address = dyn_cast<IntrinsicInst>(V);
  if (Address && Address->getIntrinsicID() == Intrinsic::threadlocal_address)
    return Address->getArgOperand(0);
#endif
  return V;
}

} // namespace pageprefetch
