// SPDX-License-Identifier: MIT
// Sets, finds and removes marks, and keeps what they stand for until the module is done; finds what became of marked loops.
#include "mark.h"
#include "chunks.h"
#include "value.h"

#include "pageprefetch_abi.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/Local.h"

#include <map>
#include <mutex>

using namespace llvm;

namespace pageprefetch {

static const char BeginName[] = "__pp_mark", EndName[] = "__pp_mark_end", DealtName[] = "__pp_mark_dealt";

static std::mutex Lock;
static std::map<const Module *, ModuleMarks> &byModule() {
  static std::map<const Module *, ModuleMarks> Known;
  return Known;
}

ModuleMarks &ModuleMarks::of(const Module &M) {
  std::lock_guard<std::mutex> Hold(Lock);
  return byModule()[&M];
}

void ModuleMarks::forget(const Module &M) {
  std::lock_guard<std::mutex> Hold(Lock);
  byModule().erase(&M);
}

// A mark is never called: both are removed before code is made of them. Should a pipeline have no last pass of ours, the body
// keeps the program linking and running; a weak one, so that nobody concludes from it that the calls do nothing.
static Function *markFunction(Module &M, const char *Name, ArrayRef<Type *> Arguments, bool Variadic) {
  if (Function *Known = M.getFunction(Name))
    return Known;
  LLVMContext &C = M.getContext();
  auto *Type = FunctionType::get(Type::getVoidTy(C), Arguments, Variadic);
  Function *F = Function::Create(Type, GlobalValue::WeakAnyLinkage, Name, M);
  F->setVisibility(GlobalValue::HiddenVisibility);
  F->setOnlyAccessesInaccessibleMemory();
  F->setDoesNotThrow();
  for (auto Kind : {Attribute::WillReturn, Attribute::NoFree, Attribute::NoSync, Attribute::NoCallback, Attribute::NoInline})
    F->addFnAttr(Kind);
  IRBuilder<>(BasicBlock::Create(C, "entry", F)).CreateRetVoid();
  return F;
}

static Function *beginFunction(Module &M) {
  LLVMContext &C = M.getContext();
  return markFunction(M, BeginName, {Type::getInt32Ty(C), Type::getInt64Ty(C)}, true);
}

static Function *dealtFunction(Module &M) {
  LLVMContext &C = M.getContext();
  return markFunction(M, DealtName, {Type::getInt32Ty(C), Type::getInt64Ty(C), Type::getInt64Ty(C), Type::getInt64Ty(C)}, true);
}

static Function *endFunction(Module &M) {
  return markFunction(M, EndName, {Type::getInt32Ty(M.getContext())}, false);
}

static void setMark(IRBuilder<> &B, Function *F, ArrayRef<Value *> Arguments, const DebugLoc &Location) {
  B.SetCurrentDebugLocation(Location);
  CallInst *Call = B.CreateCall(F, Arguments);
  Call->addFnAttr(Attribute::NoMerge);
  for (unsigned Argument = 0; Argument < Arguments.size(); Argument++)
    if (Arguments[Argument]->getType()->isPointerTy()) // what they point to stays as private as it was
      addNoCapture(*Call, Argument);
}

// The marks of a loop with dedicated exits.
static void setMarks(unsigned Number, Loop *L, Value *Trips, ArrayRef<Value *> Values, const DebugLoc &Location) {
  Module &M = *L->getHeader()->getModule();
  IRBuilder<> B(L->getLoopPreheader()->getTerminator());
  SmallVector<Value *, 16> Arguments{B.getInt32(Number), Trips};
  Arguments.append(Values.begin(), Values.end());
  setMark(B, beginFunction(M), Arguments, Location);
  SmallVector<BasicBlock *, 4> Exits;
  L->getUniqueExitBlocks(Exits);
  for (BasicBlock *Exit : Exits) {
    auto Place = Exit->getFirstInsertionPt();
    if (Place == Exit->end())
      continue; // a block that only dispatches exceptions
    B.SetInsertPoint(Exit, Place);
    setMark(B, endFunction(M), {B.getInt32(Number)}, Location);
  }
}

static SiteRecord siteOf(const pp_plan_stream &Stream, const ModelReference &Leader) {
  std::string File;
  pp_place Place = placeOf(DebugLoc(Leader.Place), File);
  uint16_t Flags = (Leader.Kind == PP_WRITE ? PP_SITE_WRITE : 0) | (Stream.feeds_gather ? PP_SITE_INDEX : 0) |
                   (Stream.overwrites ? PP_SITE_OVERWRITES : 0) | (Stream.counted ? PP_SITE_COUNTED : 0) |
                   (Stream.reuse == PP_REUSE_AGAIN ? PP_SITE_AGAIN : 0) | (Stream.reuse == PP_REUSE_ONCE ? PP_SITE_ONCE : 0);
  uint16_t Kind = Stream.kind == PP_PLAN_GATHER ? PP_KIND_GATHER : PP_KIND_AFFINE;
  uint32_t Distance = static_cast<uint32_t>(std::min<uint64_t>(Stream.distance, UINT32_MAX));
  uint32_t Bytes = static_cast<uint32_t>(std::min<uint64_t>(Stream.span, UINT32_MAX));
  return {Kind, Flags, Bytes, Distance, File, Place.line, Place.column};
}

// Calls in a function with debug information need a place; where the loop has none, line 0 of the function.
static DebugLoc locationOf(const Loop *L, const Function &F) {
  if (DebugLoc Known = L->getStartLoc())
    return Known;
  if (DISubprogram *Program = F.getSubprogram())
    return DILocation::get(F.getContext(), 0, 0, Program);
  return DebugLoc();
}

static LoopRecord recordOf(const PlannedNest &N, int Number, const DebugLoc &Location, const Function &F) {
  const pp_plan_loop &Planned = N.Plan->loops[Number];
  LoopRecord Record{};
  pp_place Place = placeOf(Location, Record.File);
  Record.Line = Place.line;
  Record.Column = Place.column;
  Record.Function = F.getName().str();
  Record.Strip = Planned.strip;
  Record.Least = std::max<uint64_t>(Planned.least, 1);
  Record.Usual = std::max<uint64_t>(Planned.min_trips, 1);
  Record.EnvironmentCount = Planned.environment_count;
  Record.Walks = ProgramRecord(Planned.walks);
  Record.Slices = ProgramRecord(Planned.slices);
  for (unsigned Each = 0; Each < N.Plan->stream_count; Each++)
    if (N.Plan->streams[Each].loop == Number)
      Record.Sites.push_back(siteOf(N.Plan->streams[Each], N.Described.References[N.Plan->streams[Each].leader]));
  return Record;
}

// In front of the begin mark. What a loop carries from iteration to iteration is known for a chunk only.
static bool setDealtMark(unsigned Number, Loop *L, pp_plan_loop &Planned, Value *Trips, ArrayRef<Value *> Values,
                         const DebugLoc &Location, Analyses &A) {
  SmallVector<Value *, 16> Whole;
  if (!Planned.slices.carried_count)
    Whole = dealtValues(L, Values, A);
  if (Whole.empty())
    return false;
  pp_plan_deal(&Planned);
  IRBuilder<> B(L->getLoopPreheader()->getTerminator());
  SmallVector<Value *, 16> Arguments{B.getInt32(Number), Trips};
  Arguments.append(Whole.begin(), Whole.end());
  setMark(B, dealtFunction(*A.F.getParent()), Arguments, Location);
  return true;
}

// Returns whether the loop could be marked.
static bool markLoop(const PlannedNest &N, int Number, MarkedNest &Kept, Analyses &A) {
  ModuleMarks &Marks = ModuleMarks::of(*A.F.getParent());
  const ModelLoop &Model = N.Described.Loops[Number];
  pp_plan_loop &Planned = N.Plan->loops[Number];
  Instruction *Entry = Model.L->getLoopPreheader()->getTerminator();
  IRBuilder<> B(Entry);
  SmallVector<Value *, 16> Environment;
  for (unsigned Slot = 0; Slot < Planned.environment_count; Slot++) {
    Environment.push_back(emitValue(N.Described, Planned.environment[Slot], B, A.DT));
    if (!Environment.back())
      return false;
  }
  DebugLoc Location = locationOf(Model.L, A.F);
  unsigned Mark = Marks.Loops.size();
  Value *Trips = expandAt(tripsOf(Model.L, Model.End, A.SE), Entry, A);
  bool IsDealt = setDealtMark(Mark, Model.L, Planned, Trips, Environment, Location, A);
  setMarks(Mark, Model.L, Trips, Environment, Location);
  Marks.Loops.emplace_back();
  Marks.Loops.back().Together = IsDealt && goTogether(Model.L, A);
  Marks.Loops.back().Record = recordOf(N, Number, Location, A.F);
  Kept.Loops.push_back({Mark, Number});
  return true;
}

bool markPlan(PlannedNest N, const char *Obstacle, OptimizationRemarkEmitter &Remarks, bool Verbose, Analyses &A) {
  MarkedNest Kept;
  Kept.Function = A.F.getName().str();
  for (const ModelReference &Reference : N.Described.References)
    Kept.Places.push_back(Reference.Place);
  bool Changed = false;
  for (unsigned Number = 0; Number < N.Plan->loop_count; Number++) {
    if (!N.Plan->loops[Number].strip_mined)
      continue;
    const char *Reason = Obstacle;
    if (!Reason) {
      Changed = true;
      if (!markLoop(N, static_cast<int>(Number), Kept, A))
        Reason = "a value that its programs need is not known on entry of the loop";
    }
    if (Reason)
      pp_plan_withdraw_loop(N.Plan.get(), N.Described.Model.get(), static_cast<int>(Number), Reason);
  }
  remarkChunks(N, Remarks, Verbose);
  Kept.Model = std::move(N.Described.Model);
  Kept.Plan = std::move(N.Plan);
  ModuleMarks::of(*A.F.getParent()).Nests.push_back(std::move(Kept));
  return Changed;
}

static bool isMark(const Instruction &I, const char *Name) {
  auto *Call = dyn_cast<CallInst>(&I);
  const Function *F = Call ? Call->getCalledFunction() : nullptr;
  return F && F->getName() == Name;
}

static unsigned numberOf(const CallInst *Call) {
  return static_cast<unsigned>(cast<ConstantInt>(Call->getArgOperand(0))->getZExtValue());
}

unsigned BeginMark::number() const {
  return numberOf(Call);
}

Value *BeginMark::trips() const {
  return Call->getArgOperand(1);
}

SmallVector<Value *, 16> BeginMark::environment() const {
  return {Call->arg_begin() + 2, Call->arg_end()};
}

unsigned DealtMark::number() const {
  return numberOf(Call);
}

Value *DealtMark::trips() const {
  return Call->getArgOperand(1);
}

Value *DealtMark::position() const {
  return Call->getArgOperand(2);
}

Value *DealtMark::whole() const {
  return Call->getArgOperand(3);
}

SmallVector<Value *, 16> DealtMark::environment() const {
  return {Call->arg_begin() + 4, Call->arg_end()};
}

SmallVector<DealtMark, 4> findDealtMarks(Function &F) {
  SmallVector<DealtMark, 4> Found;
  for (Instruction &I : instructions(F))
    if (isMark(I, DealtName))
      Found.push_back({cast<CallInst>(&I)});
  return Found;
}

SmallVector<BeginMark, 4> findMarks(Function &F) {
  SmallVector<BeginMark, 4> Found;
  for (Instruction &I : instructions(F))
    if (isMark(I, BeginName))
      Found.push_back({cast<CallInst>(&I)});
  return Found;
}

bool endsMark(const BasicBlock *Block, unsigned Number) {
  return any_of(*Block, [&](const Instruction &I) { return isMark(I, EndName) && numberOf(cast<CallInst>(&I)) == Number; });
}

void removeMarks(Function &F) {
  SmallVector<CallInst *, 16> Marks;
  for (Instruction &I : instructions(F))
    if (isMark(I, BeginName) || isMark(I, EndName) || isMark(I, DealtName))
      Marks.push_back(cast<CallInst>(&I));
  SmallVector<WeakTrackingVH, 16> Kept;
  for (CallInst *Mark : Marks) {
    for (Value *Argument : Mark->args())
      if (isa<Instruction>(Argument))
        Kept.push_back(Argument);
    Mark->eraseFromParent();
  }
  RecursivelyDeleteTriviallyDeadInstructionsPermissive(Kept);
}

void withdrawMarks(Function &F, const char *Reason) {
  ModuleMarks &Marks = ModuleMarks::of(*F.getParent());
  for (const BeginMark &Mark : findMarks(F))
    if (Mark.number() < Marks.Loops.size())
      Marks.Loops[Mark.number()].Reason = Reason;
  removeMarks(F);
}

bool isMarkFunction(const Function &F) {
  return F.getName() == BeginName || F.getName() == EndName || F.getName() == DealtName;
}

bool hasMarks(const Module &M) {
  return any_of(ArrayRef<const char *>{BeginName, EndName, DealtName}, [&](const char *Name) {
    const Function *F = M.getFunction(Name);
    return F && !F->use_empty();
  });
}

void removeMarkFunctions(Module &M) {
  for (const char *Name : {BeginName, EndName, DealtName})
    if (Function *F = M.getFunction(Name))
      if (F->use_empty())
        F->eraseFromParent();
}

// A derived loop of at most so many iterations is what a vectorised or unrolled one has left over.
enum { RemainderMaximum = 63 };

static bool isRemainder(const Loop *L, const BeginMark &Mark, ScalarEvolution &SE) {
  unsigned Most = SE.getSmallConstantMaxTripCount(L);
  auto *Trips = dyn_cast<ConstantInt>(Mark.trips());
  bool Whole = Trips && Trips->getZExtValue() <= uint64_t{Most} * RemainderMaximum;
  return Most && Most <= RemainderMaximum && !Whole;
}

// The least that an access of a loop moves on by from one iteration to the next, in bytes; UINT64_MAX: none of them is a walk.
// The vectoriser's own counters are in other units than the program's.
static uint64_t leastStep(const Loop *L, ScalarEvolution &SE) {
  uint64_t Least = UINT64_MAX;
  for (BasicBlock *Block : L->blocks())
    for (Instruction &I : *Block) {
      Value *Pointer = getLoadStorePointerOperand(&I);
      auto *Walk = Pointer && SE.isSCEVable(Pointer->getType()) ? dyn_cast<SCEVAddRecExpr>(SE.getSCEV(Pointer)) : nullptr;
      bool IsOwn = Walk && Walk->isAffine() && Walk->getLoop() == L;
      if (auto *Step = IsOwn ? dyn_cast<SCEVConstant>(Walk->getStepRecurrence(SE)) : nullptr)
        Least = std::min(Least, Step->getAPInt().abs().getLimitedValue());
    }
  return Least;
}

// Whether nothing but too few iterations leads past the widest loop to another one: else that is what runs where arrays overlap,
// or where a stride is not the one that the vectoriser hoped for.
static bool onlyShortEntriesPass(const Loop *Widest, const Loop *Other, const BeginMark &Mark, Analyses &A) {
  const BasicBlock *Entry = Other->getLoopPreheader();
  while (Entry && Entry->getSinglePredecessor() && Entry->getSinglePredecessor()->getSingleSuccessor())
    Entry = Entry->getSinglePredecessor();
  return Entry && all_of(predecessors(Entry), [&](const BasicBlock *From) {
           if (A.DT.dominates(Widest->getHeader(), From))
             return true;
           const ConditionalBranch *Branch = conditionalBranch(From->getTerminator());
           auto *Test = Branch ? dyn_cast<ICmpInst>(Branch->getCondition()) : nullptr;
           if (!Test || Test->isEquality() || !isa<ConstantInt>(Test->getOperand(1)) ||
               Test->getOperand(0)->getType() != Mark.trips()->getType())
             return false;
           return isa<SCEVConstant>(A.SE.getMinusSCEV(A.SE.getSCEV(Test->getOperand(0)), A.SE.getSCEV(Mark.trips())));
         });
}

void dropRemainders(SmallVectorImpl<Loop *> &Derived, const BeginMark &Mark, Analyses &A) {
  uint64_t Most = 0;
  const Loop *Widest = nullptr;
  for (const Loop *L : Derived) {
    uint64_t Step = findOptionMDForLoop(L, "llvm.loop.isvectorized") ? leastStep(L, A.SE) : UINT64_MAX;
    if (Step == UINT64_MAX)
      return;
    if (Step > Most)
      Widest = L;
    Most = std::max(Most, Step);
  }
  erase_if(Derived, [&](const Loop *L) { return leastStep(L, A.SE) < Most && onlyShortEntriesPass(Widest, L, Mark, A); });
}

// What is reached from the mark without passing an end mark.
SmallVector<Loop *, 4> findDerived(const BeginMark &Mark, Analyses &A) {
  BasicBlock *Start = Mark.Call->getParent();
  Loop *Around = A.LI.getLoopFor(Start);
  SmallVector<Loop *, 4> Found;
  SmallPtrSet<BasicBlock *, 16> Seen;
  SmallVector<BasicBlock *, 16> Work;
  auto Go = [&](BasicBlock *From) {
    for (BasicBlock *Next : successors(From))
      if (Next != Start && A.DT.dominates(Start, Next) && Seen.insert(Next).second)
        Work.push_back(Next);
  };
  Go(Start);
  while (!Work.empty()) {
    BasicBlock *Block = Work.pop_back_val();
    Loop *Own = A.LI.getLoopFor(Block);
    if (Own && Own->getHeader() == Block && Own->getParentLoop() == Around)
      Found.push_back(Own);
    if (!endsMark(Block, Mark.number()))
      Go(Block);
  }
  // In the order of the code, whatever the order of the walk.
  sort(Found, [](const Loop *One, const Loop *Other) {
    const Function &F = *One->getHeader()->getParent();
    for (const BasicBlock &Block : F)
      if (&Block == One->getHeader() || &Block == Other->getHeader())
        return &Block == One->getHeader() && One != Other;
    return false;
  });
  erase_if(Found, [&](const Loop *L) { return isRemainder(L, Mark, A.SE); });
  return Found;
}

} // namespace pageprefetch
