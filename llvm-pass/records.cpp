// SPDX-License-Identifier: MIT
// Emits the static records of the ABI and declares the runtime's functions. Layouts follow pageprefetch_abi.h field by field.
#include "records.h"

#include "pageprefetch_abi.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"

using namespace llvm;

static_assert(sizeof(pp_site) == 40 && sizeof(pp_loop) == 64, "the records' layouts below");

namespace pageprefetch {

static Type *integer(Module &M, unsigned Bits) {
  return Type::getIntNTy(M.getContext(), Bits);
}

static Constant *number(Module &M, unsigned Bits, uint64_t Value) {
  return ConstantInt::get(integer(M, Bits), Value);
}

PointerType *Records::pointer() const {
  return PointerType::get(Type::getInt8Ty(M.getContext()), 0);
}

Constant *Records::asPointer(Constant *Value) const {
  return ConstantExpr::getPointerCast(Value, pointer());
}

static GlobalVariable *define(Module &M, Constant *Value, const char *Name, bool IsConstant) {
  auto *Global = new GlobalVariable(M, Value->getType(), IsConstant, GlobalValue::PrivateLinkage, Value, Name);
  Global->setAlignment(Align(IsConstant ? 1 : 8));
  return Global;
}

Constant *Records::string(const std::string &Text) {
  GlobalVariable *Global = define(M, ConstantDataArray::getString(M.getContext(), Text), "pageprefetch.text", true);
  Global->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
  return asPointer(Global);
}

Constant *Records::site(StructType *Type, const SiteRecord &Record) {
  return ConstantStruct::get(Type, {number(M, 16, Record.Kind), number(M, 16, Record.Flags), number(M, 32, Record.ElementBytes),
                                    number(M, 32, Record.Line), number(M, 32, Record.Column), number(M, 32, Record.Distance),
                                    number(M, 32, 0), string(Record.File), ConstantPointerNull::get(pointer())});
}

LoopConstants Records::add(const LoopRecord &Record) {
  auto *Short = integer(M, 16), *Word = integer(M, 32), *Long = integer(M, 64);
  auto *SiteType = StructType::get(M.getContext(), {Short, Short, Word, Word, Word, Word, Word, pointer(), pointer()});
  auto *LoopType =
      StructType::get(M.getContext(), {Word, Word, Word, Word, Long, pointer(), pointer(), Word, Word, pointer(), pointer()});
  std::vector<Constant *> Sites;
  for (const SiteRecord &Each : Record.Sites)
    Sites.push_back(site(SiteType, Each));
  auto *Array = ConstantArray::get(ArrayType::get(SiteType, Sites.size()), Sites);
  GlobalVariable *SiteArray = define(M, Array, "pageprefetch.sites", false);
  auto *Null = ConstantPointerNull::get(pointer());
  auto *Value = ConstantStruct::get(
      LoopType, {number(M, 32, PP_ABI_VERSION), number(M, 32, PP_LOOP_ON), number(M, 32, Sites.size()),
                 number(M, 32, Record.Flags), number(M, 64, Record.Strip), string(Record.File), string(Record.Function),
                 number(M, 32, Record.Line), number(M, 32, Record.Column), asPointer(SiteArray), Null});
  GlobalVariable *LoopGlobal = define(M, Value, "pageprefetch.loop", false);

  LoopConstants Made;
  Made.Loop = asPointer(LoopGlobal);
  Made.State =
      ConstantExpr::getInBoundsGetElementPtr(LoopType, LoopGlobal, ArrayRef<Constant *>{number(M, 32, 0), number(M, 32, 1)});
  for (size_t Number = 0; Number < Sites.size(); Number++)
    Made.Sites.push_back(asPointer(ConstantExpr::getInBoundsGetElementPtr(
        Array->getType(), SiteArray, ArrayRef<Constant *>{number(M, 32, 0), number(M, 32, Number)})));
  return Made;
}

// The calls read and write the runtime's memory and what their arguments point to, nothing of the program's. Telling so keeps the
// optimiser's knowledge of the loop around the call.
FunctionCallee Records::declare(const char *Name, Type *Result, ArrayRef<Type *> Arguments) {
  bool Known = M.getFunction(Name);
  FunctionCallee Callee = M.getOrInsertFunction(Name, FunctionType::get(Result, Arguments, false));
  auto *F = dyn_cast<Function>(Callee.getCallee());
  if (Known || !F)
    return Callee;
  F->setLinkage(GlobalValue::ExternalWeakLinkage);
  F->setDoesNotThrow();
  F->addFnAttr(Attribute::WillReturn);
  F->addFnAttr(Attribute::NoFree);
  F->addFnAttr(Attribute::Cold);
  F->setOnlyAccessesInaccessibleMemOrArgMem();
  return Callee;
}

FunctionCallee Records::strip() {
  auto *Long = integer(M, 64);
  return declare("__pp_strip", Long, {pointer(), Long, Long});
}

FunctionCallee Records::affine() {
  auto *Long = integer(M, 64);
  return declare("__pp_affine", Long, {pointer(), Long, Long, Long, Long, Long, Long});
}

FunctionCallee Records::gatherBegin() {
  auto *Long = integer(M, 64);
  return declare("__pp_gather_begin", Long, {pointer(), Long, Long, Long});
}

FunctionCallee Records::gatherBatch() {
  return declare("__pp_gather_batch", pointer(), {});
}

FunctionCallee Records::gatherEnd() {
  return declare("__pp_gather_end", Type::getVoidTy(M.getContext()), {pointer(), pointer(), integer(M, 64)});
}

} // namespace pageprefetch
