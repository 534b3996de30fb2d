// SPDX-License-Identifier: MIT
// What differs between LLVM releases, behind names of our own. Only compat.cpp tests LLVM's version.
#ifndef PAGEPREFETCH_COMPAT_H
#define PAGEPREFETCH_COMPAT_H

#if __has_include("llvm/TargetParser/Triple.h")
#include "llvm/TargetParser/Triple.h"
#else
#include "llvm/ADT/Triple.h"
#endif

#include <string>

namespace llvm {
class Function;
class Instruction;
class SCEV;
class SCEVExpander;
class ScalarEvolution;
class Value;
} // namespace llvm

namespace pageprefetch {

// Ends the process with a message where the program that loaded the plugin is not of the LLVM release that the plugin was built
// for. Touches no LLVM symbol, so that it can run in any host.
void demandHost();

// "LLVM 14.0.6", for the plan.
std::string compilerName();

// Whether the function is a coroutine that was not split yet: its loops are not what they will be.
bool isUnsplitCoroutine(const llvm::Function &F);

// Whether every value of the expression exists at the place, and computing it there traps in no case.
bool safeToExpandAt(const llvm::SCEV *S, const llvm::Instruction *At, llvm::ScalarEvolution &SE, llvm::SCEVExpander &Expander);

// The variable whose instance in the running thread a value is the address of, or the value.
const llvm::Value *threadVariable(const llvm::Value *V);

// What is told of variables at an instruction, where it is no instruction itself.
void dropDebugRecords(llvm::Instruction &I);

} // namespace pageprefetch
#endif
