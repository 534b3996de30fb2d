// SPDX-License-Identifier: MIT
// IR -> nest graph: the loops of a nest with their trip counts, its blocks, and every reference. Values are in value.cpp.
#include "value.h"
#include "callee.h"
#include "compat.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace pageprefetch {

int Nest::numberOf(const Loop *L) const {
  for (size_t Number = 0; Number < Loops.size() && L; Number++)
    if (Loops[Number].L == L)
      return static_cast<int>(Number);
  return PP_NONE;
}

pp_place placeOf(const DebugLoc &Location, std::string &Storage) {
  if (!Location)
    return {"", 0, 0};
  Storage = Location->getFilename().str();
  return {Storage.c_str(), Location.getLine(), Location.getCol()};
}

bool computableOnEntry(const SCEV *S, const Loop *L, Analyses &A) {
  return L->getLoopPreheader() && safeToExpandAt(S, L->getLoopPreheader()->getTerminator(), A.SE, A.Expander);
}

namespace {

// One access of memory.
struct Access {
  Instruction *I;
  Value *Pointer;
  pp_access Kind;
  uint64_t Bytes; // 0: Length
  Value *Length;
  const char *Obstacle; // or why it can not be hinted
};

class NestBuilder {
public:
  NestBuilder(Nest &Made, const Extent &Around, Analyses &Known)
      : N(Made), Outermost(Around), A(Known), Values(Made, Around, Known) {}
  void build();

private:
  void addLoop(Loop *L);
  void addCalls(BasicBlock *Block);
  void addBlock(BasicBlock *Block);
  void addExit();
  int blockTo(const BasicBlock *Block) const;
  void closeBlock(BasicBlock *Block);
  void closeExit();
  void closeSwitch(SwitchInst *Switch, pp_nest_block Model);
  void collect(BasicBlock *Block);
  void collectCall(CallBase *Call);
  void collectUnseen(CallBase *Call);
  void collectWalk(Instruction *I, Value *Pointer, pp_access Kind, Value *Length);
  void addReference(const Access &Found);

  Nest &N;
  const Extent &Outermost;
  Analyses &A;
  ValueBuilder Values;
  std::vector<Access> Accesses;
  DenseMap<const BasicBlock *, SmallVector<int, 2>> SwitchBlocks; // the graph's further blocks of a switch
  int Exit = PP_OUTSIDE;                                          // of a function: where it returns
};

} // namespace

// Whether a loop's header can run once more before an iteration: where it ends the loop, each strip ends there.
static bool isRepeatable(const BasicBlock *Header) {
  return none_of(*Header, [](const Instruction &I) {
    auto *Call = dyn_cast<CallBase>(&I);
    return I.mayHaveSideEffects() || (Call && Call->isConvergent());
  });
}

namespace {

// Replaces what a loop reads again in each iteration by what was read before it: the same place, what optimisers hand on of it in
// phis, and numbers of elements between two pointers.
class OnEntry : public SCEVRewriteVisitor<OnEntry> {
public:
  OnEntry(const Loop *Of, Analyses &Known) : SCEVRewriteVisitor(Known.SE), L(Of), A(Known) {}
  const SCEV *visitUnknown(const SCEVUnknown *Unknown) {
    auto *I = dyn_cast<Instruction>(Unknown->getValue());
    if (!I || !L->contains(I) || Depth == DepthMost)
      return Unknown;
    Depth++;
    const SCEV *Found = ofInstruction(I);
    Depth--;
    return Found && A.SE.isLoopInvariant(Found, L) ? Found : Unknown;
  }

private:
  enum { DepthMost = 6 };
  const SCEV *ofInstruction(Instruction *I) {
    if (auto *Load = dyn_cast<LoadInst>(I))
      return ofLoad(Load);
    if (auto *Merge = dyn_cast<PHINode>(I))
      return ofPhi(Merge);
    const APInt *Bits;
    Value *Whole;
    if (I->isExact() && PatternMatch::match(I, PatternMatch::m_Shr(PatternMatch::m_Value(Whole), PatternMatch::m_APInt(Bits))) &&
        Bits->ult(63) && I->getType()->isIntegerTy(64))
      return SE.getUDivExpr(visit(SE.getSCEV(Whole)), SE.getConstant(I->getType(), uint64_t{1} << Bits->getZExtValue()));
    return nullptr;
  }

  // Of a phi in the midst of the loop either way will do.
  const SCEV *ofPhi(PHINode *Merge) {
    if (Merge->getParent() == L->getHeader())
      return SE.getSCEV(Merge->getIncomingValueForBlock(L->getLoopPreheader()));
    for (Value *Arriving : Merge->incoming_values()) {
      const SCEV *Found = visit(SE.getSCEV(Arriving));
      if (A.SE.isLoopInvariant(Found, L))
        return Found;
    }
    return nullptr;
  }

  const SCEV *ofLoad(LoadInst *Again) {
    if (!Again->isSimple())
      return nullptr;
    for (User *Other : Again->getPointerOperand()->users()) {
      auto *Before = dyn_cast<LoadInst>(Other);
      if (Before && Before->isSimple() && Before->getFunction() == &A.F && Before->getType() == Again->getType() &&
          A.DT.dominates(Before, L->getLoopPreheader()->getTerminator()))
        return SE.getSCEV(Before);
    }
    return nullptr;
  }

  const Loop *L;
  Analyses &A;
  unsigned Depth = 0;
};

} // namespace

enum { MostTestsInOne = 8, MostMoves = 32 };

// How often the loop stays where a walk is compared with a bound that only the loop's own stores could change, or with a walk
// that comes to meet it.
static const SCEV *estimate(const Loop *L, const Value *Condition, bool StaysWhenTrue, Analyses &A) {
  auto *Compare = dyn_cast<ICmpInst>(Condition);
  if (!Compare || !L->getLoopPreheader() || !A.SE.isSCEVable(Compare->getOperand(0)->getType()))
    return nullptr;
  Type *Long = Type::getInt64Ty(A.SE.getContext());
  auto AsLong = [&](const SCEV *S) -> const SCEV * {
    if (S->getType()->isPointerTy())
      return A.SE.getPtrToIntExpr(S, Long);
    return Compare->isUnsigned() ? A.SE.getTruncateOrZeroExtend(S, Long) : A.SE.getTruncateOrSignExtend(S, Long);
  };
  for (unsigned Side : {0, 1}) {
    auto *Walk = dyn_cast<SCEVAddRecExpr>(A.SE.getSCEV(Compare->getOperand(Side)));
    if (!Walk || Walk->getLoop() != L || !Walk->isAffine())
      continue;
    const SCEV *Step = Walk->getStepRecurrence(A.SE), *Start = AsLong(Walk->getStart());
    const SCEV *Other = A.SE.getSCEV(Compare->getOperand(1 - Side));
    if (auto *Meets = dyn_cast<SCEVAddRecExpr>(Other))
      if (Meets->getLoop() == L && Meets->isAffine()) {
        Step = A.SE.getMinusSCEV(Step, Meets->getStepRecurrence(A.SE));
        Other = Meets->getStart();
      }
    bool Down = A.SE.isKnownNegative(Step);
    const SCEV *Bound = AsLong(OnEntry(L, A).visit(Other));
    if (isa<SCEVCouldNotCompute>(Bound) || isa<SCEVCouldNotCompute>(Start))
      continue;
    const SCEV *Way = Down ? A.SE.getMinusSCEV(Start, Bound) : A.SE.getMinusSCEV(Bound, Start), *One = A.SE.getOne(Long);
    if (ICmpInst::isNonStrictPredicate(StaysWhenTrue ? Compare->getPredicate() : Compare->getInversePredicate()))
      Way = A.SE.getAddExpr(Way, One);
    const SCEV *Pace = A.SE.getSMaxExpr(A.SE.getTruncateOrSignExtend(Down ? A.SE.getNegativeSCEV(Step) : Step, Long), One);
    Way = A.SE.getAddExpr(A.SE.getSMaxExpr(Way, A.SE.getZero(Long)), A.SE.getMinusSCEV(Pace, One));
    const SCEV *Count = A.SE.getUDivExpr(Way, Pace);
    if (A.SE.isLoopInvariant(Count, L) && computableOnEntry(Count, L, A))
      return Count;
  }
  return nullptr;
}

// Whether a value is a phi of the loop moved along, on every way: what a list or a search goes on to is not.
static bool movesAlong(const Loop *L, const Value *V, const PHINode *From, SmallPtrSetImpl<const Value *> &Seen) {
  if (V == From || !Seen.insert(V).second)
    return true;
  auto *I = dyn_cast<Instruction>(V);
  if (!I || !L->contains(I) || Seen.size() > MostMoves)
    return false;
  auto Moves = [&](const Value *Operand) { return movesAlong(L, Operand, From, Seen); };
  if (auto *Merge = dyn_cast<PHINode>(I))
    return all_of(Merge->incoming_values(), [&](const Use &Arriving) { return Moves(Arriving); });
  if (isa<SelectInst>(I))
    return Moves(I->getOperand(1)) && Moves(I->getOperand(2));
  if (isa<GetElementPtrInst>(I) || I->getOpcode() == Instruction::Sub || isa<CastInst>(I))
    return Moves(I->getOperand(0));
  return I->getOpcode() == Instruction::Add && (Moves(I->getOperand(0)) || Moves(I->getOperand(1)));
}

// The phi of a loop's header that a value is, as it is now or next, and that is no walk but moves on.
static const PHINode *cursorOf(const Loop *L, Value *V, ScalarEvolution &SE) {
  for (PHINode &Phi : L->getHeader()->phis()) {
    Value *Next = Phi.getIncomingValueForBlock(L->getLoopLatch());
    SmallPtrSet<const Value *, 16> Seen;
    if ((V == &Phi || V == Next) && SE.isSCEVable(Phi.getType()) && !isa<SCEVAddRecExpr>(SE.getSCEV(&Phi)) &&
        movesAlong(L, Next, &Phi, Seen))
      return &Phi;
  }
  return nullptr;
}

// How far a cursor has to go whose steps only the data knows, up to a bound that does not change: at most so often the loop stays
// by that test. Null: it tests no cursor, or one of those that were met.
static const SCEV *wayOfCursor(const Loop *L, const Value *Condition, bool StaysWhenTrue, Analyses &A,
                               SmallPtrSetImpl<const PHINode *> &Met) {
  auto *Compare = dyn_cast<ICmpInst>(Condition);
  if (!Compare || !A.SE.isSCEVable(Compare->getOperand(0)->getType()))
    return nullptr;
  for (unsigned Side : {0, 1}) {
    const PHINode *Cursor = cursorOf(L, Compare->getOperand(Side), A.SE);
    Value *Bound = Compare->getOperand(1 - Side);
    if (!Cursor || !L->isLoopInvariant(Bound))
      continue;
    CmpInst::Predicate Stays = StaysWhenTrue ? Compare->getPredicate() : Compare->getInversePredicate();
    Stays = Side ? CmpInst::getSwappedPredicate(Stays) : Stays;
    bool Waits = Stays == CmpInst::ICMP_EQ || (Stays == CmpInst::ICMP_NE && isa<Constant>(Bound)); // for one value
    if (Waits || !Met.insert(Cursor).second)
      return nullptr;
    Type *Long = Type::getInt64Ty(A.SE.getContext());
    auto AsLong = [&](const SCEV *S) {
      return S->getType()->isPointerTy() ? A.SE.getPtrToIntExpr(S, Long) : A.SE.getTruncateOrSignExtend(S, Long);
    };
    const SCEV *From = AsLong(A.SE.getSCEV(Cursor->getIncomingValueForBlock(L->getLoopPreheader()))),
               *To = AsLong(A.SE.getSCEV(Bound));
    if (isa<SCEVCouldNotCompute>(From) || isa<SCEVCouldNotCompute>(To))
      return nullptr;
    bool Down =
        Stays == CmpInst::ICMP_UGT || Stays == CmpInst::ICMP_UGE || Stays == CmpInst::ICMP_SGT || Stays == CmpInst::ICMP_SGE;
    const SCEV *Way = A.SE.getSMaxExpr(Down ? A.SE.getMinusSCEV(From, To) : A.SE.getMinusSCEV(To, From), A.SE.getZero(Long));
    return A.SE.isLoopInvariant(Way, L) && computableOnEntry(Way, L, A) ? Way : nullptr;
  }
  return nullptr;
}

// The tests of which optimisers made one: the loop goes on while all of them say so.
static SmallVector<Value *, 8> partsOf(const Loop *L, const ConditionalBranch *Test) {
  using namespace PatternMatch;
  SmallVector<Value *, 8> Parts{Test->getCondition()}, Simple;
  bool StaysWhenTrue = L->contains(Test->getSuccessor(0));
  for (size_t I = 0; I < Parts.size() && I < MostTestsInOne; I++) {
    Value *Left, *Right;
    if (StaysWhenTrue ? match(Parts[I], m_LogicalAnd(m_Value(Left), m_Value(Right)))
                      : match(Parts[I], m_LogicalOr(m_Value(Left), m_Value(Right))))
      Parts.append({Left, Right});
    else
      Simple.push_back(Parts[I]);
  }
  return Simple;
}

// As long as each iteration moves one of its cursors, a loop stays at most as often as all of them have to go.
static const SCEV *guess(const Loop *L, Analyses &A) {
  SmallPtrSet<const PHINode *, 4> Met;
  SmallVector<BasicBlock *, 4> Exiting;
  const SCEV *All = nullptr;
  L->getExitingBlocks(Exiting);
  for (BasicBlock *Block : Exiting) {
    const ConditionalBranch *Test = conditionalBranch(Block->getTerminator());
    for (Value *Part : Test ? partsOf(L, Test) : SmallVector<Value *, 8>())
      if (const SCEV *Way = wayOfCursor(L, Part, L->contains(Test->getSuccessor(0)), A, Met))
        All = All ? A.SE.getAddExpr(All, Way) : Way;
  }
  return All;
}

// The count of a test, or of one that optimisers made of several: at most as long as one of these says so.
static const SCEV *estimate(const Loop *L, const ConditionalBranch *Test, Analyses &A) {
  for (Value *Part : partsOf(L, Test))
    if (const SCEV *Count = estimate(L, Part, L->contains(Test->getSuccessor(0)), A))
      return Count;
  return nullptr;
}

// The count of an exit, or null.
static const SCEV *countOf(Loop *L, BasicBlock *Exiting, Analyses &A) {
  const SCEV *Count = A.SE.getExitCount(L, Exiting);
  bool Known = !isa<SCEVCouldNotCompute>(Count) && Count->getType()->isIntegerTy() &&
               Count->getType()->getIntegerBitWidth() <= 64 && computableOnEntry(Count, L, A);
  return Known ? Count : nullptr;
}

LoopEnd findLoopEnd(Loop *L, Analyses &A) {
  BasicBlock *Latch = L->getLoopLatch(), *Header = L->getHeader();
  auto TestIn = [&](BasicBlock *Block) {
    return Block && L->isLoopExiting(Block) ? conditionalBranch(Block->getTerminator()) : nullptr;
  };
  ConditionalBranch *Last = TestIn(Latch), *First = isRepeatable(Header) ? TestIn(Header) : nullptr;
  for (ConditionalBranch *Test : {Last, First})
    if (const SCEV *Count = Test ? countOf(L, Test->getParent(), A) : nullptr)
      return {Test, Count, Test != Last, false, false};
  SmallVector<BasicBlock *, 4> Exiting;
  L->getExitingBlocks(Exiting);
  for (BasicBlock *Block : Exiting)
    if (const SCEV *Count = Last && A.DT.dominates(Block, Latch) ? countOf(L, Block, A) : nullptr)
      return {Last, Count, false, false, true};
  for (ConditionalBranch *Test : {Last, First})
    if (const SCEV *Count = Test ? estimate(L, Test, A) : nullptr)
      return {Test, Count, Test != Last, false, true};
  ConditionalBranch *Test = Last ? Last : First;
  if (const SCEV *Count = Test && Latch && L->getLoopPreheader() ? guess(L, A) : nullptr)
    return {Test, Count, Test != Last, true, true};
  return LoopEnd();
}

// Iterations of an entry as an i64. A loop of 2^64 iterations gives 0 and is run in one piece.
const SCEV *tripsOf(const Loop *L, const LoopEnd &End, ScalarEvolution &SE) {
  Type *Long = Type::getInt64Ty(SE.getContext());
  if (End.TestedFirst)
    return SE.getNoopOrZeroExtend(End.Count, Long);
  const SCEV *Narrow = SE.getAddExpr(End.Count, SE.getOne(End.Count->getType()));
  if (Narrow->getType() == Long || SE.isLoopEntryGuardedByCond(L, ICmpInst::ICMP_NE, Narrow, SE.getZero(Narrow->getType())))
    return SE.getNoopOrZeroExtend(Narrow, Long);
  return SE.getAddExpr(SE.getNoopOrZeroExtend(End.Count, Long), SE.getOne(Long));
}

void NestBuilder::addLoop(Loop *L) {
  ModelLoop Known{L, findLoopEnd(L, A)};
  pp_nest_loop Model{};
  std::string File;
  Model.place = placeOf(L->getStartLoc(), File);
  Model.parent = L == Outermost.L ? PP_NONE : N.numberOf(L->getParentLoop());
  Model.trip = Known.End.Count ? PP_TRIP_SYMBOLIC : PP_TRIP_UNKNOWN;
  if (auto *Constant = dyn_cast_or_null<SCEVConstant>(Known.End.Count)) {
    Model.trip_count = Constant->getValue()->getZExtValue() + !Known.End.TestedFirst;
    Model.trip = Model.trip_count ? PP_TRIP_CONSTANT : PP_TRIP_UNKNOWN;
  }
  Model.guessed = Known.End.Guessed;
  Model.certain = Known.End.Count && !Known.End.Beside &&
                  all_of(L->blocks(), [](const BasicBlock *Block) { return isGuaranteedToTransferExecutionToSuccessor(Block); });
  Model.strip_obstacle = findStripObstacle(L, A.SE);
  pp_nest_add_loop(N.Model.get(), &Model);
  N.Loops.push_back(Known);
}

// Switches become a chain of tests, each in a block of its own.
enum { SwitchMaximum = 64 };

static pp_nest_block blankBlock(int Loop) {
  pp_nest_block Model{};
  Model.loop = Loop;
  Model.end = PP_END_UNKNOWN;
  Model.condition = Model.next[0] = Model.next[1] = PP_NONE;
  return Model;
}

// A block goes on in another one behind each call that is seen through.
void NestBuilder::addCalls(BasicBlock *Block) {
  for (Instruction &I : *Block) {
    auto *Call = dyn_cast<CallBase>(&I);
    const char *Why;
    const Nest *Summary = Call ? A.Called.of(*Call, A.F, &Why) : nullptr;
    if (!Summary || !pp_nest_take_room(N.Model.get(), Summary->Model.get()))
      continue;
    pp_nest_block Model = blankBlock(N.numberOf(A.LI.getLoopFor(Block)));
    Values.Calls[Block].push_back({Call, Summary, pp_nest_add_block(N.Model.get(), &Model), PP_NONE, false});
  }
}

// The graph's one end of a function, which all that return go to.
void NestBuilder::addExit() {
  pp_nest_block Model = blankBlock(PP_NONE);
  Exit = pp_nest_add_block(N.Model.get(), &Model);
}

void NestBuilder::addBlock(BasicBlock *Block) {
  pp_nest_block Model = blankBlock(N.numberOf(A.LI.getLoopFor(Block)));
  Values.Blocks[Block] = pp_nest_add_block(N.Model.get(), &Model);
  auto *Switch = dyn_cast<SwitchInst>(Block->getTerminator());
  if (!Switch || Switch->getNumCases() > SwitchMaximum)
    return;
  for (unsigned Case = 1; Case < Switch->getNumCases(); Case++)
    SwitchBlocks[Block].push_back(pp_nest_add_block(N.Model.get(), &Model));
}

int NestBuilder::blockTo(const BasicBlock *Block) const {
  auto Found = Values.Blocks.find(Block);
  return Found == Values.Blocks.end() ? static_cast<int>(PP_OUTSIDE) : Found->second;
}

void NestBuilder::closeSwitch(SwitchInst *Switch, pp_nest_block Model) {
  const BasicBlock *Block = Switch->getParent();
  int Number = Values.lastOf(Block);
  auto Go = [&](unsigned Side, const BasicBlock *To) {
    Model.next[Side] = blockTo(To);
    Values.SwitchEdges[{Block, To}].push_back(Number);
  };
  unsigned Left = Switch->getNumCases();
  Model.end = PP_END_BRANCH;
  for (auto &Case : Switch->cases()) {
    Model.condition = Values.equals(Number, Switch->getCondition(), Case.getCaseValue());
    Go(0, Case.getCaseSuccessor());
    if (--Left == 0)
      Go(1, Switch->getDefaultDest());
    else
      Model.next[1] = SwitchBlocks[Block][Switch->getNumCases() - 1 - Left];
    pp_nest_set_block(N.Model.get(), Number, &Model);
    Number = Model.next[1];
  }
}

// What an exception leaves for is no successor where it leaves the nest: as of a call that never returns, nothing is told of it.
void NestBuilder::closeBlock(BasicBlock *Block) {
  Instruction *End = Block->getTerminator();
  pp_nest_block Model{};
  Model.loop = N.numberOf(A.LI.getLoopFor(Block));
  Model.condition = Model.next[0] = Model.next[1] = PP_NONE;
  auto *Switch = dyn_cast<SwitchInst>(End);
  if (Switch && Switch->getNumCases() && Switch->getNumCases() <= SwitchMaximum)
    return closeSwitch(Switch, Model);
  SmallVector<const BasicBlock *, 4> Next;
  for (const BasicBlock *To : successors(Block))
    if (!is_contained(Next, To) && !(isa<InvokeInst>(End) && To->isEHPad() && blockTo(To) == PP_OUTSIDE))
      Next.push_back(To);
  ConditionalBranch *Branch = conditionalBranch(End);
  Model.end = Next.size() == 1                                            ? PP_END_GO
              : Branch                                                    ? PP_END_BRANCH
              : isa<ReturnInst>(End)                                      ? PP_END_GO
              : Next.empty() && !isa<IndirectBrInst>(End) && !Outermost.L ? PP_END_NEVER
                                                                          : PP_END_UNKNOWN;
  if (Model.end == PP_END_BRANCH)
    Model.condition = Values.get(Branch->getCondition());
  if (Model.end == PP_END_UNKNOWN) // those that lie in the nest first
    stable_sort(Next, [&](const BasicBlock *One, const BasicBlock *Other) { return blockTo(One) >= 0 && blockTo(Other) < 0; });
  for (unsigned Side = 0; Side < 2 && Side < Next.size(); Side++)
    Model.next[Side] = blockTo(Next[Side]);
  if (isa<ReturnInst>(End))
    Model.next[0] = Exit;
  pp_nest_set_block(N.Model.get(), Values.lastOf(Block), &Model);
}

// What a function returns: the one value, or that of the way it was left.
void NestBuilder::closeExit() {
  pp_nest_block Model = blankBlock(PP_NONE);
  Model.end = PP_END_GO;
  Model.next[0] = PP_OUTSIDE;
  pp_nest_set_block(N.Model.get(), Exit, &Model);
  SmallVector<pp_incoming, 4> Incoming;
  for (BasicBlock *Block : Outermost.Blocks) {
    auto *Return = dyn_cast<ReturnInst>(Block->getTerminator());
    Value *Returned = Return ? Return->getReturnValue() : nullptr;
    if (Returned && (Returned->getType()->isIntegerTy() || Returned->getType()->isPointerTy()))
      Incoming.push_back({Values.lastOf(Block), Values.get(Returned)});
  }
  if (Incoming.empty())
    return;
  int Result = Incoming.front().value;
  if (Incoming.size() > 1) {
    pp_nest_value Phi{};
    Phi.kind = PP_VALUE_PHI;
    Phi.bits = pp_nest_value_at(N.Model.get(), Result)->bits;
    Phi.block = Exit;
    Phi.operand[0] = Phi.operand[1] = Phi.operand[2] = PP_NONE;
    Phi.incoming_count = Incoming.size();
    Phi.incoming = Incoming.data();
    Result = pp_nest_add_value(N.Model.get(), &Phi);
  }
  pp_nest_set_result(N.Model.get(), Result);
}

// A block operation. One of no bytes touches nothing.
void NestBuilder::collectWalk(Instruction *I, Value *Pointer, pp_access Kind, Value *Length) {
  auto *Constant = dyn_cast<ConstantInt>(Length);
  if (!Constant)
    Accesses.push_back({I, Pointer, Kind, 0, Length, nullptr});
  else if (!Constant->isZero())
    Accesses.push_back({I, Pointer, Kind, Constant->getZExtValue(), nullptr, nullptr});
}

// Says of a call that places in memory are handed to that what it does with them is not seen.
void NestBuilder::collectUnseen(CallBase *Call) {
  const char *Why = nullptr;
  if (A.Called.of(*Call, A.F, &Why))
    Why = "it is handed to a function, and what the loop calls is too large together to be looked into";
  for (Value *Given : Call->args()) {
    auto *Made = dyn_cast<Instruction>(Given);
    if (!Why || !Made || !Made->getType()->isPointerTy() || !Outermost.contains(Made) ||
        isa<AllocaInst>(getUnderlyingObject(Made)))
      continue;
    Accesses.push_back({Call, Given, PP_READ, 1, nullptr, Why});
    return;
  }
}

// Library functions that walk memory from pointers of the caller. Where a string ends is not known ahead, where it begins is.
void NestBuilder::collectCall(CallBase *Call) {
  LibFunc Function;
  if (Values.enter(Call))
    return;
  if (!A.TLI.getLibFunc(*Call, Function) || !A.TLI.has(Function))
    return collectUnseen(Call);
  auto Begin = [&](unsigned Number, pp_access Kind) {
    Accesses.push_back({Call, Call->getArgOperand(Number), Kind, 1, nullptr, nullptr});
  };
  switch (Function) {
  case LibFunc_memcmp:
  case LibFunc_bcmp:
    for (unsigned Number : {0, 1})
      collectWalk(Call, Call->getArgOperand(Number), PP_READ, Call->getArgOperand(2));
    return;
  case LibFunc_memcpy_chk:
  case LibFunc_memmove_chk:
  case LibFunc_memset_chk:
    collectWalk(Call, Call->getArgOperand(0), PP_WRITE, Call->getArgOperand(2));
    if (Function != LibFunc_memset_chk)
      collectWalk(Call, Call->getArgOperand(1), PP_READ, Call->getArgOperand(2));
    return;
  case LibFunc_strcpy:
  case LibFunc_stpcpy:
  case LibFunc_strncpy:
    Begin(0, PP_WRITE);
    Begin(1, PP_READ);
    return;
  case LibFunc_strcmp:
  case LibFunc_strncmp:
    Begin(0, PP_READ);
    Begin(1, PP_READ);
    return;
  case LibFunc_memchr:
  case LibFunc_strlen:
  case LibFunc_strnlen:
  case LibFunc_strchr:
  case LibFunc_strrchr:
    Begin(0, PP_READ);
    return;
  default:
    return;
  }
}

void NestBuilder::collect(BasicBlock *Block) {
  for (Instruction &I : *Block) {
    auto Add = [&](Value *Pointer, pp_access Kind, const Value *Accessed) {
      uint64_t Bytes = A.DL.getTypeStoreSize(Accessed->getType()).getKnownMinValue();
      if (Bytes && (Outermost.L || !isa<AllocaInst>(getUnderlyingObject(Pointer)))) // a function's own variables are no matter
        Accesses.push_back({&I, Pointer, Kind, Bytes, nullptr, nullptr});
    };
    if (auto *Load = dyn_cast<LoadInst>(&I)) {
      Add(Load->getPointerOperand(), PP_READ, Load);
    } else if (auto *Store = dyn_cast<StoreInst>(&I)) {
      Add(Store->getPointerOperand(), PP_WRITE, Store->getValueOperand());
    } else if (auto *Update = dyn_cast<AtomicRMWInst>(&I)) {
      Add(Update->getPointerOperand(), PP_WRITE, Update->getValOperand());
    } else if (auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I)) {
      Add(Exchange->getPointerOperand(), PP_WRITE, Exchange->getNewValOperand());
    } else if (auto *Operation = dyn_cast<AnyMemIntrinsic>(&I)) {
      collectWalk(&I, Operation->getRawDest(), PP_WRITE, Operation->getLength());
      if (auto *Copy = dyn_cast<AnyMemTransferInst>(&I))
        collectWalk(&I, Copy->getRawSource(), PP_READ, Operation->getLength());
    } else if (auto *Call = dyn_cast<CallBase>(&I)) {
      collectCall(Call);
    }
  }
}

// NULL, or why an access must not be hinted whatever its address.
static const char *findAccessObstacle(const Access &Found) {
  if (Found.Obstacle)
    return Found.Obstacle;
  if (Found.I->isVolatile())
    return "it is a volatile access";
  if (Found.Pointer->getType()->getPointerAddressSpace() != 0)
    return "it is an access of another address space";
  auto *Global = dyn_cast<GlobalValue>(threadVariable(getUnderlyingObject(Found.Pointer)));
  return Global && Global->isThreadLocal() ? "it is a variable of a thread" : nullptr;
}

void NestBuilder::addReference(const Access &Found) {
  pp_nest_reference Model{};
  std::string File;
  Model.place = placeOf(Found.I->getDebugLoc(), File);
  Model.access = Found.Kind;
  Model.block = Values.blockOf(Found.I);
  Model.obstacle = findAccessObstacle(Found);
  Model.address = Model.obstacle ? static_cast<int>(PP_NONE) : Values.get(Found.Pointer);
  Model.load = Found.Kind == PP_READ ? Values.loadOf(Found.I) : static_cast<int>(PP_NONE);
  Model.bytes = Found.Bytes;
  Model.length = Found.Length ? Values.getLong(Found.Length) : static_cast<int>(PP_NONE);
  pp_nest_add_reference(N.Model.get(), &Model);
  N.References.push_back({Found.I->getDebugLoc().get(), Found.Kind});
}

void NestBuilder::build() {
  for (Loop *L : A.LI.getLoopsInPreorder())
    if (!Outermost.L || Outermost.L->contains(L))
      addLoop(L);
  for (BasicBlock *Block : Outermost.Blocks)
    addBlock(Block);
  if (!Outermost.L)
    addExit();
  for (BasicBlock *Block : Outermost.Blocks)
    addCalls(Block);
  for (ModelLoop &Known : N.Loops)
    pp_nest_set_header(N.Model.get(), N.numberOf(Known.L), Values.Blocks.lookup(Known.L->getHeader()));
  for (BasicBlock *Block : Outermost.Blocks) {
    closeBlock(Block);
    collect(Block);
  }
  erase_if(Accesses, [](const Access &Found) { return !Found.Pointer->getType()->isPointerTy(); });
  for (const Access &Found : Accesses) {
    Values.get(Found.Pointer);
    if (Found.Length)
      Values.getLong(Found.Length);
  }
  if (!Outermost.L)
    closeExit();
  Values.closePhis(); // now it is settled which loads are values
  for (const Access &Found : Accesses)
    addReference(Found);
}

static Nest newNest(const Function &F) {
  Nest N;
  N.Model.reset(pp_nest_new(F.getParent()->getSourceFileName().c_str(), F.getName().str().c_str()));
  return N;
}

Nest describeNest(Loop *Outermost, Analyses &A) {
  Nest N = newNest(A.F);
  Extent Around{Outermost, {Outermost->block_begin(), Outermost->block_end()}};
  NestBuilder(N, Around, A).build();
  return N;
}

Nest describeFunction(Analyses &A) {
  Nest N = newNest(A.F);
  Extent Around{nullptr, {}};
  for (BasicBlock &Block : A.F)
    Around.Blocks.push_back(&Block);
  NestBuilder(N, Around, A).build();
  for (ModelLoop &Known : N.Loops)
    Known = {nullptr, LoopEnd()};
  for (ModelValue &Known : N.Values)
    if (Known.Model.kind != PP_VALUE_OUTSIDE)
      Known.V = nullptr;
  return N;
}

} // namespace pageprefetch
