// SPDX-License-Identifier: MIT
// The passes: prefetch one function; check the options first; write the plan last.
#ifndef PAGEPREFETCH_PASS_H
#define PAGEPREFETCH_PASS_H

#include "llvm/IR/PassManager.h"

#include "streams/options.h"
#include "streams/plan.h"

#include <memory>
#include <string>

namespace pageprefetch {

// What the passes of one pipeline share.
struct Session {
  Session() { pp_options_init(&Options); }
  ~Session() {
    pp_plan_document_free(Document);
    pp_options_clear(&Options);
  }
  Session(const Session &) = delete;
  Session &operator=(const Session &) = delete;

  pp_options Options;
  std::string Error; // of the options; empty: they are valid
  pp_plan_document *Document = nullptr;
  bool WriteAfterEachFunction = false; // no module pass of ours will run at the end
};

using SessionRef = std::shared_ptr<Session>;

// Finds and emits the streams of a function whose loops are simplified, rotated and not yet vectorised.
struct PrefetchPass : llvm::PassInfoMixin<PrefetchPass> {
  explicit PrefetchPass(SessionRef Of) : S(std::move(Of)) {}
  llvm::PreservedAnalyses run(llvm::Function &F, llvm::FunctionAnalysisManager &FAM);
  SessionRef S;
};

// Ends the compilation with an error where the options are wrong.
struct CheckOptionsPass : llvm::PassInfoMixin<CheckOptionsPass> {
  explicit CheckOptionsPass(SessionRef Of) : S(std::move(Of)) {}
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
  SessionRef S;
};

// Writes the plan of the module and starts a new one.
struct WritePlanPass : llvm::PassInfoMixin<WritePlanPass> {
  explicit WritePlanPass(SessionRef Of) : S(std::move(Of)) {}
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
  SessionRef S;
};

} // namespace pageprefetch
#endif
