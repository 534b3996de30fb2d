/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The check of the loading compiler's version, and answers that depend on the GCC version.
 * The only file of the plugin that tests which GCC it is built for. */
#include "compat.h"

namespace pageprefetch {

static_assert(GCCPLUGIN_VERSION_MAJOR == 11 || GCCPLUGIN_VERSION_MAJOR == 12,
              "this plugin knows GCC 11 and 12; add what differs in another version to compat.cc");

const char *compiler_name() {
  static const std::string name = std::string("gcc ") + gcc_version.basever;
  return name.c_str();
}

/* One field of the two versions, where it differs. */
static void report_difference(const char *field, const char *built, const char *running) {
  if (strcmp(built, running) != 0)
    inform(UNKNOWN_LOCATION, "%s: the plugin was built for %qs, this compiler has %qs", field, built, running);
}

bool check_compiler(const struct plugin_gcc_version *running) {
  struct plugin_gcc_version *built = &gcc_version;
  if (plugin_default_version_check(const_cast<struct plugin_gcc_version *>(running), built))
    return true;
  int major = atoi(running->basever);
  error("pageprefetch: this plugin was built for GCC %s and cannot be loaded into GCC %s; load the build for GCC %d "
        "(gcc-plugin/%d/pageprefetch.so), or install package %<gcc-%d-plugin-dev%> and build it",
        built->basever, running->basever, major, major, major);
  report_difference("version", built->basever, running->basever);
  report_difference("datestamp", built->datestamp, running->datestamp);
  report_difference("development phase", built->devphase, running->devphase);
  report_difference("revision", built->revision, running->revision);
  report_difference("configuration", built->configuration_arguments, running->configuration_arguments);
  return false;
}

bool very_cheap_vectorisation(const class loop *loop) {
  return flag_tree_loop_vectorize && !loop->dont_vectorize && flag_vect_cost_model == VECT_COST_MODEL_VERY_CHEAP;
}

bool user_says_infinite_loops() {
  return global_options_set.x_flag_finite_loops && !flag_finite_loops;
}

} // namespace pageprefetch
