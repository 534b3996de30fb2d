# SPDX-License-Identifier: MIT
# Debian packages for the suite they are built on, made by CPack: the library, what programs are built with, the program `pageprefetch`,
# and one package for each compiler's plugin. `./dev packages` configures, builds and makes them.
find_program(PAGEPREFETCH_GZIP gzip)
mark_as_advanced(PAGEPREFETCH_GZIP)
if(NOT PAGEPREFETCH_GZIP)
  message(STATUS "Left out: the Debian packages: no gzip found")
  return()
endif()
set(PAGEPREFETCH_MAINTAINER "PagePrefetch developers <pageprefetch@example.org>" CACHE STRING "who answers for the Debian packages: NAME <ADDRESS>")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME pageprefetch)
set(CPACK_PACKAGE_CONTACT "${PAGEPREFETCH_MAINTAINER}")
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON) # and the prefix stays /usr: where each GCC looks for plugins lies below it
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/FinishPackage.cmake)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_COMPONENTS_ALL "")

# What Debian's rules want in each package: licences, and what has changed in a compressed file of their form.
set(documents ${CMAKE_BINARY_DIR}/packages)
configure_file(cmake/copyright.in ${documents}/copyright @ONLY)
string(TIMESTAMP PAGEPREFETCH_PACKAGED "%a, %d %b %Y %H:%M:%S +0000" UTC) # or SOURCE_DATE_EPOCH
configure_file(cmake/changelog.in ${documents}/changelog @ONLY)
execute_process(COMMAND ${PAGEPREFETCH_GZIP} -9nf ${documents}/changelog COMMAND_ERROR_IS_FATAL ANY)

# pageprefetch_package(COMPONENT NAME SECTION SUMMARY DESCRIPTION [DEPENDENCY...])
macro(pageprefetch_package component name section summary description)
  string(TOUPPER ${component} upper)
  list(APPEND CPACK_COMPONENTS_ALL ${component})
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${name})
  set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${section})
  set(CPACK_COMPONENT_${upper}_DESCRIPTION "${summary}\n${description}")
  string(JOIN ", " CPACK_DEBIAN_${upper}_PACKAGE_DEPENDS ${ARGN})
  install(FILES ${documents}/copyright ${documents}/changelog.gz DESTINATION share/doc/${name} COMPONENT ${component} EXCLUDE_FROM_ALL)
endmacro()

string(CONCAT what "Compiler plugins insert page prefetches into loops over more data than\n"
  "fits in memory; this library asks the kernel for the pages.\n")
pageprefetch_package(runtime libpageprefetch${PAGEPREFETCH_ABI} libs "page prefetches ahead of loops - runtime library"
  "${what}Programs that were compiled with a plugin and linked to it need it.")
file(WRITE ${documents}/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA ${documents}/triggers)
pageprefetch_package(devel libpageprefetch-dev libdevel "page prefetches ahead of loops - development files"
  "${what}Headers, the library to link to, and what pkg-config and CMake need."
  "libpageprefetch${PAGEPREFETCH_ABI} (= ${PROJECT_VERSION})")
pageprefetch_package(program pageprefetch devel "page prefetches ahead of loops - flags, reports and checks"
  "The program pageprefetch runs compilers with their plugins or tells their\nflags, runs a program with a report of its hints, and says what this\nmachine's kernel offers.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS libpageprefetch-dev)

# A plugin fits one compiler; what it links to is the program's, so that the library comes with it.
get_property(built GLOBAL PROPERTY PAGEPREFETCH_BUILT)
foreach(compiler IN LISTS built)
  string(TOUPPER plugin-${compiler} upper)
  set(needed ${compiler})
  if(compiler MATCHES "^gcc-(.*)")
    math(EXPR next "${CMAKE_MATCH_1} + 1")
    set(needed "gcc-${CMAKE_MATCH_1} (>= ${CMAKE_MATCH_1})" "gcc-${CMAKE_MATCH_1} (<< ${next})")
  endif()
  pageprefetch_package(plugin-${compiler} pageprefetch-${compiler} devel "page prefetches ahead of loops - plugin for ${compiler}"
    "Analyses the access streams of loops and inserts page prefetches: programs\nover more data than fits in memory no longer wait for one page at a time."
    ${needed} "libpageprefetch-dev (= ${PROJECT_VERSION})")
endforeach()

include(CPack)
