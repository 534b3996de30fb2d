# SPDX-License-Identifier: MIT
# Run at each build (cmake -P): writes the contents' sums of HEADERS to OUTPUT, and touches it only where one has changed.
set(sums "")
foreach(header IN LISTS HEADERS)
  file(SHA256 ${header} sum)
  string(APPEND sums "// ${sum}  ${header}\n")
endforeach()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "${sums}" @ONLY)
