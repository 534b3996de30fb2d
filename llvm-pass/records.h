// SPDX-License-Identifier: MIT
// The ABI as LLVM sees it: static records of loops and sites, and the runtime's functions as weak references.
#ifndef PAGEPREFETCH_RECORDS_H
#define PAGEPREFETCH_RECORDS_H

#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/Instructions.h"

#include "pageprefetch_program.h"

#include <string>
#include <vector>

namespace llvm {
class Constant;
class Module;
} // namespace llvm

namespace pageprefetch {

struct SiteRecord {
  uint16_t Kind, Flags;
  uint32_t ElementBytes, Distance;
  std::string File;
  uint32_t Line, Column;
};

// A program of a plan, which it outlives.
struct ProgramRecord {
  ProgramRecord() = default;
  explicit ProgramRecord(const pp_program &Planned)
      : Head(Planned), Instructions(Planned.instructions, Planned.instructions + Planned.instruction_count) {}
  pp_program Head{};
  std::vector<pp_instruction> Instructions; // none: there is no such program
};

struct LoopRecord {
  uint64_t Least, Usual, Strip;
  unsigned EnvironmentCount;
  std::string File, Function;
  uint32_t Line, Column;
  std::vector<SiteRecord> Sites;
  ProgramRecord Walks, Slices;
};

// Constants for one loop.
struct LoopConstants {
  llvm::Constant *Loop = nullptr;  // a pointer to i8
  llvm::Constant *Least = nullptr; // a pointer to i64
};

class Records {
public:
  explicit Records(llvm::Module &Unit) : M(Unit) {}
  LoopConstants add(const LoopRecord &Record);
  llvm::PointerType *pointer() const;
  llvm::FunctionCallee strip(); // i64 (loop, done, trips, ...)

private:
  llvm::Constant *string(const std::string &Text);
  llvm::Constant *file(const std::string &Known);
  llvm::Constant *site(llvm::StructType *Type, const SiteRecord &Record);
  llvm::Constant *program(const ProgramRecord &Record);
  llvm::Constant *asPointer(llvm::Constant *Value) const;
  llvm::Module &M;
};

} // namespace pageprefetch
#endif
