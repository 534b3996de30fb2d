/* SPDX-License-Identifier: MIT */
/* The kernel of columns with hints placed by an expert: the pages of the column a fixed number of rows ahead, running on into the
 * next chosen column; the whole matrix at once where the columns cover most of its pages. */
#include "columns.h"
#include "hand_hints.h"

enum { PAGE = 4096 };

/* The hints' own walk over the same elements. */
struct walk {
  size_t column, row;
};

static void hint_elements(struct hand_batch *batch, struct walk *walk, size_t elements, const double *matrix, size_t rows,
                          size_t width, const uint32_t *chosen, size_t count) {
  while (elements > 0 && walk->column < count) {
    hand_page(batch, &matrix[walk->row * width + chosen[walk->column]]);
    elements--;
    if (++walk->row == rows) {
      walk->row = 0;
      walk->column++;
    }
  }
  if (walk->column == count)
    hand_flush(batch);
}

void column_sums(const double *matrix, size_t rows, size_t width, const uint32_t *chosen, size_t count, double *sums) {
  size_t row_bytes = width * sizeof *matrix;
  bool whole = count * PAGE * 4 >= row_bytes && hand_memory_has_room(rows * row_bytes);
  if (whole)
    hand_range(matrix, rows * row_bytes);
  struct hand_batch batch = {.count = 0};
  struct walk walk = {0, 0};
  if (!whole)
    hint_elements(&batch, &walk, HAND_DISTANCE, matrix, rows, width, chosen, count);
  for (size_t c = 0; c < count; c++) {
    sums[c] = 0;
    for (size_t done = 0; done < rows;) {
      size_t end = rows - done < HAND_BATCH || whole ? rows : done + HAND_BATCH;
      if (!whole)
        hint_elements(&batch, &walk, end - done, matrix, rows, width, chosen, count);
      for (; done < end; done++)
        sums[c] += matrix[done * width + chosen[c]];
    }
  }
}
