// SPDX-License-Identifier: MIT
// The differences between the LLVM releases that the plugin supports, and the check that the host is the right one.
#include "compat.h"

#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/Function.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

using namespace llvm;

namespace pageprefetch {

// Every host exports the C interface; LLVMGetVersion exists from 16 on, and older hosts carry the number in the library's name.
static int hostMajor() {
  using GetVersion = void (*)(unsigned *, unsigned *, unsigned *);
  if (auto Get = reinterpret_cast<GetVersion>(dlsym(RTLD_DEFAULT, "LLVMGetVersion"))) {
    unsigned Major = 0, Minor = 0, Patch = 0;
    Get(&Major, &Minor, &Patch);
    return static_cast<int>(Major);
  }
  void *Known = dlsym(RTLD_DEFAULT, "LLVMCreateMessage");
  Dl_info Info;
  if (!Known || !dladdr(Known, &Info) || !Info.dli_fname)
    return 0;
  const char *Name = strrchr(Info.dli_fname, '/');
  const char *Number = strstr(Name ? Name : Info.dli_fname, "libLLVM-");
  return Number ? atoi(Number + strlen("libLLVM-")) : 0;
}

const char *hostMismatch() {
  static char Message[400];
  int Major = hostMajor();
  if (!Major || Major == LLVM_VERSION_MAJOR)
    return nullptr;
  snprintf(Message, sizeof Message,
           "pageprefetch: this plugin was built for LLVM %d, the compiler that loads it is LLVM %d: load "
           "pageprefetch-llvm%d.so instead (to build it, install the package llvm-%d-dev), or compile with clang-%d",
           LLVM_VERSION_MAJOR, Major, Major, Major, LLVM_VERSION_MAJOR);
  return Message;
}

std::string compilerName() {
  return "LLVM " LLVM_VERSION_STRING;
}

bool isUnsplitCoroutine(const Function &F) {
#if LLVM_VERSION_MAJOR >= 15
  return F.isPresplitCoroutine();
#else
  return F.hasFnAttribute("coroutine.presplit");
#endif
}

bool safeToExpandAt(const SCEV *S, const Instruction *At, ScalarEvolution &SE, SCEVExpander &Expander) {
#if LLVM_VERSION_MAJOR >= 15
  return Expander.isSafeToExpandAt(S, At);
#else
  return isSafeToExpandAt(S, At, SE);
#endif
}

} // namespace pageprefetch
