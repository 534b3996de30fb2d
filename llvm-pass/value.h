// SPDX-License-Identifier: MIT
// LLVM's values as values of the nest graph, and back.
#ifndef PAGEPREFETCH_VALUE_H
#define PAGEPREFETCH_VALUE_H

#include "nest.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstrTypes.h"

namespace llvm {
class AnyMemTransferInst;
class CallBase;
class GEPOperator;
class IntrinsicInst;
class LoadInst;
class PHINode;
} // namespace llvm

namespace pageprefetch {

// Translates the values of a nest, each when it is asked for the first time.
class ValueBuilder {
public:
  ValueBuilder(Nest &Made, const Extent &Around, Analyses &Known);
  // The block of the graph in which instructions of a block are. Of switches there are several, one for each case.
  llvm::DenseMap<const llvm::BasicBlock *, int> Blocks;
  // A call of a function whose summary is known, and the block of the graph for what is behind it.
  struct Called {
    llvm::CallBase *Call;
    const Nest *Summary;
    int After, Result;
    bool Done;
  };
  llvm::DenseMap<const llvm::BasicBlock *, llvm::SmallVector<Called, 1>> Calls;
  int blockOf(const llvm::Instruction *I) const;
  int lastOf(const llvm::BasicBlock *Block) const;
  // Copies what a call runs into the graph, once. False where no summary is known.
  bool enter(llvm::CallBase *Call);
  llvm::DenseMap<std::pair<const llvm::BasicBlock *, const llvm::BasicBlock *>, llvm::SmallVector<int, 2>> SwitchEdges;

  int get(llvm::Value *V);
  // As a number of 64 bits.
  int getLong(llvm::Value *V);
  // Whether a value equals a constant, as decided in a block.
  int equals(int Block, llvm::Value *V, llvm::Value *Constant);
  // The load value that a load was translated to, or PP_NONE.
  int loadOf(const llvm::Instruction *I) const;
  // Fills in the phis. Once, at the end.
  void closePhis();

private:
  int add(llvm::Value *V, const pp_nest_value &Model);
  int taken(int Number);
  int make(pp_operation Operation, unsigned Bits, int First, int Second = PP_NONE, int Third = PP_NONE, unsigned Flags = 0);
  int binary(pp_operation Operation, int Left, int Right, unsigned Flags = 0);
  int withConstant(pp_operation Operation, int Left, uint64_t Right);
  int constant(unsigned Bits, uint64_t Number);
  int fit(int Number, unsigned Bits, bool Signed = false);
  int unknown(llvm::Value *V, const char *Why);
  unsigned bitsOf(int Number) const;

  int translate(llvm::Value *V);
  int outside(llvm::Value *V);
  int inside(llvm::Instruction *I);
  int phi(llvm::PHINode *Phi);
  Called *calledAt(const llvm::CallBase *Call);
  void graft(Called &Entered);
  int called(llvm::CallBase *Call);
  int load(llvm::LoadInst *I);
  int element(llvm::GEPOperator *Element, llvm::Instruction *I);
  int multiplyHigh(llvm::Instruction *I);
  int operation(llvm::Instruction *I);
  int select(llvm::Instruction *I, llvm::ArrayRef<int> Operands);
  int intrinsic(llvm::IntrinsicInst *I, llvm::ArrayRef<int> Operands);
  int saturated(int Left, int Right, bool Adds, bool Signed);
  bool mayBeWritten(const llvm::LoadInst *I);

  Nest &N;
  const Extent &Outermost;
  Analyses &A;
  llvm::SmallVector<llvm::Instruction *, 16> Writers;
  llvm::DenseMap<llvm::Value *, int> Known;
  llvm::DenseMap<const llvm::Instruction *, int> Loads;
  llvm::SmallVector<std::pair<llvm::PHINode *, int>, 16> OpenPhis;
  int At = PP_NONE; // the block in which values are made
  unsigned Depth = 0;
};

// The copy into a variable of the stack that a load from there reads, and how many bytes apart from its source's begin; or null.
llvm::AnyMemTransferInst *copyBehind(llvm::LoadInst *I, Analyses &A, uint64_t &Apart);

// A value of the graph as an i64 or a pointer, computed at the builder's place; null where it can not be.
llvm::Value *emitValue(const Nest &N, int Number, llvm::IRBuilder<> &B, const llvm::DominatorTree &DT);

// Computes an expression of outer loops' walks and invariants before an instruction.
llvm::Value *expandAt(const llvm::SCEV *S, llvm::Instruction *At, Analyses &A);

// Moves what only the block's own instructions, and a mark, use into the block: it is cold.
void sinkInto(llvm::BasicBlock *To, llvm::ArrayRef<llvm::Value *> Roots, const llvm::Instruction *Mark);

} // namespace pageprefetch
#endif
