/* SPDX-License-Identifier: MIT */
/* What a compiler is, asked of itself, and the words that load the plugin into it and link the library.
 * The compiler tries the plugin before it is used: what it would refuse in every file shows at once, and once. */
#include "compiler.h"
#include "cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

extern char **environ;

__attribute__((format(printf, 2, 3))) static void tell(const struct cli_compiler *compiler, const char *format, ...) {
  va_list values;
  va_start(values, format);
  fprintf(stderr, "pageprefetch: %s: ", compiler->asker);
  vfprintf(stderr, format, values);
  va_end(values);
}

void cli_options_add(struct cli_options *options, const char *argument, struct argp_state *state) {
  if (!strchr(argument, '=') || strpbrk(argument, " \t\n'\"\\$`*?"))
    argp_error(state, "--option %s: give KEY=VALUE without blanks, quotes or wildcards: a shell would take them apart", argument);
  if (options->count == CLI_MOST_OPTIONS)
    argp_error(state, "more than %d times --option", CLI_MOST_OPTIONS);
  options->words[options->count++] = argument;
}

static void out_of_memory(const char *asker) {
  fprintf(stderr, "pageprefetch: %s: out of memory\n", asker);
  exit(1);
}

/* Ours, but for what would change a compiler's words or apply the user's options to a trial. The list alone is to be freed. */
static char **plain_environment(void) {
  static const char *const without[] = {"LC_ALL=", "LANGUAGE=", "PAGEPREFETCH_OPTIONS="};
  size_t count = 0, used = 0;
  while (environ[count])
    count++;
  char **list = malloc((count + 2) * sizeof *list);
  if (!list)
    return NULL;
  for (size_t i = 0; i < count; i++) {
    bool keep = true;
    for (size_t j = 0; j < sizeof without / sizeof *without; j++)
      keep &= strncmp(environ[i], without[j], strlen(without[j])) != 0;
    if (keep)
      list[used++] = environ[i];
  }
  list[used++] = (char *)"LC_ALL=C";
  list[used] = NULL;
  return list;
}

int cli_compiler_ask(const struct cli_compiler *compiler, char *const *more, unsigned count, char *text, size_t size) {
  char *argv[CLI_MOST_WORDS + 8 + CLI_MOST_FLAGS + 1];
  memcpy(argv, compiler->command, compiler->command_count * sizeof *argv);
  memcpy(argv + compiler->command_count, more, count * sizeof *argv);
  argv[compiler->command_count + count] = NULL;
  char **environment = plain_environment();
  int status = cli_capture(argv, environment, text, size);
  int error = errno;
  free(environment);
  errno = error;
  return status;
}

static const char *family(const struct cli_compiler *compiler) {
  return compiler->gcc ? "GCC" : compiler->flang ? "Flang" : "Clang";
}

static void cut_line(char *text) {
  text[strcspn(text, "\n")] = 0;
}

/* Family and version from what -v prints. Flang is Clang's driver, and takes the plugin of its LLVM as Clang does. */
static bool recognise(struct cli_compiler *compiler, const char *text) {
  static const char *const names[] = {"clang version ", "flang version ", "flang-new version ", "gcc version "};
  const char *version = "";
  size_t name = 0;
  while (name < sizeof names / sizeof *names && !(version = strstr(text, names[name])))
    name++;
  if (!version)
    return false;
  version += strlen(names[name]);
  compiler->gcc = *names[name] == 'g';
  compiler->flang = *names[name] == 'f';
  snprintf(compiler->version, sizeof compiler->version, "%.*s", (int)strcspn(version, " \n-"), version);
  compiler->major = (unsigned)strtoul(compiler->version, NULL, 10);
  return compiler->major && !strstr(text, "Apple ");
}

/* Whether code for the machine that -v names can have hints; a compiler that names none is taken at its word. */
static bool check_machine(const struct cli_compiler *compiler, char *text) {
  char *machine = strstr(text, "Target: ");
  if (!machine)
    return true;
  machine += strlen("Target: ");
  cut_line(machine);
  if (!strncmp(machine, "x86_64", 6) && strstr(machine, "linux") && !strstr(machine, "x32"))
    return true;
  tell(compiler, "'%s' compiles for %s: hints are for 64-bit x86-64 Linux only\n", compiler->given, machine);
  return false;
}

/* One start of the compiler tells all: `cc` asks before each file. */
static bool identify(struct cli_compiler *compiler) {
  char text[16384];
  int status = cli_compiler_ask(compiler, (char *[]){"-v"}, 1, text, sizeof text);
  if (status < 0 || status == 127) {
    tell(compiler, "cannot start '%s': %s: give an installed compiler as you call it, as gcc or clang-14\n", compiler->given,
         status < 0 ? strerror(errno) : "no such program");
    return false;
  }
  if (!status && recognise(compiler, text))
    return check_machine(compiler, text);
  *text = 0;
  cli_compiler_ask(compiler, (char *[]){"--version"}, 1, text, sizeof text);
  cut_line(text);
  tell(compiler, "'%s' is neither GCC nor Clang nor Flang; it says: %s\n", compiler->given, text);
  return false;
}

/* Whether the headers that the plugin is built with are there. Compilers know where their own are. */
static bool has_headers(const struct cli_compiler *compiler) {
  char text[4096], path[4096 + 64];
  char *question = compiler->gcc ? "-print-file-name=plugin" : "-print-resource-dir";
  int status = cli_compiler_ask(compiler, &question, 1, text, sizeof text);
  cut_line(text);
  snprintf(path, sizeof path, compiler->gcc ? "%s/include/gcc-plugin.h" : "%s/../../../include/llvm/Passes/PassBuilder.h", text);
  return status == 0 && access(path, R_OK) == 0;
}

static void tell_missing(const struct cli_compiler *compiler) {
  tell(compiler, "no plugin for '%s', which is %s %s: ", compiler->given, family(compiler), compiler->version);
  if (compiler->major < (compiler->gcc ? PP_GCC_OLDEST : PP_LLVM_OLDEST))
    fprintf(stderr, "PagePrefetch is for GCC %d, Clang %d and later; use one of these\n", PP_GCC_OLDEST, PP_LLVM_OLDEST);
  else if (has_headers(compiler))
    fprintf(
        stderr,
        "its plugin headers are installed, but it was not built; build PagePrefetch again (./dev build; for a compiler that is "
        "not found, cmake -D%s=COMMAND)\n",
        compiler->gcc ? "PAGEPREFETCH_GCC" : "PAGEPREFETCH_LLVM_CONFIG");
  else
    fprintf(stderr,
            "its plugin headers are missing; install them (Debian: apt-get install %s-%u%s) and build PagePrefetch again\n",
            compiler->gcc ? "gcc" : "llvm", compiler->major, compiler->gcc ? "-plugin-dev" : "-dev");
}

bool cli_compiler_find_plugin(struct cli_compiler *compiler) {
  if (!identify(compiler))
    return false;
  compiler->plugin = compiler->gcc ? cli_gcc_plugin(compiler->major) : cli_llvm_plugin(compiler->major);
  if (!compiler->plugin)
    tell_missing(compiler);
  return compiler->plugin;
}

unsigned cli_compiler_flags(const struct cli_compiler *compiler, const struct cli_options *options, char **flags) {
  unsigned count = 0;
  int failed = asprintf(&flags[count++], "%s%s", compiler->gcc ? "-fplugin=" : "-fpass-plugin=", compiler->plugin) < 0;
  if (!compiler->gcc && !compiler->flang && options->count)
    failed |= asprintf(&flags[count++], "-fplugin=%s", compiler->plugin) < 0; /* registers the options in time */
  for (unsigned i = 0; i < options->count; i++) {
    if (!compiler->gcc)
      failed |= asprintf(&flags[count++], "-mllvm") < 0;
    failed |=
        asprintf(&flags[count++], "%s%s", compiler->gcc ? "-fplugin-arg-pageprefetch-" : "-pageprefetch-", options->words[i]) < 0;
  }
  if (failed)
    out_of_memory(compiler->asker);
  return count;
}

bool cli_compiler_loads(const struct cli_compiler *compiler, char *const *flags, unsigned count) {
  char empty[32] = "/dev/null"; /* which Flang reads from regular files only */
  int file = compiler->flang ? memfd_create("empty", 0) : -1;
  if (file >= 0)
    snprintf(empty, sizeof empty, "/proc/self/fd/%d", file);
  char *const nothing[] = {"-x", compiler->flang ? "f95" : "c", "-S", "-o", "/dev/null", empty};
  char *words[8 + CLI_MOST_FLAGS], text[4096];
  unsigned used = 0;
  for (unsigned i = 0; i < count; i++)
    if (!strstr(flags[i], "pageprefetch-plan=")) /* would be written now */
      words[used++] = flags[i];
    else if (!compiler->gcc)
      used--; /* its -mllvm */
  memcpy(words + used, nothing, sizeof nothing);
  int status = cli_compiler_ask(compiler, words, used + sizeof nothing / sizeof *nothing, text, sizeof text);
  if (file >= 0)
    close(file);
  if (status == 0)
    return true;
  tell(compiler,
       "'%s' (%s %s) does not take the plugin %s:\n%s"
       "Where this is another build of the same version, build PagePrefetch for it: cmake -D%s=COMMAND\n",
       compiler->given, family(compiler), compiler->version, compiler->plugin, text,
       compiler->gcc ? "PAGEPREFETCH_GCC" : "PAGEPREFETCH_LLVM_CONFIG");
  return false;
}

char *cli_library_needed(const char *asker, const char *name) {
  char *library = cli_library(name);
  if (!library)
    fprintf(stderr, "pageprefetch: %s: %s is neither beside this program nor where it was installed to: build or install it\n",
            asker, name);
  return library;
}

unsigned cli_library_words(const char *asker, char **words) {
  char *folder = cli_library_needed(asker, "libpageprefetch.so");
  if (!folder)
    return 0;
  *strrchr(folder, '/') = 0;
  /* The objects' references are weak: without --no-as-needed a linker may drop the library again, and without -u nothing is
   * taken from the archive when the program is linked with -static. */
  static const char *const rest[] = {"-Wl,-u,__pp_strip", "-Wl,--push-state,--no-as-needed", "-lpageprefetch", "-Wl,--pop-state"};
  bool failed = asprintf(&words[0], "-L%s", folder) < 0 || asprintf(&words[1], "-Wl,-rpath,%s", folder) < 0;
  for (unsigned i = 2; i < CLI_LIBRARY_WORDS; i++)
    failed |= !(words[i] = strdup(rest[i - 2]));
  if (failed)
    out_of_memory(asker);
  free(folder);
  return CLI_LIBRARY_WORDS;
}
