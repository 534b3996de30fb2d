# SPDX-License-Identifier: MIT
# Linking a compiler plugin whose host provides most of its symbols, but perhaps in another version.

# Make the module `target` from the objects of `${target}-objects`. Undefined names that match the patterns become weak: a host of
# another version lacks some of them, and must not stop the loader before the plugin has said which versions do not fit.
function(pageprefetch_link_plugin target)
  list(TRANSFORM ARGN PREPEND --weaken-symbol= OUTPUT_VARIABLE weaken)
  set(combined ${CMAKE_CURRENT_BINARY_DIR}/${target}.o)
  add_custom_command(OUTPUT ${combined} VERBATIM COMMAND_EXPAND_LISTS
    DEPENDS ${target}-objects $<TARGET_OBJECTS:${target}-objects>
    COMMAND ${CMAKE_LINKER} -r -o ${combined} $<TARGET_OBJECTS:${target}-objects>
    COMMAND ${CMAKE_OBJCOPY} --wildcard ${weaken} ${combined}
    COMMENT "Combining the objects of ${target}")
  add_library(${target} MODULE ${combined})
  set_source_files_properties(${combined} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  set_target_properties(${target} PROPERTIES PREFIX "" LINKER_LANGUAGE CXX)
  target_link_libraries(${target} PRIVATE streams PkgConfig::CJSON)
  # Hosts keep pointers into a plugin until they exit.
  target_link_options(${target} PRIVATE -Wl,-z,nodelete)
endfunction()
