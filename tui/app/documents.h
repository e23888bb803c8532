/* SPDX-License-Identifier: MIT */
/*
 * The files of the live screen: the list of debug files, and the JSON file that is open.  Reading goes
 * on in slices of some milliseconds, so that keys are answered meanwhile.  Draws nothing.
 */
#ifndef ACD_TUI_APP_DOCUMENTS_H
#define ACD_TUI_APP_DOCUMENTS_H

#include "tui/reader/debugfiles.h"
#include "tui/reader/problem.h"
#include "tui/view/files.h"
#include "tui/view/jsonview.h"

struct acd_textfile;

struct acd_documents {
    struct acd_files files;
    struct acd_debugfiles found;
    char listed[1400]; /* path of the selected one */
    size_t asked;      /* entries whose first bytes were looked at */

    struct acd_jsonview json;
    struct acd_jsontree root;
    struct acd_textfile *file; /* NULL: none is open, or a text is */
    char *text;                /* what is shown without a file */
    char path[1400];
    unsigned flags;        /* of acd_textfile_open() */
    enum acd_view_id back; /* where Esc leads from the tree */
    uint32_t audited;      /* nodes looked at for secrets */
    uint64_t valid;        /* bytes that are UTF-8 */
    bool audit_done, valid_done, fault_said;
    unsigned text_flags;
    uint32_t values_most; /* of a file that are taken in */
    const struct acd_action
        *actions; /* with the keys that are configured; NULL: those of the table */
};

/** `directory` NULL: the temp directory. */
void acd_documents_init(struct acd_documents *documents, const char *directory,
                        unsigned text_flags);
void acd_documents_fini(struct acd_documents *documents);

/** Reads the list of debug files anew. */
void acd_documents_list(struct acd_documents *documents);

/**
 * Opens a file in the tree, instead of the one that was open.
 * @param flags  ACD_TEXTFILE_OWN for names that did not come from the user
 * @return 0, -errno and `why`, and what was open stays
 */
int acd_documents_open(struct acd_documents *documents, const char *path, unsigned flags,
                       struct acd_problem *why);
/**
 * Shows a text that stands in no file, an event, instead of what was open.
 * @param name  above the tree
 * @param text  allocated; taken over
 */
void acd_documents_show(struct acd_documents *documents, const char *name, char *text,
                        size_t length);
int acd_documents_reload(struct acd_documents *documents, struct acd_problem *why);
void acd_documents_close(struct acd_documents *documents);

/** The path of the file that a key means on this screen; NULL none. Valid until the next call. */
const char *acd_documents_path(struct acd_documents *documents, enum acd_view_id view);

enum acd_documents_step {
    ACD_DOCUMENTS_IDLE, /* nothing to do */
    ACD_DOCUMENTS_BUSY, /* call again soon; a picture now and then shows progress */
    ACD_DOCUMENTS_NEWS  /* draw */
};

/** Reads, searches and checks on, for some milliseconds at most. */
enum acd_documents_step acd_documents_work(struct acd_documents *documents, enum acd_view_id view);

/** Has the file changed on the disk?  Puts a note. @return did the note change? */
bool acd_documents_watch(struct acd_documents *documents);

/** Before a drawing of the screen `view` into `at`. */
void acd_documents_settle(struct acd_documents *documents, enum acd_view_id view,
                          struct acd_rect at);

#endif
