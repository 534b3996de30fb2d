/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The check of the loading compiler's version, and answers that depend on the GCC version.
 * The only file of the plugin that tests which GCC it is built for. */
#include "compat.h"

extern "C" {
#include "streams/host.h"
}

namespace pageprefetch {

static_assert(GCCPLUGIN_VERSION_MAJOR >= 11, "this plugin needs GCC 11 or later");

const char *compiler_name() {
  static const std::string name = std::string("gcc ") + gcc_version.basever;
  return name.c_str();
}

/* Before any constructor that needs GCC: in clang the first of its names would be a crash. */
__attribute__((constructor(101))) static void check_host() {
  pp_host_demand(PP_HOST_GCC, GCCPLUGIN_VERSION_MAJOR);
}

/* Where two lists of configure's words differ first. */
static std::string word_at_difference(const char *words, const char *other) {
  const char *begin = words, *at = words;
  for (; *at && *at == *other; at++, other++)
    if (*at == ' ')
      begin = at + 1;
  const char *end = strchr(begin, ' ');
  return *begin ? std::string(begin, end ? end - begin : strlen(begin)) : "nothing";
}

/* What differs between two GCCs of one version, in a few words: their whole configuration would be 4 KiB. */
static std::string difference(const struct plugin_gcc_version *built, const struct plugin_gcc_version *running) {
  const struct {
    const char *name, *built, *running;
  } fields[] = {{"date", built->datestamp, running->datestamp},
                {"development phase", built->devphase, running->devphase},
                {"revision", built->revision, running->revision}};
  for (const auto &field : fields)
    if (strcmp(field.built, field.running) != 0)
      return std::string(field.name) + " '" + field.built + "' then, '" + field.running + "' now";
  const char *before = built->configuration_arguments, *now = running->configuration_arguments;
  return "configured with '" + word_at_difference(before, now) + "' then, '" + word_at_difference(now, before) + "' now";
}

/* Only error(): which parameters other functions take differs between versions. */
bool check_compiler(const struct plugin_gcc_version *running) {
  struct plugin_gcc_version *built = &gcc_version;
  if (plugin_default_version_check(const_cast<struct plugin_gcc_version *>(running), built))
    return true;
  int major = atoi(running->basever);
  if (strcmp(built->basever, running->basever) == 0)
    error("pageprefetch: this plugin was built for another GCC %s (%s) and cannot be loaded into this one; build the plugin "
          "again, with the headers of this compiler (package %<gcc-%d-plugin-dev%> of the very version of the compiler)",
          built->basever, difference(built, running).c_str(), major);
  else
    error("pageprefetch: this plugin was built for GCC %s and cannot be loaded into GCC %s; load the build for GCC %d "
          "(gcc-plugin/%d/pageprefetch.so), or install package %<gcc-%d-plugin-dev%> and build it",
          built->basever, running->basever, major, major, major);
  return false;
}

} // namespace pageprefetch
