// SPDX-License-Identifier: MIT
// The differences between the LLVM releases that the plugin supports, and the check that the host is the right one.
#include "compat.h"

#include "streams/host.h"

#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;

namespace pageprefetch {

void demandHost() {
  pp_host_demand(PP_HOST_LLVM, LLVM_VERSION_MAJOR);
}

std::string compilerName() {
  return "LLVM " LLVM_VERSION_STRING;
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
#if LLVM_VERSION_MAJOR >= 15
  auto *Address = dyn_cast<IntrinsicInst>(V);
  if (Address && Address->getIntrinsicID() == Intrinsic::threadlocal_address)
    return Address->getArgOperand(0);
#endif
  return V;
}

} // namespace pageprefetch
