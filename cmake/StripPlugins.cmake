# SPDX-License-Identifier: MIT
# Run by CPack on the tree of each package: plugins are installed as files, which CPACK_STRIP_FILES takes no notice of.
file(GLOB_RECURSE plugins "${CPACK_TEMPORARY_DIRECTORY}/*/pageprefetch.so" "${CPACK_TEMPORARY_DIRECTORY}/*/pageprefetch-llvm*.so")
foreach(plugin IN LISTS plugins)
  if(NOT IS_SYMLINK ${plugin})
    execute_process(COMMAND strip --strip-unneeded ${plugin} COMMAND_ERROR_IS_FATAL ANY)
  endif()
endforeach()
