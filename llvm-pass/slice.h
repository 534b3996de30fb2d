// SPDX-License-Identifier: MIT
// Slices: the least code that computes an address in a later iteration, found first (nothing is changed), cloned afterwards.
#ifndef PAGEPREFETCH_SLICE_H
#define PAGEPREFETCH_SLICE_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/IRBuilder.h"

#include <string>
#include <utility>

namespace llvm {
class LoadInst;
class Loop;
class SCEV;
} // namespace llvm

namespace pageprefetch {

struct Analyses;

// How a value of the slice is had in iteration j of the loop.
struct SliceNode {
  enum Role {
    Invariant, // the value itself
    Affine,    // Start + j * Step, both computed on entry of the loop
    First,     // a phi of an inner loop in its first iteration: another value
    Load,      // loaded again, at an affine address
    Pure,      // the same operation on cloned operands
  } How;
  const llvm::SCEV *Start = nullptr, *Step = nullptr; // of Affine and of a Load's address; Step null: 0
  llvm::Value *Source = nullptr;                      // of First
};

struct Slice {
  std::string Obstacle; // empty: the slice can be cloned
  llvm::MapVector<llvm::Value *, SliceNode> Nodes;
  llvm::SmallVector<llvm::LoadInst *, 4> Loads;
  unsigned Instructions = 0;
};

// The slice of Pointer as a function of L's iterations; values inside Inner (null: none), a child of L, stand for its first
// iteration.
Slice findSlice(llvm::Value *Pointer, llvm::Loop *L, llvm::Loop *Inner, Analyses &A);

// Values of a slice's affine parts on entry of the loop: {start, step or null}.
using EntryValues = llvm::DenseMap<llvm::Value *, std::pair<llvm::Value *, llvm::Value *>>;

// Clones a slice for the iteration in J, an i64. Everything is computed in integers without flags: pointers are their addresses.
class SliceCloner {
public:
  SliceCloner(const Slice &TheSlice, const EntryValues &Values, llvm::IRBuilder<> &Builder, llvm::Value *Iteration)
      : S(TheSlice), Entry(Values), B(Builder), J(Iteration) {}
  llvm::Value *address(llvm::Value *Pointer);

private:
  llvm::Value *get(llvm::Value *V);
  llvm::Value *make(llvm::Value *V);
  llvm::Value *affine(llvm::Value *V);
  llvm::Value *load(llvm::LoadInst *I);
  llvm::Value *elementAddress(llvm::User *I);
  llvm::Value *pure(llvm::Instruction *I);
  llvm::Value *asInteger(llvm::Value *V);

  const Slice &S;
  const EntryValues &Entry;
  llvm::IRBuilder<> &B;
  llvm::Value *J;
  llvm::DenseMap<llvm::Value *, llvm::Value *> Made;
};

} // namespace pageprefetch
#endif
