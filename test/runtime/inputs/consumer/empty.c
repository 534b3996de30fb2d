/* SPDX-License-Identifier: MIT */
/* A library with nothing of its own. */
int consumer_nothing(void);

int consumer_nothing(void) {
  return 0;
}
