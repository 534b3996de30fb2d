/* SPDX-License-Identifier: MIT */
/* Writes the input files of the cases that search in a structure: built in memory as programs build it, then written whole.
 * structures btree FILE BYTES; structures chains FILE ENTRIES LOAD; structures graph FILE VERTICES DEGREE FAR (one edge in FAR
 * leads anywhere, the others stay near) */
#include "btree.h"
#include "chains.h"
#include "graph.h"
#include "numbers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NEAR = 8192 };

static _Noreturn void fail(const char *what, const char *path) {
  fprintf(stderr, "structures: %s %s: %s\n", what, path, strerror(errno));
  exit(1);
}

static void *memory(size_t bytes) {
  void *found = calloc(bytes, 1);
  if (!found)
    fail("no memory", "for the structure");
  return found;
}

static void write_file(const char *path, const void *content, size_t bytes) {
  char part[4096];
  if ((size_t)snprintf(part, sizeof part, "%s.part", path) >= sizeof part) {
    errno = ENAMETOOLONG;
    fail("cannot create", path);
  }
  FILE *file = fopen(part, "we");
  if (!file)
    fail("cannot create", part);
  if (fwrite(content, 1, bytes, file) != bytes || fflush(file) != 0 || fsync(fileno(file)) != 0 || fclose(file) != 0 ||
      rename(part, path) != 0) {
    int error = errno;
    unlink(part);
    errno = error;
    fail("cannot write", part);
  }
}

/* Loaded from sorted pairs, leaves first. */
static void write_btree(const char *path, uint64_t bytes) {
  uint64_t leaves = bytes / BTREE_NODE, room = leaves + leaves / BTREE_KEYS * 2 + 16, used = 1;
  union btree_node *nodes = memory(room * BTREE_NODE);
  uint64_t *least = memory(leaves * sizeof *least); /* key under each node of the level */
  struct btree_header *header = (void *)nodes;
  *header = (struct btree_header){.magic = BTREE_MAGIC, .pairs = leaves * BTREE_PAIRS};
  for (uint64_t leaf = 0; leaf < leaves; leaf++, used++) {
    nodes[used].leaf.count = BTREE_PAIRS;
    for (uint64_t k = 0; k < BTREE_PAIRS; k++) {
      nodes[used].leaf.key[k] = sorted_at(leaf * BTREE_PAIRS + k);
      nodes[used].leaf.value[k] = number_scramble(leaf * BTREE_PAIRS + k);
    }
    least[leaf] = nodes[used].leaf.key[0];
  }
  uint64_t first = 1, count = leaves;
  for (; count > 1; header->height++) {
    uint64_t parents = 0, children = first;
    first = used;
    for (uint64_t done = 0; done < count; parents++, used++) {
      struct btree_inner *inner = &nodes[used].inner;
      uint64_t now = count - done < BTREE_KEYS + 1 ? count - done : BTREE_KEYS + 1;
      inner->count = (uint32_t)now - 1;
      for (uint64_t k = 0; k < now; k++) {
        inner->child[k] = (uint32_t)(children + done + k);
        if (k)
          inner->key[k - 1] = least[done + k];
      }
      least[parents] = least[done];
      done += now;
    }
    count = parents;
  }
  header->root = (uint32_t)first;
  write_file(path, nodes, used * BTREE_NODE);
}

static void write_chains(const char *path, uint64_t entries, uint64_t load) {
  uint64_t heads = 1;
  while (heads * load < entries)
    heads *= 2;
  size_t bytes = CHAINS_OFFSET + heads * sizeof(uint32_t) + entries * sizeof(struct chains_entry);
  char *file = memory(bytes);
  uint32_t *head = (void *)(file + CHAINS_OFFSET);
  struct chains_entry *entry = (void *)(head + heads);
  struct chains_header header = {CHAINS_MAGIC, heads, entries};
  memcpy(file, &header, sizeof header);
  for (uint64_t i = 1; i < entries; i++) {
    uint64_t key = number_scramble(i - 1), at = chains_hash(key) & (heads - 1);
    entry[i] = (struct chains_entry){key, (uint32_t)i, head[at]};
    head[at] = (uint32_t)i;
  }
  write_file(path, file, bytes);
}

/* Each vertex has 0 to 2 * degree edges. */
static void write_graph(const char *path, uint64_t vertices, uint64_t degree, uint64_t far) {
  uint64_t edges = 0;
  for (uint64_t v = 0; v < vertices; v++)
    edges += number_scramble(v) % (2 * degree + 1);
  size_t bytes = GRAPH_OFFSET + (vertices + 1) * sizeof(uint64_t) + edges * sizeof(uint32_t);
  char *file = memory(bytes);
  struct graph_header header = {GRAPH_MAGIC, vertices, edges};
  memcpy(file, &header, sizeof header);
  uint64_t *bounds = (void *)(file + GRAPH_OFFSET), edge = 0;
  uint32_t *targets = (void *)(bounds + vertices + 1);
  for (uint64_t v = 0; v < vertices; v++) {
    bounds[v] = edge;
    for (uint64_t end = edge + number_scramble(v) % (2 * degree + 1); edge < end; edge++) {
      uint64_t random = number_scramble(~edge);
      targets[edge] = (uint32_t)(random % far == 0 ? (random >> 20) % vertices
                                                   : (v + vertices + (random >> 20) % NEAR - NEAR / 2) % vertices);
    }
  }
  bounds[vertices] = edge;
  write_file(path, file, bytes);
}

static uint64_t number(const char *text) {
  return strtoull(text, NULL, 10);
}

int main(int argc, char **argv) {
  if (argc == 4 && strcmp(argv[1], "btree") == 0 && number(argv[3]) >= BTREE_NODE)
    write_btree(argv[2], number(argv[3]));
  else if (argc == 5 && strcmp(argv[1], "chains") == 0 && number(argv[4]) > 0)
    write_chains(argv[2], number(argv[3]), number(argv[4]));
  else if (argc == 6 && strcmp(argv[1], "graph") == 0 && number(argv[4]) > 0 && number(argv[5]) > 0)
    write_graph(argv[2], number(argv[3]), number(argv[4]), number(argv[5]));
  else {
    fprintf(
        stderr,
        "usage: structures btree FILE BYTES | structures chains FILE ENTRIES LOAD | structures graph FILE VERTICES DEGREE FAR\n");
    return 2;
  }
  return 0;
}
