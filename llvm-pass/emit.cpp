// SPDX-License-Identifier: MIT
// Turns a plan into jobs, computes what the hints need on the loops' entries, and emits the hints between strips.
#include "emit.h"
#include "compat.h"

#include "pageprefetch_abi.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Dominators.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;

namespace pageprefetch {

namespace {

// Writes walks of outer loops as functions of a phi that those loops have already, so that computing them adds no induction
// variable.
class OuterWalks : public SCEVRewriteVisitor<OuterWalks> {
public:
  explicit OuterWalks(ScalarEvolution &Evolution) : SCEVRewriteVisitor(Evolution) {}
  const SCEV *visitAddRecExpr(const SCEVAddRecExpr *Walk) {
    if (!Walk->isAffine())
      return Walk;
    for (PHINode &Phi : Walk->getLoop()->getHeader()->phis())
      if (const SCEV *Rewritten = throughPhi(Walk, &Phi))
        return Rewritten;
    return Walk;
  }

private:
  const SCEV *throughPhi(const SCEVAddRecExpr *Walk, PHINode *Phi) {
    if (!SE.isSCEVable(Phi->getType()))
      return nullptr;
    auto *Known = dyn_cast<SCEVAddRecExpr>(SE.getSCEV(Phi));
    if (!Known || !Known->isAffine() || Known->getLoop() != Walk->getLoop())
      return nullptr;
    const SCEV *Step = Walk->getStepRecurrence(SE);
    if (Known->getType() == Walk->getType() && Known->getStepRecurrence(SE) == Step) {
      const SCEV *Apart = SE.getMinusSCEV(Walk->getStart(), Known->getStart());
      if (!isa<SCEVCouldNotCompute>(Apart))
        return SE.getAddExpr(SE.getUnknown(Phi), visit(Apart));
    }
    if (!Phi->getType()->isIntegerTy() || Phi->getType() != Step->getType() || !Known->getStepRecurrence(SE)->isOne())
      return nullptr;
    const SCEV *Iteration = SE.getMinusSCEV(SE.getUnknown(Phi), visit(Known->getStart()));
    return SE.getAddExpr(visit(Walk->getStart()), SE.getMulExpr(Iteration, visit(Step)));
  }
};

// Computes expressions in a loop's Setup block and carries them to its Enter block.
class EntryCode {
public:
  EntryCode(LoopJob &TheJob, Analyses &Known) : Job(TheJob), A(Known) {}
  void compute(StreamJob &Stream, const Nest &N);

private:
  Value *expand(const SCEV *S);
  Value *integer(const SCEV *S);
  Value *carry(Value *V);
  void affine(StreamJob &Stream, const Nest &N);
  void widen(StreamJob &Stream, const SCEV *Step, const SCEV *Backedges);
  void gather(StreamJob &Stream);

  LoopJob &Job;
  Analyses &A;
};

} // namespace

// The walk of an affine leader at the stream's loop; for whole inner loops also the inner step (null: 0) and inner backedges.
struct LeaderWalk {
  const SCEV *Start, *Step, *InnerStep = nullptr, *InnerBackedges = nullptr;
};

static bool findWalk(const pp_plan_stream &Stream, const ModelReference &Leader, const Nest &N, Analyses &A, LeaderWalk &Walk) {
  Loop *L = N.Loops[Stream.loop].L;
  if (!Stream.whole_inner)
    return Leader.L == L && splitAffine(Leader.Address, L, A, Walk.Start, Walk.Step);
  if (Leader.L->getParentLoop() != L)
    return false;
  const SCEV *InnerStart;
  if (!splitAffine(Leader.Address, Leader.L, A, InnerStart, Walk.InnerStep) ||
      !splitAffine(InnerStart, L, A, Walk.Start, Walk.Step))
    return false;
  if (Walk.InnerStep && (!A.SE.isLoopInvariant(Walk.InnerStep, L) || !computableOnEntry(Walk.InnerStep, L, A)))
    return false;
  Walk.InnerBackedges = N.Loops[N.numberOf(Leader.L)].Backedges;
  return Walk.InnerBackedges && A.SE.isLoopInvariant(Walk.InnerBackedges, L) && computableOnEntry(Walk.InnerBackedges, L, A);
}

const char *findEmitObstacle(const PlannedNest &N, int Loop, Analyses &A) {
  for (unsigned Number = 0; Number < N.Plan->stream_count; Number++) {
    const pp_plan_stream &Stream = N.Plan->streams[Number];
    if (Stream.loop != Loop)
      continue;
    const ModelReference &Leader = N.Described.References[Stream.leader];
    LeaderWalk Walk;
    if (Stream.kind == PP_PLAN_AFFINE && !findWalk(Stream, Leader, N.Described, A, Walk))
      return "the address can not be computed on entry of the loop";
    if (Stream.kind == PP_PLAN_GATHER && (Leader.L != N.Described.Loops[Loop].L || Leader.Indexed.Nodes.empty()))
      return "the slice belongs to another loop";
  }
  return nullptr;
}

Value *expandAt(const SCEV *S, Instruction *At, Analyses &A) {
  return A.Expander.expandCodeFor(OuterWalks(A.SE).visit(S), S->getType(), At);
}

Value *EntryCode::expand(const SCEV *S) {
  return expandAt(S, Job.Setup->getTerminator(), A);
}

// As an i64; strides are signed.
Value *EntryCode::integer(const SCEV *S) {
  Value *V = expand(S);
  IRBuilder<> B(Job.Setup->getTerminator());
  return V->getType()->isPointerTy() ? B.CreatePtrToInt(V, B.getInt64Ty()) : B.CreateSExtOrTrunc(V, B.getInt64Ty());
}

// Entries that do not ask the runtime never use the value.
Value *EntryCode::carry(Value *V) {
  auto *I = dyn_cast<Instruction>(V);
  if (!I || A.DT.dominates(I, Job.Preheader->getTerminator()))
    return V;
  IRBuilder<> B(Job.Enter, Job.Enter->begin());
  PHINode *Phi = B.CreatePHI(V->getType(), 3, "pp.entry");
  for (BasicBlock *From : {Job.Preheader, Job.Ask})
    Phi->addIncoming(PoisonValue::get(V->getType()), From);
  Phi->addIncoming(V, Job.Setup);
  return Phi;
}

// The lowest byte and the extent of an inner loop's whole walk.
void EntryCode::widen(StreamJob &Stream, const SCEV *Step, const SCEV *Backedges) {
  if (!Step)
    return;
  Type *Long = Type::getInt64Ty(Job.Setup->getContext());
  Value *Extent =
      integer(A.SE.getMulExpr(A.SE.getTruncateOrSignExtend(Step, Long), A.SE.getTruncateOrZeroExtend(Backedges, Long)));
  IRBuilder<> B(Job.Setup->getTerminator());
  Value *Down = B.CreateICmpSLT(Extent, B.getInt64(0));
  Stream.Base = B.CreateAdd(Stream.Base, B.CreateSelect(Down, Extent, B.getInt64(0)));
  Stream.Span = B.CreateAdd(Stream.Span, B.CreateSelect(Down, B.CreateNeg(Extent), Extent));
}

void EntryCode::affine(StreamJob &Stream, const Nest &N) {
  LeaderWalk Walk;
  findWalk(*Stream.Stream, *Stream.Leader, N, A, Walk);
  Value *Start = integer(Walk.Start);
  Stream.Stride = Walk.Step ? integer(Walk.Step) : ConstantInt::get(Start->getType(), 0);
  IRBuilder<> B(Job.Setup->getTerminator());
  Stream.Base = B.CreateAdd(Start, B.getInt64(Stream.Stream->low));
  Stream.Span = B.getInt64(Stream.Stream->span);
  widen(Stream, Walk.InnerStep, Walk.InnerBackedges);
  for (Value **Each : {&Stream.Base, &Stream.Stride, &Stream.Span})
    *Each = carry(*Each);
}

void EntryCode::gather(StreamJob &Stream) {
  for (auto &[V, Node] : Stream.Leader->Indexed.Nodes) {
    if (!Node.Start)
      continue;
    Value *Start = carry(expand(Node.Start));
    Stream.Entry[V] = {Start, Node.Step ? carry(expand(Node.Step)) : nullptr};
  }
}

void EntryCode::compute(StreamJob &Stream, const Nest &N) {
  if (Stream.Stream->kind == PP_PLAN_GATHER)
    gather(Stream);
  else
    affine(Stream, N);
}

static SiteRecord siteOf(const StreamJob &Stream) {
  std::string File;
  pp_place Place = placeOf(Stream.Leader->I->getDebugLoc(), File);
  uint16_t Flags = (Stream.Leader->Kind == PP_WRITE ? PP_SITE_WRITE : 0) | (Stream.Stream->feeds_gather ? PP_SITE_INDEX : 0);
  uint16_t Kind = Stream.Stream->kind == PP_PLAN_GATHER ? PP_KIND_GATHER : PP_KIND_AFFINE;
  uint32_t Distance = static_cast<uint32_t>(std::min<uint64_t>(Stream.Stream->distance, UINT32_MAX));
  uint32_t Bytes = static_cast<uint32_t>(std::min<uint64_t>(Stream.Stream->span, UINT32_MAX));
  return {Kind, Flags, Bytes, Distance, File, Place.line, Place.column};
}

// Calls in a function with debug information need a place; where the loop has none, line 0 of the function.
static DebugLoc locationOf(const Loop *L, const Function &F) {
  if (DebugLoc Known = L->getStartLoc())
    return Known;
  if (DISubprogram *Program = F.getSubprogram())
    return DILocation::get(F.getContext(), 0, 0, Program);
  return DebugLoc();
}

static void addJob(std::vector<LoopJob> &Jobs, const PlannedNest &N, int Number, Analyses &A, Records &R) {
  LoopJob Job{};
  Job.Model = &N.Described.Loops[Number];
  Job.Planned = &N.Plan->loops[Number];
  Job.Location = locationOf(Job.Model->L, A.F);
  LoopRecord Record;
  pp_place Place = placeOf(Job.Location, Record.File);
  Record.Line = Place.line;
  Record.Column = Place.column;
  Record.Function = A.F.getName().str();
  Record.Flags = Job.Planned->strip_fixed ? PP_LOOP_FIXED_STRIP : 0;
  Record.Strip = Job.Planned->strip;
  for (unsigned Each = 0; Each < N.Plan->stream_count; Each++)
    if (N.Plan->streams[Each].loop == Number) {
      const pp_plan_stream *Stream = &N.Plan->streams[Each];
      Job.Streams.push_back({Stream, &N.Described.References[Stream->leader], nullptr, nullptr, nullptr, EntryValues()});
      Record.Sites.push_back(siteOf(Job.Streams.back()));
    }
  Job.Constants = R.add(Record);
  openEntry(Job, A);
  understandLatch(Job, A);
  EntryCode Code(Job, A);
  for (StreamJob &Stream : Job.Streams)
    Code.compute(Stream, N.Described);
  Jobs.push_back(std::move(Job));
}

static void emitAffine(LoopJob &Job, unsigned Number, Records &R, IRBuilder<> &B, Value *Done, Value *&Ahead) {
  StreamJob &Stream = Job.Streams[Number];
  Ahead = B.CreateCall(R.affine(), {Job.Constants.Sites[Number], Stream.Base, Stream.Stride, Stream.Span, Done, Job.Trips, Ahead},
                       "pp.ahead");
}

// The slice: a small loop over the iterations that the runtime wants, which leaves the builder in the block after it.
static void emitSlice(StreamJob &Stream, IRBuilder<> &B, Value *Batch, Value *First, Value *To, BasicBlock *After) {
  BasicBlock *Before = B.GetInsertBlock();
  BasicBlock *Body = BasicBlock::Create(B.getContext(), "pp.slice", Before->getParent(), After);
  B.CreateBr(Body);
  B.SetInsertPoint(Body);
  PHINode *J = B.CreatePHI(B.getInt64Ty(), 2, "pp.j");
  J->addIncoming(First, Before);
  Value *Address = SliceCloner(Stream.Leader->Indexed, Stream.Entry, B, J).address(Stream.Leader->Pointer);
  Address = B.CreateAdd(Address, B.getInt64(Stream.Stream->low));
  Value *Slots = B.CreatePointerCast(Batch, PointerType::get(B.getInt64Ty(), 0));
  B.CreateStore(Address, B.CreateGEP(B.getInt64Ty(), Slots, B.CreateSub(J, First)));
  Value *Next = B.CreateAdd(J, B.getInt64(1));
  J->addIncoming(Next, Body);
  BasicBlock *End = BasicBlock::Create(B.getContext(), "pp.slice.end", Before->getParent(), After);
  B.CreateCondBr(B.CreateICmpULT(Next, To), Body, End);
  markDone(Body, true);
  B.SetInsertPoint(End);
}

static void emitGather(LoopJob &Job, unsigned Number, Records &R, IRBuilder<> &B, Value *Done, Value *&Ahead) {
  Constant *Site = Job.Constants.Sites[Number];
  Function *F = B.GetInsertBlock()->getParent();
  Value *To = B.CreateCall(R.gatherBegin(), {Site, Done, Job.Trips, Ahead}, "pp.to");
  Value *First = B.CreateSelect(B.CreateICmpUGT(Ahead, Done), Ahead, Done, "pp.first");
  BasicBlock *Before = B.GetInsertBlock();
  BasicBlock *Wanted = BasicBlock::Create(B.getContext(), "pp.gather", F, Job.Header);
  BasicBlock *After = BasicBlock::Create(B.getContext(), "pp.gathered", F, Job.Header);
  B.CreateCondBr(B.CreateICmpUGT(To, First), Wanted, After);
  B.SetInsertPoint(Wanted);
  Value *Batch = B.CreateCall(R.gatherBatch(), {}, "pp.batch");
  emitSlice(Job.Streams[Number], B, Batch, First, To, After);
  B.CreateCall(R.gatherEnd(), {Site, Batch, B.CreateSub(To, First)});
  BasicBlock *End = B.GetInsertBlock();
  B.CreateBr(After);
  B.SetInsertPoint(After);
  PHINode *Merged = B.CreatePHI(B.getInt64Ty(), 2, "pp.ahead");
  Merged->addIncoming(Ahead, Before);
  Merged->addIncoming(To, End);
  Ahead = Merged;
}

void emitHints(LoopJob &Job, Records &R, IRBuilder<> &B, Value *Done, MutableArrayRef<Value *> Ahead) {
  for (unsigned Number = 0; Number < Job.Streams.size(); Number++)
    if (Job.Streams[Number].Stream->kind == PP_PLAN_GATHER)
      emitGather(Job, Number, R, B, Done, Ahead[Number]);
    else
      emitAffine(Job, Number, R, B, Done, Ahead[Number]);
}

bool emitPlans(const std::vector<PlannedNest> &Nests, Analyses &A) {
  Records R(*A.F.getParent());
  std::vector<LoopJob> Jobs;
  for (const PlannedNest &N : Nests)
    for (unsigned Number = 0; Number < N.Plan->loop_count; Number++)
      if (N.Plan->loops[Number].strip_mined)
        addJob(Jobs, N, static_cast<int>(Number), A, R);
  A.Expander.clear();
  for (LoopJob &Job : Jobs)
    stripMine(Job, R);
  return !Jobs.empty();
}

} // namespace pageprefetch
