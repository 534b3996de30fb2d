# SPDX-License-Identifier: MIT
# Warnings and sanitizers that every target of the project shares.

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
