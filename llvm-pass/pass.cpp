// SPDX-License-Identifier: MIT
// Takes a function through model, plan and emission, and tells the user what was decided: remarks, plan document, errors.
#include "pass.h"
#include "compat.h"
#include "emit.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/Utils/LoopUtils.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;

namespace pageprefetch {

static const char RemarkPass[] = "pageprefetch";

static void fail(Module &M, const std::string &Message) {
  M.getContext().emitError("pageprefetch: " + Message);
}

// Functions that PAGEPREFETCH_OFF names: clang keeps annotations in one global array of {function, text, ...}.
static bool isSwitchedOff(const Function &F) {
  auto *All = F.getParent()->getGlobalVariable("llvm.global.annotations");
  auto *Entries = All && All->hasInitializer() ? dyn_cast<ConstantArray>(All->getInitializer()) : nullptr;
  if (!Entries)
    return false;
  for (const Use &Each : Entries->operands()) {
    auto *Entry = dyn_cast<ConstantStruct>(Each);
    if (!Entry || Entry->getNumOperands() < 2 || Entry->getOperand(0)->stripPointerCasts() != &F)
      continue;
    auto *Global = dyn_cast<GlobalVariable>(Entry->getOperand(1)->stripPointerCasts());
    auto *Text = Global && Global->hasInitializer() ? dyn_cast<ConstantDataSequential>(Global->getInitializer()) : nullptr;
    if (Text && Text->isCString() && Text->getAsCString() == "pageprefetch_off")
      return true;
  }
  return false;
}

static bool isExcluded(const Function &F) {
  return F.hasOptNone() || F.hasMinSize() || F.hasFnAttribute(Attribute::Naked) || F.getCallingConv() == CallingConv::X86_INTR ||
         F.hasFnAttribute("interrupt") || F.isPresplitCoroutine() || F.hasFnAttribute(Attribute::ReturnsTwice) ||
         F.callsFunctionThatReturnsTwice() || isSwitchedOff(F);
}

static bool isDone(Loop *Outermost) {
  for (Loop *L : Outermost->getLoopsInPreorder())
    if (findOptionMDForLoop(L, DoneMark))
      return true;
  return false;
}

static PlannedNest planNest(Loop *Outermost, Analyses &A, const pp_options &Options) {
  PlannedNest N;
  N.Described = describeNest(Outermost, A);
  N.Plan.reset(pp_plan_nest(N.Described.Model.get(), &Options));
  for (unsigned Number = 0; Number < N.Plan->loop_count; Number++)
    if (N.Plan->loops[Number].strip_mined)
      if (const char *Reason = findEmitObstacle(N, static_cast<int>(Number), A))
        pp_plan_withdraw_loop(N.Plan.get(), N.Described.Model.get(), static_cast<int>(Number), Reason);
  return N;
}

static void tell(const pp_options &Options, const Instruction *I, const char *Text) {
  if (!Options.verbose)
    return;
  std::string File;
  pp_place Place = placeOf(I->getDebugLoc(), File);
  errs() << "pageprefetch: " << Place.file << ":" << Place.line << ":" << Place.column << ": " << Text << "\n";
}

static void reportStream(const PlannedNest &N, unsigned Stream, const pp_options &Options, OptimizationRemarkEmitter &ORE) {
  char Text[512];
  pp_plan_describe_stream(N.Described.Model.get(), N.Plan.get(), Stream, Text, sizeof Text);
  const Instruction *I = N.Described.References[N.Plan->streams[Stream].leader].I;
  ORE.emit([&] { return OptimizationRemark(RemarkPass, "Stream", I) << Text; });
  tell(Options, I, Text);
}

static void reportDeclined(const PlannedNest &N, unsigned Reference, const pp_options &Options, OptimizationRemarkEmitter &ORE) {
  char Text[512];
  pp_plan_describe_declined(N.Described.Model.get(), N.Plan.get(), Reference, Text, sizeof Text);
  const Instruction *I = N.Described.References[Reference].I;
  ORE.emit([&] { return OptimizationRemarkMissed(RemarkPass, "Declined", I) << Text; });
  tell(Options, I, Text);
}

static void report(const PlannedNest &N, const pp_options &Options, OptimizationRemarkEmitter &ORE) {
  for (unsigned Stream = 0; Stream < N.Plan->stream_count; Stream++)
    reportStream(N, Stream, Options, ORE);
  for (unsigned Reference = 0; Reference < N.Plan->reference_count; Reference++)
    if (N.Plan->declined[Reference])
      reportDeclined(N, Reference, Options, ORE);
}

static void writePlan(Session &S, Module &M) {
  if (!S.Options.plan_file)
    return;
  if (!S.Document)
    S.Document = pp_plan_document_new(M.getSourceFileName().c_str(), compilerName().c_str());
  char Error[512];
  if (!pp_plan_document_write(S.Document, S.Options.plan_file, Error, sizeof Error))
    fail(M, Error);
}

static void addToPlan(Session &S, Module &M, const PlannedNest &N) {
  if (!S.Options.plan_file)
    return;
  if (!S.Document)
    S.Document = pp_plan_document_new(M.getSourceFileName().c_str(), compilerName().c_str());
  pp_plan_document_add(S.Document, N.Described.Model.get(), N.Plan.get());
}

PreservedAnalyses PrefetchPass::run(Function &F, FunctionAnalysisManager &FAM) {
  if (!S->Error.empty() || F.isDeclaration())
    return PreservedAnalyses::all();
  auto &LI = FAM.getResult<LoopAnalysis>(F);
  if (LI.empty() || isExcluded(F))
    return PreservedAnalyses::all();
  auto &SE = FAM.getResult<ScalarEvolutionAnalysis>(F);
  const DataLayout &DL = F.getParent()->getDataLayout();
  SCEVExpander Expander(SE, DL, "pp");
  Analyses A{F, LI, FAM.getResult<DominatorTreeAnalysis>(F), SE, FAM.getResult<TargetLibraryAnalysis>(F), DL, Expander};
  auto &ORE = FAM.getResult<OptimizationRemarkEmitterAnalysis>(F);

  std::vector<PlannedNest> Nests;
  for (Loop *Outermost : LI.getLoopsInPreorder()) {
    if (Outermost->getParentLoop() || isDone(Outermost))
      continue;
    Nests.push_back(planNest(Outermost, A, S->Options));
    report(Nests.back(), S->Options, ORE);
    addToPlan(*S, *F.getParent(), Nests.back());
  }
  bool Changed = emitPlans(Nests, A);
  if (S->WriteAfterEachFunction)
    writePlan(*S, *F.getParent());
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

PreservedAnalyses CheckOptionsPass::run(Module &M, ModuleAnalysisManager &) {
  if (!S->Error.empty())
    fail(M, S->Error);
  return PreservedAnalyses::all();
}

PreservedAnalyses WritePlanPass::run(Module &M, ModuleAnalysisManager &) {
  if (S->Error.empty())
    writePlan(*S, M);
  pp_plan_document_free(S->Document);
  S->Document = nullptr;
  return PreservedAnalyses::all();
}

} // namespace pageprefetch
