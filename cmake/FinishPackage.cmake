# SPDX-License-Identifier: MIT
# Run by CPack on the trees of the packages: plugins are installed as files, which CPACK_STRIP_FILES takes no notice of, and Debian wants
# manual pages compressed.
file(GLOB_RECURSE plugins "${CPACK_TEMPORARY_DIRECTORY}/*/pageprefetch.so" "${CPACK_TEMPORARY_DIRECTORY}/*/pageprefetch-llvm*.so")
foreach(plugin IN LISTS plugins)
  if(NOT IS_SYMLINK ${plugin})
    execute_process(COMMAND strip --strip-unneeded ${plugin} COMMAND_ERROR_IS_FATAL ANY)
  endif()
endforeach()

file(GLOB_RECURSE pages "${CPACK_TEMPORARY_DIRECTORY}/*.[137]")
list(FILTER pages INCLUDE REGEX "/man/man[137]/")
foreach(page IN LISTS pages)
  if(IS_SYMLINK ${page})
    file(READ_SYMLINK ${page} target)
    file(CREATE_LINK ${target}.gz ${page}.gz SYMBOLIC)
    file(REMOVE ${page})
  else()
    execute_process(COMMAND gzip -9n ${page} COMMAND_ERROR_IS_FATAL ANY)
  endif()
endforeach()
