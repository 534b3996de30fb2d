// SPDX-License-Identifier: MIT
// Registration and options only: where the passes stand in the pipelines, and how users reach their options.
#include "compat.h"
#include "pass.h"

#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/PassPlugin.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"
#include "llvm/Transforms/Scalar/LoopRotation.h"

#include <cstdio>
#include <cstdlib>

using namespace llvm;
using namespace pageprefetch;

// One option takes them all: -pageprefetch-KEY=VALUE gives it "KEY=VALUE". A wrong key reaches us, and the message names the valid ones.
static cl::list<std::string> *CommandLine;

static std::string *help() {
  auto *Text = new std::string("PagePrefetch option KEY=VALUE:");
  for (const pp_option_key *Key = pp_option_keys; Key->key; Key++)
    *Text += std::string("\n    ") + Key->key + ": " + Key->help;
  return Text;
}

// Runs when the plugin is loaded, before the compiler reads -mllvm; in a wrong host nothing of LLVM may be touched.
__attribute__((constructor)) static void registerOptions() {
  if (hostMismatch())
    return;
  CommandLine = new cl::list<std::string>("pageprefetch-", cl::Prefix, cl::ZeroOrMore, cl::value_desc("KEY=VALUE"),
                                          cl::desc(StringRef(*help())));
}

static bool takeOption(Session &S, StringRef Option) {
  char Error[512];
  auto [Key, Value] = Option.split('=');
  if (pp_options_set(&S.Options, Key.str().c_str(), Value.str().c_str(), Error, sizeof Error))
    return true;
  S.Error = Error;
  return false;
}

static SessionRef newSession() {
  auto S = std::make_shared<Session>();
  char Error[512];
  if (!pp_options_set_list(&S->Options, getenv("PAGEPREFETCH_OPTIONS"), Error, sizeof Error)) {
    S->Error = std::string("PAGEPREFETCH_OPTIONS: ") + Error;
    return S;
  }
  for (const std::string &Option : *CommandLine)
    if (!takeOption(*S, Option))
      return S;
  return S;
}

// Rotation simplifies the loops and is what the vectoriser's pipeline begins with anyway.
static void addPasses(FunctionPassManager &FPM, const SessionRef &S, bool DuplicateHeaders) {
  FPM.addPass(createFunctionToLoopPassAdaptor(LoopRotatePass(DuplicateHeaders)));
  FPM.addPass(PrefetchPass(S));
}

static void registerPasses(PassBuilder &PB) {
  SessionRef S = newSession();
  PB.registerPipelineStartEPCallback([S](ModulePassManager &MPM, auto...) { MPM.addPass(CheckOptionsPass(S)); });
  PB.registerVectorizerStartEPCallback([S](FunctionPassManager &FPM, OptimizationLevel Level, auto...) {
    if (Level != OptimizationLevel::O0)
      addPasses(FPM, S, Level != OptimizationLevel::Oz);
  });
  PB.registerOptimizerLastEPCallback([S](ModulePassManager &MPM, auto...) { MPM.addPass(WritePlanPass(S)); });
  PB.registerPipelineParsingCallback([S](StringRef Name, ModulePassManager &MPM, ArrayRef<PassBuilder::PipelineElement>) {
    if (Name != "pageprefetch")
      return false;
    MPM.addPass(CheckOptionsPass(S));
    FunctionPassManager FPM;
    addPasses(FPM, S, true);
    MPM.addPass(createModuleToFunctionPassAdaptor(std::move(FPM)));
    MPM.addPass(WritePlanPass(S));
    return true;
  });
  PB.registerPipelineParsingCallback([S](StringRef Name, FunctionPassManager &FPM, ArrayRef<PassBuilder::PipelineElement>) {
    if (Name != "pageprefetch")
      return false;
    S->WriteAfterEachFunction = true;
    addPasses(FPM, S, true);
    return true;
  });
}

// A wrong host gets an interface version that it refuses, so that the compilation ends with its own error after our line.
extern "C" __attribute__((visibility("default"))) PassPluginLibraryInfo llvmGetPassPluginInfo() {
  const char *Mismatch = hostMismatch();
  if (Mismatch)
    fprintf(stderr, "%s\n", Mismatch);
  return {Mismatch ? 0u : LLVM_PLUGIN_API_VERSION, "pageprefetch", PAGEPREFETCH_VERSION, registerPasses};
}
