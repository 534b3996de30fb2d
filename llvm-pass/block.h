// SPDX-License-Identifier: MIT
// Large block operations: those that loops became, and those that the program calls itself.
// Only their length is looked at when the program runs; short ones go where they went.
#ifndef PAGEPREFETCH_BLOCK_H
#define PAGEPREFETCH_BLOCK_H

#include "llvm/IR/PassManager.h"

namespace llvm {
class Function;
class Module;
} // namespace llvm

namespace pageprefetch {

// Hands the block operations of a final function to the runtime where they may be large, and says so. Returns whether anything
// changed; the function's analyses do not hold any more then.
bool handOverBlocks(llvm::Function &F, llvm::FunctionAnalysisManager &AM, bool Verbose);

} // namespace pageprefetch
#endif
