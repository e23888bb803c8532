/* SPDX-License-Identifier: MIT */
/* Debug files and the JSON file that is open, see documents.h. */
#include "config.h"

#include "tui/app/documents.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app/actions.h"
#include "tui/app/slice.h"
#include "tui/model/jsonhide.h"
#include "tui/reader/textfile.h"
#include "tui/view/jsonraw.h"
#include "tui/view/view.h"

#define SLICE_BYTES (UINT64_C(256) << 10)
#define SLICE_NODES 20000u
#define SEARCH_BYTES (UINT64_C(1) << 20)
#define HEAD_BYTES (64u << 10)
/* 24 bytes a value: more than 1.5 GB of index helps nobody to find anything. */
#define NODES_MOST (UINT32_C(1) << 26)

enum { NOTE_FAULT, NOTE_MODE, NOTE_BYTES, NOTE_DISK };

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

void acd_documents_init(struct acd_documents *documents, const char *directory, unsigned text_flags)
{
    struct acd_documents *d = documents;
    memset(d, 0, sizeof *d);
    d->text_flags = text_flags;
    d->values_most = NODES_MOST;
    if (acd_debugfiles_init(&d->found, directory) < 0)
        snprintf(d->files.notice, sizeof d->files.notice, "the temp directory's name is too long");
    snprintf(d->files.directory, sizeof d->files.directory, "%s", d->found.directory);
}

void acd_documents_fini(struct acd_documents *documents)
{
    acd_documents_close(documents);
    acd_debugfiles_fini(&documents->found);
    free(documents->files.row);
    documents->files.row = NULL;
    documents->files.count = 0;
}

/* ---------------------------------------------------------------- the list */

static void take_row(struct acd_files_row *row, const struct acd_debugfile_entry *e)
{
    memset(row, 0, sizeof *row);
    snprintf(row->name, sizeof row->name, "%s", e->name);
    snprintf(row->why, sizeof row->why, "%s", e->why);
    row->bytes = e->bytes;
    row->modified_ns = e->modified_ns;
    row->mode = e->mode;
}

/* The same file stays selected while others come and go. */
static void keep_selected(struct acd_files *f, const char *name)
{
    for (size_t i = 0; name[0] && i < f->count; i++) {
        if (strcmp(f->row[i].name, name) != 0)
            continue;
        f->list.count = f->count;
        acd_list_select(&f->list, i);
        return;
    }
}

void acd_documents_list(struct acd_documents *documents)
{
    struct acd_documents *d = documents;
    struct acd_files *f = &d->files;
    char selected[256] = "";
    if (f->list.selected < f->count)
        snprintf(selected, sizeof selected, "%s", f->row[f->list.selected].name);
    int r = acd_debugfiles_scan(&d->found);
    struct acd_files_row *row = r < 0 ? NULL : calloc(d->found.count + 1, sizeof *row);
    if (!row) {
        snprintf(f->notice, sizeof f->notice, "can't read %s: %s", d->found.directory,
                 strerror(r < 0 ? -r : ENOMEM));
        return;
    }
    f->notice[0] = '\0';
    for (size_t i = 0; i < d->found.count; i++)
        take_row(&row[i], &d->found.entry[i]);
    free(f->row);
    f->row = row;
    f->count = d->found.count;
    f->cut = d->found.cut;
    d->asked = 0;
    keep_selected(f, selected);
}

static bool ask_one(struct acd_documents *d)
{
    struct acd_files_row *row = &d->files.row[d->asked];
    char *head = row->why[0] ? NULL : malloc(HEAD_BYTES);
    if (head) {
        int64_t n = acd_debugfiles_head(&d->found, d->asked, head, HEAD_BYTES);
        if (n < 0)
            snprintf(row->why, sizeof row->why, "%s", strerror((int)-n));
        else
            acd_debugfile_read(&row->about, head, (size_t)n);
        row->known = n >= 0;
    }
    free(head);
    d->asked++;
    return d->asked < d->files.count;
}

/* ---------------------------------------------------------------- the file */

static void let_go(struct acd_documents *d)
{
    while (d->json.tree && d->json.tree->outer)
        d->json.tree = acd_jsontree_leave(d->json.tree);
    d->json.tree = NULL;
    acd_jsontree_fini(&d->root);
    acd_textfile_free(d->file);
    d->file = NULL;
    free(d->text);
    d->text = NULL;
}

void acd_documents_close(struct acd_documents *documents)
{
    let_go(documents);
    memset(&documents->json, 0, sizeof documents->json);
}

static void note_size(struct acd_documents *d)
{
    uint64_t length = 0, size = acd_textfile_size(d->file);
    acd_textfile_bytes(d->file, &length);
    if (length < size)
        snprintf(d->json.note[NOTE_DISK], sizeof d->json.note[NOTE_DISK],
                 "only the first 4 GiB of %s are shown", acd_text_bytes(size).s);
}

static void take_text(struct acd_documents *d, const char *name, const char *text, uint64_t length)
{
    acd_jsontree_init(&d->root, text, length, d->values_most);
    d->root.text_flags = d->text_flags;
    d->json.tree = &d->root;
    snprintf(d->json.name, sizeof d->json.name, "%.255s", name);
    d->audited = 0;
    d->valid = 0;
    d->valid_done = d->fault_said = false;
}

void acd_documents_show(struct acd_documents *documents, const char *name, char *text,
                        size_t length)
{
    struct acd_documents *d = documents;
    acd_documents_close(d);
    d->path[0] = '\0';
    d->text = text;
    take_text(d, name, text, length);
    d->json.file_bytes = length;
    d->audit_done = true; /* nobody else can read it */
}

int acd_documents_open(struct acd_documents *documents, const char *path, unsigned flags,
                       struct acd_problem *why)
{
    struct acd_documents *d = documents;
    struct acd_textfile *file;
    uint64_t length = 0;
    if (strlen(path) >= sizeof d->path)
        return acd_problem_set_errno(why, ENAMETOOLONG, "open", base_name(path));
    int r = acd_textfile_open(&file, path, flags, why);
    if (r < 0)
        return r;
    acd_documents_close(d);
    if (path != d->path)
        snprintf(d->path, sizeof d->path, "%s", path);
    d->flags = flags;
    d->file = file;
    const char *text = acd_textfile_bytes(file, &length);
    take_text(d, base_name(path), text, length);
    d->json.file_bytes = acd_textfile_size(file);
    d->audit_done = (acd_textfile_mode(file) & 077) == 0;
    note_size(d);
    return 0;
}

int acd_documents_reload(struct acd_documents *documents, struct acd_problem *why)
{
    struct acd_jsontree *t = documents->json.tree;
    struct acd_jsonfind find = documents->json.find;
    bool raw = t && !t->outer && t->raw, wrap = t && t->wrap;
    int r = acd_documents_open(documents, documents->path, documents->flags, why);
    if (r < 0)
        return r;
    find.state = ACD_JSONFIND_IDLE;
    documents->json.find = find;
    documents->root.raw = raw;
    documents->root.wrap = wrap;
    return 0;
}

const char *acd_documents_path(struct acd_documents *documents, enum acd_view_id view)
{
    struct acd_documents *d = documents;
    if (view == ACD_VIEW_JSON)
        return d->file ? d->path : NULL;
    size_t at = d->files.list.selected;
    if (view != ACD_VIEW_FILES || at >= d->files.count)
        return NULL;
    snprintf(d->listed, sizeof d->listed, "%s/%s", d->found.directory, d->files.row[at].name);
    return d->listed;
}

/* ---------------------------------------------------------------- notes */

#define NAME_COLUMNS 48

/* Of a long name its end, so that what is said of the file has room; the line above has it whole. */
static void name_file(const struct acd_documents *d, char *out, size_t size)
{
    const char *name = d->json.name, *end = name + strlen(name);
    struct acd_text_iter it = acd_text_start(name, (size_t)(end - name), d->text_flags);
    struct acd_piece piece;
    bool cut = false;
    while (acd_text_width(it.at, (size_t)(end - it.at), d->text_flags, NAME_COLUMNS) >
               NAME_COLUMNS &&
           acd_text_next(&it, &piece))
        cut = true;
    snprintf(out, size, "%s%s",
             !cut                             ? ""
             : d->text_flags & ACD_TEXT_ASCII ? acd_text_ellipsis(ACD_GLYPHS_ASCII)
                                              : acd_text_ellipsis(ACD_GLYPHS_BLOCKS),
             it.at);
}

/* The key of an action, as it is configured. */
static struct acd_label key_of(const struct acd_documents *d, enum acd_action_id id)
{
    const struct acd_scene scene = {.actions = d->actions ? d->actions : acd_actions_table,
                                    .action_count = acd_actions_count};
    return acd_view_key(&scene, id);
}

static void note_end(struct acd_documents *d)
{
    const struct acd_json *j = &d->root.index;
    char *note = d->json.note[NOTE_FAULT];
    size_t size = sizeof d->json.note[NOTE_FAULT];
    char name[300], rest[120];
    uint64_t line = 0, column = 0;
    d->fault_said = true;
    if (j->state == ACD_JSON_FULL)
        snprintf(note, size, "more values than the index takes: those of the first %s are shown",
                 acd_text_bytes(j->read).s);
    if (j->state != ACD_JSON_BROKEN)
        return;
    acd_json_where(j, j->fault_at, &line, &column);
    name_file(d, name, sizeof name);
    if (j->count)
        snprintf(rest, sizeof rest, "showing what there is. Hint: the writer may have been killed");
    else
        snprintf(rest, sizeof rest, "%s shows the text as it is", key_of(d, ACD_ACTION_JSON_RAW).s);
    snprintf(note, size, "%s:%" PRIu64 ":%" PRIu64 ": %s; %s", name, line, column, j->fault, rest);
}

static void audit(struct acd_documents *d)
{
    const struct acd_json *j = &d->root.index;
    const char *what = acd_jsonhide_audit(j, d->audited, SLICE_NODES);
    d->audited += j->count - d->audited < SLICE_NODES ? j->count - d->audited : SLICE_NODES;
    if (what) /* a header's name says more than a token somewhere */
        snprintf(d->json.note[NOTE_MODE], sizeof d->json.note[NOTE_MODE],
                 "mode %04o and holds %s; value hidden. Hint: chmod 600, rotate the key",
                 acd_textfile_mode(d->file), what);
    d->audit_done = (what && what != acd_jsonhide_token) || d->audited == j->count;
}

/* Eight bytes of ASCII at a time; the rest is decoded. */
static void validate(struct acd_documents *d)
{
    const struct acd_json *j = &d->root.index;
    uint64_t end = j->length - d->valid < SLICE_BYTES ? j->length : d->valid + SLICE_BYTES;
    while (d->valid < end) {
        uint64_t eight;
        uint32_t cp = 0;
        if (end - d->valid >= 8) {
            memcpy(&eight, j->text + d->valid, 8);
            if ((eight & UINT64_C(0x8080808080808080)) == 0) {
                d->valid += 8;
                continue;
            }
        }
        size_t n = acd_text_decode(j->text + d->valid, (size_t)(j->length - d->valid), &cp);
        if (cp == ACD_TEXT_BAD_BYTE) {
            bool ascii = d->text_flags & ACD_TEXT_ASCII;
            snprintf(d->json.note[NOTE_BYTES], sizeof d->json.note[NOTE_BYTES],
                     "invalid UTF-8 at byte %" PRIu64 "; shown as %s%02X%s", d->valid,
                     ascii ? "<" : "\xe2\x9f\xa8", (unsigned char)j->text[d->valid],
                     ascii ? ">" : "\xe2\x9f\xa9");
            d->valid_done = true;
            return;
        }
        d->valid += n;
    }
    d->valid_done = d->valid >= j->length;
}

bool acd_documents_watch(struct acd_documents *documents)
{
    struct acd_documents *d = documents;
    char said[120] = "the file is no longer there; this is what it was";
    if (!d->file)
        return false;
    enum acd_textfile_state state = acd_textfile_now(d->file);
    char *note = d->json.note[NOTE_DISK];
    if (state == ACD_TEXTFILE_CHANGED)
        snprintf(said, sizeof said, "the file changed on the disk. Hint: %s reads it anew",
                 key_of(d, ACD_ACTION_JSON_RELOAD).s);
    if (state == ACD_TEXTFILE_SAME || strcmp(note, said) == 0)
        return false;
    snprintf(note, sizeof d->json.note[NOTE_DISK], "%s", said);
    return true;
}

/* ---------------------------------------------------------------- slices */

static void search_on(struct acd_documents *d)
{
    struct acd_jsonview *v = &d->json;
    enum acd_jsonfind_state state = acd_jsonfind_step(&v->find, v->tree, SEARCH_BYTES);
    if (state != ACD_JSONFIND_FOUND)
        return;
    acd_jsontree_select(v->tree, v->find.node);
    if (v->tree->raw)
        acd_jsonraw_go(v->tree, v->find.match);
}

/* One thing that is to be done; false when there is none. */
static bool work_on_file(struct acd_documents *d)
{
    if (!d->json.tree)
        return false;
    if (d->json.find.state == ACD_JSONFIND_MORE) {
        search_on(d);
        return true;
    }
    if (d->root.index.state == ACD_JSON_MORE) {
        acd_json_step(&d->root.index, SLICE_BYTES);
        return true;
    }
    if (!d->fault_said)
        note_end(d);
    else if (!d->audit_done)
        audit(d);
    else if (!d->valid_done)
        validate(d);
    else
        return false;
    return true;
}

enum acd_documents_step acd_documents_work(struct acd_documents *documents, enum acd_view_id view)
{
    struct acd_documents *d = documents;
    struct acd_slice slice = {0};
    bool any = false, more = true;
    while (more && (!acd_slice_over(&slice) || !any)) {
        more = view == ACD_VIEW_FILES && d->asked < d->files.count ? (ask_one(d), true)
                                                                   : work_on_file(d);
        any = any || more;
    }
    return more ? ACD_DOCUMENTS_BUSY : any ? ACD_DOCUMENTS_NEWS : ACD_DOCUMENTS_IDLE;
}

void acd_documents_settle(struct acd_documents *documents, enum acd_view_id view,
                          struct acd_rect at)
{
    if (view == ACD_VIEW_FILES)
        acd_list_update(&documents->files.list, documents->files.count,
                        at.h > 2 ? (size_t)at.h - 2 : 1);
    else if (view == ACD_VIEW_JSON)
        acd_jsonview_settle(&documents->json, at, documents->text_flags);
}
