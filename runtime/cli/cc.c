/* SPDX-License-Identifier: MIT */
/* pageprefetch cc, c++, fc: runs a compiler with what hints need added, for builds that take no flags but a compiler's name.
 * What cannot have hints is told and compiled as it is: a build, and the tests of a configure script, go on. */
#include "cli.h"
#include "command.h"
#include "compiler.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct request {
  const char *name, *compiler; /* the subcommand, and what it runs where no compiler is given */
  struct cli_options options;
};

static const struct argp_option options[] = {
    {"option", 'o', "KEY=VALUE", 0, "an option of the plugin; may be repeated", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
  struct request *request = state->input;
  switch (key) {
  case 'o':
    cli_options_add(&request->options, argument, state);
    return 0;
  case ARGP_KEY_ARG:
    argp_error(state, "unexpected '%s': only --option KEY=VALUE may stand before --, the compiler and its words behind it",
               argument);
    return EINVAL;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static bool is_program(const char *word) {
  char *path = *word ? cli_find_program(word) : NULL;
  struct stat facts;
  bool found = path && stat(path, &facts) == 0 && S_ISREG(facts.st_mode) && access(path, X_OK) == 0;
  free(path);
  return found;
}

/* Clang has a -- of its own, behind its options and before its files. */
static bool is_separator(char *const *words, int place) {
  const char *behind = words[place + 1];
  return !strcmp(words[place], "--") && (!strncmp(words[1], "--", 2) || !behind || is_program(behind));
}

/* How many of the words are ours: those before --, or, where there is none, what can be no option of a compiler's. */
static int own_words(int argc, char **argv, bool *separated) {
  int count = 1;
  for (int i = 1; i < argc; i++)
    if (is_separator(argv, i))
      return *separated = true, i;
  while (count < argc &&
         (!strncmp(argv[count], "--option", 8) || !strcmp(argv[count], "--usage") || !strcmp(argv[count], "--help")))
    count += strcmp(argv[count], "--option") || count + 1 == argc ? 1 : 2;
  return count;
}

/* NAME=VALUE, as env takes it. */
static bool is_assignment(const char *word) {
  size_t name = strcspn(word, "=/");
  return name && word[name] == '=';
}

/* Where the compiler is among the words: behind ccache and its kin, and what is set for them. */
static unsigned find_compiler(char *const *words) {
  static const char *const launchers[] = {"ccache", "sccache", "distcc", "icecc", "env"};
  unsigned place = 0;
  for (bool launcher = true; launcher && words[place + 1];) {
    const char *slash = strrchr(words[place], '/');
    launcher = false;
    for (size_t i = 0; i < sizeof launchers / sizeof *launchers; i++)
      launcher |= !strcmp(slash ? slash + 1 : words[place], launchers[i]);
    if (launcher)
      do
        place++;
      while (is_assignment(words[place]) && words[place + 1]);
  }
  return place;
}

/* What is added, and where: `front` behind the compiler, `back` behind its words. */
struct additions {
  char *front[CLI_MOST_FLAGS], *back[CLI_LIBRARY_WORDS + 1];
  unsigned front_count, back_count;
};

/* NAME set to its value, a separator and one more. */
static void extend_environment(const char *name, const char *separator, const char *more) {
  const char *before = getenv(name);
  char *value;
  if (asprintf(&value, "%s%s%s", before ? before : "", before && *before ? separator : "", more) < 0 || setenv(name, value, 1)) {
    fprintf(stderr, "pageprefetch: cannot set %s: out of memory\n", name);
    exit(1);
  }
  free(value);
}

/* What the linker of this command says to a word. */
static void ask_linker(const struct cli_compiler *compiler, const struct cli_command *command, char *word, char *text,
                       size_t size) {
  char *words[3];
  memcpy(words, command->linker, command->linker_count * sizeof *words);
  words[command->linker_count] = word;
  cli_compiler_ask(compiler, words, command->linker_count + 1, text, size);
}

/* The version of the lld that would link, if it is one that loads plugins for ThinLTO; else 0. */
static unsigned lld_with_plugins(const struct cli_compiler *compiler, const struct cli_command *command) {
  static char text[65536];
  ask_linker(compiler, command, "-Wl,--version", text, sizeof text);
  const char *name = strstr(text, "LLD ");
  unsigned version = name ? (unsigned)strtoul(name + 4, NULL, 10) : 0;
  if (version)
    ask_linker(compiler, command, "-Wl,--help", text, sizeof text);
  return version && strstr(text, "--load-pass-plugin") ? version : 0;
}

/* Clang's assembler knows no -mllvm option of a plugin, and linkers load theirs too late for them. */
static void pass_options_by_environment(const struct cli_options *given) {
  for (unsigned i = 0; i < given->count; i++)
    extend_environment("PAGEPREFETCH_OPTIONS", " ", given->words[i]);
}

/* With ThinLTO it is the linker that vectorises, and loads the plugin of its own LLVM. */
static void add_for_thin(const struct cli_compiler *compiler, const struct cli_command *command, const struct cli_options *given,
                         struct additions *additions) {
  unsigned version = lld_with_plugins(compiler, command);
  char *plugin = version ? cli_llvm_plugin(version) : NULL;
  if (plugin && asprintf(&additions->back[additions->back_count], "-Wl,--load-pass-plugin=%s", plugin) >= 0) {
    additions->back_count++;
    pass_options_by_environment(given);
  } else if (version)
    fprintf(stderr,
            "pageprefetch: %s: -flto=thin: no hints: no plugin for the linker, which is LLD %u: build PagePrefetch for LLVM %u\n",
            compiler->asker, version, version);
  else
    fprintf(
        stderr,
        "pageprefetch: %s: -flto=thin: no hints: the linker has to load the plugin, and this one can not: link with an lld that "
        "knows --load-pass-plugin (-fuse-ld=lld), or use -flto\n",
        compiler->asker);
  free(plugin);
}

static bool add_plugin(const struct cli_compiler *compiler, const struct cli_command *command, const struct request *request,
                       struct additions *additions) {
  static const struct cli_options none;
  bool by_environment = !compiler->gcc && (command->assembles || compiler->flang);
  char *plain[CLI_MOST_FLAGS];
  unsigned count = cli_compiler_flags(compiler, &none, plain);
  /* Without options: a wrong one is the compile's own error, as anywhere. */
  if ((command->compiles || command->lto) && !cli_compiler_loads(compiler, plain, count))
    return false;
  additions->front_count = cli_compiler_flags(compiler, by_environment ? &none : &request->options, additions->front);
  if (by_environment)
    pass_options_by_environment(&request->options);
  setenv("PP_BY_WRAPPER", "1", 1); /* GCC's plugin need not ask for what is given on the link line */
  if (!compiler->gcc)              /* ccache looks into what -fplugin= names, and not into this one */
    extend_environment("CCACHE_EXTRAFILES", ":", compiler->plugin);
  return true;
}

static bool has_right_width(const struct cli_compiler *compiler, const struct cli_command *command) {
  if (!command->width || !strcmp(command->width, "-m64"))
    return true;
  fprintf(stderr, "pageprefetch: %s: %s: hints are for 64-bit x86-64 Linux only: compile with -m64\n", compiler->asker,
          command->width);
  return false;
}

/* Fills `additions`; or has said why there are none. */
static bool add(struct cli_compiler *compiler, const struct cli_command *command, const struct request *request,
                struct additions *additions) {
  if (!has_right_width(compiler, command) || !cli_compiler_find_plugin(compiler))
    return false;
  /* GCC compiles at the link what was compiled with -flto, also where the link line does not say so. */
  bool wanted = compiler->gcc ? command->compiles || command->links : command->compiles && !command->thin;
  if (wanted && !command->has_plugin && !add_plugin(compiler, command, request, additions))
    return false;
  if (!compiler->gcc && command->links && command->thin)
    add_for_thin(compiler, command, &request->options, additions);
  if (command->takes_library)
    additions->back_count += cli_library_words(request->name, additions->back + additions->back_count);
  return true;
}

/* Becomes the compiler. `words` are the user's, the compiler among them at `place`. */
static int become(const struct request *request, char **words, unsigned count, unsigned place,
                  const struct additions *additions) {
  char **command = calloc(count + CLI_MOST_FLAGS + CLI_LIBRARY_WORDS + 2, sizeof *command);
  unsigned used = 0, files = place + 1;
  while (files < count && strcmp(words[files], "--"))
    files++; /* behind Clang's -- there are only files */
  if (!command) {
    fprintf(stderr, "pageprefetch: %s: out of memory\n", request->name);
    return 1;
  }
  for (unsigned i = 0; i <= count; i++) {
    for (unsigned j = 0; i == place + 1 && j < additions->front_count; j++)
      command[used++] = additions->front[j];
    for (unsigned j = 0; i == files && j < additions->back_count; j++)
      command[used++] = additions->back[j];
    command[used++] = words[i];
  }
  execvp(command[0], command);
  int error = errno;
  fprintf(stderr, "pageprefetch: %s: cannot start '%s': %s: give an installed compiler as you call it, as gcc or clang-14\n",
          request->name, command[0], strerror(error));
  return error == ENOENT ? 127 : 126;
}

/* CC="pageprefetch cc gcc" would compile a file named gcc. Sources may be executable; they have an ending. */
static bool forgot_separator(const char *word) {
  const char *slash = word ? strrchr(word, '/') : NULL;
  return word && *word != '-' && *word != '@' && !strchr(slash ? slash : word, '.') && is_program(word);
}

/* The compiler and its words, behind our own; or NULL after a message. */
static char **find_words(int argc, char **argv, struct request *request) {
  static const struct argp argp = {
      .options = options,
      .parser = parse,
      .args_doc = "-- COMPILER [ARGUMENTS]\n[ARGUMENTS]",
      .doc = "Run a compiler with what hints need: the plugin where it compiles, the library where it links."
             "\vWithout -- it is the system's own compiler. Where there can be no hints the compiler runs as it is."};
  bool separated = false;
  int own = own_words(argc, argv, &separated);
  if (argp_parse(&argp, own, argv, ARGP_IN_ORDER, NULL, request))
    return NULL;
  char **words = argv + own;
  if (separated && !*++words) {
    fprintf(stderr, "pageprefetch: %s: no compiler behind --: give it as you call it, as gcc or clang-14\n", request->name);
    return NULL;
  }
  if (!separated && forgot_separator(*words)) {
    fprintf(stderr, "pageprefetch: %s: '%s' is a program: write a compiler behind --: pageprefetch %s -- %s ...\n", request->name,
            *words, request->name, *words);
    return NULL;
  }
  if (!separated)
    *--words = (char *)request->compiler; /* in the place of our own last word */
  return words;
}

static int run(int argc, char **argv, struct request request) {
  char **words = find_words(argc, argv, &request);
  if (!words)
    return 2;
  unsigned place = find_compiler(words);
  struct cli_command command;
  cli_command_read(words + place + 1, &command);
  struct cli_compiler compiler = {.asker = request.name, .given = words[place], .command = {words[place]}, .command_count = 1};
  for (unsigned i = 0; i < command.target_count; i++)
    compiler.command[compiler.command_count++] = command.target[i];
  struct additions additions = {0};
  bool wanted = command.compiles || command.links, known = is_program(words[place]);
  /* What is no program says so when it is started, but for an option of a launcher's. */
  if (wanted && !known && place)
    fprintf(stderr, "pageprefetch: %s: '%s' behind '%s' is no compiler: write compiler and arguments right behind it\n",
            request.name, words[place], words[place - 1]);
  if (wanted && (known ? !add(&compiler, &command, &request, &additions) : place > 0)) {
    fprintf(stderr, "pageprefetch: %s: '%s' runs as it is, without hints\n", request.name, compiler.given);
    additions.front_count = additions.back_count = 0;
  }
  return become(&request, words, (unsigned)(argv + argc - words), place, &additions);
}

int cli_cc(int argc, char **argv) {
  return run(argc, argv, (struct request){.name = "cc", .compiler = "cc"});
}

int cli_cxx(int argc, char **argv) {
  return run(argc, argv, (struct request){.name = "c++", .compiler = "c++"});
}

int cli_fc(int argc, char **argv) {
  return run(argc, argv, (struct request){.name = "fc", .compiler = "gfortran"});
}
