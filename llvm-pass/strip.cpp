// SPDX-License-Identifier: MIT
// Cuts the loops that the optimisers made of a marked loop: each runs in strips between which the runtime is asked. Nothing of a
// loop is copied; its end compares with the strip's end, and a cold block behind it leaves or goes on.
#include "chunks.h"
#include "compat.h"
#include "mark.h"
#include "outline.h"
#include "value.h"

#include "pageprefetch_abi.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/LoopUtils.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;

namespace pageprefetch {

enum {
  // One iteration of a derived loop never does so many of the program's: the loop is a remainder whose length was not known.
  WidestIteration = 1024,
};

// Metadata that keeps a loop from being strip-mined again.
static void markDone(BasicBlock *Latch) {
  LLVMContext &C = Latch->getContext();
  Instruction *Branch = Latch->getTerminator();
  SmallVector<Metadata *, 8> Parts{nullptr};
  if (MDNode *Old = Branch->getMetadata(LLVMContext::MD_loop))
    for (const MDOperand &Part : drop_begin(Old->operands()))
      Parts.push_back(Part);
  Parts.push_back(MDNode::get(C, MDString::get(C, DoneMark)));
  MDNode *New = MDNode::getDistinct(C, Parts);
  New->replaceOperandWith(0, New);
  Branch->setMetadata(LLVMContext::MD_loop, New);
}

static MDNode *weights(LLVMContext &C, uint32_t Taken, uint32_t NotTaken) {
  return MDBuilder(C).createBranchWeights(Taken, NotTaken);
}

namespace {

// How the compared value of a loop's end follows from the loop's state, so that a strip's end can be written as its bound.
struct WalkingBound {
  ICmpInst *Compare = nullptr; // null: not of this shape, a counter ends the strips
  unsigned Bound = 0;          // the operand that is replaced
  PHINode *Phi = nullptr;      // the walk is this, or its next value; null: it starts at First
  const SCEV *First = nullptr;
  Value *Step = nullptr;
  bool AfterStep = false; // next value
  bool Inclusive = false; // the loop stays where the walk equals the bound
};

// A loop that the optimisers made.
struct DerivedLoop {
  explicit DerivedLoop(Loop *Made) : L(Made) {}
  Loop *L;
  LoopEnd End;
  const SCEV *Count = nullptr; // iterations, i64
  WalkingBound Bound;
  DenseMap<PHINode *, Value *> Steps; // of header phis that walk in even steps
  // Its entry: Run leads to the header, and is reached from Plan where the runtime is asked, else directly.
  BasicBlock *Plan = nullptr, *Run = nullptr, *Header = nullptr, *Latch = nullptr;
  Value *Counts = nullptr, *Local = nullptr, *Each = nullptr, *First = nullptr; // in Plan
};

// One begin mark with what it governs.
struct MarkedEntry {
  BeginMark Mark;
  MarkedLoop *Marked;
  std::vector<DerivedLoop> Loops;
  DebugLoc Location;
  // Before -> Ask -> Setup -> Enter; Before and Ask also lead to Else: Enter or, where the loop is a copy that stands apart, the
  // original.
  BasicBlock *Before, *Ask, *Setup, *Enter, *Else;
  bool Apart;
  bool Shared;  // other entries are opened for the same mark: its values stay where all of them have them
  Value *Asked; // in Enter; null: the one loop follows at once, and Setup is its Plan
  Value *Trips;
  SmallVector<Value *, 16> Values;
};

} // namespace

// A walk's step as a value that exists already; null where it would have to be computed.
static Value *plainStep(const SCEVAddRecExpr *Walk, ScalarEvolution &SE) {
  const SCEV *Step = Walk->getStepRecurrence(SE);
  if (auto *Constant = dyn_cast<SCEVConstant>(Step))
    return Constant->getValue();
  auto *Unknown = dyn_cast<SCEVUnknown>(Step);
  return Unknown && Unknown->getType()->isIntegerTy() ? Unknown->getValue() : nullptr;
}

static const SCEVAddRecExpr *walkOf(Value *V, const Loop *L, ScalarEvolution &SE) {
  Type *T = V->getType();
  bool Fits = T->isIntegerTy() ? T->getIntegerBitWidth() <= 64 : T->isPointerTy();
  auto *Walk = Fits && SE.isSCEVable(T) ? dyn_cast<SCEVAddRecExpr>(SE.getSCEV(V)) : nullptr;
  return Walk && Walk->isAffine() && Walk->getLoop() == L ? Walk : nullptr;
}

// Whether a compare of (walk, bound) that keeps the loop going also does so with an earlier bound, and stops there.
static bool stopsEarlier(CmpInst::Predicate Stay, Value *Step) {
  auto *Constant = dyn_cast<ConstantInt>(Step);
  bool Up = Constant && Constant->getValue().isStrictlyPositive(), Down = Constant && Constant->isNegative();
  switch (Stay) {
  case CmpInst::ICMP_NE:
    return true;
  case CmpInst::ICMP_ULT:
  case CmpInst::ICMP_ULE:
  case CmpInst::ICMP_SLT:
  case CmpInst::ICMP_SLE:
    return Up;
  case CmpInst::ICMP_UGT:
  case CmpInst::ICMP_UGE:
  case CmpInst::ICMP_SGT:
  case CmpInst::ICMP_SGE:
    return Down;
  default:
    return false;
  }
}

static bool understandOperand(DerivedLoop &D, ICmpInst *Compare, unsigned Number, Analyses &A) {
  Value *Walk = Compare->getOperand(Number);
  const SCEVAddRecExpr *Known = walkOf(Walk, D.L, A.SE);
  Value *Step = Known && D.L->isLoopInvariant(Compare->getOperand(1 - Number)) ? plainStep(Known, A.SE) : nullptr;
  if (!Step)
    return false;
  bool StaysWhenTrue = D.L->contains(D.End.Test->getSuccessor(0));
  CmpInst::Predicate Stay = StaysWhenTrue ? Compare->getPredicate() : Compare->getInversePredicate();
  if (Number != 0)
    Stay = CmpInst::getSwappedPredicate(Stay);
  if (!stopsEarlier(Stay, Step))
    return false;
  D.Bound.Compare = Compare;
  D.Bound.Bound = 1 - Number;
  D.Bound.Step = Step;
  D.Bound.Inclusive = ICmpInst::isNonStrictPredicate(Stay);
  for (PHINode &Phi : D.L->getHeader()->phis()) {
    bool AfterStep = Phi.getIncomingValueForBlock(D.L->getLoopLatch()) == Walk;
    if ((&Phi == Walk || AfterStep) && D.Steps.lookup(&Phi) == Step) {
      D.Bound.Phi = &Phi;
      D.Bound.AfterStep = AfterStep;
      return true;
    }
  }
  D.Bound.First = Known->getStart();
  if (computableOnEntry(D.Bound.First, D.L, A))
    return true;
  D.Bound = WalkingBound();
  return false;
}

// Whether the loop can be cut, and how.
static bool understand(DerivedLoop &D, Analyses &A) {
  if (!D.L->isLoopSimplifyForm() || findOptionMDForLoop(D.L, DoneMark))
    return false;
  D.End = findLoopEnd(D.L, A);
  if (!D.End.Test)
    return false;
  D.Count = tripsOf(D.L, D.End, A.SE);
  if (!computableOnEntry(D.Count, D.L, A))
    return false;
  for (PHINode &Phi : D.L->getHeader()->phis())
    if (const SCEVAddRecExpr *Walk = walkOf(&Phi, D.L, A.SE))
      if (Value *Step = plainStep(Walk, A.SE))
        D.Steps[&Phi] = Step;
  auto *Compare = D.End.Beside ? nullptr : dyn_cast<ICmpInst>(D.End.Test->getCondition());
  if (Compare && D.L->contains(Compare) && !understandOperand(D, Compare, 0, A))
    understandOperand(D, Compare, 1, A);
  return true;
}

static void findLoops(MarkedEntry &Entry, SmallPtrSetImpl<Loop *> &Taken, Analyses &A) {
  SmallVector<Loop *, 4> Derived = findDerived(Entry.Mark, A);
  if (!Entry.Marked->Cut)
    Entry.Marked->Reason = Derived.empty() ? "the optimisers unrolled the loop away or made other code of it"
                                           : "the loop that the optimisers made of it can not be counted";
  SmallVector<Loop *, 4> Whole;
  std::vector<DerivedLoop> Understood;
  for (Loop *L : Derived) {
    DerivedLoop D(L);
    if (!understand(D, A))
      continue;
    Whole.push_back(L);
    Understood.push_back(D);
  }
  dropRemainders(Whole, Entry.Mark, A);
  for (DerivedLoop &D : Understood)
    if (is_contained(Whole, D.L) && Taken.insert(D.L).second)
      Entry.Loops.push_back(D);
}

static BasicBlock *addBlock(const char *Name, BasicBlock *Before, BasicBlock *Dominator, Analyses &A) {
  BasicBlock *Block = BasicBlock::Create(A.F.getContext(), Name, &A.F, Before);
  if (Loop *Around = A.LI.getLoopFor(Before))
    Around->addBasicBlockToLoop(Block, A.LI);
  A.DT.addNewBlock(Block, Dominator);
  return Block;
}

// A value of From at the top of Enter; on the other ways there nothing uses it.
static Value *carry(Value *V, BasicBlock *From, BasicBlock *Enter) {
  auto *I = dyn_cast<Instruction>(V);
  if (!I || I->getParent() != From)
    return V;
  IRBuilder<> B(Enter, Enter->begin());
  PHINode *Phi = B.CreatePHI(V->getType(), 3, "pp.entry");
  for (BasicBlock *Way : predecessors(Enter))
    Phi->addIncoming(Way == From ? V : PoisonValue::get(V->getType()), Way);
  return Phi;
}

// Short entries, and loops that are switched off, stop at the first test; without the library, at the second.
static void emitQuestion(MarkedEntry &Entry, Records &R) {
  IRBuilder<> B(Entry.Before->getTerminator());
  B.SetCurrentDebugLocation(Entry.Location);
  MDNode *Seldom = weights(B.getContext(), 1, 1000);
  LoadInst *Least = B.CreateAlignedLoad(B.getInt64Ty(), Entry.Marked->Constants.Least, Align(8), "pp.least");
  // As a plain load it is part of the compare; that other threads write what it reads is no fault here.
  if (B.GetInsertBlock()->getParent()->hasFnAttribute(Attribute::SanitizeThread))
    Least->setAtomic(AtomicOrdering::Monotonic);
  Value *Long = B.CreateICmpUGE(Entry.Trips, Least, "pp.long");
  B.CreateCondBr(Long, Entry.Ask, Entry.Else, Seldom);
  Entry.Before->getTerminator()->eraseFromParent();

  B.SetInsertPoint(Entry.Ask);
  auto *Library = cast<Constant>(R.strip().getCallee());
  Value *Present = B.CreateICmpNE(Library, Constant::getNullValue(Library->getType()), "pp.present");
  B.CreateCondBr(Present, Entry.Setup, Entry.Else, Seldom);
  B.SetInsertPoint(Entry.Setup);
  B.CreateBr(Entry.Enter);
}

static bool computableAt(const DerivedLoop &D, const BasicBlock *Block, Analyses &A) {
  const Instruction *At = Block->getTerminator();
  return safeToExpandAt(D.Count, At, A.SE, A.Expander) && (!D.Bound.First || safeToExpandAt(D.Bound.First, At, A.SE, A.Expander));
}

// Whether the mark's only loop follows with nothing between.
static bool followsAtOnce(const MarkedEntry &Entry, Analyses &A) {
  return Entry.Loops.size() == 1 && Entry.Loops[0].L->getLoopPreheader() == Entry.Enter &&
         instructionBehind(*Entry.Mark.Call) == Entry.Enter->getTerminator() && computableAt(Entry.Loops[0], Entry.Setup, A);
}

// Makes the blocks of an entry whose Before and Enter are known.
static void addBlocks(MarkedEntry &Entry, Records &R, Analyses &A) {
  CallInst *Mark = Entry.Mark.Call;
  Instruction *At = Entry.Before->getTerminator();
  Entry.Location = Mark->getDebugLoc();
  Entry.Trips = Entry.Mark.trips();
  // The loop's end may not be reached: what it compares may be undefined then, and a branch on it here would not be harmless.
  if (!isGuaranteedNotToBeUndefOrPoison(Entry.Trips, nullptr, At, &A.DT))
    Entry.Trips = IRBuilder<>(At).CreateFreeze(Entry.Trips, "pp.trips");
  Entry.Ask = addBlock("pp.ask", Entry.Enter, Entry.Before, A);
  Entry.Setup = addBlock("pp.setup", Entry.Enter, Entry.Ask, A);
  emitQuestion(Entry, R);
  At = Entry.Apart ? Entry.Setup->getTerminator() : Mark;
  for (Value *V : Entry.Mark.environment()) {
    Type *Long = Type::getInt64Ty(V->getContext());
    Entry.Values.push_back(V->getType()->isPointerTy() ? IRBuilder<>(At).CreatePtrToInt(V, Long, "pp.address") : V);
  }
  sinkInto(Entry.Setup, Entry.Values, Entry.Shared ? nullptr : Mark);
}

// Opens the code at the mark. What only the hints need is computed in Setup.
static void openEntry(MarkedEntry &Entry, Records &R, Analyses &A) {
  Entry.Before = Entry.Mark.Call->getParent();
  Entry.Enter = Entry.Else = SplitBlock(Entry.Before, Entry.Mark.Call, &A.DT, &A.LI);
  Entry.Enter->setName("pp.enter");
  addBlocks(Entry, R, A);
  if (followsAtOnce(Entry, A))
    return;
  DenseMap<Value *, Value *> Carried;
  for (Value *&V : Entry.Values) {
    Value *&There = Carried[V];
    if (!There)
      There = carry(V, Entry.Setup, Entry.Enter);
    V = There;
  }
  IRBuilder<> B(Entry.Enter, Entry.Enter->begin());
  PHINode *Asked = B.CreatePHI(B.getInt1Ty(), 3, "pp.asked");
  for (BasicBlock *Way : predecessors(Entry.Enter))
    Asked->addIncoming(B.getInt1(Way == Entry.Setup), Way);
  Entry.Asked = Asked;
}

// How many iterations the derived loop has, how many of the program's each of them does, and whether that can be.
static void emitMapping(MarkedEntry &Entry, DerivedLoop &D, Analyses &A) {
  Instruction *At = D.Plan->getTerminator();
  IRBuilder<> B(At);
  B.SetCurrentDebugLocation(Entry.Location);
  if (D.Bound.First)
    D.First = expandAt(D.Bound.First, At, A);
  D.Local = Entry.Trips;
  D.Each = B.getInt64(1);
  D.Counts = B.getTrue();
  if (D.Count != A.SE.getSCEV(Entry.Mark.trips())) {
    D.Local = expandAt(D.Count, At, A);
    if (!isGuaranteedNotToBeUndefOrPoison(D.Local, nullptr, At, &A.DT))
      D.Local = B.CreateFreeze(D.Local, "pp.local");
    Value *Any = B.CreateSelect(B.CreateICmpEQ(D.Local, B.getInt64(0)), B.getInt64(1), D.Local);
    D.Each = B.CreateUDiv(Entry.Trips, Any, "pp.each");
    Value *Fits = B.CreateICmpULT(B.CreateSub(D.Each, B.getInt64(1)), B.getInt64(WidestIteration));
    D.Counts = B.CreateAnd(Fits, B.CreateICmpNE(D.Local, B.getInt64(0)));
  }
  SmallVector<Value *, 16> Used;
  for (Instruction &I : *D.Plan)
    Used.append(I.op_begin(), I.op_end());
  sinkInto(D.Plan, Used, Entry.Shared ? nullptr : Entry.Mark.Call);
  A.Expander.clear(); // it remembers what it made where it was
}

// Opens the entry of a derived loop: one test, unless the mark's own are enough.
static void openLoop(MarkedEntry &Entry, DerivedLoop &D, Analyses &A) {
  D.Header = D.L->getHeader();
  D.Run = Entry.Enter;
  D.Plan = Entry.Setup;
  if (Entry.Asked) {
    BasicBlock *Preheader = D.L->getLoopPreheader();
    D.Run = SplitEdge(Preheader, D.Header, &A.DT, &A.LI);
    D.Plan = addBlock("pp.plan", D.Run, Preheader, A);
    IRBuilder<> B(Preheader->getTerminator());
    B.SetCurrentDebugLocation(Entry.Location);
    B.CreateCondBr(Entry.Asked, D.Plan, D.Run, weights(B.getContext(), 1, 1000));
    Preheader->getTerminator()->eraseFromParent();
    B.SetInsertPoint(D.Plan);
    B.CreateBr(D.Run);
  }
  D.Run->setName("pp.run");
  emitMapping(Entry, D, A);
}

namespace {

// Cuts one loop. Plan -> Strip -> Run -> the original loop -> Next -> Strip or out. Where the runtime is not asked Run is entered
// at once, as the loop was before: what belongs to strips is undefined there, and costs nothing.
class Cutter {
public:
  Cutter(MarkedEntry &TheEntry, DerivedLoop &Derived, Records &Abi)
      : Entry(TheEntry), D(Derived), R(Abi), B(Derived.Header->getContext()) {}
  void run();
  // The blocks that it made, and what stands between them: all that is entered by Plan.
  SmallVector<BasicBlock *, 16> region() const {
    SmallVector<BasicBlock *, 16> Blocks{D.Plan, Strip, D.Run};
    if (Part)
      Blocks.append({Part, Decided});
    Blocks.append(D.L->block_begin(), D.L->block_end());
    Blocks.push_back(Next);
    return Blocks;
  }

private:
  PHINode *phi(BasicBlock *Block, Type *T, const Twine &Name);
  PHINode *carried(Value *Initial, const Twine &Name);
  Value *planned(Value *V);
  Value *mapped(Value *Answer, Value *Rest, Value *Left, Value *Each);
  void decide(Value *Whole);
  Value *boundOf();
  void openRun(Value *Whole);
  Value *replaceBound();
  Value *addCounter(bool StaysWhenTrue);
  void closeStrip();
  Value *closed(Value *V);

  MarkedEntry &Entry;
  DerivedLoop &D;
  Records &R;
  IRBuilder<> B;
  BasicBlock *Strip, *Next;
  // Where the answer is no end but a part, in other iterations than the runtime's; and behind it, or Strip itself.
  BasicBlock *Part = nullptr, *Decided;
  PHINode *Done;                // iterations, in Strip
  PHINode *From, *More, *Limit; // in Run: the same, whether another strip follows, and what ends the loop
  Value *End, *DecidedMore, *DecidedLimit;
  // Phis of Strip, with their value in Run, or the value that comes back from Next.
  MapVector<PHINode *, Value *> Kept;
  MapVector<Value *, PHINode *> Planned;
};

} // namespace

PHINode *Cutter::phi(BasicBlock *Block, Type *T, const Twine &Name) {
  IRBuilder<> AtTop(Block, Block->begin());
  return AtTop.CreatePHI(T, 3, Name);
}

// A value that each strip hands to the next.
PHINode *Cutter::carried(Value *Initial, const Twine &Name) {
  PHINode *Phi = phi(Strip, Initial->getType(), Name);
  Phi->addIncoming(Initial, D.Plan);
  return Phi;
}

// A value of Plan, in Strip.
Value *Cutter::planned(Value *V) {
  auto *I = dyn_cast<Instruction>(V);
  if (!I || I->getParent() != D.Plan)
    return V;
  PHINode *&There = Planned[V];
  if (!There)
    There = carried(V, "pp.kept");
  return There;
}

// Value + Count * Step in integers, wrapping at the step's width.
static Value *walkBy(IRBuilder<> &B, Value *From, Value *Count, Value *Step) {
  Value *Apart = B.CreateMul(B.CreateZExtOrTrunc(Count, Step->getType()), Step);
  return B.CreateAdd(From, B.CreateSExtOrTrunc(Apart, From->getType()));
}

static Value *walkTo(IRBuilder<> &B, Value *From, Value *Count, Value *Step) {
  if (!From->getType()->isPointerTy())
    return walkBy(B, From, Count, Step);
  unsigned Space = From->getType()->getPointerAddressSpace();
  Value *Bytes = B.CreatePointerCast(From, bytePointer(B.getContext(), Space));
  Value *Apart = B.CreateMul(B.CreateZExtOrTrunc(Count, Step->getType()), Step);
  return B.CreatePointerCast(B.CreateGEP(B.getInt8Ty(), Bytes, Apart), From->getType());
}

// The bound with which the loop's own compare ends the strip: what it compares in the strip's last iteration or, where it stays
// at equality, one step before that.
Value *Cutter::boundOf() {
  const WalkingBound &Bound = D.Bound;
  Value *From = Bound.Phi ? Bound.Phi->getIncomingValueForBlock(D.Run) : planned(D.First);
  int Later = (D.End.TestedFirst ? 0 : -1) + (Bound.AfterStep ? 1 : 0) + (Bound.Inclusive ? -1 : 0);
  return walkTo(B, From, B.CreateAdd(End, B.getInt64(static_cast<uint64_t>(Later))), Bound.Step);
}

// Asks the runtime how far this strip goes. It counts iterations of the program.
// An answer in the loop's own iterations. Most are the whole rest, which takes no division.
Value *Cutter::mapped(Value *Answer, Value *Rest, Value *Left, Value *Each) {
  Function *F = D.Header->getParent();
  Part = BasicBlock::Create(B.getContext(), "pp.part", F, D.Run);
  Decided = BasicBlock::Create(B.getContext(), "pp.decided", F, D.Run);
  B.CreateCondBr(B.CreateICmpULT(Answer, Rest), Part, Decided);
  B.SetInsertPoint(Part);
  Value *Some = B.CreateUDiv(Answer, Each);
  Some = B.CreateSelect(B.CreateICmpEQ(Some, B.getInt64(0)), B.getInt64(1), Some);
  B.CreateBr(Decided);
  B.SetInsertPoint(Decided);
  PHINode *Length = B.CreatePHI(Answer->getType(), 2, "pp.mapped");
  Length->addIncoming(Left, Strip);
  Length->addIncoming(Some, Part);
  return Length;
}

void Cutter::decide(Value *Whole) {
  B.SetInsertPoint(Strip);
  Done = carried(B.getInt64(0), "pp.done");
  Value *Each = planned(D.Each), *Local = planned(D.Local), *Trips = planned(Entry.Trips);
  bool Maps = !PatternMatch::match(Each, PatternMatch::m_One());
  Value *Begun = Maps ? B.CreateMul(Done, Each) : Done;
  SmallVector<Value *, 16> Arguments{Entry.Marked->Constants.Loop, Begun, Trips};
  for (Value *V : Entry.Values)
    Arguments.push_back(planned(V));
  Value *Length = B.CreateCall(R.strip(), Arguments, "pp.answer");
  Value *Left = B.CreateSub(Local, Done);
  Decided = Strip;
  if (Maps)
    Length = mapped(Length, B.CreateSub(Trips, Begun), Left, Each);
  DecidedMore = B.CreateICmpULT(Length, Left, "pp.more");
  Length = B.CreateSelect(DecidedMore, Length, Left, "pp.length");
  End = B.CreateAdd(Done, Length, "pp.end");
  DecidedLimit = B.CreateSelect(DecidedMore, D.Bound.Compare ? boundOf() : End, Whole);
  B.CreateBr(D.Run);
}

void Cutter::openRun(Value *Whole) {
  auto Merge = [&](Value *Whole, Value *InStrip, const Twine &Name) {
    PHINode *Phi = phi(D.Run, InStrip->getType(), Name);
    for (BasicBlock *Way : predecessors(D.Run))
      Phi->addIncoming(Way == Decided ? InStrip : Whole, Way);
    return Phi;
  };
  Value *Nothing = PoisonValue::get(B.getInt64Ty());
  From = Merge(B.getInt64(0), Done, "pp.from");
  Limit = Merge(Whole, DecidedLimit, "pp.until");
  More = Merge(B.getFalse(), DecidedMore, "pp.more");
  Kept[Done] = Merge(Nothing, End, "pp.end");
  for (auto &[V, There] : Planned)
    Kept[There] = Merge(PoisonValue::get(V->getType()), There, "pp.kept");
  B.SetInsertPoint(D.Run->getTerminator());
  for (PHINode &Phi : D.Header->phis()) {
    int Number = Phi.getBasicBlockIndex(D.Run);
    Value *Initial = Phi.getIncomingValue(Number);
    if (Value *Step = D.Steps.lookup(&Phi)) {
      // As a function of the iterations done the loop's walks stay what they were to each other.
      Phi.setIncomingValue(Number, walkTo(B, Initial, From, Step));
      continue;
    }
    PHINode *InStrip = carried(Initial, Phi.getName() + ".pp");
    Phi.setIncomingValue(Number, Merge(Initial, InStrip, Phi.getName() + ".pp"));
    Kept[InStrip] = D.End.TestedFirst ? &Phi : Phi.getIncomingValueForBlock(D.Latch);
  }
}

// The end's own compare, with the strip's bound. Returns whether another strip follows.
Value *Cutter::replaceBound() {
  ICmpInst *Old = D.Bound.Compare;
  auto *New = cast<ICmpInst>(Old->clone());
  New->setOperand(D.Bound.Bound, Limit);
  insertBefore(New, D.End.Test);
  D.End.Test->setCondition(New);
  if (Old->use_empty())
    Old->eraseFromParent();
  return More;
}

// A counter beside a test of another shape, which still leaves when it wants to.
Value *Cutter::addCounter(bool StaysWhenTrue) {
  PHINode *Counter = phi(D.Header, B.getInt64Ty(), "pp.counter");
  B.SetInsertPoint(D.End.Test);
  Value *Stepped = B.CreateAdd(Counter, B.getInt64(1));
  Counter->addIncoming(From, D.Run);
  Counter->addIncoming(Stepped, D.Latch);
  Value *Original = D.End.Test->getCondition(), *Counted = D.End.TestedFirst ? Counter : Stepped;
  Value *Stay = StaysWhenTrue ? Original : B.CreateNot(Original);
  Value *Ends = B.CreateICmpEQ(Counted, Limit, "pp.ends");
  D.End.Test->setCondition(StaysWhenTrue ? B.CreateAnd(Original, B.CreateNot(Ends)) : B.CreateOr(Original, Ends));
  return closed(Stay);
}

// A value of the last iteration, in loop-closed form.
Value *Cutter::closed(Value *V) {
  auto *I = dyn_cast<Instruction>(V);
  if (!I || I->getParent() == D.Run)
    return V;
  PHINode *Phi = phi(Next, V->getType(), V->getName() + ".pp");
  Phi->addIncoming(V, D.End.Test->getParent());
  return Phi;
}

void Cutter::closeStrip() {
  ConditionalBranch *Test = D.End.Test;
  BasicBlock *Exiting = Test->getParent();
  bool StaysWhenTrue = D.L->contains(Test->getSuccessor(0));
  BasicBlock *Exit = Test->getSuccessor(StaysWhenTrue ? 1 : 0);
  Value *Again = D.Bound.Compare ? replaceBound() : addCounter(StaysWhenTrue);
  Test->setSuccessor(StaysWhenTrue ? 1 : 0, Next);
  B.SetInsertPoint(Next);
  B.SetCurrentDebugLocation(Entry.Location);
  B.CreateCondBr(Again, Strip, Exit, weights(B.getContext(), 1, 100));
  for (PHINode &Phi : Exit->phis()) {
    int Number = Phi.getBasicBlockIndex(Exiting);
    Phi.setIncomingValue(Number, closed(Phi.getIncomingValue(Number)));
    Phi.setIncomingBlock(Number, Next);
  }
  for (auto &[Phi, Back] : Kept)
    Phi->addIncoming(closed(Back), Next);
  markDone(D.Latch);
}

void Cutter::run() {
  B.SetCurrentDebugLocation(Entry.Location);
  Strip = BasicBlock::Create(B.getContext(), "pp.strip", D.Header->getParent(), D.Run);
  Next = BasicBlock::Create(B.getContext(), "pp.next", D.Header->getParent());
  Next->moveAfter(D.End.Test->getParent());
  Value *Whole = D.Bound.Compare ? D.Bound.Compare->getOperand(D.Bound.Bound) : B.getInt64(UINT64_MAX);
  decide(Whole);
  IRBuilder<> AtEnd(D.Plan->getTerminator());
  AtEnd.SetCurrentDebugLocation(Entry.Location);
  if (PatternMatch::match(D.Counts, PatternMatch::m_One()))
    AtEnd.CreateBr(Strip);
  else
    AtEnd.CreateCondBr(D.Counts, Strip, D.Run);
  D.Plan->getTerminator()->eraseFromParent();
  openRun(Whole);
  closeStrip();
}

static void addRecord(MarkedLoop &Marked, Records &R) {
  if (!Marked.Constants.Loop)
    Marked.Constants = R.add(Marked.Record);
}

// Loops that may be short are left alone, and their copies cut instead.
static void copyShort(std::deque<MarkedEntry> &Entries, Records &R, Analyses &A) {
  std::deque<MarkedEntry> Copies;
  for (MarkedEntry &Entry : Entries) {
    size_t All = Entry.Loops.size();
    erase_if(Entry.Loops, [&](DerivedLoop &D) {
      if (!mayStandApart(D.L, Entry.Mark.trips(), A.DT))
        return false;
      MarkedEntry Copy{};
      Copy.Mark = Entry.Mark;
      Copy.Marked = Entry.Marked;
      Copy.Apart = true;
      Copy.Shared = All > 1;
      Copy.Before = D.L->getLoopPreheader();
      Copy.Loops.emplace_back(copyLoop(D.L, A));
      Copy.Else = D.L->getLoopPreheader();
      Copy.Enter = Copy.Loops[0].L->getLoopPreheader();
      addBlocks(Copy, R, A);
      Copies.push_back(std::move(Copy));
      return true;
    });
    Entry.Shared = Entry.Loops.size() < All;
  }
  A.DT.recalculate(A.F);
  A.SE.forgetAllLoops();
  for (MarkedEntry &Copy : Copies) {
    formDedicatedExitBlocks(Copy.Loops[0].L, &A.DT, &A.LI, nullptr, true);
    understand(Copy.Loops[0], A);
    Entries.push_back(std::move(Copy));
  }
}

void cutMarked(Analyses &A) {
  ModuleMarks &Marks = ModuleMarks::of(*A.F.getParent());
  Records R(*A.F.getParent());
  std::deque<MarkedEntry> Entries;
  SmallPtrSet<Loop *, 16> Taken;
  mergeEqualPhis(A.F, A.SE);
  for (const BeginMark &Mark : findMarks(A.F)) {
    if (Mark.number() >= Marks.Loops.size())
      continue;
    MarkedEntry Entry{};
    Entry.Mark = Mark;
    Entry.Marked = &Marks.Loops[Mark.number()];
    findLoops(Entry, Taken, A);
    if (!Entry.Loops.empty())
      Entries.push_back(std::move(Entry));
  }
  for (MarkedEntry &Entry : Entries)
    addRecord(*Entry.Marked, R);
  copyShort(Entries, R, A);
  for (MarkedEntry &Entry : Entries)
    if (!Entry.Apart && !Entry.Loops.empty())
      openEntry(Entry, R, A);
  for (MarkedEntry &Entry : Entries)
    for (DerivedLoop &D : Entry.Loops)
      openLoop(Entry, D, A);
  for (MarkedEntry &Entry : Entries)
    for (DerivedLoop &D : Entry.Loops)
      D.Latch = D.L->getLoopLatch();
  std::vector<SmallVector<BasicBlock *, 16>> Apart;
  for (MarkedEntry &Entry : Entries)
    for (DerivedLoop &D : Entry.Loops) {
      Cutter Cut(Entry, D, R);
      Cut.run();
      if (Entry.Apart)
        Apart.push_back(Cut.region());
      Entry.Marked->Cut++;
    }
  askBeforeChunks(A, Marks, R);
  removeMarks(A.F);
  for (const SmallVector<BasicBlock *, 16> &Region : Apart)
    outline(Region);
}

} // namespace pageprefetch
