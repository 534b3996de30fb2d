// SPDX-License-Identifier: MIT
// Registration with LLVM: options, the pass's place in the pipelines, remarks and the plan file.
// What the pass does is in nest, slice, strip and emit.
#include "compat.h"
#include "emit.h"
#include "nest.h"

#include "streams/options.h"
#include "streams/plan.h"

#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/PassPlugin.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"
#include "llvm/Transforms/Utils/LoopUtils.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <unistd.h>

using namespace llvm;
using namespace pageprefetch;

// Before any constructor that needs LLVM: in another release the first missing function would end in the loader's words, or in
// none.
__attribute__((constructor(101))) static void checkHost() {
  const char *Message = hostMismatch();
  if (!Message)
    return;
  fprintf(stderr, "error: %s\n", Message);
  fflush(stderr);
  _exit(1);
}

// One prefix takes every key, so that the planner's own messages name unknown ones.
static cl::list<std::string> OptionWords("pageprefetch-", cl::Prefix, cl::ZeroOrMore, cl::value_desc("KEY=VALUE"),
                                         cl::desc("PagePrefetch: kinds, distance, strip, min-footprint, plan, verbose"));

namespace {

// The options of this process, read once, and what was wrong with them.
struct Settings {
  pp_options Options;
  std::string Error;

  Settings() {
    char Message[1024];
    pp_options_init(&Options);
    if (!pp_options_set_list(&Options, getenv("PAGEPREFETCH_OPTIONS"), Message, sizeof Message))
      Error = std::string("environment variable 'PAGEPREFETCH_OPTIONS': ") + Message;
    for (const std::string &Word : OptionWords) {
      size_t Equals = Word.find('=');
      std::string Key = Word.substr(0, Equals), Value = Equals == std::string::npos ? "" : Word.substr(Equals + 1);
      if (!pp_options_set(&Options, Key.c_str(), Value.c_str(), Message, sizeof Message))
        Error = Message;
    }
  }

  static Settings &get() {
    static Settings Read;
    return Read;
  }
};

// The plan documents of the modules in work: several at once where a linker compiles in threads.
class Documents {
public:
  void add(const Module &M, const PlannedNest &N) {
    std::lock_guard<std::mutex> Hold(Lock);
    pp_plan_document *&Document = ByModule[&M];
    if (!Document)
      Document = pp_plan_document_new(M.getSourceFileName().c_str(), compilerName().c_str());
    pp_plan_document_add(Document, N.Described.Model.get(), N.Plan.get());
  }

  // Writes a module's document; later modules of the process add their number to the file's name.
  void write(Module &M, bool Finished) {
    std::lock_guard<std::mutex> Hold(Lock);
    const char *File = Settings::get().Options.plan_file;
    if (!File)
      return;
    pp_plan_document *&Document = ByModule[&M];
    if (!Document)
      Document = pp_plan_document_new(M.getSourceFileName().c_str(), compilerName().c_str());
    std::string Path = Written ? File + ("." + std::to_string(Written)) : File;
    char Message[1024];
    if (!pp_plan_document_write(Document, Path.c_str(), Message, sizeof Message))
      M.getContext().emitError(Message);
    if (!Finished)
      return;
    pp_plan_document_free(Document);
    ByModule.erase(&M);
    Written++;
  }

private:
  std::mutex Lock;
  std::map<const Module *, pp_plan_document *> ByModule;
  unsigned Written = 0;
};

Documents ThePlans;

// Reports bad options once for every module; nothing is hinted then.
bool reportBadOptions(LLVMContext &Context) {
  static std::once_flag Reported;
  const std::string &Error = Settings::get().Error;
  if (!Error.empty())
    std::call_once(Reported, [&] { Context.emitError(Error); });
  return !Error.empty();
}

// Clang puts annotate() into llvm.global.annotations: {function, text, file, line, arguments}.
bool isAnnotatedOff(const Function &F) {
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

// The runtime is for Linux; one compilation also makes code for other places, as OpenMP's and CUDA's devices.
bool isOtherTarget(const Module &M) {
  StringRef Triple = M.getTargetTriple();
  return M.getDataLayout().getPointerSizeInBits() != 64 || (!Triple.empty() && !Triple.contains("-linux"));
}

bool isExcluded(const Function &F) {
  bool Interrupt = F.getCallingConv() == CallingConv::X86_INTR;
  return F.isDeclaration() || F.hasOptNone() || F.hasFnAttribute(Attribute::Naked) || Interrupt || isUnsplitCoroutine(F) ||
         F.callsFunctionThatReturnsTwice() || isOtherTarget(*F.getParent()) || isAnnotatedOff(F);
}

class PagePrefetch : public PassInfoMixin<PagePrefetch> {
public:
  explicit PagePrefetch(bool Alone = false) : Alone(Alone) {}
  PreservedAnalyses run(Function &F, FunctionAnalysisManager &AM);

private:
  bool canonicalize(Function &F, FunctionAnalysisManager &AM);
  void remark(const PlannedNest &N, OptimizationRemarkEmitter &Remarks);
  PlannedNest plan(Loop *Outermost, Analyses &A);

  bool Alone; // run by opt, where no later pass writes the plan
};

} // namespace

// The passes before ours may have left loops without preheaders, or values used outside without a closing phi.
bool PagePrefetch::canonicalize(Function &F, FunctionAnalysisManager &AM) {
  auto &LI = AM.getResult<LoopAnalysis>(F);
  auto &DT = AM.getResult<DominatorTreeAnalysis>(F);
  auto &SE = AM.getResult<ScalarEvolutionAnalysis>(F);
  auto &AC = AM.getResult<AssumptionAnalysis>(F);
  bool Changed = false;
  for (Loop *L : LI)
    Changed |= simplifyLoop(L, &DT, &LI, &SE, &AC, nullptr, false);
  for (Loop *L : LI)
    Changed |= formLCSSARecursively(*L, DT, &LI, &SE);
  return Changed;
}

void PagePrefetch::remark(const PlannedNest &N, OptimizationRemarkEmitter &Remarks) {
  char Text[512];
  for (unsigned Number = 0; Number < N.Plan->reference_count; Number++) {
    const Instruction *I = N.Described.References[Number].I;
    int Stream = N.Plan->stream_of[Number];
    if (Stream >= 0 && N.Plan->streams[Stream].leader == Number) {
      pp_plan_describe_stream(N.Described.Model.get(), N.Plan.get(), static_cast<unsigned>(Stream), Text, sizeof Text);
      Remarks.emit([&] { return OptimizationRemark("pageprefetch", "Inserted", I) << StringRef(Text); });
    } else if (Stream < 0) {
      pp_plan_describe_declined(N.Described.Model.get(), N.Plan.get(), Number, Text, sizeof Text);
      Remarks.emit([&] { return OptimizationRemarkMissed("pageprefetch", "NotHinted", I) << StringRef(Text); });
    } else {
      continue;
    }
    if (Settings::get().Options.verbose)
      errs() << "pageprefetch: " << I->getFunction()->getName() << ": " << Text << "\n";
  }
}

PlannedNest PagePrefetch::plan(Loop *Outermost, Analyses &A) {
  PlannedNest N;
  N.Described = describeNest(Outermost, A);
  N.Plan.reset(pp_plan_nest(N.Described.Model.get(), &Settings::get().Options));
  for (unsigned Number = 0; Number < N.Plan->loop_count; Number++)
    if (N.Plan->loops[Number].strip_mined)
      if (const char *Reason = findEmitObstacle(N, static_cast<int>(Number), A))
        pp_plan_withdraw_loop(N.Plan.get(), N.Described.Model.get(), static_cast<int>(Number), Reason);
  return N;
}

PreservedAnalyses PagePrefetch::run(Function &F, FunctionAnalysisManager &AM) {
  if (reportBadOptions(F.getContext()) || isExcluded(F) || AM.getResult<LoopAnalysis>(F).empty()) {
    if (Alone)
      ThePlans.write(*F.getParent(), false);
    return PreservedAnalyses::all();
  }
  bool Changed = canonicalize(F, AM);
  auto &SE = AM.getResult<ScalarEvolutionAnalysis>(F);
  auto &LI = AM.getResult<LoopAnalysis>(F);
  SCEVExpander Expander(SE, F.getParent()->getDataLayout(), "pp");
  Analyses A{F,
             LI,
             AM.getResult<DominatorTreeAnalysis>(F),
             SE,
             AM.getResult<TargetLibraryAnalysis>(F),
             F.getParent()->getDataLayout(),
             Expander};
  auto &Remarks = AM.getResult<OptimizationRemarkEmitterAnalysis>(F);
  std::vector<PlannedNest> Nests;
  for (Loop *L : LI) {
    Nests.push_back(plan(L, A));
    remark(Nests.back(), Remarks);
    ThePlans.add(*F.getParent(), Nests.back());
  }
  Changed |= emitPlans(Nests, A);
  if (Alone)
    ThePlans.write(*F.getParent(), false);
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

namespace {

// First in every pipeline: bad options fail the compilation even of a module without functions.
struct CheckOptions : PassInfoMixin<CheckOptions> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &) {
    reportBadOptions(M.getContext());
    return PreservedAnalyses::all();
  }
};

// Last: the module's plan is complete.
struct WritePlan : PassInfoMixin<WritePlan> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &) {
    ThePlans.write(M, true);
    return PreservedAnalyses::all();
  }
};

} // namespace

static void registerPasses(PassBuilder &Builder) {
  Builder.registerPipelineStartEPCallback([](ModulePassManager &MPM, auto...) { MPM.addPass(CheckOptions()); });
  Builder.registerVectorizerStartEPCallback([](FunctionPassManager &FPM, OptimizationLevel Level) {
    if (Level != OptimizationLevel::O0)
      FPM.addPass(PagePrefetch());
  });
  Builder.registerOptimizerLastEPCallback([](ModulePassManager &MPM, auto...) { MPM.addPass(WritePlan()); });
  Builder.registerPipelineParsingCallback([](StringRef Name, FunctionPassManager &FPM, ArrayRef<PassBuilder::PipelineElement>) {
    if (Name != "pageprefetch")
      return false;
    FPM.addPass(PagePrefetch(true));
    return true;
  });
}

extern "C" __attribute__((visibility("default"))) PassPluginLibraryInfo llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "PagePrefetch", "0.1.0", registerPasses};
}
