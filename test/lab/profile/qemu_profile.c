/* SPDX-License-Identifier: MIT */
/* A QEMU plugin that counts executed instructions by place between two marks of the guest: -plugin
 * file=...,start=ADDRESS,stop=ADDRESS,out=FILE. The marks are the addresses of two functions of the profiled program (linked
 * without PIE). Output: "address instructions" lines. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The part of QEMU's plugin interface, version 1, that is used here; Debian packages no header for it. */
typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_info_t;
enum { NO_REGISTERS = 0, ADD_U64 = 0, INTERFACE = 1 };
typedef void (*translated_callback)(qemu_plugin_id_t id, struct qemu_plugin_tb *block);
typedef void (*executed_callback)(unsigned cpu, void *data);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, translated_callback callback);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block, executed_callback callback, int registers, void *data);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *block, int operation, void *counter, uint64_t amount);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *block);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, void (*callback)(qemu_plugin_id_t id, void *data), void *data);

__attribute__((visibility("default"))) int qemu_plugin_version = INTERFACE;
__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc,
                                                               char **argv);

struct place {
  uint64_t address, executed, before, between;
  struct place *next;
};

static struct place *places;
static uint64_t start_address, stop_address;
static const char *out;

static void start(unsigned cpu, void *data) {
  (void)cpu, (void)data;
  for (struct place *place = places; place; place = place->next)
    place->before = place->executed;
}

static void stop(unsigned cpu, void *data) {
  (void)cpu, (void)data;
  for (struct place *place = places; place; place = place->next) {
    place->between += place->executed - place->before;
    place->before = place->executed;
  }
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
  (void)id;
  struct place *place = calloc(1, sizeof *place);
  if (!place)
    abort();
  place->address = qemu_plugin_tb_vaddr(block);
  place->next = places;
  places = place;
  qemu_plugin_register_vcpu_tb_exec_inline(block, ADD_U64, &place->executed, qemu_plugin_tb_n_insns(block));
  if (place->address == start_address)
    qemu_plugin_register_vcpu_tb_exec_cb(block, start, NO_REGISTERS, NULL);
  else if (place->address == stop_address)
    qemu_plugin_register_vcpu_tb_exec_cb(block, stop, NO_REGISTERS, NULL);
}

static void at_exit(qemu_plugin_id_t id, void *data) {
  (void)id, (void)data;
  FILE *file = fopen(out, "w");
  if (!file) {
    fprintf(stderr, "qemu_profile: cannot write %s\n", out);
    return;
  }
  for (struct place *place = places; place; place = place->next)
    if (place->between)
      fprintf(file, "%" PRIx64 " %" PRIu64 "\n", place->address, place->between);
  fclose(file);
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc, char **argv) {
  (void)info;
  for (int i = 0; i < argc; i++) {
    if (strncmp(argv[i], "start=", 6) == 0)
      start_address = strtoull(argv[i] + 6, NULL, 16);
    else if (strncmp(argv[i], "stop=", 5) == 0)
      stop_address = strtoull(argv[i] + 5, NULL, 16);
    else if (strncmp(argv[i], "out=", 4) == 0)
      out = argv[i] + 4;
  }
  if (!start_address || !stop_address || !out) {
    fprintf(stderr, "qemu_profile: start=HEX, stop=HEX and out=FILE are needed\n");
    return 1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  qemu_plugin_register_atexit_cb(id, at_exit, NULL);
  return 0;
}
