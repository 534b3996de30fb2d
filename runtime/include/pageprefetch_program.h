/* SPDX-License-Identifier: MIT */
/* Slice programs: the least computation of a loop's future addresses, as read-only data that compiled code carries and the
 * runtime runs. A closed instruction set without stores, calls or traps: a wrong guess costs a useless hint and nothing else. */
#ifndef PAGEPREFETCH_PROGRAM_H
#define PAGEPREFETCH_PROGRAM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Registers of a program, each 64 bits wide; instructions; values of the environment. */
#define PP_PROGRAM_REGISTERS 32
#define PP_PROGRAM_INSTRUCTIONS 1024
#define PP_PROGRAM_ENVIRONMENT 64

/* A loop has up to two programs. `slices` is run once for each iteration of the loop, from its first instruction; registers are 0
 * then, but for those that are carried. `walks` is run once for each call of __pp_strip, as iteration 0, and tells of the loop's
 * affine streams: it holds neither loads nor branches nor hints, and PP_OP_WALK is in no other program. Arithmetic is modulo
 * 2^64; narrower types are made by the extensions. Branches go forward; only PP_OP_REPEAT_IF goes back. `right` of two-operand
 * operations and of hints is a register, or by a flag the immediate or a value of the environment. */
enum pp_op {
  PP_OP_END,         /* the iteration is done */
  PP_OP_STOP,        /* so is the loop: no later iteration is run (an exit that was taken) */
  PP_OP_CONSTANT,    /* to = immediate */
  PP_OP_ITERATION,   /* to = number of this iteration, counted from the loop's entry */
  PP_OP_ENVIRONMENT, /* to = environment[immediate] */
  PP_OP_COPY,        /* to = left */
  PP_OP_ADD,         /* to = left op right, up to PP_OP_SLESS_EQUAL */
  PP_OP_SUBTRACT,
  PP_OP_MULTIPLY,
  PP_OP_MULTIPLY_HIGH, /* the upper half of the unsigned product */
  PP_OP_AND,
  PP_OP_OR,
  PP_OP_XOR,
  PP_OP_SHIFT_LEFT, /* by right modulo 64 */
  PP_OP_SHIFT_RIGHT,
  PP_OP_SHIFT_RIGHT_SIGNED,
  PP_OP_EQUAL, /* comparisons: 1 or 0 */
  PP_OP_NOT_EQUAL,
  PP_OP_ULESS,
  PP_OP_ULESS_EQUAL,
  PP_OP_SLESS,
  PP_OP_SLESS_EQUAL,
  PP_OP_UDIVIDE, /* divisions: the iteration ends where the program's own would trap */
  PP_OP_UREMAINDER,
  PP_OP_SDIVIDE,
  PP_OP_SREMAINDER,
  PP_OP_EXTEND,        /* to = the low `bytes` bytes of left, with zeros above */
  PP_OP_EXTEND_SIGNED, /* the same with copies of the sign above */
  PP_OP_SELECT,        /* to = third ? left : right */
  PP_OP_LOAD,          /* to = `bytes` bytes at left, with zeros above; the iteration waits for absent ones, and ends at others */
  PP_OP_SKIP_IF,       /* go to instruction `immediate`, which stands further on, if left is not 0 */
  PP_OP_SKIP_UNLESS,   /* the same if left is 0 */
  PP_OP_REPEAT_IF,     /* go back to instruction `immediate` if left is not 0 */
  PP_OP_HINT,          /* the loop will touch `right` bytes at left: a hint of site `to` */
  PP_OP_WALK,          /* iteration i touches `third` bytes at left + i * right: site `to`; all three are registers */
  PP_OPS,
};

enum pp_instruction_flags {
  PP_RIGHT_IMMEDIATE = 1,   /* right is the immediate */
  PP_RIGHT_ENVIRONMENT = 2, /* right is environment[immediate] */
  PP_LOAD_STEADY = 4,       /* as far as the compiler knows the loop does not write what this reads */
};

/* 16 bytes, no padding. What an operation does not name is 0. */
struct pp_instruction {
  uint8_t op; /* enum pp_op */
  uint8_t to, left, right, third;
  uint8_t bytes; /* of loads and extensions: 1, 2, 4, and of loads 8 */
  uint8_t flags; /* enum pp_instruction_flags */
  uint8_t reserved;
  int64_t immediate;
};

struct pp_program {
  uint16_t instruction_count; /* the last one is END, STOP or goes back */
  uint16_t environment_count;
  uint16_t carried_count;  /* registers 0 .. carried_count - 1 keep their values from iteration to iteration, and start as the
                              first  values of the environment: such a program runs in order */
  uint16_t register_count; /* that it uses: 0 .. register_count - 1 */
  uint16_t site_count;
  uint16_t reserved[3]; /* 0 */
  const struct pp_instruction *instructions;
};

#ifdef __cplusplus
}
#endif
#endif
