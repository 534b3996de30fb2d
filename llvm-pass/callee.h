// SPDX-License-Identifier: MIT
// Summaries of functions that loops call: what the graph of a nest takes in place of a call.
#ifndef PAGEPREFETCH_CALLEE_H
#define PAGEPREFETCH_CALLEE_H

#include "nest.h"

#include "llvm/IR/PassManager.h"

#include <map>

namespace pageprefetch {

// Summaries by name: of functions before they were changed, and of those that are not reached yet. Null: there is none.
using Summaries = std::map<std::string, std::unique_ptr<Nest>>;

class Callees {
public:
  Callees(Summaries &Known, llvm::FunctionAnalysisManager &AM) : Known(Known), AM(AM) {}

  // The summary of what `Call` in `Caller` calls. Null: there is none; `*Why` then says why, or is null where nobody would ask.
  const Nest *of(const llvm::CallBase &Call, const llvm::Function &Caller, const char **Why);
  // Keeps the summary of a function, before it is changed, that loops of others call.
  void keep(llvm::Function &F);

private:
  const Nest *summarise(llvm::Function &F);
  bool isCalledInLoop(llvm::Function &F);

  Summaries &Known;
  llvm::FunctionAnalysisManager &AM;
  unsigned Level = 0; // of calls that are followed
};

} // namespace pageprefetch
#endif
