// SPDX-License-Identifier: MIT
// Phis of one block that always have the same value, by partition refinement (Moore's; Alpern, Wegman and Zadeck used such a
// partition for value numbers): partial redundancy elimination leaves a pointer that a loop reloads in several, around each other
// in cycles. In one block's phis they cost nothing, since register coalescing joins them again; carried from strip to strip they
// would not.
#include "mark.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"

#include <map>

using namespace llvm;

namespace pageprefetch {

namespace {

enum { MostRounds = 64 }; // each looks at all phis once more; equal ones that one finds in a few

// All phis of a function in classes: at first one for each block, type and kind of arithmetic, then as many as their operands
// tell apart.
class Classes {
public:
  explicit Classes(Function &F);
  bool refine();
  void merge(ScalarEvolution &SE);

private:
  std::vector<uintptr_t> keyOf(PHINode *Phi) const;
  std::vector<PHINode *> Phis;
  DenseMap<const Value *, unsigned> Class; // from 1
  unsigned Count = 0;
};

} // namespace

Classes::Classes(Function &F) {
  std::map<std::pair<Type *, unsigned>, unsigned> OfType;
  for (BasicBlock &Block : F) {
    OfType.clear();
    for (PHINode &Phi : Block.phis()) {
      unsigned &Number = OfType[{Phi.getType(), Phi.getRawSubclassOptionalData()}];
      if (!Number)
        Number = ++Count;
      Phis.push_back(&Phi);
      Class[&Phi] = Number;
    }
  }
}

// The class that a phi is in, and what comes in: of phis their class, which is odd, of others themselves.
std::vector<uintptr_t> Classes::keyOf(PHINode *Phi) const {
  const auto *First = cast<PHINode>(&Phi->getParent()->front());
  std::vector<uintptr_t> Key{Class.lookup(Phi)};
  for (unsigned Way = 0; Way < First->getNumIncomingValues(); Way++) {
    BasicBlock *From = First->getIncomingBlock(Way);
    bool SameOrder = Phi->getIncomingBlock(Way) == From;
    Value *Incoming = SameOrder ? Phi->getIncomingValue(Way) : Phi->getIncomingValueForBlock(From);
    unsigned Number = Class.lookup(Incoming);
    Key.push_back(Number ? uintptr_t{Number} << 1 | 1 : reinterpret_cast<uintptr_t>(Incoming));
  }
  return Key;
}

// Returns whether there are more classes than before.
bool Classes::refine() {
  std::map<std::vector<uintptr_t>, unsigned> Found;
  DenseMap<const Value *, unsigned> Finer;
  for (PHINode *Phi : Phis)
    Finer[Phi] = Found.emplace(keyOf(Phi), static_cast<unsigned>(Found.size()) + 1).first->second;
  bool More = Found.size() > Count;
  Count = static_cast<unsigned>(Found.size());
  Class = std::move(Finer);
  return More;
}

void Classes::merge(ScalarEvolution &SE) {
  DenseMap<unsigned, PHINode *> Kept;
  for (PHINode *Phi : Phis) {
    PHINode *&First = Kept[Class.lookup(Phi)];
    if (!First) {
      First = Phi;
      continue;
    }
    SE.forgetValue(Phi);
    Phi->replaceAllUsesWith(First);
    Phi->eraseFromParent();
  }
}

void mergeEqualPhis(Function &F, ScalarEvolution &SE) {
  Classes All(F);
  for (unsigned Round = 0; Round < MostRounds; Round++)
    if (!All.refine()) {
      All.merge(SE);
      return;
    }
}

} // namespace pageprefetch
