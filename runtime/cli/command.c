/* SPDX-License-Identifier: MIT */
/* Reads the command line of a compiler: options that have their value in the next word, modes, and files by their endings.
 * What is not known is a file for the linker, as the drivers take it. */
#include "command.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEEPEST_FILE = 16, MOST_FILES = 256 }; /* a file of words may name itself, and more than once */

struct reader {
  struct cli_command *command;
  const char *awaited;  /* the option whose value is the next word */
  const char *language; /* of the files that follow, by -x */
  bool files_only;      /* behind Clang's -- */
  bool asks;            /* the compiler only answers, as for --version */
  bool no_code, no_link, relocatable, bare;
  unsigned sources, assembly, objects;
  unsigned depth, files;
};

static bool is_one_of(const char *word, const char *const *list, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!strcmp(word, list[i]))
      return true;
  return false;
}
#define IS_ONE_OF(word, list) is_one_of(word, list, sizeof(list) / sizeof *(list))

static bool begins(const char *word, const char *with) {
  return strncmp(word, with, strlen(with)) == 0;
}

/* By the ending of its name, or by -x. Headers become precompiled ones: no code. */
static void take_file(struct reader *reader, const char *name) {
  static const char *const sources[] = {"c",   "i",   "ii",  "cc",  "cp",  "cxx", "cpp", "CPP", "c++", "C",   "m",   "mi",  "mm",
                                        "M",   "mii", "f",   "for", "ftn", "F",   "FOR", "fpp", "FPP", "FTN", "f90", "f95", "f03",
                                        "f08", "F90", "F95", "F03", "F08", "d",   "go",  "adb", "ads", "ll",  "bc",  "cppm"};
  static const char *const assembly[] = {"s", "S", "sx"};
  static const char *const headers[] = {"h", "H", "hh", "hp", "hxx", "hpp", "HPP", "h++", "tcc"};
  const char *dot = strrchr(name, '.');
  const char *ending = dot && !strchr(dot, '/') ? dot + 1 : "";
  if (reader->language) {
    if (begins(reader->language, "assembler"))
      reader->assembly++;
    else if (!strstr(reader->language, "header"))
      reader->sources++;
  } else if (IS_ONE_OF(ending, sources) || !strcmp(name, "-"))
    reader->sources++;
  else if (IS_ONE_OF(ending, assembly))
    reader->assembly++;
  else if (!IS_ONE_OF(ending, headers))
    reader->objects++;
}

/* The words of -Wl, and -Xlinker. */
static void take_linker_words(struct reader *reader, const char *words) {
  static const char *const relocatable[] = {"-r", "-Ur", "-i", "--relocatable"};
  char word[32];
  for (; *words; words += strcspn(words, ","), words += *words == ',') {
    snprintf(word, sizeof word, "%.*s", (int)strcspn(words, ","), words);
    reader->relocatable |= IS_ONE_OF(word, relocatable);
  }
}

static void keep(char **list, unsigned most, unsigned *count, const char *word) {
  if (*count == most) /* the last ones count */
    memmove(list, list + 1, --*count * sizeof *list);
  list[(*count)++] = (char *)word;
}

static void keep_target(struct cli_command *command, const char *form, const char *value) {
  char *word = NULL;
  if (asprintf(&word, form, value) >= 0)
    keep(command->target, sizeof command->target / sizeof *command->target, &command->target_count, word);
}

static void take_value(struct reader *reader, const char *value) {
  const char *option = reader->awaited;
  reader->awaited = NULL;
  if (!strcmp(option, "-x"))
    reader->language = strcmp(value, "none") ? value : NULL;
  else if (!strcmp(option, "-Xlinker"))
    take_linker_words(reader, value);
  else if (!strcmp(option, "-target"))
    keep_target(reader->command, "--target=%s", value);
}

/* Options whose value is the next word, unless it is joined to a single letter. */
static bool awaits_value(const char *word) {
  static const char *const options[] = {"-o",
                                        "-x",
                                        "-I",
                                        "-D",
                                        "-U",
                                        "-L",
                                        "-l",
                                        "-u",
                                        "-e",
                                        "-T",
                                        "-A",
                                        "-B",
                                        "-F",
                                        "-G",
                                        "-J",
                                        "-z",
                                        "-include",
                                        "-imacros",
                                        "-isystem",
                                        "-idirafter",
                                        "-iquote",
                                        "-isysroot",
                                        "-iprefix",
                                        "-iwithprefix",
                                        "-imultilib",
                                        "-MF",
                                        "-MT",
                                        "-MQ",
                                        "-MJ",
                                        "-Xlinker",
                                        "-Xassembler",
                                        "-Xclang",
                                        "-mllvm",
                                        "-arch",
                                        "-target",
                                        "-aux-info",
                                        "--param",
                                        "-dumpbase",
                                        "-dumpdir",
                                        "-wrapper",
                                        "--sysroot",
                                        "-Xpreprocessor",
                                        "--output",
                                        "-dumpbase-ext",
                                        "-iframework",
                                        "-ivfsoverlay",
                                        "-imultiarch",
                                        "-cxx-isystem",
                                        "-iwithprefixbefore",
                                        "-include-pch",
                                        "-resource-dir",
                                        "-gcc-toolchain",
                                        "-working-directory",
                                        "--serialize-diagnostics",
                                        "-serialize-diagnostics"};
  return IS_ONE_OF(word, options);
}

/* What ends early: the compiler's answers, preprocessing, checking, code that is not linked. */
static bool take_mode(struct reader *reader, const char *word) {
  static const char *const answers[] = {"--version",        "--target-help", "-dumpversion",
                                        "-dumpfullversion", "-dumpmachine",  "-dumpspecs"};
  static const char *const no_code[] = {"-E",        "-M",        "-MM",          "-fsyntax-only",  "--preprocess",
                                        "--analyze", "-emit-ast", "--precompile", "--dependencies", "--user-dependencies"};
  static const char *const no_link[] = {"-c", "-S", "--compile", "--assemble"};
  static const char *const bare[] = {"-nostdlib", "-nodefaultlibs", "-nolibc", "--no-standard-libraries"};
  if (IS_ONE_OF(word, answers) || begins(word, "--help") || begins(word, "-print-") || begins(word, "--print-") ||
      begins(word, "-cc1"))
    return reader->asks = true;
  if (IS_ONE_OF(word, no_code))
    return reader->no_code = true;
  if (IS_ONE_OF(word, no_link))
    return reader->no_link = true;
  if (IS_ONE_OF(word, bare))
    return reader->bare = true;
  return !strcmp(word, "-r") && (reader->relocatable = true);
}

/* By its file's name, in whatever folder, or by the bare name that GCC looks up. */
static bool names_our_plugin(const char *value) {
  const char *slash = strrchr(value, '/'), *name = slash ? slash + 1 : value;
  return !strcmp(name, "pageprefetch") || !strcmp(name, "pageprefetch.so") || begins(name, "pageprefetch-llvm");
}

static void take_option(struct reader *reader, const char *word) {
  static const char *const widths[] = {"-m64", "-m32", "-mx32", "-m16"};
  struct cli_command *command = reader->command;
  if (take_mode(reader, word))
    return;
  if (begins(word, "-l"))
    reader->objects++; /* may be all that is linked */
  if (awaits_value(word))
    reader->awaited = word;
  else if (begins(word, "-x"))
    reader->language = strcmp(word + 2, "none") ? word + 2 : NULL;
  else if (begins(word, "-Wl,"))
    take_linker_words(reader, word + 4);
  else if (!strcmp(word, "-flto") || begins(word, "-flto="))
    command->lto = true, command->thin = !strcmp(word, "-flto=thin");
  else if (!strcmp(word, "-fno-lto"))
    command->lto = command->thin = false;
  else if (IS_ONE_OF(word, widths))
    command->width = word;
  else if (begins(word, "--target="))
    keep_target(command, "%s", word);
  else if (begins(word, "-fuse-ld=") || begins(word, "--ld-path="))
    keep(command->linker, sizeof command->linker / sizeof *command->linker, &command->linker_count, word);
  else if (begins(word, "-fplugin=") || begins(word, "-fpass-plugin="))
    command->has_plugin |= names_our_plugin(strchr(word, '=') + 1);
}

static bool take_words_of(struct reader *reader, const char *path);

static void take_word(struct reader *reader, const char *word) {
  if (*word == '@' && take_words_of(reader, word + 1))
    return;
  if (reader->awaited)
    take_value(reader, word);
  else if (reader->files_only || *word != '-' || !word[1])
    take_file(reader, word);
  else if (!strcmp(word, "--"))
    reader->files_only = true;
  else
    take_option(reader, word);
}

/* A file's text, to stay: the words that matter point into it. */
static char *text_of(const char *path) {
  FILE *stream = fopen(path, "r");
  struct stat facts;
  char *text = NULL;
  if (stream && fstat(fileno(stream), &facts) == 0 && S_ISREG(facts.st_mode) && (text = malloc((size_t)facts.st_size + 1)))
    text[fread(text, 1, (size_t)facts.st_size, stream)] = 0;
  if (stream)
    fclose(stream);
  return text;
}

/* Takes the quotes and backslashes off the word at `from`, as the drivers do; returns what follows it. */
static char *unquote(char *from, char **word) {
  char quote = 0, *to = from;
  *word = from;
  for (; *from && (quote || !isspace((unsigned char)*from)); from++) {
    if (*from == '\\' && from[1])
      *to++ = *++from;
    else if (quote ? *from == quote : *from == '"' || *from == '\'')
      quote = quote ? 0 : *from;
    else
      *to++ = *from;
  }
  char *next = *from ? from + 1 : from;
  *to = 0;
  return next;
}

/* @FILE; a file that is not there is a word like any, as for the drivers. */
static bool take_words_of(struct reader *reader, const char *path) {
  bool more = reader->depth < DEEPEST_FILE && reader->files < MOST_FILES;
  char *rest = more ? text_of(path) : NULL, *word;
  if (!rest)
    return false;
  reader->depth++;
  reader->files++;
  while (*(rest += strspn(rest, " \t\n\v\f\r"))) {
    rest = unquote(rest, &word);
    take_word(reader, word);
  }
  reader->depth--;
  return true;
}

void cli_command_read(char *const *words, struct cli_command *command) {
  *command = (struct cli_command){0};
  struct reader reader = {.command = command};
  for (; *words; words++)
    take_word(&reader, *words);
  if (reader.asks || reader.no_code)
    return;
  command->compiles = reader.sources > 0;
  command->assembles = reader.assembly > 0;
  command->links = !reader.no_link && reader.sources + reader.assembly + reader.objects > 0;
  command->takes_library = command->links && !reader.relocatable && !reader.bare;
}
