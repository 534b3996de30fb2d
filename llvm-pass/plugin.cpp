// SPDX-License-Identifier: MIT
// Registration with LLVM: options, the pass's place in the pipelines, remarks and the plan file.
// What the passes do is in nest, value, mark and strip.
#include "block.h"
#include "compat.h"
#include "diagnose.h"
#include "mark.h"
#include "nest.h"

#include "streams/options.h"
#include "streams/plan.h"

#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/ValueHandle.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"
#include "llvm/Transforms/Utils/LoopUtils.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"
#include PAGEPREFETCH_PASS_PLUGIN

#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>

using namespace llvm;
using namespace pageprefetch;

// Before any constructor that needs LLVM: in another release, or in GCC, the first missing function would end in the loader's
// words, or in a crash.
__attribute__((constructor(101))) static void checkHost() {
  demandHost();
  noteMissingPassPlugin();
}

// One prefix takes every key, so that the planner's own messages name unknown ones.
static cl::list<std::string> OptionWords("pageprefetch-", cl::Prefix, cl::ZeroOrMore, cl::value_desc("KEY=VALUE"),
                                         cl::desc("PagePrefetch: kinds, distance, strip, min-footprint, plan, verbose, version"));

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
  void add(const Module &M, const MarkedNest &N) {
    std::lock_guard<std::mutex> Hold(Lock);
    pp_plan_document *&Document = ByModule[&M];
    if (!Document)
      Document = pp_plan_document_new(M.getSourceFileName().c_str(), compilerName().c_str());
    pp_plan_document_add(Document, N.Model.get(), N.Plan.get());
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

// What LLVM knows of a function, canonicalised: the passes before ours may have left loops without preheaders, or values used
// outside without a closing phi.
class Known {
public:
  Known(Function &F, FunctionAnalysisManager &AM)
      : SE(AM.getResult<ScalarEvolutionAnalysis>(F)), Called(ModuleMarks::of(*F.getParent()).Called, AM),
        Expander(makeExpander(SE, *F.getParent())), A{F,
                                                      AM.getResult<LoopAnalysis>(F),
                                                      AM.getResult<DominatorTreeAnalysis>(F),
                                                      SE,
                                                      AM.getResult<AAManager>(F),
                                                      AM.getResult<TargetLibraryAnalysis>(F),
                                                      F.getParent()->getDataLayout(),
                                                      Expander,
                                                      Called} {
    auto &AC = AM.getResult<AssumptionAnalysis>(F);
    SmallPtrSet<BasicBlock *, 32> Before;
    for (BasicBlock &Block : F)
      Before.insert(&Block);
    for (Loop *L : A.LI)
      Changed |= simplifyLoop(L, &A.DT, &A.LI, &SE, &AC, nullptr, false);
    for (Loop *L : A.LI)
      Changed |= formLCSSARecursively(*L, A.DT, &A.LI, &SE);
    for (BasicBlock &Block : F)
      if (!Before.count(&Block))
        Added.push_back(&Block);
  }
  bool Changed = false;

  // Takes back what made loops canonical: passes of the code generator are kinder to a loop without a block of its own behind it.
  // The analyses do not hold any more.
  void tidy() {
    for (BasicBlock &Block : A.F)
      if (Block.getSinglePredecessor())
        FoldSingleEntryPHINodes(&Block);
    for (const WeakVH &Block : Added)
      if (auto *Left = cast_or_null<BasicBlock>(static_cast<Value *>(Block)))
        if (Left->getSingleSuccessor() && isBranch(*Left->getTerminator()) && !conditionalBranch(Left->getTerminator()) &&
            &*Left->getFirstNonPHIOrDbg() == Left->getTerminator() && Left != &A.F.getEntryBlock())
          TryToSimplifyUncondBranchFromEmptyBlock(Left);
  }

private:
  ScalarEvolution &SE;
  Callees Called;
  SCEVExpander Expander;
  std::vector<WeakVH> Added;

public:
  Analyses A;
};

PlannedNest planNest(Loop *Outermost, Analyses &A) {
  PlannedNest N;
  N.Described = describeNest(Outermost, A);
  N.Plan.reset(pp_plan_nest(N.Described.Model.get(), &Settings::get().Options));
  return N;
}

// Before the vectoriser: plans the function's nests and marks what is planned.
bool markFunction(Function &F, FunctionAnalysisManager &AM) {
  const char *Reason = findFunctionObstacle(F);
  bool Verbose = Settings::get().Options.verbose;
  if (!Reason)
    Callees(ModuleMarks::of(*F.getParent()).Called, AM).keep(F);
  if (reportBadOptions(F.getContext()) || Reason || AM.getResult<LoopAnalysis>(F).empty()) {
    if (Reason)
      remarkFunction(F, AM.getResult<LoopAnalysis>(F), Reason, AM.getResult<OptimizationRemarkEmitterAnalysis>(F), Verbose);
    return false;
  }
  if (!ModuleMarks::of(*F.getParent()).Functions.insert(F.getName()).second)
    return false; // the plugin is named twice
  Known K(F, AM);
  std::vector<PlannedNest> Planned;
  for (Loop *L : K.A.LI)
    Planned.push_back(planNest(L, K.A));
  // What stands in the way of cutting is no better for a mark, which would change what else is made of the function.
  const char *Obstacle = findReorderObstacle(F);
  for (PlannedNest &N : Planned)
    K.Changed |= markPlan(std::move(N), Obstacle, AM.getResult<OptimizationRemarkEmitterAnalysis>(F), Verbose, K.A);
  return K.Changed;
}

// When the function is final but for this: cuts what became of the marked loops.
bool cutFunction(Function &F, FunctionAnalysisManager &AM) {
  if (findMarks(F).empty()) {
    removeMarks(F); // ends whose beginning was never reached
    return false;
  }
  // The function keeps its blocks then, which loops made canonical would not.
  if (const char *Reason = findReorderObstacle(F)) {
    withdrawMarks(F, Reason);
    return true;
  }
  Known K(F, AM);
  cutMarked(K.A);
  K.tidy();
  return true;
}

// Tells what a nest's references became.
void remark(const MarkedNest &N, const Function &F) {
  OptimizationRemarkEmitter Remarks(&F);
  char Text[512];
  for (unsigned Number = 0; Number < N.Plan->reference_count; Number++) {
    DiagnosticLocation Place = N.Places[Number] ? DiagnosticLocation(DebugLoc(N.Places[Number])) : DiagnosticLocation();
    int Stream = N.Plan->stream_of[Number];
    if (Stream >= 0 && N.Plan->streams[Stream].leader == Number) {
      pp_plan_describe_stream(N.Model.get(), N.Plan.get(), static_cast<unsigned>(Stream), Text, sizeof Text);
      Remarks.emit([&] { return OptimizationRemark("pageprefetch", "Inserted", Place, &F.getEntryBlock()) << StringRef(Text); });
    } else if (Stream < 0) {
      pp_plan_describe_declined(N.Model.get(), N.Plan.get(), Number, Text, sizeof Text);
      Remarks.emit(
          [&] { return OptimizationRemarkMissed("pageprefetch", "NotHinted", Place, &F.getEntryBlock()) << StringRef(Text); });
    } else {
      continue;
    }
    if (Settings::get().Options.verbose)
      errs() << "pageprefetch: " << F.getName() << ": " << Text << "\n";
  }
}

// The code is final: withdraws what no loop came of, tells the rest.
void finishNests(Module &M) {
  ModuleMarks &Marks = ModuleMarks::of(M);
  for (MarkedNest &N : Marks.Nests) {
    for (auto [Mark, Loop] : N.Loops)
      if (!Marks.Loops[Mark].Cut)
        pp_plan_withdraw_loop(N.Plan.get(), N.Model.get(), Loop, Marks.Loops[Mark].Reason);
    if (const Function *F = M.getFunction(N.Function))
      if (!F->isDeclaration())
        remark(N, *F);
    ThePlans.add(M, N);
  }
  removeMarkFunctions(M);
  ModuleMarks::forget(M);
}

struct MarkLoops : PassInfoMixin<MarkLoops> {
  PreservedAnalyses run(Function &F, FunctionAnalysisManager &AM) {
    return markFunction(F, AM) ? PreservedAnalyses::none() : PreservedAnalyses::all();
  }
};

// Both steps at once: run by opt, where no later pass of ours writes the plan.
struct MarkAndCut : PassInfoMixin<MarkAndCut> {
  PreservedAnalyses run(Function &F, FunctionAnalysisManager &AM) {
    bool Changed = markFunction(F, AM);
    if (Changed) {
      AM.invalidate(F, PreservedAnalyses::none());
      cutFunction(F, AM);
    }
    finishNests(*F.getParent());
    ThePlans.write(*F.getParent(), false);
    return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
  }
};

} // namespace

namespace {

// First in every pipeline: bad options fail the compilation even of a module without functions. A module that was given up may
// have left its marks under the same address.
struct CheckModule : PassInfoMixin<CheckModule> {
  explicit CheckModule(OptimizationLevel Level) : Optimised(Level != OptimizationLevel::O0) {}
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &) {
    ModuleMarks::forget(M);
    if (!reportBadOptions(M.getContext()))
      noteUnhinted(M, Optimised);
    return PreservedAnalyses::all();
  }

private:
  bool Optimised;
};

struct NotePreLink : PassInfoMixin<NotePreLink> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &) {
    notePreLink(M);
    return PreservedAnalyses::all();
  }
};

bool handOverAllBlocks(Module &M, FunctionAnalysisManager &AM) {
  bool Changed = false;
  for (Function &F : M)
    if (!F.isDeclaration() && handOverBlocks(F, AM, Settings::get().Options.verbose)) {
      AM.invalidate(F, PreservedAnalyses::none());
      Changed = true;
    }
  return Changed;
}

// Last: cuts the marked loops, hands over block operations and completes the module's plan. Required: passes that are left out to
// find a compiler's fault must not leave marks behind.
struct CutLoops : PassInfoMixin<CutLoops> {
  explicit CutLoops(bool HandsOverBlocks) : Blocks(HandsOverBlocks) {}
  static bool isRequired() {
    return true;
  }
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &AM) {
    auto &Functions = AM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
    bool Changed = hasMarks(M);
    if (Changed)
      for (Function &F : M)
        if (!F.isDeclaration() && cutFunction(F, Functions))
          Functions.invalidate(F, PreservedAnalyses::none());
    if (Blocks && Settings::get().Error.empty())
      Changed |= handOverAllBlocks(M, Functions);
    finishNests(M);
    ThePlans.write(M, true);
    return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
  }

private:
  bool Blocks;
};

} // namespace

static void registerPasses(PassBuilder &Builder) {
  // ThinLTO's pre-link pipeline has no vectoriser: the post-link one has, if the linker loads the plugin.
  auto Placed = std::make_shared<bool>(false);
  Builder.registerPipelineStartEPCallback([Placed](ModulePassManager &MPM, OptimizationLevel Level, auto...) {
    MPM.addPass(CheckModule(Level));
    *Placed = Level == OptimizationLevel::O0;
  });
  Builder.registerVectorizerStartEPCallback([Placed](FunctionPassManager &FPM, OptimizationLevel Level) {
    if (Level != OptimizationLevel::O0)
      FPM.addPass(MarkLoops());
    *Placed = true;
  });
  Builder.registerOptimizerLastEPCallback([Placed](ModulePassManager &MPM, OptimizationLevel Level, auto...) {
    if (!*Placed && Level != OptimizationLevel::O0)
      MPM.addPass(NotePreLink());
    MPM.addPass(CutLoops(*Placed && Level != OptimizationLevel::O0));
  });
  Builder.registerPipelineParsingCallback([](StringRef Name, FunctionPassManager &FPM, ArrayRef<PassBuilder::PipelineElement>) {
    if (Name != "pageprefetch")
      return false;
    FPM.addPass(MarkAndCut());
    return true;
  });
}

extern "C" __attribute__((visibility("default"))) PassPluginLibraryInfo llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "PagePrefetch", pp_plugin_version, registerPasses};
}
