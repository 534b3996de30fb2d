# SPDX-License-Identifier: MIT
# Installation: the library, its headers, the program, and what pkg-config and find_package need. Each plugin installs itself.
include(CMakePackageConfigHelpers)

set(PAGEPREFETCH_PLUGIN_DIR ${CMAKE_INSTALL_LIBDIR}/pageprefetch)
install(TARGETS pageprefetch-shared pageprefetch-static DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS pageprefetch-cli DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES runtime/include/pageprefetch.h runtime/include/pageprefetch_abi.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
configure_file(cmake/pageprefetch.pc.in ${CMAKE_BINARY_DIR}/pageprefetch.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/pageprefetch.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
configure_package_config_file(cmake/PagePrefetchConfig.cmake.in ${CMAKE_BINARY_DIR}/PagePrefetchConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/PagePrefetch
  PATH_VARS PAGEPREFETCH_PLUGIN_DIR CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/PagePrefetchConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_BINARY_DIR}/PagePrefetchConfig.cmake ${CMAKE_BINARY_DIR}/PagePrefetchConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/PagePrefetch)
