// SPDX-License-Identifier: MIT
// Loads from variables of the stack into which something larger was copied before in the same iteration, as `for (edge E : Row)`
// does where E's address is used: what stands there is the next iteration's only once that runs, what was copied can be read
// ahead of it.
#include "value.h"

#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/MemoryLocation.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace pageprefetch {

enum { MostPassed = 256 }; // instructions between a load and the copy that it reads

// The last instruction before a load that may have written what it reads, in its block or one that leads nowhere else.
static Instruction *lastWriter(LoadInst *I, AAResults &AA) {
  MemoryLocation Read = MemoryLocation::get(I);
  unsigned Passed = 0;
  Instruction *At = I;
  for (BasicBlock *Block = I->getParent(); Block; At = nullptr, Block = Block->getSinglePredecessor())
    for (At = At ? At->getPrevNode() : Block->getTerminator(); At; At = At->getPrevNode())
      if (++Passed > MostPassed)
        return nullptr;
      else if (At->mayWriteToMemory() && isModSet(AA.getModRefInfo(At, Read)))
        return At;
  return nullptr;
}

AnyMemTransferInst *copyBehind(LoadInst *I, Analyses &A, uint64_t &Apart) {
  APInt From(64, 0), To(64, 0);
  Value *Variable = I->getPointerOperand()->stripAndAccumulateConstantOffsets(A.DL, From, true);
  if (!isa<AllocaInst>(Variable))
    return nullptr;
  auto *Copy = dyn_cast_or_null<AnyMemTransferInst>(lastWriter(I, A.AA));
  auto *Length = Copy ? dyn_cast<ConstantInt>(Copy->getLength()) : nullptr;
  if (!Length || Copy->isVolatile() || Copy->getSourceAddressSpace() != 0 ||
      A.LI.getLoopFor(Copy->getParent()) != A.LI.getLoopFor(I->getParent()) ||
      Copy->getRawDest()->stripAndAccumulateConstantOffsets(A.DL, To, true) != Variable)
    return nullptr;
  uint64_t Bytes = A.DL.getTypeStoreSize(I->getType()).getFixedValue();
  Apart = (From - To).getZExtValue();
  return Apart < Length->getZExtValue() && Bytes <= Length->getZExtValue() - Apart ? Copy : nullptr;
}

} // namespace pageprefetch
