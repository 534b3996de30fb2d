/* SPDX-License-Identifier: MIT */
/* pageprefetch config: the flags that a compiler or linker needs. The compiler itself is asked what it is, and tries the plugin
 * once before its flag is printed: what is printed works. */
#include "cli.h"

#include <argp.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_WORDS = 16, MOST_OPTIONS = 16 };

struct request {
  const char *compiler;
  bool libs, archive;
  const char *options[MOST_OPTIONS];
  unsigned option_count;
};

static const struct argp_option options[] = {
    {"cflags", 'c', "COMPILER", 0,
     "flags that load the plugin; COMPILER as you call it: gcc, g++-12, cc, /opt/llvm/bin/clang, ...", 0},
    {"option", 'o', "KEY=VALUE", 0, "with --cflags: an option of the plugin as well; may be repeated", 0},
    {"libs", 'l', NULL, 0, "flags that link the runtime, also with -static", 0},
    {"static", 's', NULL, 0, "with --libs: the runtime's archive, so that the program needs no library when it runs", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
  struct request *request = state->input;
  switch (key) {
  case 'c':
    request->compiler = argument;
    return 0;
  case 'l':
    request->libs = true;
    return 0;
  case 's':
    request->archive = true;
    return 0;
  case 'o':
    if (!strchr(argument, '=') || strpbrk(argument, " \t\n'\"\\$`*?"))
      argp_error(state, "--option %s: give KEY=VALUE without blanks, quotes or wildcards: a shell would take them apart",
                 argument);
    if (request->option_count == MOST_OPTIONS)
      argp_error(state, "more than %d times --option", MOST_OPTIONS);
    request->options[request->option_count++] = argument;
    return 0;
  case ARGP_KEY_ARG:
    argp_error(state, "unexpected '%s'", argument);
    return EINVAL;
  case ARGP_KEY_END:
    if (!request->compiler && !request->libs)
      argp_error(state, "give --cflags COMPILER or --libs");
    if (request->option_count && !request->compiler)
      argp_error(state, "--option belongs to --cflags COMPILER");
    if (request->archive && !request->libs)
      argp_error(state, "--static belongs to --libs");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

/* A compiler as the user calls it, and what it said of itself. */
struct compiler {
  const char *given;
  char words[512];           /* the command, one string a word */
  char *command[MOST_WORDS]; /* and the words */
  unsigned command_count;
  bool gcc;
  unsigned major;
  char version[32];
};

/* The command with `count` more words, run. */
static int ask(const struct compiler *compiler, char *const *more, unsigned count, char *text, size_t size) {
  char *argv[MOST_WORDS + 8 + 2 * MOST_OPTIONS + 1];
  memcpy(argv, compiler->command, compiler->command_count * sizeof *argv);
  memcpy(argv + compiler->command_count, more, count * sizeof *argv);
  argv[compiler->command_count + count] = NULL;
  return cli_capture(argv, NULL, text, size);
}

/* Splits "ccache gcc-12" as $CC would be; a file of that whole name is one word. */
static bool split(struct compiler *compiler) {
  if (strlen(compiler->given) >= sizeof compiler->words)
    return false;
  strcpy(compiler->words, compiler->given);
  if (access(compiler->given, X_OK) == 0) {
    compiler->command[compiler->command_count++] = compiler->words;
    return true;
  }
  for (char *rest = NULL, *word = strtok_r(compiler->words, " \t\n", &rest); word; word = strtok_r(NULL, " \t\n", &rest)) {
    if (compiler->command_count == MOST_WORDS)
      return false;
    compiler->command[compiler->command_count++] = word;
  }
  return compiler->command_count > 0;
}

static void cut_line(char *text) {
  text[strcspn(text, "\n")] = 0;
}

/* Fills family and version, or says why it can not. */
static bool identify(struct compiler *compiler) {
  char text[4096];
  if (!split(compiler)) {
    fprintf(stderr, "pageprefetch: config: '%s' is no compiler's name: give it as you call it, as gcc or /usr/bin/clang-14\n",
            compiler->given);
    return false;
  }
  int status = ask(compiler, (char *[]){"--version"}, 1, text, sizeof text);
  if (status < 0 || status == 127) {
    fprintf(stderr,
            "pageprefetch: config: cannot start '%s': %s: give an installed compiler as you call it, as gcc or clang-14\n",
            compiler->given, status < 0 ? strerror(errno) : "no such program");
    return false;
  }
  const char *clang = strstr(text, "clang version ");
  compiler->gcc = !clang && strstr(text, "Free Software Foundation");
  if (clang)
    snprintf(compiler->version, sizeof compiler->version, "%.*s", (int)strcspn(clang + 14, " \n-"), clang + 14);
  else if (compiler->gcc) {
    char version[4096];
    if (ask(compiler, (char *[]){"-dumpfullversion", "-dumpversion"}, 2, version, sizeof version) == 0)
      snprintf(compiler->version, sizeof compiler->version, "%.*s", (int)strcspn(version, "\n"), version);
  }
  compiler->major = (unsigned)strtoul(compiler->version, NULL, 10);
  if (status || !compiler->major || strstr(text, "Apple ")) {
    cut_line(text);
    fprintf(stderr, "pageprefetch: config: '%s' is neither GCC nor Clang; it says: %s\n", compiler->given, text);
    return false;
  }

  status = ask(compiler, (char *[]){"-dumpmachine"}, 1, text, sizeof text);
  cut_line(text);
  if (status == 0 && (strncmp(text, "x86_64", 6) || !strstr(text, "linux") || strstr(text, "x32"))) {
    fprintf(stderr, "pageprefetch: config: '%s' compiles for %s: hints are for 64-bit x86-64 Linux only\n", compiler->given,
            text);
    return false;
  }
  return true;
}

/* Whether the headers that the plugin is built with are there. Compilers know where their own are. */
static bool has_headers(const struct compiler *compiler) {
  char text[4096], path[4096 + 64];
  int status = ask(compiler, (char *[]){compiler->gcc ? "-print-file-name=plugin" : "-print-resource-dir"}, 1, text, sizeof text);
  cut_line(text);
  snprintf(path, sizeof path, compiler->gcc ? "%s/include/gcc-plugin.h" : "%s/../../../include/llvm/Passes/PassBuilder.h", text);
  return status == 0 && access(path, R_OK) == 0;
}

static void tell_missing(const struct compiler *compiler) {
  const char *family = compiler->gcc ? "GCC" : "Clang";
  if (compiler->major < (compiler->gcc ? PP_GCC_OLDEST : PP_LLVM_OLDEST))
    fprintf(
        stderr,
        "pageprefetch: config: no plugin for '%s', which is %s %s: PagePrefetch is for GCC %d, Clang %d and later; use one of "
        "these\n",
        compiler->given, family, compiler->version, PP_GCC_OLDEST, PP_LLVM_OLDEST);
  else if (has_headers(compiler))
    fprintf(
        stderr,
        "pageprefetch: config: no plugin for '%s', which is %s %s: its plugin headers are installed, but it was not built; build "
        "PagePrefetch again (./dev build; for a compiler that is not found, cmake -D%s=COMMAND)\n",
        compiler->given, family, compiler->version, compiler->gcc ? "PAGEPREFETCH_GCC" : "PAGEPREFETCH_LLVM_CONFIG");
  else
    fprintf(stderr,
            "pageprefetch: config: no plugin for '%s', which is %s %s: its plugin headers are missing; install them (Debian: "
            "apt-get install %s-%u%s) and build PagePrefetch again\n",
            compiler->given, family, compiler->version, compiler->gcc ? "gcc" : "llvm", compiler->major,
            compiler->gcc ? "-plugin-dev" : "-dev");
}

/* The words that load the plugin with the options asked for; each is the caller's to free. */
static unsigned flags_for(const struct compiler *compiler, const struct request *request, const char *plugin, char **flags) {
  unsigned count = 0;
  int failed = asprintf(&flags[count++], "%s%s", compiler->gcc ? "-fplugin=" : "-fpass-plugin=", plugin) < 0;
  if (!compiler->gcc && request->option_count)
    failed |= asprintf(&flags[count++], "-fplugin=%s", plugin) < 0; /* registers the options in time */
  for (unsigned i = 0; i < request->option_count; i++) {
    if (!compiler->gcc)
      failed |= asprintf(&flags[count++], "-mllvm") < 0;
    failed |= asprintf(&flags[count++], "%s%s", compiler->gcc ? "-fplugin-arg-pageprefetch-" : "-pageprefetch-",
                       request->options[i]) < 0;
  }
  if (failed) {
    fprintf(stderr, "pageprefetch: config: out of memory\n");
    exit(1);
  }
  return count;
}

/* Lets the compiler compile nothing with the plugin: another build of the same version, or a wrong option, shows now. */
static bool loads(const struct compiler *compiler, char *const *flags, unsigned count) {
  static char *const nothing[] = {"-x", "c", "-S", "-o", "/dev/null", "/dev/null"};
  char *words[8 + 2 * MOST_OPTIONS], text[4096];
  unsigned used = 0;
  for (unsigned i = 0; i < count; i++)
    if (!strstr(flags[i], "pageprefetch-plan=")) /* would be written now */
      words[used++] = flags[i];
    else if (!compiler->gcc)
      used--; /* its -mllvm */
  memcpy(words + used, nothing, sizeof nothing);
  unsetenv("PAGEPREFETCH_OPTIONS");
  int status = ask(compiler, words, used + sizeof nothing / sizeof *nothing, text, sizeof text);
  if (status == 0)
    return true;
  fprintf(stderr,
          "pageprefetch: config: '%s' (%s %s) does not take the plugin %s:\n%s"
          "Where this is another build of the same version, build PagePrefetch for it: cmake -D%s=COMMAND\n",
          compiler->given, compiler->gcc ? "GCC" : "Clang", compiler->version, strchr(flags[0], '=') + 1, text,
          compiler->gcc ? "PAGEPREFETCH_GCC" : "PAGEPREFETCH_LLVM_CONFIG");
  return false;
}

/* $(pageprefetch config ...) is taken apart at blanks. */
static bool can_be_printed(const char *path) {
  if (!strpbrk(path, " \t\n*?["))
    return true;
  fprintf(stderr,
          "pageprefetch: config: '%s' has blanks or wildcards, which a shell's $(...) takes apart: build or install elsewhere\n",
          path);
  return false;
}

static int print_cflags(const struct request *request) {
  struct compiler compiler = {.given = request->compiler};
  if (!identify(&compiler))
    return 1;
  char *plugin = compiler.gcc ? cli_gcc_plugin(compiler.major) : cli_llvm_plugin(compiler.major);
  if (!plugin) {
    tell_missing(&compiler);
    return 1;
  }
  char *flags[2 + 2 * MOST_OPTIONS];
  unsigned count = flags_for(&compiler, request, plugin, flags);
  bool good = can_be_printed(plugin) && loads(&compiler, flags, count);
  for (unsigned i = 0; i < count; i++) {
    if (good)
      printf("%s%c", flags[i], i + 1 < count ? ' ' : '\n');
    free(flags[i]);
  }
  free(plugin);
  return good ? 0 : 1;
}

static int print_libs(bool archive) {
  const char *name = archive ? "libpageprefetch.a" : "libpageprefetch.so";
  char *library = cli_library(name);
  if (!library) {
    fprintf(stderr,
            "pageprefetch: config: %s is neither beside this program nor where it was installed to: build or install it\n", name);
    return 1;
  }
  bool good = can_be_printed(library);
  if (good && archive)
    printf("-Wl,-u,__pp_strip %s -pthread\n", library);
  else if (good) {
    *strrchr(library, '/') = 0;
    /* The objects' references are weak: without --no-as-needed a linker may drop the library again, and without -u nothing is
     * taken from the archive when the program is linked with -static. */
    printf("-L%s -Wl,-rpath,%s -Wl,-u,__pp_strip -Wl,--push-state,--no-as-needed -lpageprefetch -Wl,--pop-state\n", library,
           library);
  }
  free(library);
  return good ? 0 : 1;
}

int cli_config(int argc, char **argv) {
  static const struct argp argp = {options, parse, NULL, "Print compiler and linker flags.", NULL, NULL, NULL};
  struct request request = {0};
  if (argp_parse(&argp, argc, argv, 0, NULL, &request))
    return 2;
  int code = request.compiler ? print_cflags(&request) : 0;
  return !code && request.libs ? print_libs(request.archive) : code;
}
