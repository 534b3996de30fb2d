/* SPDX-License-Identifier: MIT */
/* What the images that stand in for the vDSO hold beside the mock: symbols that must not be taken for those looked for. */
long __vdso_newer(void);
long __vdso_weak(void);

/* No function, though it lies among them. */
__asm__(".text\n.globl __vdso_data\n.type __vdso_data, @object\n.size __vdso_data, 4\n__vdso_data: .long 1");

__attribute__((visibility("default"))) long __vdso_newer(void) {
  return 7;
}

__attribute__((visibility("default"), weak)) long __vdso_weak(void) {
  return 6;
}
