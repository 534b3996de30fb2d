# SPDX-License-Identifier: MIT
# What every target of the project shares: needed libraries, warnings, sanitizers.

# A library that pkg-config knows, as PkgConfig::NAME; where it is missing, the Debian package that holds it is named.
function(pageprefetch_need_module name module package)
  pkg_check_modules(${name} QUIET IMPORTED_TARGET GLOBAL ${module})
  if(NOT ${name}_FOUND)
    message(FATAL_ERROR "${module} is missing (pkg-config finds no ${module}.pc); on Debian:\n  apt-get install ${package}")
  endif()
endfunction()

# Apply the project's warnings to a target; C and C++.
function(pageprefetch_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wno-unused-parameter
    $<$<COMPILE_LANGUAGE:C>:-Wshadow -Wstrict-prototypes -Wmissing-prototypes>)
  if(PAGEPREFETCH_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# Build and link a target with the sanitizers asked for.
function(pageprefetch_sanitize target)
  if(PAGEPREFETCH_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${PAGEPREFETCH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${target} PUBLIC -fsanitize=${PAGEPREFETCH_SANITIZE})
  endif()
endfunction()
