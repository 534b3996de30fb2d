// SPDX-License-Identifier: MIT
// IR -> nest model: the loops of a nest with their trip counts, and every reference with its address as a function of the loops.
#include "nest.h"
#include "compat.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;

namespace pageprefetch {

int Nest::numberOf(const Loop *L) const {
  for (size_t Number = 0; Number < Loops.size(); Number++)
    if (Loops[Number].L == L)
      return static_cast<int>(Number);
  return -1;
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

bool splitAffine(const SCEV *S, const Loop *L, Analyses &A, const SCEV *&Start, const SCEV *&Step) {
  Start = S;
  Step = nullptr;
  if (auto *Walk = dyn_cast<SCEVAddRecExpr>(S)) {
    if (Walk->getLoop() == L) {
      if (!Walk->isAffine())
        return false;
      Start = Walk->getStart();
      Step = Walk->getStepRecurrence(A.SE);
    }
  }
  return A.SE.isLoopInvariant(Start, L) && computableOnEntry(Start, L, A) &&
         (!Step || (A.SE.isLoopInvariant(Step, L) && computableOnEntry(Step, L, A)));
}

namespace {

// Replaces what an inner loop changes by its value in that loop's first iteration.
class FirstIteration : public SCEVRewriteVisitor<FirstIteration> {
public:
  FirstIteration(ScalarEvolution &Evolution, const Loop *Of) : SCEVRewriteVisitor(Evolution), Inner(Of) {}
  const SCEV *visitAddRecExpr(const SCEVAddRecExpr *Walk) {
    return Walk->getLoop() == Inner ? visit(Walk->getStart()) : Walk;
  }
  const SCEV *visitUnknown(const SCEVUnknown *Unknown) {
    auto *Phi = dyn_cast<PHINode>(Unknown->getValue());
    if (!Phi || Phi->getParent() != Inner->getHeader() || !Inner->getLoopPreheader())
      return Unknown;
    return SE.getSCEV(Phi->getIncomingValueForBlock(Inner->getLoopPreheader()));
  }

private:
  const Loop *Inner;
};

// One access of memory, before its address is understood.
struct Access {
  Instruction *I;
  Value *Pointer;
  pp_access Kind;
  uint64_t Bytes;
};

class NestBuilder {
public:
  NestBuilder(Nest &Made, Analyses &Known) : N(Made), A(Known) {}
  void build(Loop *Outermost);

private:
  void addLoop(Loop *L);
  void collect(BasicBlock *Block);
  void collectCall(CallBase *Call);
  bool canStrip(const Loop *L) const;
  bool prefersFirstIteration(const Loop *Own, const SCEV *S);
  void understand(const Access &Found);
  bool understandIn(ModelReference &Reference, pp_nest_reference &Model, Loop *L);
  void describeAffine(const ModelReference &Reference, pp_nest_reference &Model);
  pp_stride strideOf(const SCEV *Step, const Loop *L);
  void chooseBase(const ModelReference &Reference, pp_nest_reference &Model);
  void describeIndexed(const ModelReference &Reference, pp_nest_reference &Model);
  void finish();

  struct Pending {
    ModelReference Reference;
    pp_nest_reference Model;
    std::string File;
  };
  // A base number's first address; others that differ from it by a constant share the number.
  struct Base {
    const Loop *L;
    const SCEV *Address;
  };
  Nest &N;
  Analyses &A;
  std::vector<Access> Accesses;
  std::vector<Pending> Direct, Indexed;
  std::vector<Base> Bases;
  DenseMap<Instruction *, unsigned> NumberOfLoad;
};

} // namespace

const SCEV *firstIteration(const SCEV *S, const Loop *Inner, ScalarEvolution &SE) {
  return FirstIteration(SE, Inner).visit(S);
}

static const SCEV *findBackedges(Loop *L, Analyses &A) {
  BasicBlock *Latch = L->getLoopLatch();
  if (!Latch || !L->isLoopExiting(Latch))
    return nullptr;
  const SCEV *Backedges = A.SE.getExitCount(L, Latch);
  if (isa<SCEVCouldNotCompute>(Backedges) || !Backedges->getType()->isIntegerTy() ||
      Backedges->getType()->getIntegerBitWidth() > 64 || !computableOnEntry(Backedges, L, A))
    return nullptr;
  return Backedges;
}

void NestBuilder::addLoop(Loop *L) {
  ModelLoop Known{L, findBackedges(L, A), true, "", ""};
  pp_nest_loop Model{};
  std::string File;
  Model.place = placeOf(L->getStartLoc(), File);
  Model.parent = L->getParentLoop() ? N.numberOf(L->getParentLoop()) : -1;
  Model.trip = Known.Backedges ? PP_TRIP_SYMBOLIC : PP_TRIP_UNKNOWN;
  if (auto *Constant = dyn_cast_or_null<SCEVConstant>(Known.Backedges)) {
    Model.trip_count = Constant->getValue()->getZExtValue() + 1;
    Model.trip = Model.trip_count ? PP_TRIP_CONSTANT : PP_TRIP_UNKNOWN;
  }
  Loop *Parent = L->getParentLoop();
  Model.trip_invariant =
      Known.Backedges && Parent && A.SE.isLoopInvariant(Known.Backedges, Parent) && computableOnEntry(Known.Backedges, Parent, A);
  Model.strip_obstacle = findStripObstacle(L, A);
  Model.slice_obstacle = findSliceObstacle(L, A);
  Known.SliceObstacle = Model.slice_obstacle ? Model.slice_obstacle : "";
  Known.Strippable = !Model.strip_obstacle && Model.trip != PP_TRIP_UNKNOWN;
  pp_nest_add_loop(N.Model.get(), &Model);
  N.Loops.push_back(std::move(Known));
}

bool NestBuilder::canStrip(const Loop *L) const {
  int Number = N.numberOf(L);
  return Number >= 0 && N.Loops[Number].Strippable;
}

// Reads of library functions that walk memory from a pointer of the caller.
void NestBuilder::collectCall(CallBase *Call) {
  LibFunc Function;
  if (!A.TLI.getLibFunc(*Call, Function) || !A.TLI.has(Function))
    return;
  unsigned Pointers = 0, Length = 0;
  switch (Function) {
  case LibFunc_memcmp:
  case LibFunc_bcmp:
    Length = 2;
    Pointers = 2;
    break;
  case LibFunc_strcmp:
  case LibFunc_strncmp:
    Pointers = 2;
    break;
  case LibFunc_memchr:
  case LibFunc_strlen:
  case LibFunc_strnlen:
  case LibFunc_strchr:
    Pointers = 1;
    break;
  default:
    return;
  }
  auto *Bytes = Length ? dyn_cast<ConstantInt>(Call->getArgOperand(Length)) : nullptr;
  for (unsigned Number = 0; Number < Pointers; Number++)
    Accesses.push_back({Call, Call->getArgOperand(Number), PP_READ, Bytes ? Bytes->getZExtValue() : 1});
}

void NestBuilder::collect(BasicBlock *Block) {
  for (Instruction &I : *Block) {
    auto Bytes = [&](Type *T) { return A.DL.getTypeStoreSize(T).getKnownMinValue(); };
    if (auto *Load = dyn_cast<LoadInst>(&I)) {
      Accesses.push_back({&I, Load->getPointerOperand(), PP_READ, Bytes(Load->getType())});
    } else if (auto *Store = dyn_cast<StoreInst>(&I)) {
      Accesses.push_back({&I, Store->getPointerOperand(), PP_WRITE, Bytes(Store->getValueOperand()->getType())});
    } else if (auto *Update = dyn_cast<AtomicRMWInst>(&I)) {
      Accesses.push_back({&I, Update->getPointerOperand(), PP_WRITE, Bytes(Update->getValOperand()->getType())});
    } else if (auto *Operation = dyn_cast<AnyMemIntrinsic>(&I)) {
      auto *Length = dyn_cast<ConstantInt>(Operation->getLength());
      uint64_t Walked = Length ? Length->getZExtValue() : 1;
      Accesses.push_back({&I, Operation->getRawDest(), PP_WRITE, Walked});
      if (auto *Copy = dyn_cast<AnyMemTransferInst>(&I))
        Accesses.push_back({&I, Copy->getRawSource(), PP_READ, Walked});
    } else if (auto *Call = dyn_cast<CallBase>(&I)) {
      collectCall(Call);
    }
  }
}

pp_stride NestBuilder::strideOf(const SCEV *Step, const Loop *L) {
  if (!Step)
    return {PP_STRIDE_CONSTANT, 0};
  if (auto *Constant = dyn_cast<SCEVConstant>(Step))
    return {PP_STRIDE_CONSTANT, Constant->getValue()->getSExtValue()};
  return {PP_STRIDE_SYMBOLIC, 0};
}

void NestBuilder::describeAffine(const ModelReference &Reference, pp_nest_reference &Model) {
  const SCEV *Start, *Step;
  splitAffine(Reference.Address, Reference.L, A, Start, Step);
  Model.stride[0] = strideOf(Step, Reference.L);
  Loop *Parent = Reference.L->getParentLoop();
  const SCEV *Outer, *OuterStep;
  if (Parent && splitAffine(Start, Parent, A, Outer, OuterStep) && (!Step || A.SE.isLoopInvariant(Step, Parent)))
    Model.stride[1] = strideOf(OuterStep, Parent);
}

void NestBuilder::chooseBase(const ModelReference &Reference, pp_nest_reference &Model) {
  for (size_t Number = 0; Number < Bases.size(); Number++) {
    const Base &B = Bases[Number];
    if (B.L != Reference.L || B.Address->getType() != Reference.Address->getType() ||
        A.SE.getPointerBase(B.Address) != A.SE.getPointerBase(Reference.Address))
      continue;
    if (auto *Apart = dyn_cast<SCEVConstant>(A.SE.getMinusSCEV(Reference.Address, B.Address))) {
      Model.base = Number;
      Model.offset = Apart->getValue()->getSExtValue();
      return;
    }
  }
  Model.base = Bases.size();
  Model.offset = 0;
  Bases.push_back({Reference.L, Reference.Address});
}

// NULL, or why an access is no stream whatever its address: each of its executions means something beyond memory's contents.
static const char *findAccessObstacle(const Instruction *I) {
  if (I->isVolatile())
    return "it is a volatile access";
  return I->isAtomic() ? "it is an atomic access" : nullptr;
}

// Tries the address as a function of L; values of the inner loop between stand for its first iteration.
bool NestBuilder::understandIn(ModelReference &Reference, pp_nest_reference &Model, Loop *L) {
  Loop *Inner = L == Reference.Own ? nullptr : Reference.Own;
  const SCEV *S = A.SE.getSCEV(Reference.Pointer), *Start, *Step;
  if (Inner)
    S = firstIteration(S, Inner, A.SE);
  bool Affine = splitAffine(S, L, A, Start, Step);
  Slice Found;
  if (!Affine)
    Found = findSlice(Reference.Pointer, L, Inner, A);
  if (Reference.Obstacle.empty())
    Reference.Obstacle = Found.Obstacle;
  if (!Found.Obstacle.empty())
    return false;
  Reference.L = L;
  Reference.Address = S;
  Reference.Indexed = std::move(Found);
  Reference.Obstacle.clear();
  Model.address = Affine ? PP_ADDRESS_AFFINE : PP_ADDRESS_INDEXED;
  return true;
}

// An inner loop that may stop early or always stops soon, whose start the parent knows only through loads.
bool NestBuilder::prefersFirstIteration(const Loop *Own, const SCEV *S) {
  const SCEV *Start, *Step, *Outer, *OuterStep;
  const Loop *Parent = Own->getParentLoop();
  if (!splitAffine(S, Own, A, Start, Step) || splitAffine(Start, Parent, A, Outer, OuterStep))
    return false;
  const ModelLoop &Known = N.Loops[N.numberOf(Own)];
  auto *Constant = dyn_cast<SCEVConstant>(Known.Backedges);
  return !Own->getExitingBlock() || (Constant && Constant->getAPInt().ult(64));
}

void NestBuilder::understand(const Access &Found) {
  Pending P{};
  P.Reference = {Found.I, Found.Pointer, Found.Kind, Found.Bytes, A.LI.getLoopFor(Found.I->getParent()),
                 nullptr, nullptr,       {},         ""};
  ModelReference &Reference = P.Reference;
  Loop *Own = Reference.L = Reference.Own, *Parent = Own->getParentLoop();
  Reference.Address = A.SE.getSCEV(Found.Pointer);
  P.Model.place = placeOf(Found.I->getDebugLoc(), P.File);
  P.Model.access = Found.Kind;
  P.Model.bytes = Found.Bytes;
  P.Model.address = PP_ADDRESS_OPAQUE;
  const char *Obstacle = findAccessObstacle(Found.I);
  bool Opaque = Obstacle || !understandIn(Reference, P.Model, Own);
  Opaque |= P.Model.address == PP_ADDRESS_INDEXED && !N.Loops[N.numberOf(Own)].SliceObstacle.empty();
  if (Obstacle)
    Reference.Obstacle = Obstacle;
  else if (Parent && canStrip(Parent) && (Opaque || !canStrip(Own) || prefersFirstIteration(Own, Reference.Address)))
    understandIn(Reference, P.Model, Parent);
  P.Model.loop = N.numberOf(Reference.L);
  P.Model.first_of_inner = Reference.firstOfInner();
  BasicBlock *Latch = Reference.L->getLoopLatch();
  P.Model.conditional = !Latch || !A.DT.dominates(Found.I->getParent(), Latch);
  chooseBase(Reference, P.Model);
  if (P.Model.address == PP_ADDRESS_AFFINE)
    describeAffine(Reference, P.Model);
  (P.Model.address == PP_ADDRESS_INDEXED ? Indexed : Direct).push_back(std::move(P));
}

void NestBuilder::describeIndexed(const ModelReference &Reference, pp_nest_reference &Model) {
  Model.slice_instructions = Reference.Indexed.Instructions;
  Model.index_depth = Reference.Indexed.Loads.empty() ? 0 : 1;
  for (LoadInst *Load : Reference.Indexed.Loads)
    Model.index[Model.index_count++] = NumberOfLoad.lookup(Load);
}

// Index loads are affine: with those first, every gather finds the numbers of its own.
void NestBuilder::finish() {
  for (auto *List : {&Direct, &Indexed})
    for (Pending &P : *List) {
      if (List == &Indexed)
        describeIndexed(P.Reference, P.Model);
      P.Model.place.file = P.File.c_str();
      P.Model.obstacle = P.Model.address == PP_ADDRESS_OPAQUE ? P.Reference.Obstacle.c_str() : nullptr;
      unsigned Number = pp_nest_add_reference(N.Model.get(), &P.Model);
      if (isa<LoadInst>(P.Reference.I))
        NumberOfLoad[P.Reference.I] = Number;
      N.References.push_back(std::move(P.Reference));
    }
}

void NestBuilder::build(Loop *Outermost) {
  for (Loop *L : Outermost->getLoopsInPreorder())
    addLoop(L);
  for (BasicBlock *Block : Outermost->blocks())
    collect(Block);
  for (const Access &Found : Accesses)
    if (Found.Pointer->getType()->isPointerTy() && Found.Pointer->getType()->getPointerAddressSpace() == 0)
      understand(Found);
  finish();
}

Nest describeNest(Loop *Outermost, Analyses &A) {
  Nest N;
  const Module *M = A.F.getParent();
  N.Model.reset(pp_nest_new(M->getSourceFileName().c_str(), A.F.getName().str().c_str()));
  NestBuilder(N, A).build(Outermost);
  return N;
}

} // namespace pageprefetch
