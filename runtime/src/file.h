/* SPDX-License-Identifier: MIT */
/* Writing one file that the user named: complete or not at all, and nothing else in its place.
 * What others may have put into a folder that they can write to is never followed and never written to. */
#ifndef RUNTIME_FILE_H
#define RUNTIME_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* Replaces the file `path` (absolute) by `bytes` bytes of text; a character device is written to. A file that is not empty and
 * changed at `keep_from` or later stays as it is; 0: none does. Returns false after filling `why` with what happened, which
 * follows the file's name in a sentence. */
bool pp_file_replace(const char *path, const char *text, size_t bytes, time_t keep_from, char *why, size_t size);

#endif
