# SPDX-License-Identifier: MIT
# Installation: the library, its headers, the program, the manual pages, and what pkg-config and find_package need. Each plugin installs
# itself. Everything finds the rest from its own place, so that `cmake --install --prefix` and a moved tree work. `uninstall` is a target.
include(CMakePackageConfigHelpers)

set(PAGEPREFETCH_PLUGIN_DIR ${CMAKE_INSTALL_LIBDIR}/pageprefetch)
install(TARGETS pageprefetch-shared LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT devel)
install(TARGETS pageprefetch-static DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT devel)
install(TARGETS pageprefetch-cli DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(FILES runtime/include/pageprefetch.h runtime/include/pageprefetch_abi.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT devel)

# Manual pages as they stand in docs/man; a page that tells of two functions has two names.
foreach(section 1 3 7)
  file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/man/*.${section})
  set(component devel)
  if(NOT section EQUAL 3)
    set(component program)
  endif()
  install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section} COMPONENT ${component})
endforeach()
file(CREATE_LINK pp_stats.3 ${CMAKE_BINARY_DIR}/pp_version.3 SYMBOLIC)
install(FILES ${CMAKE_BINARY_DIR}/pp_version.3 DESTINATION ${CMAKE_INSTALL_MANDIR}/man3 COMPONENT devel)

file(RELATIVE_PATH libdir_to_prefix /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" libdir_to_prefix ${libdir_to_prefix})
get_property(PAGEPREFETCH_BUILT_COMPILERS GLOBAL PROPERTY PAGEPREFETCH_BUILT)
# One variable a plugin: pkg-config --variable=cflags_gcc12 pageprefetch.
set(PAGEPREFETCH_PC_PLUGINS "")
foreach(compiler IN LISTS PAGEPREFETCH_BUILT_COMPILERS)
  string(REGEX MATCH "[0-9]+$" major ${compiler})
  if(compiler MATCHES gcc)
    string(APPEND PAGEPREFETCH_PC_PLUGINS "cflags_gcc${major}=-fplugin=\${plugindir}/gcc-${major}/pageprefetch.so\n")
  else()
    string(APPEND PAGEPREFETCH_PC_PLUGINS "cflags_clang${major}=-fpass-plugin=\${plugindir}/pageprefetch-llvm${major}.so\n")
  endif()
endforeach()
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
  set(PAGEPREFETCH_PC_PREFIX ${CMAKE_INSTALL_PREFIX})
  set(PAGEPREFETCH_PC_LIBDIR ${CMAKE_INSTALL_LIBDIR})
else()
  set(PAGEPREFETCH_PC_PREFIX "\${pcfiledir}/${libdir_to_prefix}")
  set(PAGEPREFETCH_PC_LIBDIR "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
endif()
if(IS_ABSOLUTE ${CMAKE_INSTALL_INCLUDEDIR})
  set(PAGEPREFETCH_PC_INCLUDEDIR ${CMAKE_INSTALL_INCLUDEDIR})
else()
  set(PAGEPREFETCH_PC_INCLUDEDIR "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
configure_file(cmake/pageprefetch.pc.in ${CMAKE_BINARY_DIR}/pageprefetch.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/pageprefetch.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT devel)

configure_package_config_file(cmake/PagePrefetchConfig.cmake.in ${CMAKE_BINARY_DIR}/PagePrefetchConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/PagePrefetch
  PATH_VARS PAGEPREFETCH_PLUGIN_DIR CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/PagePrefetchConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_BINARY_DIR}/PagePrefetchConfig.cmake ${CMAKE_BINARY_DIR}/PagePrefetchConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/PagePrefetch COMPONENT devel)

list(TRANSFORM PAGEPREFETCH_BUILT_COMPILERS PREPEND plugin- OUTPUT_VARIABLE components)
list(APPEND components runtime devel program)
add_custom_target(uninstall VERBATIM COMMENT "Removing what was installed last from this build"
  COMMAND ${CMAKE_COMMAND} -DBUILD=${CMAKE_BINARY_DIR} "-DCOMPONENTS=${components}" -P ${PROJECT_SOURCE_DIR}/cmake/Uninstall.cmake)
