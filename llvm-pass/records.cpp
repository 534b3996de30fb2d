// SPDX-License-Identifier: MIT
// Emits the static records of the ABI and declares the runtime's functions. Layouts follow pageprefetch_abi.h field by field.
#include "records.h"
#include "compat.h"

#include "pageprefetch_abi.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Path.h"

using namespace llvm;

static_assert(sizeof(pp_site) == 40 && sizeof(pp_loop) == 96, "the records' layouts below");
static_assert(sizeof(pp_program) == 24 && sizeof(pp_instruction) == 16, "those of programs as well");

namespace pageprefetch {

static Type *integer(Module &M, unsigned Bits) {
  return Type::getIntNTy(M.getContext(), Bits);
}

static Constant *number(Module &M, unsigned Bits, uint64_t Value) {
  return ConstantInt::get(integer(M, Bits), Value);
}

PointerType *Records::pointer() const {
  return bytePointer(M.getContext());
}

Constant *Records::asPointer(Constant *Value) const {
  return ConstantExpr::getPointerCast(Value, pointer());
}

static GlobalVariable *define(Module &M, Constant *Value, const char *Name, bool IsConstant, unsigned Alignment = 8) {
  auto *Global = new GlobalVariable(M, Value->getType(), IsConstant, GlobalValue::PrivateLinkage, Value, Name);
  Global->setAlignment(Align(Alignment));
  return Global;
}

Constant *Records::string(const std::string &Text) {
  GlobalVariable *Global = define(M, ConstantDataArray::getString(M.getContext(), Text), "pageprefetch.text", true, 1);
  Global->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
  return asPointer(Global);
}

// Without debug information the file is all that is known of a place; its folder is left out: no prefix map would rename it.
Constant *Records::file(const std::string &Known) {
  return string(Known.empty() ? sys::path::filename(M.getSourceFileName()).str() : Known);
}

Constant *Records::site(StructType *Type, const SiteRecord &Record) {
  return ConstantStruct::get(Type, {number(M, 16, Record.Kind), number(M, 16, Record.Flags), number(M, 32, Record.ElementBytes),
                                    number(M, 32, Record.Line), number(M, 32, Record.Column), number(M, 32, Record.Distance),
                                    number(M, 32, 0), file(Record.File), ConstantPointerNull::get(pointer())});
}

Constant *Records::program(const ProgramRecord &Record) {
  if (Record.Instructions.empty())
    return ConstantPointerNull::get(pointer());
  auto *Byte = integer(M, 8), *Short = integer(M, 16);
  auto *Each = StructType::get(M.getContext(), {Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, integer(M, 64)});
  std::vector<Constant *> Instructions;
  for (const pp_instruction &I : Record.Instructions)
    Instructions.push_back(
        ConstantStruct::get(Each, {number(M, 8, I.op), number(M, 8, I.to), number(M, 8, I.left), number(M, 8, I.right),
                                   number(M, 8, I.third), number(M, 8, I.bytes), number(M, 8, I.flags), number(M, 8, 0),
                                   number(M, 64, static_cast<uint64_t>(I.immediate))}));
  auto *Array = ConstantArray::get(ArrayType::get(Each, Instructions.size()), Instructions);
  auto *Type = StructType::get(M.getContext(), {Short, Short, Short, Short, Short, Short, Short, Short, pointer()});
  const pp_program &Head = Record.Head;
  auto *Value = ConstantStruct::get(Type, {number(M, 16, Head.instruction_count), number(M, 16, Head.environment_count),
                                           number(M, 16, Head.carried_count), number(M, 16, Head.register_count),
                                           number(M, 16, Head.site_count), number(M, 16, 0), number(M, 16, 0), number(M, 16, 0),
                                           asPointer(define(M, Array, "pageprefetch.instructions", true))});
  return asPointer(define(M, Value, "pageprefetch.program", true));
}

LoopConstants Records::add(const LoopRecord &Record) {
  auto *Short = integer(M, 16), *Word = integer(M, 32), *Long = integer(M, 64);
  auto *SiteType = StructType::get(M.getContext(), {Short, Short, Word, Word, Word, Word, Word, pointer(), pointer()});
  auto *LoopType = StructType::get(M.getContext(), {Word, Word, Word, Word, Long, Long, pointer(), pointer(), Word, Word,
                                                    pointer(), pointer(), pointer(), pointer(), Long});
  std::vector<Constant *> Sites;
  for (const SiteRecord &Each : Record.Sites)
    Sites.push_back(site(SiteType, Each));
  auto *Array = ConstantArray::get(ArrayType::get(SiteType, Sites.size()), Sites);
  GlobalVariable *SiteArray = define(M, Array, "pageprefetch.sites", false);
  auto *Null = ConstantPointerNull::get(pointer());
  auto *Value = ConstantStruct::get(
      LoopType, {number(M, 32, PP_ABI_VERSION), number(M, 32, Sites.size()), number(M, 32, Record.EnvironmentCount),
                 number(M, 32, 0), number(M, 64, Record.Least), number(M, 64, Record.Strip), file(Record.File),
                 string(Record.Function), number(M, 32, Record.Line), number(M, 32, Record.Column), asPointer(SiteArray),
                 program(Record.Walks), program(Record.Slices), Null, number(M, 64, Record.Usual)});
  GlobalVariable *LoopGlobal = define(M, Value, "pageprefetch.loop", false);
  Constant *Field[] = {number(M, 32, 0), number(M, 32, 4)};
  return {asPointer(LoopGlobal), ConstantExpr::getInBoundsGetElementPtr(LoopType, LoopGlobal, Field)};
}

// The call reads and writes the runtime's memory and the record, nothing of the program's. Telling so keeps the optimiser's
// knowledge of the loop around it.
FunctionCallee Records::strip() {
  bool Known = M.getFunction("__pp_strip");
  auto *Long = integer(M, 64);
  FunctionCallee Callee = M.getOrInsertFunction("__pp_strip", FunctionType::get(Long, {pointer(), Long, Long}, true));
  auto *F = dyn_cast<Function>(Callee.getCallee());
  if (Known || !F)
    return Callee;
  F->setLinkage(GlobalValue::ExternalWeakLinkage);
  F->setDoesNotThrow();
  F->addFnAttr(Attribute::WillReturn);
  F->addFnAttr(Attribute::NoFree);
  F->addFnAttr(Attribute::Cold);
  F->addFnAttr(Attribute::NonLazyBind); // the loader's own work at a first call takes 2.7 KiB of the program's stack
  F->setOnlyAccessesInaccessibleMemOrArgMem();
  return Callee;
}

} // namespace pageprefetch
