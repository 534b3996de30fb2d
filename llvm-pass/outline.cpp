// SPDX-License-Identifier: MIT
// A loop that may be short stays as it is, behind one test of its record. What strips need stands in a copy of it, and the copy
// in a function of its own: in the same function its registers and its calls would be paid for by every entry.
#include "outline.h"
#include "compat.h"
#include "mark.h"
#include "nest.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

#include <map>

using namespace llvm;

namespace pageprefetch {

enum {
  LargestCopy = 96, // instructions; entering a larger loop costs little beside running it
  LongLoop = 4096,  // constant trip counts from here on
};

// Whether a call is about the function that it stands in: its frame, its arguments, the lifetimes of its memory.
static bool isOfItsFunction(const IntrinsicInst &I) {
  switch (I.getIntrinsicID()) {
  case Intrinsic::vastart:
  case Intrinsic::vaend:
  case Intrinsic::vacopy:
  case Intrinsic::returnaddress:
  case Intrinsic::addressofreturnaddress:
  case Intrinsic::frameaddress:
  case Intrinsic::sponentry:
  case Intrinsic::localaddress:
  case Intrinsic::localescape:
  case Intrinsic::localrecover:
  case Intrinsic::stacksave:
  case Intrinsic::stackrestore:
  case Intrinsic::get_dynamic_area_offset:
  case Intrinsic::lifetime_start:
  case Intrinsic::lifetime_end:
    return true;
  default:
    return false;
  }
}

// Whether an instruction means the same in another function.
static bool isMovable(const Instruction &I) {
  auto *Known = dyn_cast<IntrinsicInst>(&I);
  if (Known && isOfItsFunction(*Known))
    return false;
  if (isa<AllocaInst>(I) || I.isEHPad() || I.getType()->isTokenTy() || I.isAtomic())
    return false;
  if (I.isTerminator())
    return isBranch(I) || isa<SwitchInst>(I) || isa<UnreachableInst>(I);
  auto *Call = dyn_cast<CallBase>(&I);
  return !Call || (!Call->isInlineAsm() && !Call->isMustTailCall() && !Call->hasOperandBundles() && !Call->cannotDuplicate() &&
                   !Call->isConvergent() && !Call->hasFnAttr(Attribute::ReturnsTwice));
}

// Intrinsics are none, nor are marks that are left of inner loops.
static bool isCall(const Instruction &I) {
  auto *Call = dyn_cast<CallBase>(&I);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Call && !isa<IntrinsicInst>(I) && !Call->isInlineAsm() && !(Callee && isMarkFunction(*Callee));
}

// Whether each iteration makes a call. Registers are saved for it already, and beside it an entry's cost is small.
static bool alwaysCalls(const Loop *L, const DominatorTree &DT) {
  for (const BasicBlock *Block : L->blocks())
    if (DT.dominates(Block, L->getLoopLatch()))
      for (const Instruction &I : *Block)
        if (isCall(I))
          return true;
  return false;
}

bool mayStandApart(const Loop *L, const Value *Trips, const DominatorTree &DT) {
  const Function &F = *L->getHeader()->getParent();
  auto *Known = dyn_cast<ConstantInt>(Trips);
  if (!L->getSubLoops().empty() || !L->isLoopSimplifyForm() || F.hasOptSize() || (Known && Known->getValue().uge(LongLoop)) ||
      alwaysCalls(L, DT))
    return false;
  unsigned Instructions = 0;
  for (const BasicBlock *Block : L->blocks())
    for (const Instruction &I : *Block) {
      if (!isMovable(I))
        return false;
      Instructions += !isa<DbgInfoIntrinsic>(I);
    }
  return Instructions <= LargestCopy;
}

Loop *copyLoop(Loop *L, Analyses &A) {
  BasicBlock *Before = L->getLoopPreheader();
  BasicBlock *Run = SplitEdge(Before, L->getHeader(), &A.DT, &A.LI);
  SmallVector<BasicBlock *, 8> Exits, Blocks;
  L->getUniqueExitBlocks(Exits);
  ValueToValueMapTy Copies;
  Loop *Copy = cloneLoopWithPreheader(Run, Before, L, Copies, ".apart", &A.LI, &A.DT, Blocks);
  remapInstructionsInBlocks(Blocks, Copies);
  for (BasicBlock *Exit : Exits)
    for (PHINode &Phi : Exit->phis())
      for (unsigned Number = 0, Ways = Phi.getNumIncomingValues(); Number < Ways; Number++) {
        Value *V = Phi.getIncomingValue(Number), *Other = Copies.lookup(V);
        if (auto *From = cast_or_null<BasicBlock>(static_cast<Value *>(Copies.lookup(Phi.getIncomingBlock(Number)))))
          Phi.addIncoming(Other ? Other : V, From);
      }
  return Copy;
}

namespace {

// A way out of the region: the block that takes it, and what the phis behind it get.
struct WayOut {
  BasicBlock *From, *To;
  SmallVector<std::pair<PHINode *, Value *>, 4> Values;
};

// Blocks on their way into a function of their own.
class Outliner {
public:
  explicit Outliner(ArrayRef<BasicBlock *> Blocks)
      : Parent(*Blocks.front()->getParent()), Region(Blocks), Inside(Blocks.begin(), Blocks.end()) {}
  void run();

private:
  Function &Parent;
  ArrayRef<BasicBlock *> Region;
  SmallPtrSet<BasicBlock *, 16> Inside;
  SetVector<Value *> Given;        // values of the function that the region uses
  SetVector<Instruction *> Wanted; // and what is used of the region behind it
  SmallVector<WayOut, 4> Ways;
  Function *Apart = nullptr;
  // The call keeps general registers, so that what the function needs behind it may stay in them, at no cost for those who do not
  // get here; results come in others, a vector or two numbers in each.
  bool Keeping = false;

  void collect();
  void orderGiven();
  bool somethingLivesOn() const;
  bool canPack() const;
  Value *pack(IRBuilder<> &B, ArrayRef<Value *> Parts) const;
  SmallVector<Value *, 8> unpack(IRBuilder<> &B, Value *Result) const;
  SmallVector<Type *, 8> resultTypes() const;
  Type *resultType() const;
  void declare();
  void call(BasicBlock *Place);
  void moveBlocks();
  void returnFrom(unsigned Number);
  void renewDebugInfo();
};

} // namespace

void Outliner::collect() {
  for (BasicBlock *Block : Region)
    for (Instruction &I : *Block) {
      for (Value *V : I.operands()) {
        auto *Other = dyn_cast<Instruction>(V);
        if (isa<Argument>(V) || (Other && !Inside.count(Other->getParent())))
          Given.insert(V);
      }
      for (User *U : I.users())
        if (!Inside.count(cast<Instruction>(U)->getParent()))
          Wanted.insert(&I);
    }
  for (BasicBlock *Block : Region)
    for (BasicBlock *Next : successors(Block))
      if (!Inside.count(Next)) {
        WayOut Way{Block, Next, {}};
        for (PHINode &Phi : Next->phis())
          Way.Values.push_back({&Phi, Phi.getIncomingValueForBlock(Block)});
        Ways.push_back(std::move(Way));
      }
}

// What the function was given stays in the registers in which it came: the allocator would have it moved at the entry already.
void Outliner::orderGiven() {
  SmallVector<Value *, 16> Others;
  std::map<unsigned, Value *> Came; // by register
  unsigned Register = 0, Place = 0;
  auto IsGeneral = [](const Value &V) { return V.getType()->isIntOrPtrTy(); };
  for (Argument &Each : Parent.args())
    if (IsGeneral(Each) && Given.count(&Each))
      Came[Register++] = &Each;
    else
      Register += IsGeneral(Each);
  for (Value *V : Given)
    if (!isa<Argument>(V) || !IsGeneral(*V))
      Others.push_back(V);
  std::stable_partition(Others.begin(), Others.end(), [&](const Value *V) { return IsGeneral(*V); });
  Given.clear();
  auto *Next = Others.begin();
  for (; !Came.empty() || Next != Others.end(); Place++)
    if (!Came.empty() && (Came.begin()->first <= Place || Next == Others.end())) {
      Given.insert(Came.begin()->second);
      Came.erase(Came.begin());
    } else {
      Given.insert(*Next++);
    }
}

// Whether the function uses values behind the call that it has before.
bool Outliner::somethingLivesOn() const {
  SmallSetVector<BasicBlock *, 16> Behind;
  for (const WayOut &Way : Ways)
    Behind.insert(Way.To);
  for (unsigned Number = 0; Number < Behind.size(); Number++)
    for (BasicBlock *Next : successors(Behind[Number])) {
      if (Inside.count(Next))
        return true; // in a loop around
      Behind.insert(Next);
    }
  auto Comes = [&](const Use &U) {
    auto *Phi = dyn_cast<PHINode>(U.getUser());
    BasicBlock *From = Phi ? Phi->getIncomingBlock(U) : nullptr;
    auto *I = dyn_cast<Instruction>(U.get());
    return (isa<Argument>(U.get()) || (I && !Inside.count(I->getParent()) && !Behind.count(I->getParent()))) &&
           (!From || Inside.count(From) || Behind.count(From));
  };
  return any_of(Behind, [&](BasicBlock *Block) {
    return any_of(*Block, [&](const Instruction &I) { return any_of(I.operands(), Comes); });
  });
}

enum { MostRegisters = 4 }; // that results are returned in

static bool isPair(Type *T) {
  return isa<FixedVectorType>(T) && T->getPrimitiveSizeInBits() == TypeSize::getFixed(128);
}

namespace {

// Where a result is: in a register of 128 bits that it fills, or in a half of one.
struct PackedPlace {
  unsigned Register;
  int Half; // -1: all of it
};

} // namespace

static SmallVector<PackedPlace, 8> packedPlaces(ArrayRef<Type *> Types, unsigned *Registers) {
  SmallVector<PackedPlace, 8> Places;
  int Open = -1;
  *Registers = 0;
  for (Type *T : Types) {
    if (isPair(T)) {
      Places.push_back({(*Registers)++, -1});
    } else if (Open >= 0) {
      Places.push_back({static_cast<unsigned>(Open), 1});
      Open = -1;
    } else {
      Open = static_cast<int>((*Registers)++);
      Places.push_back({static_cast<unsigned>(Open), 0});
    }
  }
  return Places;
}

// The number of the way out, if there are several, and what is wanted.
SmallVector<Type *, 8> Outliner::resultTypes() const {
  SmallVector<Type *, 8> Types;
  if (Ways.size() > 1)
    Types.push_back(Type::getInt32Ty(Parent.getContext()));
  for (Instruction *I : Wanted)
    Types.push_back(I->getType());
  return Types;
}

bool Outliner::canPack() const {
  StringRef Features = Parent.getFnAttribute("target-features").getValueAsString();
  unsigned Registers;
  packedPlaces(resultTypes(), &Registers);
  // What grows a split stack takes general registers before they are saved.
  return Registers <= MostRegisters && !Parent.hasFnAttribute("split-stack") &&
         !Parent.hasFnAttribute(Attribute::NoImplicitFloat) && !Features.contains("-sse") &&
         all_of(Wanted, [](const Instruction *I) {
           Type *T = I->getType();
           return isPair(T) || T->isPointerTy() || T->isFloatTy() || T->isDoubleTy() ||
                  (T->isIntegerTy() && T->getIntegerBitWidth() <= 64);
         });
}

static Value *asInteger(IRBuilder<> &B, Value *V) {
  Type *T = V->getType();
  if (T->isPointerTy())
    return B.CreatePtrToInt(V, B.getInt64Ty());
  if (T->isFloatingPointTy())
    V = B.CreateBitCast(V, B.getIntNTy(T->getPrimitiveSizeInBits()));
  return B.CreateZExt(V, B.getInt64Ty());
}

static Value *fromInteger(IRBuilder<> &B, Value *V, Type *T) {
  if (T->isPointerTy())
    return B.CreateIntToPtr(V, T);
  V = B.CreateTrunc(V, B.getIntNTy(T->getPrimitiveSizeInBits()));
  return T->isFloatingPointTy() ? B.CreateBitCast(V, T) : V;
}

Type *Outliner::resultType() const {
  LLVMContext &C = Parent.getContext();
  SmallVector<Type *, 8> Types = resultTypes();
  unsigned Registers;
  packedPlaces(Types, &Registers);
  if (Keeping)
    Types.assign(Registers, FixedVectorType::get(Type::getInt64Ty(C), 2));
  if (Types.empty())
    return Type::getVoidTy(C);
  return Types.size() == 1 ? Types[0] : StructType::get(C, Types);
}

// One value of all parts, of which some may be null: nobody looks at them.
Value *Outliner::pack(IRBuilder<> &B, ArrayRef<Value *> Parts) const {
  Type *Result = Apart->getReturnType();
  unsigned Registers;
  SmallVector<PackedPlace, 8> Places = packedPlaces(resultTypes(), &Registers);
  Value *All = PoisonValue::get(Result);
  for (unsigned Number = 0; Number < Parts.size(); Number++) {
    Value *Part = Parts[Number];
    if (!Part)
      continue;
    if (!Keeping) {
      All = Parts.size() > 1 ? B.CreateInsertValue(All, Part, Number) : Part;
      continue;
    }
    auto [Register, Half] = Places[Number];
    Value *Pair = Registers == 1 ? All : B.CreateExtractValue(All, Register);
    Pair = Half < 0 ? B.CreateBitCast(Part, Pair->getType())
                    : B.CreateInsertElement(Pair, asInteger(B, Part), static_cast<uint64_t>(Half));
    All = Registers == 1 ? Pair : B.CreateInsertValue(All, Pair, Register);
  }
  return All;
}

SmallVector<Value *, 8> Outliner::unpack(IRBuilder<> &B, Value *Result) const {
  SmallVector<Type *, 8> Types = resultTypes();
  SmallVector<Value *, 8> Parts;
  unsigned Registers;
  SmallVector<PackedPlace, 8> Places = packedPlaces(Types, &Registers);
  for (unsigned Number = 0; Number < Types.size(); Number++) {
    if (!Keeping) {
      Parts.push_back(Types.size() == 1 ? Result : B.CreateExtractValue(Result, Number));
      continue;
    }
    auto [Register, Half] = Places[Number];
    Value *Pair = Registers == 1 ? Result : B.CreateExtractValue(Result, Register);
    Parts.push_back(Half < 0 ? B.CreateBitCast(Pair, Types[Number])
                             : fromInteger(B, B.CreateExtractElement(Pair, static_cast<uint64_t>(Half)), Types[Number]));
  }
  return Parts;
}

// What the function's code may rely on and must keep to; nothing that is said about what it does.
static void copyAttributes(const Function &From, Function &To) {
  for (Attribute Each : From.getAttributes().getFnAttrs())
    if (Each.isStringAttribute())
      To.addFnAttr(Each);
  for (auto Kind :
       {Attribute::NoImplicitFloat, Attribute::NoRedZone, Attribute::NoUnwind, Attribute::NullPointerIsValid,
        Attribute::SafeStack, Attribute::SanitizeAddress, Attribute::SanitizeHWAddress, Attribute::SanitizeMemory,
        Attribute::SanitizeThread, Attribute::ShadowCallStack, Attribute::SpeculativeLoadHardening, Attribute::StackProtect,
        Attribute::StackProtectReq, Attribute::StackProtectStrong, Attribute::StrictFP, Attribute::UWTable, Attribute::NoCfCheck})
    if (From.hasFnAttribute(Kind))
      To.addFnAttr(From.getFnAttribute(Kind));
  To.addFnAttr(Attribute::Cold);
  To.addFnAttr(Attribute::NoInline);
}

void Outliner::declare() {
  SmallVector<Type *, 16> Types;
  for (Value *V : Given)
    Types.push_back(V->getType());
  auto *Signature = FunctionType::get(resultType(), Types, false);
  Apart = Function::Create(Signature, GlobalValue::InternalLinkage, Parent.getName() + ".pp_strips", Parent.getParent());
  Apart->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
  copyAttributes(Parent, *Apart);
  if (Keeping)
    Apart->setCallingConv(CallingConv::PreserveMost);
}

// Whether the function has memory of its own that what it calls might be given.
static bool hasFrame(const Function &F) {
  return any_of(instructions(F), [](const Instruction &I) { return isa<AllocaInst>(I); }) ||
         any_of(F.args(), [](const Argument &A) { return A.hasPassPointeeByValueCopyAttr(); });
}

// In the function, where the region was: the call, and the way that it says.
void Outliner::call(BasicBlock *Place) {
  IRBuilder<> B(Place);
  B.SetCurrentDebugLocation(Region.front()->getTerminator()->getDebugLoc());
  CallInst *Call = B.CreateCall(Apart, Given.getArrayRef());
  Call->setTailCall(!hasFrame(Parent) && !Parent.callsFunctionThatReturnsTwice());
  Call->setCallingConv(Apart->getCallingConv());
  if (Parent.hasFnAttribute(Attribute::StrictFP))
    Call->addFnAttr(Attribute::StrictFP);
  bool Numbered = Ways.size() > 1;
  SmallVector<Value *, 8> Parts = unpack(B, Call);
  DenseMap<Value *, Value *> Received;
  for (unsigned Number = 0; Number < Wanted.size(); Number++)
    Received[Wanted[Number]] = Parts[Number + Numbered];
  SwitchInst *Which = nullptr;
  for (unsigned Number = 0; Number < Ways.size(); Number++) {
    WayOut &Way = Ways[Number];
    BasicBlock *Forward = Place;
    if (Numbered) {
      Forward = BasicBlock::Create(B.getContext(), "pp.way", &Parent);
      if (!Which)
        Which = B.CreateSwitch(Parts[0], Forward, Ways.size());
      else
        Which->addCase(B.getInt32(Number), Forward);
    }
    IRBuilder<>(Forward).CreateBr(Way.To)->setDebugLoc(Call->getDebugLoc());
    for (auto [Phi, V] : Way.Values) {
      Value *There = Received.lookup(V);
      Phi->addIncoming(There ? There : V, Forward);
    }
  }
}

void Outliner::moveBlocks() {
  for (const WayOut &Way : Ways)
    for (auto &Each : Way.Values)
      Each.first->removeIncomingValue(Way.From, false);
  for (BasicBlock *Block : Region) {
    Block->removeFromParent();
    Block->insertInto(Apart);
  }
  for (unsigned Number = 0; Number < Given.size(); Number++)
    Given[Number]->replaceUsesWithIf(Apart->getArg(Number), [&](Use &U) {
      auto *By = dyn_cast<Instruction>(U.getUser());
      return By && By->getFunction() == Apart;
    });
}

// Every way out returns by itself; what it leaves behind is not used on another one.
void Outliner::returnFrom(unsigned Number) {
  const WayOut &Way = Ways[Number];
  BasicBlock *End = BasicBlock::Create(Apart->getContext(), "pp.return", Apart);
  Instruction *Leaving = Way.From->getTerminator();
  Leaving->replaceSuccessorWith(Way.To, End);
  IRBuilder<> B(End);
  B.SetCurrentDebugLocation(Leaving->getDebugLoc());
  if (Apart->getReturnType()->isVoidTy()) {
    B.CreateRetVoid();
    return;
  }
  SmallVector<Value *, 8> Parts;
  if (Ways.size() > 1)
    Parts.push_back(B.getInt32(Number));
  for (Instruction *I : Wanted)
    Parts.push_back(any_of(Way.Values, [&](const auto &Each) { return Each.second == I; }) ? I : nullptr);
  B.CreateRet(pack(B, Parts));
}

// Places stay what they are, but for what was inlined where: they belong to another function now. Variables are not described.
void Outliner::renewDebugInfo() {
  DISubprogram *Old = Parent.getSubprogram(), *New = nullptr;
  LLVMContext &C = Parent.getContext();
  if (Old) {
    DIBuilder Builder(*Parent.getParent(), false, Old->getUnit());
    auto *Signature = Builder.createSubroutineType(Builder.getOrCreateTypeArray({}));
    auto Flags = DISubprogram::SPFlagDefinition | DISubprogram::SPFlagOptimized | DISubprogram::SPFlagLocalToUnit;
    New = Builder.createFunction(Old->getUnit(), Apart->getName(), Apart->getName(), Old->getFile(), Old->getLine(), Signature,
                                 Old->getLine(), DINode::FlagArtificial, Flags);
    Apart->setSubprogram(New);
    Builder.finalizeSubprogram(New);
  }
  auto Renew = [&](Metadata *Known) -> Metadata * {
    auto *Place = dyn_cast_or_null<DILocation>(Known);
    if (!Place)
      return Known;
    DIScope *Scope = New;
    if (New && Place->getFile() != New->getFile())
      Scope = DILexicalBlockFile::get(C, New, Place->getFile(), 0);
    return New ? DILocation::get(C, Place->getLine(), Place->getColumn(), Scope) : nullptr;
  };
  for (BasicBlock &Block : *Apart)
    for (Instruction &I : make_early_inc_range(Block)) {
      dropDebugRecords(I);
      if (isa<DbgInfoIntrinsic>(I)) {
        I.eraseFromParent();
        continue;
      }
      I.setMetadata(C.getMDKindID("DIAssignID"), nullptr); // ties a store to a description of a variable
      I.setDebugLoc(DebugLoc(cast_or_null<DILocation>(Renew(I.getDebugLoc().get()))));
      updateLoopMetadataDebugLocations(I, Renew);
    }
}

void Outliner::run() {
  BasicBlock *First = Region.front(), *Place = BasicBlock::Create(Parent.getContext(), "pp.apart", &Parent, First);
  collect();
  orderGiven();
  Keeping = (Ways.size() > 1 || somethingLivesOn()) && canPack(); // where several ways meet, constants live on
  declare();
  SmallVector<BasicBlock *, 2> Before(predecessors(First));
  for (BasicBlock *Block : Before)
    Block->getTerminator()->replaceSuccessorWith(First, Place);
  call(Place);
  moveBlocks();
  for (unsigned Number = 0; Number < Ways.size(); Number++)
    returnFrom(Number);
  renewDebugInfo();
}

void outline(ArrayRef<BasicBlock *> Region) {
  Outliner(Region).run();
}

} // namespace pageprefetch
