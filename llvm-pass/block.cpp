// SPDX-License-Identifier: MIT
// A block operation whose length may be large becomes a test of the length, with a call of the runtime's behind it in cold code.
// The test whether the runtime is there stands once in a module, in a function of its own: it costs no place of a call.
#include "block.h"
#include "diagnose.h"
#include "nest.h"

#include "pageprefetch_abi.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace pageprefetch {

// Metadata of an operation that was handed over: link-time optimisation and a plugin named twice come by again.
static const char HandedOver[] = "pageprefetch.block";

// Whether the operation is one of these, as the code generator makes a call of it.
static bool isBlock(const Instruction &I) {
  auto *Operation = dyn_cast<MemIntrinsic>(&I);
  unsigned Kind = Operation ? Operation->getIntrinsicID() : Intrinsic::not_intrinsic;
  if ((Kind != Intrinsic::memset && Kind != Intrinsic::memcpy) || Operation->isVolatile() || Operation->getDestAddressSpace() ||
      Operation->hasMetadata(HandedOver) || Operation->hasOperandBundles())
    return false;
  auto *Copy = dyn_cast<MemTransferInst>(Operation);
  return !Copy || !Copy->getSourceAddressSpace();
}

// Bytes of the object that a pointer points into, where the program fixes them; else UINT64_MAX.
static uint64_t objectBytes(const Value *Pointer, const DataLayout &DL) {
  const Value *Object = getUnderlyingObject(Pointer);
  Type *Held = nullptr;
  if (auto *Local = dyn_cast<AllocaInst>(Object))
    Held = Local->isArrayAllocation() ? nullptr : Local->getAllocatedType();
  else if (auto *Global = dyn_cast<GlobalVariable>(Object))
    Held = Global->hasDefinitiveInitializer() ? Global->getValueType() : nullptr;
  if (!Held || !Held->isSized() || isa<ScalableVectorType>(Held))
    return UINT64_MAX;
  return static_cast<uint64_t>(DL.getTypeAllocSize(Held));
}

static bool mayBeLarge(const MemIntrinsic *Operation, ScalarEvolution &SE) {
  const DataLayout &DL = Operation->getModule()->getDataLayout();
  if (auto *Constant = dyn_cast<ConstantInt>(Operation->getLength()))
    return Constant->getValue().uge(PP_BLOCK_LEAST);
  if (objectBytes(Operation->getRawDest(), DL) < PP_BLOCK_LEAST)
    return false;
  auto *Copy = dyn_cast<MemTransferInst>(Operation);
  if (Copy && objectBytes(Copy->getRawSource(), DL) < PP_BLOCK_LEAST)
    return false;
  const SCEV *Length = SE.getSCEV(Operation->getLength());
  return SE.getUnsignedRangeMax(Length).uge(PP_BLOCK_LEAST) &&
         !SE.isKnownPredicateAt(CmpInst::ICMP_ULT, Length, SE.getConstant(Length->getType(), PP_BLOCK_LEAST), Operation);
}

// Why a function's block operations stay as they are, or NULL: what forbids strips, what watches memory, and what implements
// them.
static const char *findBlockObstacle(const Function &F) {
  for (Attribute::AttrKind Watched : {Attribute::SanitizeAddress, Attribute::SanitizeHWAddress, Attribute::SanitizeMemory,
                                      Attribute::SanitizeThread, Attribute::SanitizeMemTag})
    if (F.hasFnAttribute(Watched))
      return "a sanitizer watches them";
  for (StringRef Own : {"memcpy", "memset", "memmove", "mempcpy", "bcopy", "bzero"})
    if (F.getName() == Own)
      return "the function may be what they call";
  if (F.hasFnAttribute("no-builtins"))
    return "the program may have functions of its own for them";
  if (const char *Reason = findFunctionObstacle(F))
    return Reason;
  return findBitsObstacle(F);
}

// The module's function that calls the runtime's operation where that is there, else the C library's.
static Function *handingFunction(Module &M, bool Sets) {
  const char *Name = Sets ? "pageprefetch.memset" : "pageprefetch.memcpy";
  if (Function *Known = M.getFunction(Name))
    return Known;
  LLVMContext &C = M.getContext();
  Type *Pointer = bytePointer(C), *Long = Type::getInt64Ty(C);
  FunctionType *Type = FunctionType::get(Pointer, {Pointer, Sets ? llvm::Type::getInt32Ty(C) : Pointer, Long}, false);
  auto *Runtime = dyn_cast<Function>(M.getOrInsertFunction(Sets ? "__pp_memset" : "__pp_memcpy", Type).getCallee());
  auto *Library = dyn_cast<Function>(M.getOrInsertFunction(Sets ? "memset" : "memcpy", Type).getCallee());
  if (!Runtime || !Library || !Library->isDeclaration() || Library->getFunctionType() != Type)
    return nullptr;
  if (Runtime->isDeclaration())
    Runtime->setLinkage(GlobalValue::ExternalWeakLinkage);
  Runtime->setDoesNotThrow();
  Runtime->addFnAttr(Attribute::NonLazyBind);
  auto *Made = Function::Create(Type, GlobalValue::InternalLinkage, Name, M);
  Made->setDoesNotThrow();
  Made->addFnAttr(Attribute::NoInline);
  Made->addParamAttr(0, Attribute::Returned);
  Made->setSectionPrefix("unlikely");
  auto *Entry = BasicBlock::Create(C, "", Made), *There = BasicBlock::Create(C, "", Made),
       *Absent = BasicBlock::Create(C, "", Made);
  IRBuilder<> B(Entry);
  B.CreateCondBr(B.CreateIsNotNull(Runtime), There, Absent);
  SmallVector<Value *, 3> Arguments{Made->getArg(0), Made->getArg(1), Made->getArg(2)};
  for (auto [Block, Callee] : {std::make_pair(There, Runtime), std::make_pair(Absent, Library)}) {
    B.SetInsertPoint(Block);
    CallInst *Call = B.CreateCall(Callee, Arguments);
    Call->setTailCall();
    B.CreateRet(Call);
  }
  return Made;
}

static void callHanding(MemIntrinsic *Operation, Function *Handing, Instruction *Before) {
  IRBuilder<> B(Before);
  Type *Pointer = Handing->getArg(0)->getType(), *Second = Handing->getArg(1)->getType();
  auto *Copy = dyn_cast<MemTransferInst>(Operation);
  Value *What =
      Copy ? B.CreatePointerCast(Copy->getRawSource(), Second) : B.CreateZExt(cast<MemSetInst>(Operation)->getValue(), Second);
  CallInst *Call = B.CreateCall(Handing, {B.CreatePointerCast(Operation->getRawDest(), Pointer), What,
                                          B.CreateZExtOrTrunc(Operation->getLength(), B.getInt64Ty())});
  Call->setDebugLoc(Operation->getDebugLoc());
  Call->setTailCallKind(Operation->getTailCallKind());
}

static bool handOver(MemIntrinsic *Operation) {
  Function *Handing = handingFunction(*Operation->getModule(), isa<MemSetInst>(Operation));
  LLVMContext &C = Operation->getContext();
  if (!Handing)
    return false;
  if (isa<ConstantInt>(Operation->getLength())) {
    callHanding(Operation, Handing, Operation);
    Operation->eraseFromParent();
    return true;
  }
  Operation->setMetadata(HandedOver, MDNode::get(C, {}));
  Value *Length = Operation->getLength();
  IRBuilder<> B(Operation);
  Value *Large = B.CreateICmpUGE(Length, ConstantInt::get(Length->getType(), PP_BLOCK_LEAST));
  Instruction *Then, *Else;
  SplitBlockAndInsertIfThenElse(Large, Operation, &Then, &Else, MDBuilder(C).createBranchWeights(1, 100000));
  callHanding(Operation, Handing, Then);
  Operation->moveBefore(*Else->getParent(), Else->getIterator());
  return true;
}

bool handOverBlocks(Function &F, FunctionAnalysisManager &AM, bool Verbose) {
  SmallVector<MemIntrinsic *, 8> Found;
  if (F.hasOptSize() || F.hasMinSize())
    return false;
  for (Instruction &I : instructions(F))
    if (isBlock(I))
      Found.push_back(cast<MemIntrinsic>(&I));
  if (Found.empty())
    return false;
  ScalarEvolution &SE = AM.getResult<ScalarEvolutionAnalysis>(F);
  erase_if(Found, [&](MemIntrinsic *Operation) { return !mayBeLarge(Operation, SE); });
  if (Found.empty())
    return false;
  const char *Obstacle = findBlockObstacle(F);
  OptimizationRemarkEmitter Remarks(&F);
  bool Changed = false;
  for (MemIntrinsic *Operation : Found) {
    bool Sets = isa<MemSetInst>(Operation);
    DebugLoc Place = Operation->getDebugLoc();
    std::string Text = std::string("block operation (") + (Sets ? "memset" : "memcpy") + ") ";
    bool Done = !Obstacle && handOver(Operation);
    Text += Done ? "made present in pieces where it is of 4 MiB or more"
                 : std::string("left alone: ") + (Obstacle ? Obstacle : "the module defines the function itself");
    Changed |= Done;
    if (Done)
      Remarks.emit([&] { return OptimizationRemark("pageprefetch", "BlockHandedOver", Place, &F.getEntryBlock()) << Text; });
    else
      Remarks.emit([&] { return OptimizationRemarkMissed("pageprefetch", "BlockLeft", Place, &F.getEntryBlock()) << Text; });
    if (Verbose)
      errs() << "pageprefetch: " << F.getName() << ": " << Text << "\n";
  }
  return Changed;
}

} // namespace pageprefetch
