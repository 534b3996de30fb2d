// SPDX-License-Identifier: MIT
// Strip-mining: opens a loop's entry for the question whether to ask the runtime, and cuts the loop into strips whose body is the
// original loop with one bound.
#include "emit.h"

#include "pageprefetch_abi.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;

namespace pageprefetch {

void markDone(BasicBlock *Latch, bool Quiet) {
  LLVMContext &C = Latch->getContext();
  Instruction *Branch = Latch->getTerminator();
  SmallVector<Metadata *, 8> Parts{nullptr};
  if (MDNode *Old = Branch->getMetadata(LLVMContext::MD_loop))
    for (const MDOperand &Part : drop_begin(Old->operands()))
      Parts.push_back(Part);
  Parts.push_back(MDNode::get(C, MDString::get(C, DoneMark)));
  if (Quiet) {
    auto *No = ConstantAsMetadata::get(ConstantInt::getFalse(C));
    Parts.push_back(MDNode::get(C, {MDString::get(C, "llvm.loop.vectorize.enable"), No}));
    Parts.push_back(MDNode::get(C, MDString::get(C, "llvm.loop.unroll.disable")));
  }
  MDNode *New = MDNode::getDistinct(C, Parts);
  New->replaceOperandWith(0, New);
  Branch->setMetadata(LLVMContext::MD_loop, New);
}

static MDNode *weights(LLVMContext &C, uint32_t Taken, uint32_t NotTaken) {
  return MDBuilder(C).createBranchWeights(Taken, NotTaken);
}

// Iterations of an entry as an i64. A loop of 2^64 iterations gives 0 and is run in one piece.
static const SCEV *tripsOf(const ModelLoop &Model, ScalarEvolution &SE) {
  Type *Long = Type::getInt64Ty(SE.getContext());
  const SCEV *Narrow = SE.getAddExpr(Model.Backedges, SE.getOne(Model.Backedges->getType()));
  const SCEV *Zero = SE.getZero(Narrow->getType());
  if (Narrow->getType() == Long || SE.isLoopEntryGuardedByCond(Model.L, ICmpInst::ICMP_NE, Narrow, Zero))
    return SE.getNoopOrZeroExtend(Narrow, Long);
  return SE.getAddExpr(SE.getNoopOrZeroExtend(Model.Backedges, Long), SE.getOne(Long));
}

static BasicBlock *addEntryBlock(LoopJob &Job, const char *Name, BasicBlock *Dominator, Analyses &A) {
  BasicBlock *Block = BasicBlock::Create(A.F.getContext(), Name, &A.F, Job.Enter);
  if (Loop *Parent = Job.Model->L->getParentLoop())
    Parent->addBasicBlockToLoop(Block, A.LI);
  A.DT.addNewBlock(Block, Dominator);
  return Block;
}

// Small loops stop at the first test; without the library, or switched off, at the second.
static void emitQuestion(LoopJob &Job, Records &R) {
  IRBuilder<> B(Job.Preheader->getTerminator());
  B.SetCurrentDebugLocation(Job.Location);
  MDNode *Seldom = weights(B.getContext(), 1, 1000);
  Value *Long = B.CreateICmpUGE(Job.Trips, B.getInt64(std::max<uint64_t>(Job.Planned->min_trips, 1)), "pp.long");
  ReplaceInstWithInst(Job.Preheader->getTerminator(), BranchInst::Create(Job.Ask, Job.Enter, Long));
  Job.Preheader->getTerminator()->setMetadata(LLVMContext::MD_prof, Seldom);

  B.SetInsertPoint(Job.Ask);
  auto *Library = cast<Constant>(R.strip().getCallee());
  Value *Present = B.CreateICmpNE(Library, Constant::getNullValue(Library->getType()), "pp.present");
  LoadInst *State = B.CreateAlignedLoad(B.getInt32Ty(), Job.Constants.State, Align(4), "pp.state");
  State->setAtomic(AtomicOrdering::Monotonic);
  Value *On = B.CreateICmpNE(State, B.getInt32(PP_LOOP_OFF));
  B.CreateCondBr(B.CreateAnd(Present, On), Job.Setup, Job.Enter);
  B.SetInsertPoint(Job.Setup);
  B.CreateBr(Job.Enter);
}

void openEntry(LoopJob &Job, Analyses &A) {
  Loop *L = Job.Model->L;
  Job.Preheader = L->getLoopPreheader();
  Job.Header = L->getHeader();
  Job.Latch = L->getLoopLatch();
  Job.Trips = expandAt(tripsOf(*Job.Model, A.SE), Job.Preheader->getTerminator(), A);
  // The latch may not be reached: what it compares may be undefined then, and a branch on it here would not be harmless.
  if (!isGuaranteedNotToBeUndefOrPoison(Job.Trips, nullptr, Job.Preheader->getTerminator(), &A.DT))
    Job.Trips = new FreezeInst(Job.Trips, "pp.trips", Job.Preheader->getTerminator());
  Job.Enter = SplitEdge(Job.Preheader, Job.Header, &A.DT, &A.LI);
  Job.Enter->setName("pp.enter");
  Job.Ask = addEntryBlock(Job, "pp.ask", Job.Preheader, A);
  Job.Setup = addEntryBlock(Job, "pp.setup", Job.Ask, A);
  Records R(*A.F.getParent());
  emitQuestion(Job, R);
  A.Expander.clear(); // it remembers places by instructions, and one of them is gone
  IRBuilder<> B(Job.Enter, Job.Enter->begin());
  PHINode *Strips = B.CreatePHI(B.getInt1Ty(), 3, "pp.strips");
  Strips->addIncoming(B.getFalse(), Job.Preheader);
  Strips->addIncoming(B.getFalse(), Job.Ask);
  Strips->addIncoming(B.getTrue(), Job.Setup);
  Job.Strips = Strips;
}

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

// The predicate of (walk, bound) that keeps the loop going when the bound is the walk's value in the last iteration of a strip.
static unsigned continueWith(CmpInst::Predicate Original, Value *Step) {
  auto *Constant = dyn_cast<ConstantInt>(Step);
  bool Up = Constant && Constant->getValue().isStrictlyPositive(), Down = Constant && Constant->isNegative();
  switch (Original) {
  case CmpInst::ICMP_NE:
    return Original;
  case CmpInst::ICMP_ULT:
  case CmpInst::ICMP_ULE:
  case CmpInst::ICMP_SLT:
  case CmpInst::ICMP_SLE:
    return Up ? ICmpInst::getStrictPredicate(Original) : CmpInst::BAD_ICMP_PREDICATE;
  case CmpInst::ICMP_UGT:
  case CmpInst::ICMP_UGE:
  case CmpInst::ICMP_SGT:
  case CmpInst::ICMP_SGE:
    return Down ? ICmpInst::getStrictPredicate(Original) : CmpInst::BAD_ICMP_PREDICATE;
  default:
    return CmpInst::BAD_ICMP_PREDICATE;
  }
}

static bool understandOperand(LoopJob &Job, ICmpInst *Compare, unsigned Number, Analyses &A) {
  Loop *L = Job.Model->L;
  Value *Walk = Compare->getOperand(Number);
  const SCEVAddRecExpr *Known = walkOf(Walk, L, A.SE);
  Value *Step = Known && L->isLoopInvariant(Compare->getOperand(1 - Number)) ? plainStep(Known, A.SE) : nullptr;
  if (!Step)
    return false;
  bool StaysWhenTrue = Job.Latch->getTerminator()->getSuccessor(0) == Job.Header;
  CmpInst::Predicate Original = StaysWhenTrue ? Compare->getPredicate() : Compare->getInversePredicate();
  unsigned Continue = continueWith(Number == 0 ? Original : CmpInst::getSwappedPredicate(Original), Step);
  if (Continue == CmpInst::BAD_ICMP_PREDICATE)
    return false;
  Job.Bound = {Compare, Walk, nullptr, Step, false, Continue};
  for (const HeaderValue &Value : Job.HeaderValues)
    if (Value.Step == Step && (Value.Phi == Walk || Value.Phi->getIncomingValueForBlock(Job.Latch) == Walk)) {
      Job.Bound.First = Value.Init;
      Job.Bound.AfterStep = Value.Phi != Walk;
      return true;
    }
  if (!computableOnEntry(Known->getStart(), L, A)) {
    Job.Bound = LatchBound{};
    return false;
  }
  Job.Bound.First = expandAt(Known->getStart(), Job.Preheader->getTerminator(), A);
  return true;
}

void understandLatch(LoopJob &Job, Analyses &A) {
  Loop *L = Job.Model->L;
  for (PHINode &Phi : Job.Header->phis()) {
    const SCEVAddRecExpr *Walk = walkOf(&Phi, L, A.SE);
    Job.HeaderValues.push_back({&Phi, Phi.getIncomingValueForBlock(Job.Enter), Walk ? plainStep(Walk, A.SE) : nullptr});
  }
  auto *Compare = dyn_cast<ICmpInst>(cast<BranchInst>(Job.Latch->getTerminator())->getCondition());
  Job.Bound = LatchBound{};
  if (Compare && L->contains(Compare) && !understandOperand(Job, Compare, 0, A))
    understandOperand(Job, Compare, 1, A);
}

// First + Count * Step, wrapping, in the type of First.
static Value *walkTo(IRBuilder<> &B, Value *First, Value *Count, Value *Step) {
  Value *Apart = B.CreateMul(B.CreateZExtOrTrunc(Count, Step->getType()), Step);
  if (!First->getType()->isPointerTy())
    return B.CreateAdd(First, Apart);
  Value *Bytes = B.CreatePointerCast(First, PointerType::get(B.getInt8Ty(), First->getType()->getPointerAddressSpace()));
  return B.CreatePointerCast(B.CreateGEP(B.getInt8Ty(), Bytes, Apart), First->getType());
}

namespace {

// Cuts one loop. Enter -> Strip -> (Decide ->) Run -> the original loop -> Next -> Strip or out.
class Cutter {
public:
  Cutter(LoopJob &TheJob, Records &Abi) : Job(TheJob), R(Abi), B(TheJob.Header->getContext()) {}
  void run();

private:
  BasicBlock *block(const char *Name);
  void openStrip();
  void decide();
  void openRun();
  void enterHeader();
  Value *leaveCondition(bool StaysWhenTrue);
  void closeStrip();
  Value *closed(Value *V);

  LoopJob &Job;
  Records &R;
  IRBuilder<> B;
  BasicBlock *Strip, *Decide, *Run, *Next, *Decided = nullptr;
  PHINode *Done, *End;
  Value *DecidedEnd = nullptr;
  SmallVector<PHINode *, 4> Ahead, AheadAfter;
  SmallVector<Value *, 4> AheadHinted;
  MapVector<PHINode *, PHINode *> Carried;
};

} // namespace

BasicBlock *Cutter::block(const char *Name) {
  return BasicBlock::Create(B.getContext(), Name, Job.Header->getParent(), Job.Header);
}

void Cutter::openStrip() {
  Job.Enter->getTerminator()->setSuccessor(0, Strip);
  B.SetInsertPoint(Strip);
  auto Start = [&](Value *Initial, const Twine &Name) {
    PHINode *Phi = B.CreatePHI(Initial->getType(), 2, Name);
    Phi->addIncoming(Initial, Job.Enter);
    return Phi;
  };
  Done = Start(B.getInt64(0), "pp.done");
  for (size_t Number = 0; Number < Job.Streams.size(); Number++)
    Ahead.push_back(Start(B.getInt64(0), "pp.ahead"));
  for (HeaderValue &Value : Job.HeaderValues)
    if (!Value.Step)
      Carried[Value.Phi] = Start(Value.Init, Value.Phi->getName() + ".pp");
  B.CreateCondBr(Job.Strips, Decide, Run, weights(B.getContext(), 1, 1000));
}

// Asks the runtime how far this strip goes and hints where it says so.
void Cutter::decide() {
  B.SetInsertPoint(Decide);
  Value *Answer = B.CreateCall(R.strip(), {Job.Constants.Loop, Done, Job.Trips}, "pp.answer");
  Value *Length = B.CreateAnd(Answer, B.getInt64(~PP_STRIP_HINT));
  if (Job.Planned->strip_fixed)
    Length = B.getInt64(Job.Planned->strip);
  Value *Left = B.CreateSub(Job.Trips, Done);
  Length = B.CreateSelect(B.CreateICmpULT(Length, Left), Length, Left, "pp.length");
  DecidedEnd = B.CreateAdd(Done, Length, "pp.end");
  BasicBlock *Hint = block("pp.hint");
  B.CreateCondBr(B.CreateICmpSLT(Answer, B.getInt64(0)), Hint, Run);
  B.SetInsertPoint(Hint);
  AheadHinted.assign(Ahead.begin(), Ahead.end());
  emitHints(Job, R, B, Done, AheadHinted);
  Decided = B.GetInsertBlock();
  B.CreateBr(Run);
}

void Cutter::openRun() {
  B.SetInsertPoint(Run);
  auto Merge = [&](Value *Whole, Value *Quiet, Value *Hinted, const Twine &Name) {
    PHINode *Phi = B.CreatePHI(Whole->getType(), 3, Name);
    Phi->addIncoming(Whole, Strip);
    Phi->addIncoming(Quiet, Decide);
    Phi->addIncoming(Hinted, Decided);
    return Phi;
  };
  End = Merge(Job.Trips, DecidedEnd, DecidedEnd, "pp.until");
  for (size_t Number = 0; Number < Ahead.size(); Number++)
    AheadAfter.push_back(Merge(Ahead[Number], Ahead[Number], AheadHinted[Number], "pp.ahead"));
}

void Cutter::enterHeader() {
  for (HeaderValue &Value : Job.HeaderValues) {
    auto *At = Value.Step ? walkTo(B, Value.Init, Done, Value.Step) : Carried[Value.Phi];
    Value.Phi->setIncomingValue(Value.Phi->getBasicBlockIndex(Job.Enter), At);
    Value.Phi->replaceIncomingBlockWith(Job.Enter, Run);
  }
}

// The latch's new condition: its own compare with the strip's bound, or a counter where it has another shape.
Value *Cutter::leaveCondition(bool StaysWhenTrue) {
  LatchBound &Bound = Job.Bound;
  auto Sense = [&](unsigned Stay) {
    auto Predicate = static_cast<CmpInst::Predicate>(Stay);
    return StaysWhenTrue ? Predicate : CmpInst::getInversePredicate(Predicate);
  };
  if (Bound.Compare) {
    Value *Count = Bound.AfterStep ? static_cast<Value *>(End) : B.CreateSub(End, B.getInt64(1));
    Value *Limit = walkTo(B, Bound.First, Count, Bound.Step);
    B.CreateBr(Job.Header);
    B.SetInsertPoint(Job.Latch->getTerminator());
    B.SetCurrentDebugLocation(Bound.Compare->getDebugLoc());
    return B.CreateICmp(Sense(Bound.Continue), Bound.Walk, Limit, "pp.more");
  }
  B.CreateBr(Job.Header);
  B.SetInsertPoint(Job.Header, Job.Header->begin());
  PHINode *Counter = B.CreatePHI(B.getInt64Ty(), 2, "pp.counter");
  B.SetInsertPoint(Job.Latch->getTerminator());
  Value *Stepped = B.CreateNUWAdd(Counter, B.getInt64(1));
  Counter->addIncoming(Done, Run);
  Counter->addIncoming(Stepped, Job.Latch);
  return B.CreateICmp(Sense(CmpInst::ICMP_NE), Stepped, End, "pp.more");
}

// A value of the last iteration, in loop-closed form.
Value *Cutter::closed(Value *V) {
  if (!isa<Instruction>(V))
    return V;
  IRBuilder<> AtTop(Next, Next->begin());
  PHINode *Phi = AtTop.CreatePHI(V->getType(), 1, V->getName() + ".pp");
  Phi->addIncoming(V, Job.Latch);
  return Phi;
}

void Cutter::closeStrip() {
  auto *Branch = cast<BranchInst>(Job.Latch->getTerminator());
  bool StaysWhenTrue = Branch->getSuccessor(0) == Job.Header;
  BasicBlock *Exit = Branch->getSuccessor(StaysWhenTrue ? 1 : 0);
  Instruction *Old = dyn_cast<Instruction>(Branch->getCondition());
  Branch->setCondition(leaveCondition(StaysWhenTrue));
  Branch->replaceSuccessorWith(Exit, Next);
  if (Old && Old->use_empty())
    Old->eraseFromParent();

  B.SetInsertPoint(Next);
  B.SetCurrentDebugLocation(Job.Location);
  B.CreateCondBr(B.CreateICmpULT(End, Job.Trips), Strip, Exit, weights(B.getContext(), 1, 100));
  for (PHINode &Phi : Exit->phis()) {
    int Number = Phi.getBasicBlockIndex(Job.Latch);
    Phi.setIncomingValue(Number, closed(Phi.getIncomingValue(Number)));
    Phi.setIncomingBlock(Number, Next);
  }
  for (auto &[Original, Phi] : Carried)
    Phi->addIncoming(closed(Original->getIncomingValueForBlock(Job.Latch)), Next);
  for (size_t Number = 0; Number < Ahead.size(); Number++)
    Ahead[Number]->addIncoming(AheadAfter[Number], Next);
  Done->addIncoming(End, Next);
  markDone(Job.Latch, false);
  markDone(Next, true);
}

void Cutter::run() {
  B.SetCurrentDebugLocation(Job.Location);
  Strip = block("pp.strip");
  Decide = block("pp.decide");
  Run = block("pp.run");
  Next = BasicBlock::Create(B.getContext(), "pp.next", Job.Header->getParent());
  Next->moveAfter(Job.Latch);
  openStrip();
  decide();
  openRun();
  enterHeader();
  closeStrip();
}

// Values computed for loops inside may have given the loop more walks since its phis were read.
static void findLateHeaderValues(LoopJob &Job) {
  for (PHINode &Phi : Job.Header->phis())
    if (none_of(Job.HeaderValues, [&](const HeaderValue &Value) { return Value.Phi == &Phi; }))
      Job.HeaderValues.push_back({&Phi, Phi.getIncomingValueForBlock(Job.Enter), nullptr});
}

void stripMine(LoopJob &Job, Records &R) {
  findLateHeaderValues(Job);
  Cutter(Job, R).run();
}

} // namespace pageprefetch
