/* SPDX-License-Identifier: MIT */
/*
 * Every system call of the emitter.  Thin: no policy, no state.  All are async-signal-safe and allocate
 * nothing (on Linux; elsewhere acd_sys_each_file() does).  Results are 0 or -errno; errno itself is kept
 * by the callers that promise it.
 */
#ifndef ACD_SHMFILE_H
#define ACD_SHMFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A file under construction. */
struct acd_shmfile {
    int fd;
    bool named; /* has the temporary name, because O_TMPFILE was not to be had */
    char temporary[64];
    uint64_t device, inode;
};

/* Opens (and makes, 0700) a directory of ours; refuses a symlink, another's, or a loose mode. */
int acd_sys_directory(const char *path, int *ret_fd);
/* Bytes free to us in the file system of `fd`; UINT64_MAX when it can't be told. */
uint64_t acd_sys_free_bytes(int fd);
/* The largest file that this process may write. */
uint64_t acd_sys_file_limit(void);

int acd_sys_create(int dirfd, const char *temporary, struct acd_shmfile *ret_file);
int acd_sys_resize(const struct acd_shmfile *file, uint64_t bytes);
int acd_sys_allocate(int fd, uint64_t offset, uint64_t bytes);
/* The same for a file that nobody else has: by writing zeros where the file system can't do it. */
int acd_sys_allocate_new(int fd, uint64_t offset, uint64_t bytes);
/* Another description of the same file, for a mapping with a life of its own. */
int acd_sys_reopen(int dirfd, const struct acd_shmfile *file, int *ret_fd);
int acd_sys_map(int fd, uint64_t offset, uint64_t bytes, void **ret_address);
/* Private zero pages, over `address` when it is not NULL. */
int acd_sys_map_zero(void *address, uint64_t bytes, void **ret_address);
void acd_sys_unmap(void *address, uint64_t bytes);
void acd_sys_not_in_children(void *address, uint64_t bytes);
bool acd_sys_wipe_in_children(void *address, uint64_t bytes);
/* Brings pages in, writable, before they are touched; -errno when the kernel can't or won't. */
int acd_sys_populate(void *address, uint64_t bytes);
/* An open-file-description write lock on the whole file; lives as long as mappings of `fd` do. */
int acd_sys_lock(int fd);
/* Is somebody holding that lock?  1 yes, 0 no, -errno can't tell. */
int acd_sys_locked(int fd);
/* Gives the file its name, at once and never over another. */
int acd_sys_show(int dirfd, const struct acd_shmfile *file, const char *name);
void acd_sys_discard(int dirfd, struct acd_shmfile *file);
void acd_sys_close(int fd);

/* Opens the ring's file again by its path, only if it is still the same file. */
int acd_sys_open_same(const char *path, uint64_t device, uint64_t inode, int *ret_fd);

/* Reads up to `bytes` of a small file; the length, or -errno. */
ssize_t acd_sys_read_file(const char *path, char *buffer, size_t bytes);
uint64_t acd_sys_pid_namespace(void);
void acd_sys_host_name(char *buffer, size_t bytes);
void acd_sys_random(uint64_t *ret_number);
uint64_t acd_sys_page_bytes(void);

uint32_t acd_sys_pid(void);
void acd_sys_yield(void);
void acd_sys_nap(void); /* a tenth of a millisecond */
uint32_t acd_sys_parent(void);
uint32_t acd_sys_user(void);
uint32_t acd_sys_thread(void);
void acd_sys_thread_name(char buffer[16]);
/* Has the thread ended?  Only a certain yes is true. */
bool acd_sys_thread_gone(uint32_t pid, uint32_t thread);

uint64_t acd_sys_monotonic_ns(void);
uint64_t acd_sys_realtime_ns(void);

/* Writes all of it, or -errno behind a part.  Neither SIGPIPE nor SIGXFSZ reaches the server. */
int acd_sys_write(int fd, const char *text, size_t bytes);

/* Opens a folder that others may write to as well. */
int acd_sys_open_folder(const char *path, int *ret_fd);
/* Opens a file for lines (made with 0600), never through a symbolic link, never a pipe.  `ours`: only a
 * regular file of ours. */
int acd_sys_open_append(const char *path, bool ours, int *ret_fd);
/* Appends all of it with one write, or nothing: -errno.  Not behind the limit of file sizes. */
int acd_sys_append(int fd, const char *text, size_t bytes);

/* A file that another process left or uses. */
struct acd_found_file {
    const char *name;
    uint64_t bytes; /* on the disk */
    uint64_t length;
    uint64_t modified_ns;
    int fd; /* read-only, closed by the caller of the callback */
};
/* Calls `each` for every regular file of ours in the directory whose name begins and ends so. */
int acd_sys_each_file(int dirfd, const char *prefix, const char *suffix,
                      void (*each)(void *context, const struct acd_found_file *file),
                      void *context);
int acd_sys_read_at(int fd, void *buffer, size_t bytes, uint64_t offset);
int acd_sys_unlink(int dirfd, const char *name);

#endif
