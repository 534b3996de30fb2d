// SPDX-License-Identifier: MIT
// Translates the integers and pointers that addresses and conditions are computed from into values of the nest graph, one
// operation at a time; what the graph has no operation for is written in those that it has, or unknown.
#include "value.h"

#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/MemoryLocation.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;

namespace pageprefetch {

enum {
  DepthMaximum = 1000, // of one computation
  WriterMaximum = 256, // asked for each load
};

static bool isAddressable(Type *T) {
  return T->isIntegerTy() ? T->getIntegerBitWidth() <= 64 : T->isPointerTy() && T->getPointerAddressSpace() == 0;
}

static unsigned widthOf(Type *T) {
  return T->isIntegerTy() ? std::min(T->getIntegerBitWidth(), 64u) : 64;
}

static const char *whyNoNumber(Type *T) {
  if (T->isVectorTy())
    return "it is a vector";
  if (T->isFPOrFPVectorTy())
    return "it is computed in floating point";
  return T->isIntegerTy() ? "it is an integer of more than 64 bits" : "it is no integer or pointer";
}

bool Extent::contains(const BasicBlock *Block) const {
  return !L || L->contains(Block);
}

bool Extent::contains(const Instruction *I) const {
  return contains(I->getParent());
}

ValueBuilder::ValueBuilder(Nest &Made, const Extent &Around, Analyses &Facts) : N(Made), Outermost(Around), A(Facts) {
  for (BasicBlock *Block : Outermost.Blocks)
    for (Instruction &I : *Block)
      if (I.mayWriteToMemory() && Writers.size() <= WriterMaximum)
        Writers.push_back(&I);
}

// Keeps what is known of values up to a number that was made in the graph.
int ValueBuilder::taken(int Number) {
  while (N.Values.size() <= static_cast<size_t>(Number))
    N.Values.push_back({nullptr, *pp_nest_value_at(N.Model.get(), static_cast<int>(N.Values.size()))});
  return Number;
}

int ValueBuilder::add(Value *V, const pp_nest_value &Model) {
  int Number = taken(pp_nest_add_value(N.Model.get(), &Model));
  N.Values[Number].V = V;
  return Number;
}

// A value that is nothing yet.
static pp_nest_value blank(pp_value_kind Kind, unsigned Bits, int Block) {
  pp_nest_value Model{};
  Model.kind = Kind;
  Model.bits = Bits;
  Model.block = Block;
  Model.operand[0] = Model.operand[1] = Model.operand[2] = PP_NONE;
  return Model;
}

int ValueBuilder::make(pp_operation Operation, unsigned Bits, int First, int Second, int Third, unsigned Flags) {
  return taken(pp_build_operation(N.Model.get(), At, Operation, Bits, First, Second, Third, Flags));
}

unsigned ValueBuilder::bitsOf(int Number) const {
  return N.Values[Number].Model.bits;
}

int ValueBuilder::binary(pp_operation Operation, int Left, int Right, unsigned Flags) {
  return taken(pp_build_binary(N.Model.get(), At, Operation, Left, Right, Flags));
}

int ValueBuilder::constant(unsigned Bits, uint64_t Number) {
  return taken(pp_build_constant(N.Model.get(), Bits, Number));
}

int ValueBuilder::withConstant(pp_operation Operation, int Left, uint64_t Right) {
  return taken(pp_build_with(N.Model.get(), At, Operation, Left, Right));
}

int ValueBuilder::fit(int Number, unsigned Bits, bool Signed) {
  return taken(pp_build_fit(N.Model.get(), At, Number, Bits, Signed));
}

int ValueBuilder::blockOf(const Instruction *I) const {
  int Number = Blocks.lookup(I->getParent());
  auto Parts = Calls.find(I->getParent());
  if (Parts != Calls.end() && !isa<PHINode>(I))
    for (const Called &Each : Parts->second)
      if (Each.Call != I && Each.Call->comesBefore(I))
        Number = Each.After;
  return Number;
}

int ValueBuilder::lastOf(const BasicBlock *Block) const {
  auto Parts = Calls.find(Block);
  return Parts == Calls.end() ? Blocks.lookup(Block) : Parts->second.back().After;
}

int ValueBuilder::unknown(Value *V, const char *Why) {
  auto *I = dyn_cast<Instruction>(V);
  pp_nest_value Model =
      blank(PP_VALUE_UNKNOWN, widthOf(V->getType()), I && Outermost.contains(I) ? blockOf(I) : static_cast<int>(PP_NONE));
  Model.why = Why;
  return add(V, Model);
}

int ValueBuilder::get(Value *V) {
  auto Found = Known.find(V);
  if (Found != Known.end())
    return Found->second;
  if (Depth == DepthMaximum)
    return unknown(V, "its computation is too long");
  Depth++;
  int Before = At, Number = translate(V);
  Depth--;
  At = Before;
  // What was made of several operations is the value of the last one.
  if (!N.Values[Number].V && !isa<Constant>(V) && bitsOf(Number) == widthOf(V->getType()))
    N.Values[Number].V = V;
  return Known[V] = Number;
}

int ValueBuilder::getLong(Value *V) {
  int Number = get(V);
  auto *I = dyn_cast<Instruction>(V);
  At = I && Outermost.contains(I) ? blockOf(I) : Blocks.lookup(Outermost.Blocks.front());
  return fit(Number, 64);
}

int ValueBuilder::equals(int Block, Value *V, Value *Constant) {
  int Left = get(V), Right = get(Constant);
  At = Block;
  return binary(PP_EQUAL, Left, Right);
}

int ValueBuilder::loadOf(const Instruction *I) const {
  auto Found = Loads.find(I);
  return Found == Loads.end() ? static_cast<int>(PP_NONE) : Found->second;
}

int ValueBuilder::translate(Value *V) {
  if (!isAddressable(V->getType()))
    return unknown(V, whyNoNumber(V->getType()));
  if (auto *Number = dyn_cast<ConstantInt>(V))
    return constant(Number->getBitWidth(), Number->getZExtValue());
  if (isa<ConstantPointerNull>(V) || isa<UndefValue>(V))
    return constant(widthOf(V->getType()), 0);
  auto *I = dyn_cast<Instruction>(V);
  return I && Outermost.contains(I) ? inside(I) : outside(V);
}

// Whether what was loaded stands there still where the nest begins, which is at the end of the load's block.
static bool isFresh(const LoadInst *Load, const BasicBlock *Nest) {
  const BasicBlock *Block = Load->getParent();
  return Block->getSingleSuccessor() == Nest && none_of(make_range(std::next(Load->getIterator()), Block->end()),
                                                        [](const Instruction &I) { return I.mayWriteToMemory(); });
}

// Computed before the nest. What is a constant apart from something else is said so: references of one array are told by it.
int ValueBuilder::outside(Value *V) {
  At = Blocks.lookup(Outermost.Blocks.front());
  if (V->getType()->isPointerTy()) {
    APInt Apart(64, 0);
    Value *Base = V->stripAndAccumulateConstantOffsets(A.DL, Apart, true);
    if (Base != V && isAddressable(Base->getType())) {
      int From = get(Base);
      At = Blocks.lookup(Outermost.Blocks.front());
      return Apart.isZero() ? From : withConstant(PP_ADD, From, Apart.getZExtValue());
    }
  }
  Value *From;
  const APInt *Apart;
  if (PatternMatch::match(V, PatternMatch::m_Add(PatternMatch::m_Value(From), PatternMatch::m_APInt(Apart)))) {
    unsigned Flags = cast<OverflowingBinaryOperator>(V)->hasNoSignedWrap() ? PP_NO_SIGNED_WRAP : 0;
    int Number = get(From);
    At = Blocks.lookup(Outermost.Blocks.front());
    return binary(PP_ADD, Number, constant(Apart->getBitWidth(), Apart->getZExtValue()), Flags);
  }
  pp_nest_value Model = blank(PP_VALUE_OUTSIDE, widthOf(V->getType()), PP_NONE);
  Model.flags = V->getType()->isPointerTy() ? PP_ADDRESS_OF : 0;
  if (auto *Load = dyn_cast<LoadInst>(V))
    if (Load->isSimple() && Load->getPointerAddressSpace() == 0 &&
        (V->getType()->isPointerTy() || isFresh(Load, Outermost.Blocks.front())))
      Model.operand[0] = get(Load->getPointerOperand());
  return add(V, Model);
}

// The walk of a loop header's phi does not wrap where its extension is a walk as well.
static unsigned wrapsOf(PHINode *Phi, Analyses &A) {
  auto *Walk = dyn_cast<SCEVAddRecExpr>(A.SE.getSCEV(Phi));
  if (!Walk || !Walk->isAffine() || Walk->getLoop()->getHeader() != Phi->getParent())
    return 0;
  Type *Wide = Type::getInt128Ty(Phi->getContext());
  bool Integer = Phi->getType()->isIntegerTy();
  bool Signed = Walk->hasNoSignedWrap() || (Integer && isa<SCEVAddRecExpr>(A.SE.getSignExtendExpr(Walk, Wide)));
  bool Unsigned = Walk->hasNoUnsignedWrap() || (Integer && isa<SCEVAddRecExpr>(A.SE.getZeroExtendExpr(Walk, Wide)));
  return (Signed ? PP_NO_SIGNED_WRAP : 0) | (Unsigned ? PP_NO_UNSIGNED_WRAP : 0);
}

int ValueBuilder::phi(PHINode *Phi) {
  pp_nest_value Model = blank(PP_VALUE_PHI, widthOf(Phi->getType()), Blocks.lookup(Phi->getParent()));
  Model.flags = wrapsOf(Phi, A);
  int Number = add(Phi, Model);
  OpenPhis.push_back({Phi, Number});
  return Number;
}

void ValueBuilder::closePhis() {
  while (!OpenPhis.empty()) {
    auto [Phi, Number] = OpenPhis.pop_back_val();
    SmallVector<pp_incoming, 4> Incoming;
    SmallVector<const BasicBlock *, 4> Seen;
    for (unsigned Way = 0; Way < Phi->getNumIncomingValues(); Way++) {
      const BasicBlock *From = Phi->getIncomingBlock(Way);
      if (is_contained(Seen, From))
        continue;
      Seen.push_back(From);
      int Arriving = get(Phi->getIncomingValue(Way));
      auto Edges = SwitchEdges.find({From, Phi->getParent()});
      if (Edges != SwitchEdges.end())
        for (int Block : Edges->second)
          Incoming.push_back({Block, Arriving});
      else
        Incoming.push_back({Outermost.contains(From) ? lastOf(From) : static_cast<int>(PP_OUTSIDE), Arriving});
    }
    pp_nest_set_incoming(N.Model.get(), Number, Incoming.data(), Incoming.size());
  }
}

// Asked for all iterations, so neither extents nor what is told for one iteration alone counts.
bool ValueBuilder::mayBeWritten(const LoadInst *I) {
  if (I->hasMetadata(LLVMContext::MD_invariant_load))
    return false;
  if (Writers.size() > WriterMaximum)
    return true;
  auto Everywhere = [](const Instruction *Of, const Value *Pointer) {
    AAMDNodes Tags = Of->getAAMetadata();
    Tags.Scope = Tags.NoAlias = nullptr;
    return MemoryLocation::getBeforeOrAfter(Pointer, Tags);
  };
  MemoryLocation Read = Everywhere(I, I->getPointerOperand());
  return any_of(Writers, [&](Instruction *Writer) {
    if (auto *Store = dyn_cast<StoreInst>(Writer))
      return !A.AA.isNoAlias(Everywhere(Store, Store->getPointerOperand()), Read);
    if (auto *Operation = dyn_cast<AnyMemIntrinsic>(Writer))
      return !A.AA.isNoAlias(Everywhere(Operation, Operation->getRawDest()), Read);
    return isModSet(A.AA.getModRefInfo(Writer, Read));
  });
}

// Of lengths that are no power of two, one of each power.
int ValueBuilder::load(LoadInst *I) {
  if (!I->isSimple())
    return unknown(I, I->isVolatile() ? "a volatile load gives it" : "an atomic load gives it");
  if (I->getPointerAddressSpace() != 0)
    return unknown(I, "it is loaded from another address space");
  uint64_t Apart = 0;
  AnyMemTransferInst *Copy = copyBehind(I, A, Apart);
  Instruction *Made = Copy ? static_cast<Instruction *>(Copy) : I;
  int Address = get(Copy ? Copy->getRawSource() : I->getPointerOperand()), Whole = PP_NONE;
  At = blockOf(Made);
  Address = Apart ? withConstant(PP_ADD, Address, Apart) : Address;
  unsigned Bytes = static_cast<unsigned>(A.DL.getTypeStoreSize(I->getType()).getFixedValue());
  pp_nest_value Model = blank(PP_VALUE_LOAD, 0, At);
  Model.flags = Copy || mayBeWritten(I) ? PP_MAY_BE_WRITTEN : 0;
  Model.line = I->getDebugLoc() ? I->getDebugLoc().getLine() : 0;
  for (unsigned Done = 0, Piece; Done < Bytes; Done += Piece) {
    Piece = 1u << Log2_32(Bytes - Done);
    Model.bits = Piece * 8;
    Model.operand[0] = Done ? withConstant(PP_ADD, Address, Done) : Address;
    int Part = add(nullptr, Model);
    Loads.try_emplace(Made, Part);
    Part = fit(Part, Bytes * 8);
    Whole = Done ? binary(PP_OR, Whole, withConstant(PP_SHIFT_LEFT, Part, Done * 8)) : Part;
  }
  return fit(Whole, widthOf(I->getType()));
}

int ValueBuilder::element(GEPOperator *Element, Instruction *I) {
  APInt Apart(64, 0);
  OffsetParts Indices;
  if (!Element->collectOffset(A.DL, 64, Indices, Apart))
    return unknown(I, "its address is scaled by a vector's length");
  int Address = get(Element->getPointerOperand());
  SmallVector<int, 4> Numbers;
  for (auto &Index : Indices)
    Numbers.push_back(get(Index.first));
  At = blockOf(I);
  auto *Number = Numbers.begin();
  for (auto &Index : Indices) {
    int Distance = fit(*Number++, 64, true);
    Address = binary(PP_ADD, Address,
                     Index.second.isOne() ? Distance : withConstant(PP_MULTIPLY, Distance, Index.second.getZExtValue()));
  }
  if (!Apart.isZero())
    Address = withConstant(PP_ADD, Address, Apart.getZExtValue());
  return Address;
}

// trunc(a * b >> 64) of a product of 128 bits, else PP_NONE.
int ValueBuilder::multiplyHigh(Instruction *I) {
  using namespace PatternMatch;
  Value *Left, *Right;
  if (!match(I, m_Trunc(m_LShr(m_Mul(m_Value(Left), m_Value(Right)), m_SpecificInt(64)))) || !I->getType()->isIntegerTy(64) ||
      !I->getOperand(0)->getType()->isIntegerTy(128))
    return PP_NONE;
  auto Factor = [&](Value *V) -> int {
    Value *Narrow;
    if (auto *Constant = dyn_cast<ConstantInt>(V))
      return Constant->getValue().isIntN(64) ? constant(64, Constant->getValue().trunc(64).getZExtValue()) : int(PP_NONE);
    return match(V, m_ZExt(m_Value(Narrow))) && isAddressable(Narrow->getType()) ? getLong(Narrow) : int(PP_NONE);
  };
  int First = Factor(Left), Second = Factor(Right);
  At = blockOf(I);
  return First == PP_NONE || Second == PP_NONE ? int(PP_NONE) : binary(PP_MULTIPLY_HIGH, First, Second);
}

ValueBuilder::Called *ValueBuilder::calledAt(const CallBase *Call) {
  auto Parts = Calls.find(Call->getParent());
  if (Parts != Calls.end())
    for (Called &Each : Parts->second)
      if (Each.Call == Call)
        return &Each;
  return nullptr;
}

// The summary's values outside are arguments and constants.
void ValueBuilder::graft(Called &Entered) {
  CallBase *Call = Entered.Call;
  const Nest *Summary = Entered.Summary;
  int Before = blockOf(Call), After = Entered.After;
  Entered.Done = true;
  std::vector<int> Outside(Summary->Values.size(), PP_NONE);
  for (size_t Number = 0; Number < Summary->Values.size(); Number++) {
    Value *V = Summary->Values[Number].Model.kind == PP_VALUE_OUTSIDE ? Summary->Values[Number].V : nullptr;
    if (auto *Parameter = dyn_cast_or_null<Argument>(V))
      Outside[Number] = get(Call->getArgOperand(Parameter->getArgNo()));
    else if (V)
      Outside[Number] = get(V);
  }
  bool Written = Writers.size() > 1 || (Writers.size() == 1 && Writers.front() != Call);
  int Result = pp_nest_graft(N.Model.get(), Before, After, Summary->Model.get(), Outside.data(), Written);
  if (pp_nest_value_count(N.Model.get()))
    taken(static_cast<int>(pp_nest_value_count(N.Model.get())) - 1);
  for (size_t Loop = 0; Loop < Summary->Loops.size(); Loop++)
    N.Loops.push_back({nullptr, LoopEnd()});
  N.References.insert(N.References.end(), Summary->References.begin(), Summary->References.end());
  calledAt(Call)->Result = Result;
}

bool ValueBuilder::enter(CallBase *Call) {
  Called *Known = calledAt(Call);
  if (Known && !Known->Done)
    graft(*Known);
  return Known;
}

// What a call returns.
int ValueBuilder::called(CallBase *Call) {
  int Result = enter(Call) ? calledAt(Call)->Result : static_cast<int>(PP_NONE);
  return Result == PP_NONE || bitsOf(Result) != widthOf(Call->getType()) ? unknown(Call, "a call returns it") : Result;
}

int ValueBuilder::inside(Instruction *I) {
  if (auto *Phi = dyn_cast<PHINode>(I))
    return phi(Phi);
  if (auto *Load = dyn_cast<LoadInst>(I))
    return load(Load);
  if (auto *Element = dyn_cast<GEPOperator>(I))
    return element(Element, I);
  int High = multiplyHigh(I);
  if (High != PP_NONE)
    return High;
  if (I->isAtomic())
    return unknown(I, "an atomic operation gives it");
  return isa<CallBase>(I) && !isa<IntrinsicInst>(I) ? called(cast<CallBase>(I)) : operation(I);
}

// What operations and comparisons are in the graph; of those that it has only the other way round the operands change places.
struct Meaning {
  unsigned Code;
  pp_operation Operation;
  bool Swapped;
};

static const Meaning Binaries[] = {{Instruction::Add, PP_ADD, false},
                                   {Instruction::Sub, PP_SUBTRACT, false},
                                   {Instruction::Mul, PP_MULTIPLY, false},
                                   {Instruction::UDiv, PP_UDIVIDE, false},
                                   {Instruction::URem, PP_UREMAINDER, false},
                                   {Instruction::SDiv, PP_SDIVIDE, false},
                                   {Instruction::SRem, PP_SREMAINDER, false},
                                   {Instruction::And, PP_AND, false},
                                   {Instruction::Or, PP_OR, false},
                                   {Instruction::Xor, PP_XOR, false},
                                   {Instruction::Shl, PP_SHIFT_LEFT, false},
                                   {Instruction::LShr, PP_SHIFT_RIGHT, false},
                                   {Instruction::AShr, PP_SHIFT_RIGHT_SIGNED, false}};

static const Meaning Comparisons[] = {{CmpInst::ICMP_EQ, PP_EQUAL, false},  {CmpInst::ICMP_NE, PP_NOT_EQUAL, false},
                                      {CmpInst::ICMP_ULT, PP_ULESS, false}, {CmpInst::ICMP_ULE, PP_ULESS_EQUAL, false},
                                      {CmpInst::ICMP_UGT, PP_ULESS, true},  {CmpInst::ICMP_UGE, PP_ULESS_EQUAL, true},
                                      {CmpInst::ICMP_SLT, PP_SLESS, false}, {CmpInst::ICMP_SLE, PP_SLESS_EQUAL, false},
                                      {CmpInst::ICMP_SGT, PP_SLESS, true},  {CmpInst::ICMP_SGE, PP_SLESS_EQUAL, true}};

static const Meaning *meaningOf(ArrayRef<Meaning> Table, unsigned Code) {
  const Meaning *Found = find_if(Table, [&](const Meaning &Each) { return Each.Code == Code; });
  return Found == Table.end() ? nullptr : Found;
}

// Sums may be written as `or` where no bit meets another, and -1 - x as `xor`.
static bool isSum(Instruction *I, ScalarEvolution &SE) {
  return I->getOpcode() == Instruction::Or && I->getType()->isIntegerTy() && I->getType()->getIntegerBitWidth() > 1 &&
         SE.getSCEV(I) == SE.getAddExpr(SE.getSCEV(I->getOperand(0)), SE.getSCEV(I->getOperand(1)));
}

int ValueBuilder::operation(Instruction *I) {
  SmallVector<int, 4> Operands;
  auto *Known = dyn_cast<IntrinsicInst>(I); // the last operand of a call is what is called
  for (Value *Operand : make_range(I->op_begin(), I->op_end() - (Known ? 1 : 0)))
    if (!Operand->getType()->isMetadataTy()) {
      if (!isAddressable(Operand->getType()))
        return unknown(I, whyNoNumber(Operand->getType()));
      Operands.push_back(get(Operand));
    }
  At = blockOf(I);
  if (Known)
    return intrinsic(Known, Operands);
  switch (I->getOpcode()) {
  case Instruction::Select:
    return select(I, Operands);
  case Instruction::Trunc:
  case Instruction::ZExt:
  case Instruction::SExt:
  case Instruction::PtrToInt:
  case Instruction::IntToPtr:
  case Instruction::BitCast:
    return fit(Operands[0], widthOf(I->getType()), isa<SExtInst>(I));
  case Instruction::Freeze:
    return Operands[0];
  default:
    break;
  }
  auto *Compare = dyn_cast<CmpInst>(I);
  const Meaning *Found = Compare ? meaningOf(Comparisons, Compare->getPredicate()) : meaningOf(Binaries, I->getOpcode());
  if (!Found)
    return unknown(I, "no operation of slice programs computes it");
  if (Compare)
    return binary(Found->Operation, Operands[Found->Swapped], Operands[!Found->Swapped]);
  auto *Wrapping = dyn_cast<OverflowingBinaryOperator>(I);
  unsigned Flags = Wrapping && Wrapping->hasNoSignedWrap() ? PP_NO_SIGNED_WRAP : 0;
  Flags |= Wrapping && Wrapping->hasNoUnsignedWrap() ? PP_NO_UNSIGNED_WRAP : 0;
  if (isSum(I, A.SE))
    return binary(PP_ADD, Operands[0], Operands[1], PP_NO_SIGNED_WRAP | PP_NO_UNSIGNED_WRAP);
  if (PatternMatch::match(I, PatternMatch::m_Not(PatternMatch::m_Value())) && bitsOf(Operands[0]) > 1)
    return binary(PP_SUBTRACT, constant(bitsOf(Operands[0]), UINT64_MAX), Operands[isa<Constant>(I->getOperand(0)) ? 1 : 0],
                  PP_NO_SIGNED_WRAP | PP_NO_UNSIGNED_WRAP);
  return binary(Found->Operation, Operands[0], Operands[1], Flags);
}

// Of truth values, `and` and `or` may be written as selects.
int ValueBuilder::select(Instruction *I, ArrayRef<int> Operands) {
  using namespace PatternMatch;
  if (match(I, m_LogicalAnd(m_Value(), m_Value())))
    return binary(PP_AND, Operands[0], Operands[1]);
  if (match(I, m_LogicalOr(m_Value(), m_Value())))
    return binary(PP_OR, Operands[0], Operands[2]);
  return make(PP_SELECT, bitsOf(Operands[1]), Operands[0], Operands[1], Operands[2]);
}

// A sum or difference held at the end of its range. Signed ones leave it where the sign is not that of the left operand, though
// the operands' signs let it.
int ValueBuilder::saturated(int Left, int Right, bool Adds, bool Signed) {
  unsigned Bits = bitsOf(Left);
  int Result = binary(Adds ? PP_ADD : PP_SUBTRACT, Left, Right), Zero = constant(Bits, 0), Over, End;
  if (Signed) {
    int Same = binary(PP_XOR, Left, Right), Turned = binary(PP_XOR, Left, Result);
    Over = binary(PP_SLESS, binary(PP_AND, Adds ? withConstant(PP_XOR, Same, UINT64_MAX) : Same, Turned), Zero);
    uint64_t Least = uint64_t{1} << (Bits - 1);
    End = make(PP_SELECT, Bits, binary(PP_SLESS, Left, Zero), constant(Bits, Least), constant(Bits, Least - 1));
  } else {
    Over = Adds ? binary(PP_ULESS, Result, Left) : binary(PP_ULESS, Left, Right);
    End = Adds ? constant(Bits, UINT64_MAX) : Zero;
  }
  return make(PP_SELECT, Bits, Over, End, Result);
}

int ValueBuilder::intrinsic(IntrinsicInst *I, ArrayRef<int> Operands) {
  int First = Operands.empty() ? static_cast<int>(PP_NONE) : Operands[0];
  unsigned Bits = widthOf(I->getType());
  pp_nest *Graph = N.Model.get();
  switch (I->getIntrinsicID()) {
  case Intrinsic::umin:
    return taken(pp_build_smaller(Graph, At, PP_ULESS, First, Operands[1], false));
  case Intrinsic::umax:
    return taken(pp_build_smaller(Graph, At, PP_ULESS, First, Operands[1], true));
  case Intrinsic::smin:
    return taken(pp_build_smaller(Graph, At, PP_SLESS, First, Operands[1], false));
  case Intrinsic::smax:
    return taken(pp_build_smaller(Graph, At, PP_SLESS, First, Operands[1], true));
  case Intrinsic::abs:
    return taken(pp_build_absolute(Graph, At, First));
  case Intrinsic::fshl:
  case Intrinsic::fshr:
    return taken(pp_build_funnel(Graph, At, First, Operands[1], Operands[2], I->getIntrinsicID() == Intrinsic::fshl));
  case Intrinsic::bswap:
    return Bits % 16 == 0 && isPowerOf2_32(Bits) ? taken(pp_build_reversed(Graph, At, First, 8))
                                                 : unknown(I, "bytes of an odd width are swapped");
  case Intrinsic::bitreverse:
    return isPowerOf2_32(Bits) ? taken(pp_build_reversed(Graph, At, First, 1)) : unknown(I, "bits of an odd width are swapped");
  case Intrinsic::ctpop:
    return taken(pp_build_bit_count(Graph, At, First));
  case Intrinsic::cttz:
    return taken(pp_build_zeros_below(Graph, At, First));
  case Intrinsic::ctlz:
    return taken(pp_build_zeros_above(Graph, At, First));
  case Intrinsic::uadd_sat:
    return saturated(First, Operands[1], true, false);
  case Intrinsic::usub_sat:
    return saturated(First, Operands[1], false, false);
  case Intrinsic::sadd_sat:
    return saturated(First, Operands[1], true, true);
  case Intrinsic::ssub_sat:
    return saturated(First, Operands[1], false, true);
  case Intrinsic::ptrmask:
    return binary(PP_AND, First, fit(Operands[1], 64));
  case Intrinsic::expect:
  case Intrinsic::ssa_copy:
  case Intrinsic::launder_invariant_group:
  case Intrinsic::strip_invariant_group:
    return First;
  default:
    return unknown(I, "a call returns it");
  }
}

namespace {

// Writes walks of outer loops as functions of a phi that those loops have already, so that computing them adds no induction
// variable.
class OuterWalks : public SCEVRewriteVisitor<OuterWalks> {
public:
  explicit OuterWalks(ScalarEvolution &Evolution) : SCEVRewriteVisitor(Evolution) {}
  const SCEV *visitAddRecExpr(const SCEVAddRecExpr *Walk) {
    if (!Walk->isAffine())
      return Walk;
    for (PHINode &Phi : Walk->getLoop()->getHeader()->phis())
      if (const SCEV *Rewritten = throughPhi(Walk, &Phi))
        return Rewritten;
    return Walk;
  }

private:
  const SCEV *throughPhi(const SCEVAddRecExpr *Walk, PHINode *Phi) {
    if (!SE.isSCEVable(Phi->getType()))
      return nullptr;
    auto *Known = dyn_cast<SCEVAddRecExpr>(SE.getSCEV(Phi));
    if (!Known || !Known->isAffine() || Known->getLoop() != Walk->getLoop())
      return nullptr;
    const SCEV *Step = Walk->getStepRecurrence(SE);
    if (Known->getType() == Walk->getType() && Known->getStepRecurrence(SE) == Step) {
      const SCEV *Apart = SE.getMinusSCEV(Walk->getStart(), Known->getStart());
      if (!isa<SCEVCouldNotCompute>(Apart))
        return SE.getAddExpr(SE.getUnknown(Phi), visit(Apart));
    }
    if (!Phi->getType()->isIntegerTy() || Phi->getType() != Step->getType() || !Known->getStepRecurrence(SE)->isOne())
      return nullptr;
    const SCEV *Iteration = SE.getMinusSCEV(SE.getUnknown(Phi), visit(Known->getStart()));
    return SE.getAddExpr(visit(Walk->getStart()), SE.getMulExpr(Iteration, visit(Step)));
  }
};

} // namespace

Value *expandAt(const SCEV *S, Instruction *At, Analyses &A) {
  return A.Expander.expandCodeFor(OuterWalks(A.SE).visit(S), S->getType(), At);
}

// An operation that was made for a part of an address or of another operation: those are no divisions.
static Value *emitOperation(const pp_nest_value &Model, ArrayRef<Value *> Operands, IRBuilder<> &B) {
  Type *To = B.getIntNTy(Model.bits);
  switch (Model.operation) {
  case PP_EXTEND_ZERO:
  case PP_TRUNCATE:
    return B.CreateZExtOrTrunc(Operands[0], To);
  case PP_EXTEND_SIGN:
    return B.CreateSExt(Operands[0], To);
  case PP_SELECT:
    return B.CreateSelect(Operands[0], Operands[1], Operands[2]);
  case PP_UDIVIDE:
  case PP_SDIVIDE:
  case PP_UREMAINDER:
  case PP_SREMAINDER:
    return nullptr;
  default:
    break;
  }
  for (const Meaning &Each : Comparisons)
    if (Each.Operation == Model.operation && !Each.Swapped)
      return B.CreateICmp(static_cast<CmpInst::Predicate>(Each.Code), Operands[0], Operands[1]);
  for (const Meaning &Each : Binaries)
    if (Each.Operation == Model.operation)
      return B.CreateBinOp(static_cast<Instruction::BinaryOps>(Each.Code), Operands[0], Operands[1]);
  return nullptr;
}

static bool isAvailable(const Value *V, const IRBuilder<> &B, const DominatorTree &DT) {
  auto *I = dyn_cast<Instruction>(V);
  return !I || DT.dominates(I, &*B.GetInsertPoint());
}

// As an integer of its own width; null where it can not be computed at another place.
static Value *emitNarrow(const Nest &N, int Number, IRBuilder<> &B, const DominatorTree &DT) {
  const auto &[V, Model] = N.Values[Number];
  Type *Own = B.getIntNTy(Model.bits);
  if (V && !isAvailable(V, B, DT))
    return nullptr;
  if (V)
    return V->getType()->isPointerTy() ? B.CreatePtrToInt(V, Own) : V;
  if (Model.kind == PP_VALUE_CONSTANT)
    return ConstantInt::get(Own, Model.constant);
  SmallVector<Value *, 3> Operands;
  for (int Operand : Model.operand)
    if (Operand != PP_NONE)
      Operands.push_back(emitNarrow(N, Operand, B, DT));
  bool Possible = Model.kind == PP_VALUE_OPERATION && !is_contained(Operands, nullptr);
  return Possible ? emitOperation(Model, Operands, B) : nullptr;
}

Value *emitValue(const Nest &N, int Number, IRBuilder<> &B, const DominatorTree &DT) {
  Value *V = N.Values[Number].V;
  if (V && V->getType()->isPointerTy())
    return isAvailable(V, B, DT) ? V : nullptr;
  Value *Narrow = emitNarrow(N, Number, B, DT);
  return Narrow ? B.CreateZExt(Narrow, B.getInt64Ty()) : nullptr;
}

void sinkInto(BasicBlock *To, ArrayRef<Value *> Roots, const Instruction *Mark) {
  SmallSetVector<Instruction *, 32> Wanted;
  SmallVector<Value *, 32> Work(Roots.begin(), Roots.end());
  while (!Work.empty()) {
    auto *I = dyn_cast<Instruction>(Work.pop_back_val());
    bool Movable = I && I->getParent() != To && !isa<PHINode>(I) && !I->isTerminator() && !I->mayReadOrWriteMemory() &&
                   !I->mayHaveSideEffects() && !isa<AllocaInst>(I) && !I->isEHPad() &&
                   (!isa<CallBase>(I) || isa<IntrinsicInst>(I));
    if (Movable && Wanted.insert(I))
      Work.append(I->op_begin(), I->op_end());
  }
  for (bool Changed = true; Changed;) {
    Changed = Wanted.remove_if([&](Instruction *I) {
      return any_of(I->users(), [&](User *U) {
        auto *By = cast<Instruction>(U);
        return By != Mark && By->getParent() != To && !Wanted.count(By);
      });
    });
  }
  // Users before what they use, so that each goes in front of those moved already.
  SmallPtrSet<Instruction *, 32> Left(Wanted.begin(), Wanted.end());
  Instruction *Place = &*To->getFirstInsertionPt();
  while (!Left.empty())
    for (Instruction *I : Wanted) {
      if (!Left.count(I) || any_of(I->users(), [&](User *U) { return Left.count(cast<Instruction>(U)); }))
        continue;
      I->moveBefore(*Place->getParent(), Place->getIterator());
      Place = I;
      Left.erase(I);
    }
}

} // namespace pageprefetch
