// SPDX-License-Identifier: MIT
// What differs between LLVM releases, behind names of our own. Only compat.cpp tests LLVM's version.
#ifndef PAGEPREFETCH_COMPAT_H
#define PAGEPREFETCH_COMPAT_H

#if __has_include("llvm/TargetParser/Triple.h")
#include "llvm/TargetParser/Triple.h"
#else
#include "llvm/ADT/Triple.h"
#endif

#include "llvm/Config/llvm-config.h"

#if __has_include("llvm/Plugins/PassPlugin.h")
#define PAGEPREFETCH_PASS_PLUGIN "llvm/Plugins/PassPlugin.h"
#else
#define PAGEPREFETCH_PASS_PLUGIN "llvm/Passes/PassPlugin.h"
#endif

#include "llvm/ADT/MapVector.h"

#include <string>

namespace llvm {
class APInt;
class BranchInst;
class CallInst;
class CondBrInst;
class Function;
class Instruction;
class LLVMContext;
class Module;
class PointerType;
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

// A branch that asks: a class of its own from LLVM 23 on.
#if LLVM_VERSION_MAJOR >= 23
using ConditionalBranch = llvm::CondBrInst;
#else
using ConditionalBranch = llvm::BranchInst;
#endif

// What ends a block as such a branch, or null.
const ConditionalBranch *conditionalBranch(const llvm::Instruction *End);
ConditionalBranch *conditionalBranch(llvm::Instruction *End);

// Whether it is a branch, one that asks or not.
bool isBranch(const llvm::Instruction &I);

// A pointer to bytes; to anything where pointers have no type.
llvm::PointerType *bytePointer(llvm::LLVMContext &C, unsigned Space = 0);

// The parts of an address by GEPOperator::collectOffset().
#if LLVM_VERSION_MAJOR >= 21
using OffsetParts = llvm::SmallMapVector<llvm::Value *, llvm::APInt, 4>;
#else
using OffsetParts = llvm::MapVector<llvm::Value *, llvm::APInt>;
#endif

// Puts an instruction that is in no block before another.
void insertBefore(llvm::Instruction *New, llvm::Instruction *Place);

// Notes that a call keeps no copy of a pointer that it is given.
void addNoCapture(llvm::CallInst &Call, unsigned Argument);

// The instruction behind another, or null; none that only tells debuggers something.
const llvm::Instruction *instructionBehind(const llvm::Instruction &I);

// What the module is compiled for.
llvm::Triple targetOf(const llvm::Module &M);

// For code of the module; names of what it makes begin with "pp".
llvm::SCEVExpander makeExpander(llvm::ScalarEvolution &SE, const llvm::Module &M);

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
