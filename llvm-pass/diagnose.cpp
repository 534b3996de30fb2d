// SPDX-License-Identifier: MIT
// Says why nothing is hinted: the way the plugin was loaded, the module's target or level, a function's attributes.
// What concerns a whole module is a line on standard error. A warning of LLVM's would become an error under -Werror, in
// builds whose code is right; clang drops a note that follows no warning; and remarks are seen only by those who asked.
#include "diagnose.h"
#include "compat.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <fstream>
#include <iterator>
#include <unistd.h>

using namespace llvm;

namespace pageprefetch {

static void note(const Twine &Text) {
  errs() << "note: pageprefetch: " << Text << "\n";
}

// The words that a process was started with, and the contents of its response files.
static std::string commandLine(const std::string &Process) {
  std::ifstream Stream("/proc/" + Process + "/cmdline", std::ios::binary);
  std::string Words{std::istreambuf_iterator<char>(Stream), {}}, All = Words;
  for (size_t At = 0; At < Words.size(); At += strlen(Words.c_str() + At) + 1)
    if (Words[At] == '@') {
      std::ifstream Response(Words.c_str() + At + 1);
      All.append(std::istreambuf_iterator<char>(Response), {});
    }
  return All;
}

void noteMissingPassPlugin() {
  Dl_info Own;
  if (!dladdr(reinterpret_cast<void *>(&noteMissingPassPlugin), &Own) || !Own.dli_fname)
    return;
  std::string Words = commandLine("self"), Path = Own.dli_fname;
  bool ByFrontend =
      Words.find("-fplugin=" + Path) != std::string::npos || Words.find(std::string("-load\0", 6) + Path) != std::string::npos;
  if (ByFrontend && Words.find("-fpass-plugin=") == std::string::npos)
    fprintf(stderr, "note: pageprefetch: -fplugin= alone hints nothing, it only takes options: add -fpass-plugin=%s\n",
            Path.c_str());
}

// The runtime is for Linux on x86-64, pointers of 64 bits.
static bool isOtherTarget(const Module &M) {
  Triple Target = targetOf(M);
  bool Fits = Target.getArch() == Triple::x86_64 && Target.isOSLinux();
  return M.getDataLayout().getPointerSizeInBits() != 64 || !(Fits || Target.str().empty());
}

// One compilation also makes code for such places, as OpenMP's and CUDA's devices: the host's part is what the flag is for.
static bool isDevice(const Module &M) {
  Triple Target = targetOf(M);
  return Target.isNVPTX() || Target.isAMDGPU() || Target.isSPIR();
}

static bool hasLoop(const Module &M) {
  SmallVector<std::pair<const BasicBlock *, const BasicBlock *>, 8> Back;
  for (const Function &F : M)
    if (!F.isDeclaration())
      FindFunctionBackedges(F, Back);
  return !Back.empty();
}

void noteUnhinted(const Module &M, bool Optimised) {
  bool Other = isOtherTarget(M);
  if ((Optimised && !Other) || isDevice(M) || !hasLoop(M))
    return;
  if (Other)
    note(M.getSourceFileName() + ": no loop is hinted for the target '" + targetOf(M).str() +
         "': hints are for x86-64 Linux with 64-bit pointers");
  else
    note(M.getSourceFileName() + ": no loop is hinted at -O0: compile with -O1 or higher");
}

// Where the same command links, the driver's own words say whether the linker loads the plugin.
void notePreLink(const Module &M) {
  if (isOtherTarget(M) || !hasLoop(M) || commandLine(std::to_string(getppid())).find("load-pass-plugin") != std::string::npos)
    return;
  note(M.getSourceFileName() + ": with -flto=thin loops are hinted when the program is linked, if the linker loads the plugin as "
                               "well: -fuse-ld=lld -Wl,--load-pass-plugin=FILE, ld.lld 15 or later");
}

// Clang puts annotate() into llvm.global.annotations: {function, text, file, line, arguments}.
static bool isAnnotatedOff(const Function &F) {
  const GlobalVariable *List = F.getParent()->getNamedGlobal("llvm.global.annotations");
  const auto *Entries = List && List->hasInitializer() ? dyn_cast<ConstantArray>(List->getInitializer()) : nullptr;
  if (!Entries)
    return false;
  for (const Use &Entry : Entries->operands()) {
    const auto *Fields = dyn_cast<ConstantStruct>(Entry);
    if (!Fields || Fields->getNumOperands() < 2 || Fields->getOperand(0)->stripPointerCasts() != &F)
      continue;
    const auto *Text = dyn_cast<GlobalVariable>(Fields->getOperand(1)->stripPointerCasts());
    const auto *Data = Text && Text->hasInitializer() ? dyn_cast<ConstantDataSequential>(Text->getInitializer()) : nullptr;
    if (Data && Data->isCString() && Data->getAsCString() == "pageprefetch_off")
      return true;
  }
  return false;
}

const char *findFunctionObstacle(const Function &F) {
  if (isOtherTarget(*F.getParent()))
    return "its target is not x86-64 Linux with 64-bit pointers";
  if (!F.hasName())
    return "it has no name, by which what is known of it is found";
  if (isAnnotatedOff(F))
    return "it is marked PAGEPREFETCH_OFF";
  if (F.hasOptNone())
    return "it is marked optnone, or compiled at -O0";
  if (F.hasFnAttribute(Attribute::Naked))
    return "it is naked";
  if (F.getCallingConv() == CallingConv::X86_INTR)
    return "it is an interrupt handler";
  if (isUnsplitCoroutine(F))
    return "it is a coroutine that is not split yet";
  return F.callsFunctionThatReturnsTwice() ? "it calls a function that returns twice, as setjmp" : nullptr;
}

void say(const Function &F, StringRef Text, bool Verbose) {
  if (Verbose)
    errs() << "pageprefetch: " << F.getName() << ": " << Text << "\n";
}

void remarkFunction(const Function &F, const LoopInfo &LI, const char *Reason, OptimizationRemarkEmitter &Remarks, bool Verbose) {
  const Loop *First = LI.empty() ? nullptr : *LI.rbegin();
  if (!First)
    return;
  std::string Text = std::string("its loops are not hinted: ") + Reason;
  Remarks.emit([&] {
    return OptimizationRemarkMissed("pageprefetch", "FunctionNotHinted", First->getStartLoc(), First->getHeader()) << Text;
  });
  say(F, Text, Verbose);
}

} // namespace pageprefetch
