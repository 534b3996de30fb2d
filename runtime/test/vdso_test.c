/* SPDX-License-Identifier: MIT */
/* Unit tests of the vDSO's reader: images with either hash table are read, images that lie are not believed.
 * Arguments: the image with both tables, with DT_HASH only, with DT_GNU_HASH only, and one without versions. */
#include "expect.h"

#include "vdso.h"
#include "vdso_load.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

enum { IMAGES = 3, PAGE = 4096, ROUNDS = 30000 };

static unsigned char *images[IMAGES + 1]; /* the last has no versions */
static size_t sizes[IMAGES + 1];

static const unsigned char *look(unsigned image, const char *name, const char *version) {
  const char *why = "";
  const unsigned char *found = pp_vdso_symbol(images[image], sizes[image], name, version, &why);
  assert_true(found || *why);
  return found;
}

static void functions_are_found_and_work(void **state) {
  for (unsigned i = 0; i < IMAGES; i++) {
    assert_int_equal((pp_vdso_extent(images[i], PAGE) + PAGE - 1) & ~(size_t)(PAGE - 1), sizes[i]);
    pp_vdso_page *page = (pp_vdso_page *)(uintptr_t)look(i, "__vdso_prefetch_page", "LINUX_2.6");
    pp_vdso_pages *pages = (pp_vdso_pages *)(uintptr_t)look(i, "__vdso_prefetch_pages", "LINUX_2.6");
    char here = 1;
    assert_non_null(page);
    assert_non_null(pages);
    assert_int_equal(page(&here), 0);
    assert_int_equal(page(NULL), -1);
    assert_int_equal(pages(&here, 1, 0), 1l << 32);
    assert_non_null(look(i, "__vdso_weak", "LINUX_2.6"));
    assert_non_null(look(i, "__vdso_newer", "LINUX_2.7"));
  }
}

static void others_are_not_taken_for_them(void **state) {
  for (unsigned i = 0; i < IMAGES; i++) {
    assert_null(look(i, "__vdso_prefetch_pag", "LINUX_2.6"));
    assert_null(look(i, "__vdso_prefetch_pagesx", "LINUX_2.6"));
    assert_null(look(i, "", "LINUX_2.6"));
    assert_null(look(i, "__vdso_prefetch_page", "LINUX_2.5"));
    assert_null(look(i, "__vdso_prefetch_page", "LINUX_2.7"));
    assert_null(look(i, "__vdso_prefetch_page", "LINUX_2.8"));
    assert_null(look(i, "__vdso_newer", "LINUX_2.6"));
    assert_null(look(i, "__vdso_data", "LINUX_2.7")); /* not a function */
    assert_null(look(i, "true_fate", "LINUX_2.6"));   /* local */
  }
  assert_null(look(IMAGES, "__vdso_prefetch_page", "LINUX_2.6"));
}

static void the_kernels_own_image_is_read(void **state) {
  const void *image = (const void *)getauxval(AT_SYSINFO_EHDR);
  const char *why = "";
  if (!image) {
    print_message("skipped: there is no vDSO here\n");
    skip();
  }
  size_t bytes = pp_vdso_extent(image, PAGE);
  assert_true(bytes > 0);
  assert_non_null(pp_vdso_symbol(image, bytes, "__vdso_clock_gettime", "LINUX_2.6", &why));
  assert_null(pp_vdso_symbol(image, bytes, "__vdso_clock_gettime", "LINUX_2.7", &why));
}

/* The value of a dynamic entry of the image, to be changed. */
static Elf64_Xword *dynamic_value(unsigned char *image, Elf64_Sxword tag) {
  const Elf64_Ehdr *header = (const Elf64_Ehdr *)image;
  const Elf64_Phdr *segment = (const Elf64_Phdr *)(image + header->e_phoff);
  while (segment->p_type != PT_DYNAMIC)
    segment++;
  Elf64_Dyn *entry = (Elf64_Dyn *)(image + segment->p_vaddr);
  while (entry->d_tag != tag && entry->d_tag != DT_NULL)
    entry++;
  assert_int_equal(entry->d_tag, tag);
  return &entry->d_un.d_val;
}

static void chains_that_bite_their_tails_end(void **state) {
  enum { SYSV = 1 };
  unsigned char *kept = malloc(sizes[SYSV]);
  memcpy(kept, images[SYSV], sizes[SYSV]);
  uint32_t *table = (uint32_t *)(images[SYSV] + *dynamic_value(images[SYSV], DT_HASH)), buckets = table[0], symbols = table[1];
  for (uint32_t i = 1; i < symbols; i++)
    table[2 + buckets + i] = i;
  alarm(20); /* ends the test where this does not end */
  assert_null(look(SYSV, "__vdso_absent", "LINUX_2.6"));
  table[1] = UINT32_MAX;
  assert_null(look(SYSV, "__vdso_absent", "LINUX_2.6"));
  table[0] = UINT32_MAX;
  assert_null(look(SYSV, "__vdso_absent", "LINUX_2.6"));
  table[0] = 0;
  assert_null(look(SYSV, "__vdso_absent", "LINUX_2.6"));
  alarm(0);
  memcpy(images[SYSV], kept, sizes[SYSV]);
  free(kept);
}

static void names_beyond_the_end_are_not_read(void **state) {
  unsigned char *kept = malloc(sizes[0]);
  memcpy(kept, images[0], sizes[0]);
  Elf64_Sym *symbols = (Elf64_Sym *)(images[0] + *dynamic_value(images[0], DT_SYMTAB));
  size_t room = sizes[0] - *dynamic_value(images[0], DT_STRTAB);
  uint32_t count = ((uint32_t *)(images[0] + *dynamic_value(images[0], DT_HASH)))[1];
  for (uint32_t i = 0; i < count; i++)
    symbols[i].st_name = (Elf64_Word)room - 2; /* the name would go on in the page that can not be read */
  memcpy(images[0] + sizes[0] - 2, "__", 2);
  assert_null(look(0, "__vdso_prefetch_page", "LINUX_2.6"));
  *dynamic_value(images[0], DT_STRSZ) = UINT64_MAX;
  assert_null(look(0, "__vdso_prefetch_page", "LINUX_2.6"));
  memcpy(images[0], kept, sizes[0]);
  free(kept);
}

static uint64_t next_random(uint64_t *state) {
  /* xorshift64, Marsaglia 2003 */
  *state ^= *state << 13;
  *state ^= *state >> 7;
  return *state ^= *state << 17;
}

/* Where the image says things about itself: all of it but code and padding. */
static size_t interesting(const unsigned char *image, size_t bytes, uint64_t *random) {
  const Elf64_Ehdr *header = (const Elf64_Ehdr *)image;
  const Elf64_Phdr *segments = (const Elf64_Phdr *)(image + header->e_phoff);
  for (unsigned i = 0; next_random(random) % 2 && i < header->e_phnum; i++)
    if (segments[i].p_type == PT_DYNAMIC)
      return segments[i].p_vaddr + next_random(random) % segments[i].p_memsz;
  size_t most = next_random(random) % 2 ? 0x600 : bytes; /* headers and tables come first */
  return next_random(random) % (most < bytes ? most : bytes);
}

static uint64_t odd_value(uint64_t *random) {
  static const uint64_t values[] = {0, 1, 0x7fffffff, 0xffffffff, 0x100000000, UINT64_MAX, UINT64_MAX - 23, INT64_MAX, PAGE, 24};
  uint64_t number = next_random(random);
  return number % 4 ? values[number / 4 % (sizeof values / sizeof *values)] : next_random(random);
}

static void damaged_images_do_no_harm(void **state) {
  static const char *const names[] = {"__vdso_prefetch_page", "__vdso_prefetch_pages", "__vdso_data", "__vdso_absent"};
  uint64_t random = 20, found = 0;
  for (unsigned round = 0; round < ROUNDS; round++) {
    unsigned which = round % IMAGES;
    size_t bytes = sizes[which];
    unsigned char *copy = mmap(NULL, bytes + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_int_equal(mprotect(copy + bytes, PAGE, PROT_NONE), 0);
    /* Its end, shortened or not, lies before the page that can not be read. */
    size_t kept = next_random(&random) % 4 ? bytes : 1 + next_random(&random) % bytes;
    unsigned char *image = copy + bytes - kept;
    memcpy(image, images[which], kept);
    for (unsigned change = 0; change < 1 + next_random(&random) % 3; change++) {
      size_t at = interesting(images[which], bytes, &random), width = (size_t)1 << next_random(&random) % 4;
      uint64_t value = odd_value(&random);
      if (at + width <= kept)
        memcpy(image + at / width * width, &value, width);
    }
    const char *why = "";
    size_t known = kept < PAGE ? kept : PAGE, extent = pp_vdso_extent(image, known);
    assert_true(extent <= 1 << 20);
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
      const unsigned char *symbol = pp_vdso_symbol(image, kept, names[i], "LINUX_2.6", &why);
      assert_true(!symbol || (symbol > image && symbol < image + kept));
      found += symbol != NULL;
    }
    munmap(copy, bytes + PAGE);
  }
  print_message("found in spite of damage: %llu of %d\n", (unsigned long long)found, 2 * ROUNDS);
  assert_uint_in_range(found, ROUNDS / 4, 2 * ROUNDS - 1);
}

int main(int count, char **names) {
  if (count != IMAGES + 2) {
    fprintf(stderr, "vdso_test: give %d images\n", IMAGES + 1);
    return 2;
  }
  for (int i = 0; i <= IMAGES; i++) {
    images[i] = vdso_load(names[i + 1], &sizes[i]);
    if (!images[i]) {
      perror(names[i + 1]);
      return 2;
    }
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(functions_are_found_and_work),      cmocka_unit_test(others_are_not_taken_for_them),
      cmocka_unit_test(the_kernels_own_image_is_read),     cmocka_unit_test(chains_that_bite_their_tails_end),
      cmocka_unit_test(names_beyond_the_end_are_not_read), cmocka_unit_test(damaged_images_do_no_harm),
  };
  return cmocka_run_group_tests_name("vdso", tests, NULL, NULL);
}
