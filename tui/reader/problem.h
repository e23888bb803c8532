/* SPDX-License-Identifier: MIT */
/*
 * Why something could not be read: a named code to act on and a ready sentence to show, which names
 * the thing, the place and the cure.  Sentences hold names from files and directories; control
 * characters in them are shown as '?', but a sink still sanitises what it prints.
 */
#ifndef ACD_READER_PROBLEM_H
#define ACD_READER_PROBLEM_H

#include <stdint.h>

enum acd_problem_code {
    ACD_PROBLEM_NONE,
    ACD_PROBLEM_NOT_FOUND,     /* no such file or directory; a server may still make it */
    ACD_PROBLEM_NOT_PERMITTED, /* EACCES, EPERM */
    ACD_PROBLEM_SYMLINK,
    ACD_PROBLEM_NOT_REGULAR, /* fifo, socket, device, directory */
    ACD_PROBLEM_EMPTY,       /* 0 bytes */
    ACD_PROBLEM_CUT_SHORT,   /* fewer bytes than its header says */
    ACD_PROBLEM_NOT_A_RING,  /* wrong magic */
    ACD_PROBLEM_BYTE_ORDER,
    ACD_PROBLEM_NEWER_FORMAT, /* major version above ours */
    ACD_PROBLEM_UNKNOWN_FLAG, /* incompatible flag that we don't know */
    ACD_PROBLEM_BAD_HEADER,   /* identity that contradicts itself */
    ACD_PROBLEM_BAD_SECTION,  /* a part that lies outside the file, overlaps or has a wrong size */
    ACD_PROBLEM_OTHER_OWNER,
    ACD_PROBLEM_DIRECTORY, /* the ring directory is not one, or has a wrong owner or mode */
    ACD_PROBLEM_SHRANK,    /* while it was mapped */
    ACD_PROBLEM_CLOSED,    /* the server is gone: there is nobody to set a level for */
    ACD_PROBLEM_SYSTEM     /* any other errno, see `error` */
};

struct acd_problem {
    enum acd_problem_code code;
    int error;      /* errno value, 0 when none belongs to it */
    char text[512]; /* without program name and newline */
};

/**
 * Fills `problem` (may be NULL) with a sentence in printf form.
 * @return -error, -EBADMSG when error is 0: callers return it on
 */
int acd_problem_set(struct acd_problem *problem, enum acd_problem_code code, int error,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

/** A failed system call on `name`: the code and sentence for its errno. @return -error */
int acd_problem_set_errno(struct acd_problem *problem, int error, const char *what,
                          const char *name);

/** The sentence for a ring that shrank while open; `kept` events of it stay on the screen. */
void acd_problem_set_shrank(struct acd_problem *problem, const char *name, const uint64_t bytes[2],
                            uint64_t kept);

#endif
