/* SPDX-License-Identifier: MIT */
/* Mapped text files, see textfile.h. */
#include "config.h"

#include "tui/reader/textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tui/reader/guard.h"

struct acd_textfile {
    char *base; /* NULL: empty */
    uint64_t length;
    struct stat st;
    struct acd_guard_range range;
    char path[];
};

static int check(const struct stat *st, const char *path, unsigned flags, struct acd_problem *why)
{
    if (S_ISLNK(st->st_mode) && (flags & ACD_TEXTFILE_OWN))
        return acd_problem_set(why, ACD_PROBLEM_SYMLINK, ELOOP,
                               "skipped '%s': it is a symbolic link, which is not followed here",
                               path);
    if (S_ISDIR(st->st_mode))
        return acd_problem_set(why, ACD_PROBLEM_NOT_REGULAR, EISDIR,
                               "'%s' is a directory, not a file", path);
    if (!S_ISREG(st->st_mode) && !S_ISLNK(st->st_mode))
        return acd_problem_set(why, ACD_PROBLEM_NOT_REGULAR, EINVAL,
                               "'%s' is not a regular file. Hint: copy what it gives into one",
                               path);
    if ((flags & ACD_TEXTFILE_OWN) && st->st_uid != geteuid())
        return acd_problem_set(why, ACD_PROBLEM_OTHER_OWNER, EACCES,
                               "skipped '%s': owner uid %lu, you are %lu. Hint: run as that user",
                               path, (unsigned long)st->st_uid, (unsigned long)geteuid());
    return 0;
}

/* Looked at before it is opened: opening a device can have effects of its own. */
static int open_checked(int *ret_fd, struct stat *st, const char *path, unsigned flags,
                        struct acd_problem *why)
{
    bool own = flags & ACD_TEXTFILE_OWN;
    if (fstatat(AT_FDCWD, path, st, own ? AT_SYMLINK_NOFOLLOW : 0) < 0)
        return errno == ENOENT ? acd_problem_set(why, ACD_PROBLEM_NOT_FOUND, ENOENT,
                                                 "there is no file '%s' (any more)", path)
                               : acd_problem_set_errno(why, errno, "open", path);
    int r = check(st, path, flags, why);
    if (r < 0)
        return r;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (own ? O_NOFOLLOW : 0));
    if (fd < 0)
        return acd_problem_set_errno(why, errno, "open", path);
    r = fstat(fd, st) < 0 ? acd_problem_set_errno(why, errno, "stat", path)
                          : check(st, path, flags, why);
    if (r < 0)
        close(fd);
    else
        *ret_fd = fd;
    return r;
}

static int map(struct acd_textfile *f, int fd, struct acd_problem *why)
{
    uint64_t size = (uint64_t)f->st.st_size;
    f->length = size < ACD_TEXTFILE_MOST ? size : ACD_TEXTFILE_MOST;
    if (f->length == 0)
        return 0;
    void *base = mmap(NULL, f->length, PROT_READ, MAP_PRIVATE, fd, 0);
    if (base == MAP_FAILED)
        return acd_problem_set_errno(why, errno, "map", f->path);
    f->base = base;
    f->range.start = (uintptr_t)base;
    f->range.bytes = f->length;
    f->range.protection = PROT_READ;
    acd_guard_add(&f->range);
    return 0;
}

int acd_textfile_open(struct acd_textfile **ret, const char *path, unsigned flags,
                      struct acd_problem *why)
{
    size_t length = strlen(path) + 1;
    struct acd_textfile *f = calloc(1, sizeof *f + length);
    int fd = -1;
    if (!f)
        return acd_problem_set_errno(why, ENOMEM, "open", path);
    memcpy(f->path, path, length);
    int r = open_checked(&fd, &f->st, path, flags, why);
    if (r < 0)
        goto fail;
    r = map(f, fd, why);
    close(fd);
    if (r < 0)
        goto fail;
    *ret = f;
    return 0;
fail:
    free(f);
    return r;
}

void acd_textfile_free(struct acd_textfile *file)
{
    if (!file)
        return;
    if (file->base) {
        acd_guard_remove(&file->range);
        munmap(file->base, file->length);
    }
    free(file);
}

const char *acd_textfile_bytes(const struct acd_textfile *file, uint64_t *ret_length)
{
    *ret_length = file->length;
    return file->base ? file->base : "";
}

uint64_t acd_textfile_size(const struct acd_textfile *file)
{
    return (uint64_t)file->st.st_size;
}

unsigned acd_textfile_mode(const struct acd_textfile *file)
{
    return (unsigned)file->st.st_mode & 07777u;
}

enum acd_textfile_state acd_textfile_now(const struct acd_textfile *file)
{
    struct stat st;
    if (fstatat(AT_FDCWD, file->path, &st, 0) < 0)
        return ACD_TEXTFILE_GONE;
    bool same = st.st_ino == file->st.st_ino && st.st_dev == file->st.st_dev &&
                st.st_size == file->st.st_size && st.st_mtim.tv_sec == file->st.st_mtim.tv_sec &&
                st.st_mtim.tv_nsec == file->st.st_mtim.tv_nsec && !file->range.hit;
    return same ? ACD_TEXTFILE_SAME : ACD_TEXTFILE_CHANGED;
}
