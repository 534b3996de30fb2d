/* SPDX-License-Identifier: MIT */
/* A view's memory: its terms, and which of the nest's values have one already. */
#include "term.h"

#include <stdlib.h>
#include <string.h>

struct pp_view *pp_view_new(const struct pp_graph *graph, int loop) {
  struct pp_view *view = pp_allocate(1, sizeof *view);
  unsigned values = graph->nest->value_count;
  *view = (struct pp_view){.nest = graph->nest, .graph = graph, .loop = loop, .home = graph->nest->loops[loop].header};
  for (unsigned i = 0; i < PP_TERM_BUCKETS; i++)
    view->buckets[i] = PP_NONE;
  view->busy = pp_allocate(values, sizeof *view->busy);
  for (unsigned first = 0; first < 2; first++)
    for (unsigned above = 0; above < PP_ABOVES; above++) {
      view->memo[first][above] = pp_allocate(values, sizeof(int));
      memset(view->memo[first][above], -1, values * sizeof(int));
    }
  return view;
}

void pp_view_free(struct pp_view *view) {
  if (!view)
    return;
  for (unsigned i = 0; i < view->count; i++)
    free(view->terms[i].products);
  for (unsigned first = 0; first < 2; first++)
    for (unsigned above = 0; above < PP_ABOVES; above++)
      free(view->memo[first][above]);
  free(view->terms);
  free(view->busy);
  free(view);
}

/* `seen` has room for the terms that there are; made later, a term is asked anew. */
struct question {
  struct pp_view *view;
  enum pp_asked (*holds)(struct pp_view *view, int term);
  bool *seen;
  unsigned room;
};

static bool ask(struct question *question, int number) {
  if ((unsigned)number < question->room) {
    if (question->seen[number])
      return false;
    question->seen[number] = true;
  }
  enum pp_asked answer = question->holds(question->view, number);
  if (answer != PP_ASKED_FURTHER)
    return answer == PP_ASKED_YES;
  struct pp_term term = question->view->terms[number];
  for (unsigned i = 0; i < 3; i++)
    if (term.operand[i] != PP_NONE && ask(question, term.operand[i]))
      return true;
  for (unsigned i = 0; i < term.product_count; i++)
    for (unsigned k = 0; k < term.products[i].degree; k++)
      if (ask(question, term.products[i].atom[k]))
        return true;
  return false;
}

bool pp_term_any(struct pp_view *view, int term, enum pp_asked (*holds)(struct pp_view *view, int term)) {
  struct question question = {view, holds, pp_allocate(view->count, sizeof(bool)), view->count};
  bool found = ask(&question, term);
  free(question.seen);
  return found;
}
