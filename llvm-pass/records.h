// SPDX-License-Identifier: MIT
// The ABI as LLVM sees it: static records of loops and sites, and the runtime's functions as weak references.
#ifndef PAGEPREFETCH_RECORDS_H
#define PAGEPREFETCH_RECORDS_H

#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/Instructions.h"

#include "streams/nest.h"

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

struct LoopRecord {
  uint32_t Flags;
  uint64_t Strip;
  std::string File, Function;
  uint32_t Line, Column;
  std::vector<SiteRecord> Sites;
};

// Constants for one loop: all of them are i8 pointers.
struct LoopConstants {
  llvm::Constant *Loop;
  llvm::Constant *State; // a pointer to i32
  std::vector<llvm::Constant *> Sites;
};

class Records {
public:
  explicit Records(llvm::Module &Unit) : M(Unit) {}
  LoopConstants add(const LoopRecord &Record);
  llvm::PointerType *pointer() const;
  llvm::FunctionCallee strip();       // i64 (loop, done, trips)
  llvm::FunctionCallee affine();      // i64 (site, base, stride, span, done, trips, ahead)
  llvm::FunctionCallee gatherBegin(); // i64 (site, done, trips, ahead)
  llvm::FunctionCallee gatherBatch(); // pointer ()
  llvm::FunctionCallee gatherEnd();   // void (site, batch, count)

private:
  llvm::FunctionCallee declare(const char *Name, llvm::Type *Result, llvm::ArrayRef<llvm::Type *> Arguments);
  llvm::Constant *string(const std::string &Text);
  llvm::Constant *site(llvm::StructType *Type, const SiteRecord &Record);
  llvm::Constant *asPointer(llvm::Constant *Value) const;
  llvm::Module &M;
};

} // namespace pageprefetch
#endif
