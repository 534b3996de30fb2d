// SPDX-License-Identifier: MIT
// What users are told beside the planner's remarks: why nothing is hinted in a module, why a function is left alone.
#ifndef PAGEPREFETCH_DIAGNOSE_H
#define PAGEPREFETCH_DIAGNOSE_H

#include "nest.h"

#include "llvm/ADT/StringRef.h"

namespace llvm {
class Function;
class LoopInfo;
class Module;
class OptimizationRemarkEmitter;
} // namespace llvm

namespace pageprefetch {

// Says on standard error where clang was given the plugin by -fplugin= alone, which only takes its options.
void noteMissingPassPlugin();

// Says on standard error why no loop of a module that has loops can be hinted.
void noteUnhinted(const llvm::Module &M, bool Optimised);

// Says so where a module is compiled for a link that will hint it, or not.
void notePreLink(const llvm::Module &M);

// Why a function's loops are left as they are, or NULL.
const char *findFunctionObstacle(const llvm::Function &F);

// A missed remark at the function's first loop.
void remarkFunction(const llvm::Function &F, const llvm::LoopInfo &LI, const char *Reason,
                    llvm::OptimizationRemarkEmitter &Remarks, bool Verbose);

// A line on standard error where the plugin is to be verbose.
void say(const llvm::Function &F, llvm::StringRef Text, bool Verbose);

} // namespace pageprefetch
#endif
