// SPDX-License-Identifier: MIT
// A chunk may be one iteration, ahead of which nothing can be hinted. Its thread asks for the whole loop instead, of which the
// bounds are what OpenMP's runtime was given: once a strip, by numbers that each thread carries from chunk to chunk.
#include "chunks.h"
#include "diagnose.h"

#include "pageprefetch_abi.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

using namespace llvm;

namespace pageprefetch {

namespace {

struct DealtLoop {
  const Loop *Chunks = nullptr; // whose iterations are chunks; null: the loop is not dealt out
  const Value *Lower = nullptr; // where the runtime leaves a chunk's begin
  Value *First = nullptr, *Last = nullptr;
  uint64_t Schedule = 0;
  ConstantInt *Step = nullptr; // null: the whole loop's bounds are not known
};

} // namespace

// The end of the name of OpenMP's function that an instruction calls, behind what it begins with; empty: another one.
static StringRef dispatchCall(const Instruction &I, StringRef Begin) {
  auto *Call = dyn_cast<CallBase>(&I);
  const Function *F = Call ? Call->getCalledFunction() : nullptr;
  StringRef Name = F ? F->getName() : "";
  return Name.consume_front(Begin) ? Name : StringRef();
}

static const CallBase *findNext(const Loop *L) {
  if (const Loop *Chunks = L->getParentLoop())
    for (const BasicBlock *Block : Chunks->blocks())
      for (const Instruction &I : *Block)
        if (!L->contains(Block) && !dispatchCall(I, "__kmpc_dispatch_next_").empty())
          return cast<CallBase>(&I);
  return nullptr;
}

// The call that began to deal the loop out: the last one on every way to it.
static const CallBase *findInit(const Loop *Chunks, StringRef Kind, const DominatorTree &DT) {
  for (auto *Node = DT.getNode(Chunks->getHeader())->getIDom(); Node; Node = Node->getIDom())
    for (const Instruction &I : reverse(*Node->getBlock()))
      if (dispatchCall(I, "__kmpc_dispatch_init_") == Kind)
        return cast<CallBase>(&I);
  return nullptr;
}

static DealtLoop describe(const Loop *L, const DominatorTree &DT) {
  DealtLoop Dealt;
  const CallBase *Next = findNext(L);
  if (!Next)
    return Dealt;
  Dealt.Chunks = L->getParentLoop();
  const CallBase *Init = findInit(Dealt.Chunks, dispatchCall(*Next, "__kmpc_dispatch_next_"), DT);
  if (Next->arg_size() != 6 || !Init || Init->arg_size() != 7)
    return Dealt;
  Dealt.Lower = Next->getArgOperand(3)->stripPointerCasts();
  if (auto *Schedule = dyn_cast<ConstantInt>(Init->getArgOperand(2)))
    Dealt.Schedule = Schedule->getZExtValue();
  Dealt.First = Init->getArgOperand(3);
  Dealt.Last = Init->getArgOperand(4);
  Dealt.Step = dyn_cast<ConstantInt>(Init->getArgOperand(5));
  if (Dealt.Step && Dealt.Step->isZero())
    Dealt.Step = nullptr;
  return Dealt;
}

namespace {

// Values of the first chunk, from those of any.
class FirstChunk {
public:
  FirstChunk(const DealtLoop &Of, Instruction *Place) : Dealt(Of), At(Place) {}
  Value *get(Value *V);

private:
  enum { Deepest = 24 };
  const DealtLoop &Dealt;
  Instruction *At;
  DenseMap<Value *, Value *> Known;
  unsigned Depth = 0;
  Value *compute(Instruction *I);
};

} // namespace

static bool loadsBegin(const Instruction *I, const DealtLoop &Dealt) {
  auto *Load = dyn_cast<LoadInst>(I);
  return Load && Load->getPointerOperand()->stripPointerCasts() == Dealt.Lower && Load->getType() == Dealt.First->getType();
}

// What all chunks read at the same place stays as it is; what follows from a chunk's begin is computed from the first one's.
Value *FirstChunk::compute(Instruction *I) {
  if (isa<PHINode>(I))
    return nullptr;
  SmallVector<Value *, 4> Operands;
  bool Same = true;
  for (Value *Operand : I->operands()) {
    Operands.push_back(get(Operand));
    if (!Operands.back())
      return nullptr;
    Same &= Operands.back() == Operand;
  }
  if (Same && (!I->mayReadOrWriteMemory() || isa<LoadInst>(I)))
    return I;
  bool Plain = isa<CastInst>(I) || isa<GetElementPtrInst>(I) || isa<FreezeInst>(I) ||
               (isa<BinaryOperator>(I) && !cast<BinaryOperator>(I)->isIntDivRem());
  if (!Plain)
    return nullptr;
  Instruction *Made = I->clone();
  for (unsigned Number = 0; Number < Operands.size(); Number++)
    Made->setOperand(Number, Operands[Number]);
  Made->dropPoisonGeneratingFlags();
  insertBefore(Made, At);
  return Made;
}

// Null: it does not follow from the loop's bounds.
Value *FirstChunk::get(Value *V) {
  auto *I = dyn_cast<Instruction>(V);
  if (!I || !Dealt.Chunks->contains(I))
    return V;
  auto Found = Known.find(V);
  if (Found != Known.end())
    return Found->second;
  Value *Result = nullptr;
  Depth++;
  if (Depth < Deepest)
    Result = loadsBegin(I, Dealt) ? Dealt.First : compute(I);
  Depth--;
  Known[V] = Result;
  return Result;
}

static Value *beginOfChunk(const DealtLoop &Dealt, const Instruction *At, const DominatorTree &DT) {
  for (BasicBlock *Block : Dealt.Chunks->blocks())
    for (Instruction &I : *Block)
      if (loadsBegin(&I, Dealt) && DT.dominates(&I, At))
        return &I;
  return nullptr;
}

// How many steps lie between two values of the loop's variable, of which the first comes earlier.
static Value *stepsBetween(Value *First, Value *Other, const ConstantInt *Step, IRBuilder<> &B) {
  bool Down = Step->isNegative();
  Value *Apart = Down ? B.CreateSub(First, Other) : B.CreateSub(Other, First);
  return B.CreateUDiv(Apart, ConstantInt::get(First->getType(), Step->getValue().abs()));
}

SmallVector<Value *, 16> dealtValues(const Loop *L, ArrayRef<Value *> Environment, Analyses &A) {
  DealtLoop Dealt = describe(L, A.DT);
  Instruction *At = L->getLoopPreheader()->getTerminator();
  Value *Begin = Dealt.Step && Dealt.Step->getType() == Dealt.First->getType() ? beginOfChunk(Dealt, At, A.DT) : nullptr;
  if (!Begin || Dealt.Last->getType() != Begin->getType())
    return {};
  FirstChunk Whole(Dealt, At);
  SmallVector<Value *, 16> Values;
  IRBuilder<> B(At);
  Values.push_back(B.CreateZExt(stepsBetween(Dealt.First, Begin, Dealt.Step, B), B.getInt64Ty()));
  Value *Trips = B.CreateZExt(stepsBetween(Dealt.First, Dealt.Last, Dealt.Step, B), B.getInt64Ty());
  Values.push_back(B.CreateAdd(Trips, B.getInt64(1)));
  for (Value *V : Environment) {
    Values.push_back(Whole.get(V));
    if (!Values.back())
      return {};
  }
  return Values;
}

// Numbers of OpenMP's runtime. Where the order does not matter it gives each thread a part of its own of a dynamic loop, and
// those who are done steal.
enum : uint64_t { ScheduleDynamic = 35, ScheduleGuided = 36, InAnyOrder = 1 << 30, AllModifiers = 3 << 29 };

bool goTogether(const Loop *L, Analyses &A) {
  uint64_t Schedule = describe(L, A.DT).Schedule, Kind = Schedule & ~uint64_t{AllModifiers};
  return Kind == ScheduleGuided || (Kind == ScheduleDynamic && !(Schedule & InAnyOrder));
}

static BasicBlock *addBlock(const char *Name, BasicBlock *Before, Analyses &A) {
  BasicBlock *Block = BasicBlock::Create(A.F.getContext(), Name, &A.F, Before);
  if (Loop *Around = A.LI.getLoopFor(Before))
    Around->addBasicBlockToLoop(Block, A.LI);
  return Block;
}

static Value *asLong(Value *V, IRBuilder<> &B) {
  return V->getType()->isPointerTy() ? B.CreatePtrToInt(V, B.getInt64Ty()) : V;
}

// A number of the thread, 0 where the chunks begin.
static AllocaInst *makeVariable(const char *Name, BasicBlock *BeforeChunks, Analyses &A) {
  IRBuilder<> B(&*A.F.getEntryBlock().getFirstInsertionPt());
  AllocaInst *Variable = B.CreateAlloca(B.getInt64Ty(), nullptr, Name);
  B.SetInsertPoint(BeforeChunks->getTerminator());
  B.CreateStore(B.getInt64(0), Variable);
  return Variable;
}

// Block -> Willing -> Asking -> Rest; the first two also lead to Rest.
static void ask(const DealtMark &Mark, const MarkedLoop &Marked, AllocaInst *Asked, AllocaInst *Length, Records &R, Analyses &A) {
  BasicBlock *Block = Mark.Call->getParent(), *Rest = SplitBlock(Block, Mark.Call, static_cast<DominatorTree *>(nullptr), &A.LI);
  BasicBlock *Willing = addBlock("pp.chunk", Rest, A), *Asking = addBlock("pp.chunks", Rest, A);
  IRBuilder<> B(Block->getTerminator());
  B.SetCurrentDebugLocation(Mark.Call->getDebugLoc());
  Type *Long = B.getInt64Ty();
  MDNode *Seldom = MDBuilder(B.getContext()).createBranchWeights(1, 1000);
  Value *Since = B.CreateSub(Mark.position(), B.CreateLoad(Long, Asked));
  B.CreateCondBr(B.CreateICmpUGE(Since, B.CreateLoad(Long, Length)), Willing, Rest, Seldom);
  Block->getTerminator()->eraseFromParent();

  B.SetInsertPoint(Willing);
  LoadInst *Least = B.CreateAlignedLoad(Long, Marked.Constants.Least, Align(8), "pp.least");
  if (A.F.hasFnAttribute(Attribute::SanitizeThread)) // that other threads write what it reads is no fault here
    Least->setAtomic(AtomicOrdering::Monotonic);
  auto *Library = cast<Constant>(R.strip().getCallee());
  Value *Short = B.CreateICmpULT(Mark.trips(), B.getInt64(Marked.Record.Least));
  Value *Present = B.CreateICmpNE(Library, Constant::getNullValue(Library->getType()));
  Value *All = B.CreateAnd(B.CreateAnd(B.CreateICmpUGE(Mark.whole(), Least), Short), Present);
  B.CreateCondBr(All, Asking, Rest, Seldom);

  B.SetInsertPoint(Asking);
  Value *Position = B.CreateOr(Mark.position(), B.getInt64(Marked.Together ? PP_DEALT : PP_APART));
  SmallVector<Value *, 16> Arguments{Marked.Constants.Loop, Position, Mark.whole()};
  for (Value *V : Mark.environment())
    Arguments.push_back(asLong(V, B));
  B.CreateStore(Mark.position(), Asked);
  B.CreateStore(B.CreateCall(R.strip(), Arguments, "pp.answer"), Length);
  B.CreateBr(Rest);
}

void askBeforeChunks(Analyses &A, ModuleMarks &Marks, Records &R) {
  std::vector<AllocaInst *> Variables;
  for (const DealtMark &Mark : findDealtMarks(A.F)) {
    if (Mark.number() >= Marks.Loops.size() || !Marks.Loops[Mark.number()].Cut)
      continue;
    const Loop *Chunks = A.LI.getLoopFor(Mark.Call->getParent());
    BasicBlock *Before = Chunks ? Chunks->getLoopPreheader() : nullptr;
    if (!Before)
      continue;
    Variables.push_back(makeVariable("pp.asked", Before, A));
    Variables.push_back(makeVariable("pp.length", Before, A));
    ask(Mark, Marks.Loops[Mark.number()], Variables.end()[-2], Variables.back(), R, A);
  }
  if (Variables.empty())
    return;
  A.DT.recalculate(A.F);
  PromoteMemToReg(Variables, A.DT);
}

void remarkChunks(const PlannedNest &N, OptimizationRemarkEmitter &Remarks, bool Verbose) {
  char Text[512];
  for (unsigned Number = 0; Number < N.Plan->reference_count; Number++) {
    int Stream = N.Plan->stream_of[Number];
    if (Stream < 0 || N.Plan->streams[Stream].leader != Number)
      continue;
    int Planned = N.Plan->streams[Stream].loop;
    const Loop *L = N.Described.Loops[Planned].L;
    if (N.Plan->loops[Planned].dealt || !L || !findNext(L))
      continue;
    pp_plan_describe_chunks(N.Plan.get(), static_cast<unsigned>(Stream), Text, sizeof Text);
    Remarks.emit([&] {
      return OptimizationRemarkMissed("pageprefetch", "HintedInChunks", DebugLoc(N.Described.References[Number].Place),
                                      L->getHeader())
             << StringRef(Text);
    });
    say(*L->getHeader()->getParent(), Text, Verbose);
  }
}

} // namespace pageprefetch
