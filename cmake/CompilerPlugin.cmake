# SPDX-License-Identifier: MIT
# Plugins for compilers: the versions that are supported, which of them are here, and linking a plugin whose host provides most of its
# symbols, but perhaps in another version.

# pageprefetch_read_versions(FAMILY RESULT): what cmake/compilers lists, oldest first.
function(pageprefetch_read_versions family result)
  set(file ${PROJECT_SOURCE_DIR}/cmake/compilers)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(STRINGS ${file} versions REGEX "^${family} [0-9]+")
  list(TRANSFORM versions REPLACE "^${family} ([0-9]+).*" "\\1")
  set(${result} ${versions} PARENT_SCOPE)
endfunction()
pageprefetch_read_versions(gcc PAGEPREFETCH_GCC_VERSIONS)
pageprefetch_read_versions(llvm PAGEPREFETCH_LLVM_VERSIONS)
list(GET PAGEPREFETCH_GCC_VERSIONS 0 PAGEPREFETCH_GCC_OLDEST)
list(GET PAGEPREFETCH_LLVM_VERSIONS 0 PAGEPREFETCH_LLVM_OLDEST)

set(PAGEPREFETCH_GCC "" CACHE STRING "GCC commands to build plugins for, besides gcc-N and gcc on the PATH")
set(PAGEPREFETCH_LLVM_CONFIG "" CACHE STRING "llvm-config commands to build plugins for, besides llvm-config-N and llvm-config on the PATH")

# What was built, and what was not and why, for the summary at the end of the configuration.
define_property(GLOBAL PROPERTY PAGEPREFETCH_BUILT BRIEF_DOCS "compilers that get a plugin: gcc-N, clang-N")
define_property(GLOBAL PROPERTY PAGEPREFETCH_COMMANDS BRIEF_DOCS "how each of them is called, in the same order")
define_property(GLOBAL PROPERTY PAGEPREFETCH_UNTESTED BRIEF_DOCS "those among them that cmake/compilers does not list")
define_property(GLOBAL PROPERTY PAGEPREFETCH_LEFT_OUT BRIEF_DOCS "compilers that get none, each with the reason")

function(pageprefetch_left_out text)
  set_property(GLOBAL APPEND PROPERTY PAGEPREFETCH_LEFT_OUT "${text}")
endfunction()

# pageprefetch_find_hosts(FAMILY NAME VARIABLE VERSIONS ADD): calls ADD(command major asked) for each compiler that is here: those that the
# user named in VARIABLE, then NAME-N of Debian and others, then plain NAME, each major version once. What the user named must work.
function(pageprefetch_find_hosts family name variable versions add)
  set(commands ${${variable}})
  list(LENGTH commands asked)
  foreach(version IN LISTS versions ITEMS plain)
    if(version STREQUAL "plain")
      find_program(${variable}_${version} ${name})
    else()
      find_program(${variable}_${version} ${name}-${version} PATHS /usr/lib/llvm-${version}/bin)
    endif()
    mark_as_advanced(${variable}_${version})
    if(${variable}_${version})
      list(APPEND commands ${${variable}_${version}})
    elseif(NOT version STREQUAL "plain")
      list(APPEND absent ${version})
    endif()
  endforeach()

  set(done "")
  foreach(command IN LISTS commands)
    math(EXPR asked "${asked} - 1")
    if(name STREQUAL "gcc")
      execute_process(COMMAND ${command} -dumpfullversion OUTPUT_VARIABLE version ERROR_VARIABLE error RESULT_VARIABLE status)
    else()
      execute_process(COMMAND ${command} --version OUTPUT_VARIABLE version ERROR_VARIABLE error RESULT_VARIABLE status)
    endif()
    string(REGEX MATCH "^[0-9]+" major "${version}")
    if(status OR major STREQUAL "")
      if(asked GREATER_EQUAL 0)
        message(FATAL_ERROR "${variable}: '${command}' does not tell its version (${status}: ${error}): give a ${name} command or path")
      endif()
      continue() # as `gcc` that is clang's other name
    endif()
    if(major IN_LIST done)
      continue()
    endif()
    list(GET versions 0 oldest)
    if(major LESS oldest)
      string(STRIP "${version}" version)
      if(asked GREATER_EQUAL 0)
        message(FATAL_ERROR "${variable}: '${command}' is ${family} ${version}, which PagePrefetch does not support; the oldest is ${oldest}")
      endif()
      pageprefetch_left_out("${family} ${major} (${command}): not supported, the oldest is ${oldest}")
      continue()
    endif()
    list(APPEND done ${major})
    cmake_language(CALL ${add} ${command} ${major} ${asked})
  endforeach()
  list(REMOVE_ITEM absent ${done})
  if(absent)
    list(JOIN absent ", " absent)
    pageprefetch_left_out("${family} ${absent}: not found as ${name}-N (elsewhere: -D${variable}=COMMAND)")
  endif()
endfunction()

# pageprefetch_host_without_headers(FAMILY COMMAND MAJOR ASKED HEADER PACKAGE)
function(pageprefetch_host_without_headers family command major asked header package)
  if(asked GREATER_EQUAL 0)
    message(FATAL_ERROR "${family} ${major} (${command}): its headers are missing: ${header}; on Debian they are in package ${package}")
  endif()
  pageprefetch_left_out("${family} ${major} (${command}): no headers; on Debian they are in package ${package}")
endfunction()

# pageprefetch_untested(FAMILY COMMAND MAJOR ASKED VERSIONS HEADERS STANDARD SOURCE...): sets `fits`. A version that is not listed is tried:
# where the sources do not compile with its headers, its plugin is left out, and the others are built.
function(pageprefetch_untested family command major asked versions headers standard)
  set(fits TRUE)
  if(NOT major IN_LIST versions)
    message(STATUS "${family} ${major} is not listed in cmake/compilers: trying its headers")
    set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
    list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE sources)
    set(includes ${headers} ${PROJECT_SOURCE_DIR}/runtime/include ${PROJECT_SOURCE_DIR}/streams/include)
    try_compile(PAGEPREFETCH_${family}_${major}_FITS ${CMAKE_CURRENT_BINARY_DIR}/try-${major} SOURCES ${sources}
                CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${includes}" -DCMAKE_UNITY_BUILD=${PAGEPREFETCH_UNITY} -DCMAKE_UNITY_BUILD_BATCH_SIZE=0
                CXX_STANDARD ${standard} CXX_STANDARD_REQUIRED ON OUTPUT_VARIABLE output)
    if(PAGEPREFETCH_${family}_${major}_FITS)
      set_property(GLOBAL APPEND PROPERTY PAGEPREFETCH_UNTESTED "${family} ${major} (${command})")
    else()
      set(fits FALSE)
      file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/try-${major}.log "${output}")
      set(reason "${family} ${major} (${command}): not listed in cmake/compilers, and the plugin does not compile with its headers "
        "(${CMAKE_CURRENT_BINARY_DIR}/try-${major}.log)")
      list(JOIN reason "" reason)
      if(asked GREATER_EQUAL 0)
        message(FATAL_ERROR "${reason}")
      endif()
      pageprefetch_left_out("${reason}")
    endif()
  endif()
  set(fits ${fits} PARENT_SCOPE)
endfunction()

# A plugin fits one build of its compiler. An updated package brings headers that are dated before our objects, so that no comparison of
# times sees it: each build compares the contents of those headers that name the compiler's build.
function(pageprefetch_follow_headers target)
  set(seen ${CMAKE_CURRENT_BINARY_DIR}/${target}-host.h)
  set(command ${CMAKE_COMMAND} "-DHEADERS=${ARGN}" -DOUTPUT=${seen} -P ${PROJECT_SOURCE_DIR}/cmake/FollowHeaders.cmake)
  add_custom_target(${target}-host COMMAND ${command} BYPRODUCTS ${seen} COMMENT "Comparing the headers that ${target} is built from" VERBATIM)
  add_dependencies(${target}-objects ${target}-host)
  target_compile_options(${target}-objects PRIVATE "SHELL:-include ${seen}")
endfunction()

# Make the module `target` from the objects of `${target}-objects`. Undefined names that match the patterns become weak: a host of
# another version lacks some of them, and must not stop the loader before the plugin has said which versions do not fit.
function(pageprefetch_link_plugin target)
  set_target_properties(${target}-objects PROPERTIES UNITY_BUILD ${PAGEPREFETCH_UNITY} UNITY_BUILD_BATCH_SIZE 0)
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

# pageprefetch_plugin_built(TARGET COMPILER COMMAND): notes it for the summary, and has a compiler load it right after it is built, since
# undefined symbols of a plugin show only then.
function(pageprefetch_plugin_built target compiler command)
  set_property(GLOBAL APPEND PROPERTY PAGEPREFETCH_BUILT ${compiler})
  set_property(GLOBAL APPEND PROPERTY PAGEPREFETCH_COMMANDS "${command}") # NAME-NOTFOUND keeps its place
  if(NOT Python3_Interpreter_FOUND OR NOT command)
    return()
  endif()
  set(support ${PROJECT_SOURCE_DIR}/test/support)
  add_custom_command(OUTPUT smoke-${target}.stamp
    COMMAND ${Python3_EXECUTABLE} -B ${support}/smoke.py ${command} $<TARGET_FILE:${target}> ${support}/smoke.c smoke-${target}.stamp
    DEPENDS ${target} ${support}/smoke.py ${support}/smoke.c
    COMMENT "Loading the plugin ${target} into its compiler" VERBATIM)
  add_custom_target(${target}-smoke ALL DEPENDS smoke-${target}.stamp)
endfunction()

# The summary: what the build will make, what it leaves out and what would add it.
function(pageprefetch_summary)
  get_property(built GLOBAL PROPERTY PAGEPREFETCH_BUILT)
  get_property(left_out GLOBAL PROPERTY PAGEPREFETCH_LEFT_OUT)
  list(JOIN built ", " built)
  if(built)
    message(STATUS "Plugins for: ${built}")
  elseif(PAGEPREFETCH_PLUGINS)
    message(WARNING "No plugin will be built, only the runtime: see the reasons below. "
      "-DPAGEPREFETCH_GCC=COMMAND and -DPAGEPREFETCH_LLVM_CONFIG=COMMAND name compilers that are not on the PATH.")
  endif()
  get_property(untested GLOBAL PROPERTY PAGEPREFETCH_UNTESTED)
  foreach(text IN LISTS untested)
    message(STATUS "Not tested: ${text}; cmake/compilers lists what is")
  endforeach()
  foreach(text IN LISTS left_out)
    message(STATUS "Left out: ${text}")
  endforeach()
  if(PAGEPREFETCH_PLUGINS AND NOT Python3_Interpreter_FOUND)
    message(STATUS "Left out: loading each plugin into its compiler once it is built: no python3 found")
  endif()
  if(NOT PAGEPREFETCH_TESTS)
    message(STATUS "Left out: the tests; test/run builds and runs them (or -DPAGEPREFETCH_TESTS=ON)")
  endif()
endfunction()
