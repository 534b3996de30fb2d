/* SPDX-License-Identifier: MIT */
/* The way to the file goes folder by folder, each opened from the one before, so that nobody changes it behind a check.
 * The text goes into a new file under a name that nobody can foresee, which then takes the place of the old one. */
#include "file.h"
#include "os.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

enum {
  LINKS_MAX = 40, /* as the kernel follows */
  TRIES = 8,
};

static const char LINK_IN_SHARED[] = "its folder is reached through a link that lies in a folder where others can make links";
static const char IS_LINK[] = "it is a link; name the file itself";
static const char NO_FILE[] = "it is no regular file";

/* The rest of the way, and the folder that was reached. */
struct way {
  char rest[2 * PATH_MAX], target[PATH_MAX], next[2 * PATH_MAX];
  char *name; /* in rest: the next step; at the end, the file */
  int folder;
  unsigned links;
};

/* Whether someone else may put links there: anybody writes to it, or it is neither root's nor ours. */
static bool is_shared(int folder) {
  struct stat status;
  return pp_os_status(folder, "", &status) || status.st_mode & S_IWOTH || (status.st_uid && status.st_uid != pp_os_user());
}

static const char *go_to(struct way *way, int folder) {
  if (way->folder >= 0)
    pp_os_close(way->folder);
  way->folder = folder;
  return folder < 0 ? strerrordesc_np(-folder) : NULL;
}

static const char *go_to_root(struct way *way) {
  return go_to(way, pp_os_open(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0));
}

/* The target of `link` takes the place of its name. */
static const char *follow(struct way *way, int link, const char *rest) {
  if (is_shared(way->folder))
    return LINK_IN_SHARED;
  int error = ++way->links > LINKS_MAX ? ELOOP : pp_os_link_target(link, way->target, sizeof way->target);
  if (error)
    return strerrordesc_np(error);
  size_t length = pp_text_print(way->next, sizeof way->next, "%s/%s", way->target, rest);
  if (length == sizeof way->next - 1)
    return strerrordesc_np(ENAMETOOLONG);
  memcpy(way->rest, way->next, length + 1);
  way->name = way->rest;
  return way->rest[0] == '/' ? go_to_root(way) : NULL;
}

/* One step into a folder, or onto a link to one. `end`: the slash behind its name. */
static const char *step(struct way *way, char *end) {
  struct stat status;
  *end = 0;
  int next = pp_os_open(way->folder, way->name, O_PATH | O_NOFOLLOW, 0);
  if (next < 0)
    return strerrordesc_np(-next);
  int error = pp_os_status(next, "", &status);
  if (error || S_ISLNK(status.st_mode)) {
    const char *why = error ? strerrordesc_np(error) : follow(way, next, end + 1);
    pp_os_close(next);
    return why;
  }
  way->name = end + 1;
  return go_to(way, next);
}

/* Opens the folder of `path`; way->name is then the name in it. Returns NULL, or why not. */
static const char *walk(struct way *way, const char *path) {
  way->folder = -1;
  way->name = way->rest;
  if (pp_text_print(way->rest, sizeof way->rest, "%s", path) == sizeof way->rest - 1)
    return strerrordesc_np(ENAMETOOLONG);
  const char *why = go_to_root(way);
  for (char *end; !why;) {
    way->name += strspn(way->name, "/");
    end = strchr(way->name, '/');
    if (!end)
      return *way->name ? NULL : strerrordesc_np(EISDIR);
    why = step(way, end);
  }
  return why;
}

static bool cannot_open(char *why, size_t size, const char *reason) {
  pp_text_print(why, size, "can not be opened: %s; no statistics are written", reason);
  return false;
}

static bool cannot_write(char *why, size_t size, int error) {
  pp_text_print(why, size, "could not be written whole: %s; no statistics are written", strerrordesc_np(error));
  return false;
}

static bool write_to_device(const struct way *way, const char *text, size_t bytes, char *why, size_t size) {
  int device = pp_os_open(way->folder, way->name, O_WRONLY | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0);
  if (device < 0)
    return cannot_open(why, size, strerrordesc_np(-device));
  int error = pp_os_write(device, text, bytes);
  pp_os_close(device);
  return error ? cannot_write(why, size, error) : true;
}

/* A new file beside the old one. Returns its descriptor, or a negative errno value. */
static int create_beside(const struct way *way, unsigned mode, char *name, size_t size) {
  int descriptor = -EEXIST;
  for (int i = 0; i < TRIES && descriptor == -EEXIST; i++) {
    pp_text_print(name, size, ".pageprefetch-%lx", (unsigned long)pp_os_random());
    descriptor = pp_os_open(way->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  }
  return descriptor;
}

static bool replace(const struct way *way, unsigned mode, const char *text, size_t bytes, char *why, size_t size) {
  char beside[40];
  if (bytes > pp_os_file_limit())
    return cannot_write(why, size, EFBIG);
  int descriptor = create_beside(way, mode, beside, sizeof beside);
  if (descriptor < 0)
    return cannot_open(why, size, strerrordesc_np(-descriptor));
  int error = pp_os_write(descriptor, text, bytes);
  pp_os_close(descriptor);
  if (!error)
    error = pp_os_rename(way->folder, beside, way->name);
  if (error)
    pp_os_remove(way->folder, beside);
  return error ? cannot_write(why, size, error) : true;
}

static bool write_at(const struct way *way, const char *text, size_t bytes, time_t keep_from, char *why, size_t size) {
  struct stat status = {.st_mode = S_IFREG | 0666};
  int error = pp_os_status(way->folder, way->name, &status);
  bool exists = error != ENOENT;
  if (error && exists)
    return cannot_open(why, size, strerrordesc_np(error));
  if (S_ISCHR(status.st_mode))
    return write_to_device(way, text, bytes, why, size);
  if (!S_ISREG(status.st_mode))
    return cannot_open(why, size,
                       S_ISLNK(status.st_mode)   ? IS_LINK
                       : S_ISDIR(status.st_mode) ? strerrordesc_np(EISDIR)
                                                 : NO_FILE);
  if (exists && keep_from && status.st_size > 0 && status.st_mtime >= keep_from)
    return true;
  return replace(way, status.st_mode & 0777, text, bytes, why, size);
}

bool pp_file_replace(const char *path, const char *text, size_t bytes, time_t keep_from, char *why, size_t size) {
  struct way *way = pp_os_map(sizeof *way);
  if (!way)
    return cannot_open(why, size, strerrordesc_np(ENOMEM));
  const char *reason = walk(way, path);
  bool written = reason ? cannot_open(why, size, reason) : write_at(way, text, bytes, keep_from, why, size);
  if (way->folder >= 0)
    pp_os_close(way->folder);
  pp_os_unmap(way, sizeof *way);
  return written;
}
