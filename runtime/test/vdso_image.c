/* SPDX-License-Identifier: MIT */
/* What the images that stand in for the vDSO hold beside the mock: symbols that must not be taken for those looked for. */
long __vdso_newer(void);
long __vdso_weak(void);
extern int __vdso_data;

__attribute__((visibility("default"))) int __vdso_data = 1;

__attribute__((visibility("default"))) long __vdso_newer(void) {
  return 7;
}

__attribute__((visibility("default"), weak)) long __vdso_weak(void) {
  return 6;
}
