// SPDX-License-Identifier: MIT
// Finds the slice of an address and clones it. A slice executes no load but those that the loop itself is certain to execute,
// and no operation that may trap.
#include "slice.h"
#include "nest.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/GetElementPtrTypeIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace pageprefetch {

enum { SliceMaximum = 64 };

namespace {

class Finder {
public:
  Finder(Loop *Of, Loop *First, Analyses &Known) : L(Of), Inner(First), A(Known) {}
  void visit(Value *V);
  Slice S;

private:
  void fail(const char *Reason) {
    if (S.Obstacle.empty())
      S.Obstacle = Reason;
  }
  bool failed() const {
    return !S.Obstacle.empty();
  }
  bool visitAffine(Value *V);
  void visitPhi(PHINode *Phi);
  void visitLoad(LoadInst *I);
  void visitPure(Instruction *I);

  Loop *L, *Inner;
  Analyses &A;
};

} // namespace

static bool isAddressable(Type *T) {
  return T->isIntegerTy() ? T->getIntegerBitWidth() <= 64 : T->isPointerTy() && T->getPointerAddressSpace() == 0;
}

// Integer intrinsics that touch no memory and trap on no operand.
static bool isPureIntrinsic(const IntrinsicInst *I) {
  switch (I->getIntrinsicID()) {
  case Intrinsic::bswap:
  case Intrinsic::bitreverse:
  case Intrinsic::ctpop:
  case Intrinsic::ctlz:
  case Intrinsic::cttz:
  case Intrinsic::fshl:
  case Intrinsic::fshr:
  case Intrinsic::umin:
  case Intrinsic::umax:
  case Intrinsic::smin:
  case Intrinsic::smax:
  case Intrinsic::abs:
  case Intrinsic::uadd_sat:
  case Intrinsic::usub_sat:
  case Intrinsic::sadd_sat:
  case Intrinsic::ssub_sat:
    return true;
  default:
    return false;
  }
}

static bool isSafeDivision(const Instruction *I) {
  auto *Divisor = dyn_cast<ConstantInt>(I->getOperand(1));
  return Divisor && !Divisor->isZero() && !Divisor->isMinusOne();
}

// NULL, or why an instruction can not be repeated.
static const char *whyNotPure(const Instruction *I) {
  if (!isAddressable(I->getType()))
    return "its address needs a value that is no integer or pointer";
  switch (I->getOpcode()) {
  case Instruction::UDiv:
  case Instruction::SDiv:
  case Instruction::URem:
  case Instruction::SRem:
    return isSafeDivision(I) ? nullptr : "its address needs a division that may trap";
  case Instruction::Call:
    if (auto *Intrinsic = dyn_cast<IntrinsicInst>(I))
      if (isPureIntrinsic(Intrinsic))
        return nullptr;
    return "its address needs a call";
  case Instruction::Add:
  case Instruction::Sub:
  case Instruction::Mul:
  case Instruction::Shl:
  case Instruction::LShr:
  case Instruction::AShr:
  case Instruction::And:
  case Instruction::Or:
  case Instruction::Xor:
  case Instruction::ICmp:
  case Instruction::Select:
  case Instruction::Trunc:
  case Instruction::ZExt:
  case Instruction::SExt:
  case Instruction::PtrToInt:
  case Instruction::IntToPtr:
  case Instruction::BitCast:
  case Instruction::Freeze:
  case Instruction::GetElementPtr:
    return nullptr;
  default:
    return "its address needs an operation that can not be repeated";
  }
}

bool Finder::visitAffine(Value *V) {
  if (!A.SE.isSCEVable(V->getType()))
    return false;
  const SCEV *E = A.SE.getSCEV(V), *Start, *Step;
  if (Inner)
    E = firstIteration(E, Inner, A.SE);
  if (!splitAffine(E, L, A, Start, Step))
    return false;
  SliceNode Node{SliceNode::Affine};
  Node.Start = Start;
  Node.Step = Step;
  S.Nodes[V] = Node;
  return true;
}

void Finder::visitPhi(PHINode *Phi) {
  if (Inner && Phi->getParent() == Inner->getHeader()) {
    SliceNode Node{SliceNode::First};
    Node.Source = Phi->getIncomingValueForBlock(Inner->getLoopPreheader());
    S.Nodes[Phi] = Node;
    return visit(Node.Source);
  }
  fail(Phi->getParent() == L->getHeader() ? "its address depends on the iteration before" : "its address depends on a branch");
}

// A load is repeated only where the loop executes it in every iteration, at an address that walks in even steps.
void Finder::visitLoad(LoadInst *I) {
  if (!I->isSimple())
    return fail("its address needs a volatile or atomic load");
  if (!isAddressable(I->getType()) || !isAddressable(I->getPointerOperand()->getType()))
    return fail("its address needs a load that is no integer or pointer");
  if (A.LI.getLoopFor(I->getParent()) != L)
    return fail("its address needs a load of an inner loop");
  if (!A.DT.dominates(I->getParent(), L->getLoopLatch()))
    return fail("its address needs a load that does not happen in every iteration");
  const SCEV *Start, *Step;
  if (!splitAffine(A.SE.getSCEV(I->getPointerOperand()), L, A, Start, Step))
    return fail("its address needs a load whose own address is not known ahead");
  SliceNode Node{SliceNode::Load};
  Node.Start = Start;
  Node.Step = Step;
  S.Nodes[I] = Node;
  if (S.Loads.size() == PP_INDEX_MAX)
    return fail("its address needs too many loads");
  S.Loads.push_back(I);
  S.Instructions++;
}

void Finder::visitPure(Instruction *I) {
  if (const char *Reason = whyNotPure(I))
    return fail(Reason);
  if (++S.Instructions > SliceMaximum)
    return fail("its address needs too many instructions");
  S.Nodes[I] = SliceNode{SliceNode::Pure};
  for (Value *Operand : I->operands()) {
    if (isa<Function>(Operand))
      continue;
    visit(Operand);
    if (failed())
      return;
  }
}

void Finder::visit(Value *V) {
  if (failed() || S.Nodes.count(V))
    return;
  auto *I = dyn_cast<Instruction>(V);
  if (!I || !L->contains(I)) {
    if (!isAddressable(V->getType()))
      return fail("its address needs a value that is no integer or pointer");
    S.Nodes[V] = SliceNode{SliceNode::Invariant};
    return;
  }
  if (!isAddressable(V->getType()))
    return fail("its address needs a value that is no integer or pointer");
  if (visitAffine(V))
    return;
  if (auto *Phi = dyn_cast<PHINode>(I))
    return visitPhi(Phi);
  if (auto *Load = dyn_cast<LoadInst>(I))
    return visitLoad(Load);
  visitPure(I);
}

Slice findSlice(Value *Pointer, Loop *L, Loop *Inner, Analyses &A) {
  Finder F(L, Inner, A);
  if (Inner && (!Inner->getLoopPreheader() || Inner->getParentLoop() != L))
    F.S.Obstacle = "its address is not a known function of the loop";
  else
    F.visit(Pointer);
  return std::move(F.S);
}

// Values in the clone are integers: an address where the original has a pointer.
Value *SliceCloner::asInteger(Value *V) {
  return V->getType()->isPointerTy() ? B.CreatePtrToInt(V, B.getInt64Ty()) : V;
}

static Value *scaled(IRBuilder<> &B, Value *J, Value *Step) {
  return B.CreateMul(B.CreateZExtOrTrunc(J, Step->getType()), Step);
}

Value *SliceCloner::affine(Value *V) {
  auto [Start, Step] = Entry.lookup(V);
  Start = asInteger(Start);
  return Step ? B.CreateAdd(Start, scaled(B, J, Step)) : Start;
}

// Metadata is left behind: what it promises holds for the original's place only.
Value *SliceCloner::load(LoadInst *I) {
  auto [Start, Step] = Entry.lookup(I);
  Type *Bytes = PointerType::get(B.getInt8Ty(), 0);
  Value *Address = B.CreatePointerCast(Start, Bytes);
  if (Step)
    Address = B.CreateGEP(B.getInt8Ty(), Address, scaled(B, J, Step));
  Address = B.CreatePointerCast(Address, PointerType::get(I->getType(), 0));
  return asInteger(B.CreateAlignedLoad(I->getType(), Address, I->getAlign()));
}

Value *SliceCloner::elementAddress(User *I) {
  auto *Element = cast<GEPOperator>(I);
  const DataLayout &DL = B.GetInsertBlock()->getModule()->getDataLayout();
  Value *Address = get(Element->getPointerOperand());
  for (auto Step = gep_type_begin(Element), End = gep_type_end(Element); Step != End; ++Step) {
    if (StructType *Struct = Step.getStructTypeOrNull()) {
      uint64_t Field = cast<ConstantInt>(Step.getOperand())->getZExtValue();
      Address = B.CreateAdd(Address, B.getInt64(DL.getStructLayout(Struct)->getElementOffset(Field)));
      continue;
    }
    Value *Index = B.CreateSExtOrTrunc(get(Step.getOperand()), B.getInt64Ty());
    Address = B.CreateAdd(Address, B.CreateMul(Index, B.getInt64(DL.getTypeAllocSize(Step.getIndexedType()).getFixedValue())));
  }
  return Address;
}

Value *SliceCloner::pure(Instruction *I) {
  if (isa<GetElementPtrInst>(I))
    return elementAddress(I);
  auto Operand = [&](unsigned Number) { return get(I->getOperand(Number)); };
  if (auto *Compare = dyn_cast<ICmpInst>(I))
    return B.CreateICmp(Compare->getPredicate(), Operand(0), Operand(1));
  if (auto *Binary = dyn_cast<BinaryOperator>(I))
    return B.CreateBinOp(Binary->getOpcode(), Operand(0), Operand(1));
  if (auto *Cast = dyn_cast<CastInst>(I)) {
    Type *To = I->getType()->isPointerTy() ? B.getInt64Ty() : I->getType();
    return Cast->getOpcode() == Instruction::SExt ? B.CreateSExt(Operand(0), To) : B.CreateZExtOrTrunc(Operand(0), To);
  }
  if (isa<SelectInst>(I))
    return B.CreateSelect(Operand(0), Operand(1), Operand(2));
  if (isa<FreezeInst>(I))
    return B.CreateFreeze(Operand(0));
  auto *Call = cast<IntrinsicInst>(I);
  SmallVector<Value *, 3> Arguments;
  for (unsigned Number = 0; Number < Call->arg_size(); Number++)
    Arguments.push_back(Operand(Number));
  return B.CreateCall(Call->getCalledFunction(), Arguments);
}

Value *SliceCloner::make(Value *V) {
  const SliceNode &Node = S.Nodes.find(V)->second;
  switch (Node.How) {
  case SliceNode::Invariant:
    return asInteger(V);
  case SliceNode::Affine:
    return affine(V);
  case SliceNode::First:
    return get(Node.Source);
  case SliceNode::Load:
    return load(cast<LoadInst>(V));
  case SliceNode::Pure:
    return pure(cast<Instruction>(V));
  }
  llvm_unreachable("a slice node has a role");
}

Value *SliceCloner::get(Value *V) {
  if (Value *Known = Made.lookup(V))
    return Known;
  Value *New = make(V);
  Made[V] = New;
  return New;
}

// What a race or an undefined shift left in the address must not spread: freeze it.
Value *SliceCloner::address(Value *Pointer) {
  return B.CreateFreeze(B.CreateZExtOrTrunc(get(Pointer), B.getInt64Ty()));
}

} // namespace pageprefetch
