// SPDX-License-Identifier: MIT
// What differs between LLVM releases, behind names of our own. Only compat.cpp tests LLVM's version.
#ifndef PAGEPREFETCH_COMPAT_H
#define PAGEPREFETCH_COMPAT_H

#include <string>

namespace llvm {
class Function;
class Instruction;
class SCEV;
class SCEVExpander;
class ScalarEvolution;
} // namespace llvm

namespace pageprefetch {

// NULL where the compiler that loaded the plugin is of the LLVM release that the plugin was built for; else a one-line message
// that names both and the remedy. Touches no LLVM symbol, so that it can run in any host.
const char *hostMismatch();

// "LLVM 14.0.6", for the plan.
std::string compilerName();

// Whether the function is a coroutine that was not split yet: its loops are not what they will be.
bool isUnsplitCoroutine(const llvm::Function &F);

// Whether every value of the expression exists at the place, and computing it there traps in no case.
bool safeToExpandAt(const llvm::SCEV *S, const llvm::Instruction *At, llvm::ScalarEvolution &SE, llvm::SCEVExpander &Expander);

} // namespace pageprefetch
#endif
