/* SPDX-License-Identifier: MIT */
/* Keys on the Files and JSON screens, see act_json.h. */
#include "config.h"

#include "tui/app/act_json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app/actions.h"
#include "tui/app/documents.h"
#include "tui/model/jsonhide.h"
#include "tui/reader/textfile.h"
#include "tui/view/jsonpath.h"
#include "tui/view/jsonraw.h"
#include "tui/view/line.h"

/* What terminals take at once, before base64. */
#define COPY_MOST (UINT64_C(1) << 20)

bool acd_act_json_is_here(const struct acd_act *act)
{
    return act->documents && (act->ui->view == ACD_VIEW_FILES || act->ui->view == ACD_VIEW_JSON);
}

static struct acd_jsontree *tree_of(struct acd_act *act)
{
    return act->documents->json.tree;
}

static bool has_values(const struct acd_jsontree *t)
{
    return t->selected < t->index.count;
}

bool acd_act_json_allows(enum acd_action_id id)
{
    for (size_t i = 0; i < acd_actions_count; i++) {
        const struct acd_action *a = &acd_actions_table[i];
        if (a->id == id)
            return id == ACD_ACTION_HELP || a->scope == ACD_SCOPE_JSON ||
                   a->scope == ACD_SCOPE_PROGRAM ||
                   (a->scope == ACD_SCOPE_MOVING && id != ACD_ACTION_PAUSE);
    }
    return false;
}

bool acd_act_json_folds(enum acd_action_id id)
{
    return id == ACD_ACTION_ENTER || id == ACD_ACTION_JSON_OPEN || id == ACD_ACTION_JSON_FOLD ||
           id == ACD_ACTION_JSON_OPEN_ALL || id == ACD_ACTION_JSON_FOLD_ALL ||
           id == ACD_ACTION_JSON_WRAP;
}

/* ---------------------------------------------------------------- coming and going */

enum acd_act_result acd_act_json_files(struct acd_act *act)
{
    if (!act->documents)
        return ACD_ACT_NOTHING;
    acd_documents_list(act->documents);
    act->ui->view = ACD_VIEW_FILES;
    return ACD_ACT_DRAW;
}

static enum acd_act_result open_path(struct acd_act *act, const char *path, unsigned flags)
{
    struct acd_problem why = {0};
    enum acd_view_id from = act->ui->view;
    if (acd_documents_open(act->documents, path, flags, &why) < 0) {
        acd_ui_say(act->ui, ACD_STYLE_ERROR, "%s", why.text);
        return ACD_ACT_DRAW;
    }
    if (from != ACD_VIEW_JSON)
        act->documents->back = from;
    act->ui->view = ACD_VIEW_JSON;
    return ACD_ACT_DRAW;
}

enum acd_act_result acd_act_json_open(struct acd_act *act, const char *path)
{
    if (!act->documents)
        return ACD_ACT_NOTHING;
    return open_path(act, path, ACD_TEXTFILE_OWN);
}

enum acd_act_result acd_act_json_show(struct acd_act *act, const char *name, char *text,
                                      size_t length)
{
    acd_documents_show(act->documents, name, text, length);
    act->documents->back = act->ui->view;
    act->ui->view = ACD_VIEW_JSON;
    return ACD_ACT_DRAW;
}

static enum acd_act_result leave(struct acd_act *act)
{
    struct acd_documents *d = act->documents;
    struct acd_jsonview *v = &d->json;
    if (act->ui->view == ACD_VIEW_FILES) {
        act->ui->view = ACD_VIEW_OVERVIEW;
    } else if (v->find.state == ACD_JSONFIND_MORE) {
        v->find.state = ACD_JSONFIND_IDLE;
        acd_ui_say(act->ui, ACD_STYLE_DIM, "Stopped searching");
    } else if (v->tree && v->tree->outer) {
        v->tree = acd_jsontree_leave(v->tree);
        v->find.state = ACD_JSONFIND_IDLE;
    } else if (v->tree && v->tree->raw) {
        v->tree->raw = false;
    } else if (v->find.text[0]) {
        v->find.text[0] = '\0';
    } else if (!act->ui->alone) {
        act->ui->view = d->back;
        acd_documents_close(d);
        if (d->back == ACD_VIEW_FILES)
            acd_documents_list(d);
    }
    return ACD_ACT_DRAW;
}

/* ---------------------------------------------------------------- moving */

static ptrdiff_t page_of(const struct acd_jsontree *t)
{
    ptrdiff_t values = 1;
    if (t->raw)
        return t->height > 1 ? t->height - 1 : 1;
    for (size_t i = 1; i < t->row_count; i++)
        values += t->row[i].part == 0;
    return values > 1 ? values - 1 : 1;
}

static void move_tree(struct acd_jsontree *t, enum acd_action_id id)
{
    void (*move)(struct acd_jsontree *, ptrdiff_t) = t->raw ? acd_jsonraw_move : acd_jsontree_move;
    ptrdiff_t page = page_of(t), half = page > 1 ? page / 2 : 1;
    if (!t->raw && !has_values(t))
        return;
    switch (id) {
    case ACD_ACTION_UP: move(t, -1); break;
    case ACD_ACTION_DOWN: move(t, 1); break;
    case ACD_ACTION_PAGE_UP: move(t, -page); break;
    case ACD_ACTION_PAGE_DOWN: move(t, page); break;
    case ACD_ACTION_HALF_UP: move(t, -half); break;
    case ACD_ACTION_HALF_DOWN: move(t, half); break;
    case ACD_ACTION_HOME:
        t->raw_top = 0;
        acd_jsontree_home(t);
        break;
    default:
        if (t->raw)
            acd_jsonraw_end(t);
        else
            acd_jsontree_end(t);
    }
}

void acd_act_json_move_list(struct acd_list *list, enum acd_action_id id)
{
    switch (id) {
    case ACD_ACTION_UP: acd_list_move(list, -1); break;
    case ACD_ACTION_DOWN: acd_list_move(list, 1); break;
    case ACD_ACTION_PAGE_UP: acd_list_page(list, -1); break;
    case ACD_ACTION_PAGE_DOWN: acd_list_page(list, 1); break;
    case ACD_ACTION_HALF_UP: acd_list_half_page(list, -1); break;
    case ACD_ACTION_HALF_DOWN: acd_list_half_page(list, 1); break;
    case ACD_ACTION_HOME: acd_list_home(list); break;
    default: acd_list_end(list, false);
    }
}

static enum acd_act_result move(struct acd_act *act, enum acd_action_id id)
{
    if (act->ui->view == ACD_VIEW_FILES)
        acd_act_json_move_list(&act->documents->files.list, id);
    else if (tree_of(act))
        move_tree(tree_of(act), id);
    return ACD_ACT_DRAW;
}

/* ---------------------------------------------------------------- the tree */

static void no_memory(struct acd_act *act, int r)
{
    if (r < 0)
        acd_ui_say(act->ui, ACD_STYLE_ERROR, "%s", strerror(-r));
}

static void enter_string(struct acd_act *act)
{
    struct acd_jsontree *inner;
    struct acd_jsonview *v = &act->documents->json;
    int r = acd_jsontree_enter(v->tree, v->tree->selected, &inner);
    if (r == 0) {
        v->tree = inner;
        v->find.state = ACD_JSONFIND_IDLE;
    } else if (r == -EPERM) {
        acd_ui_say(act->ui, ACD_STYLE_WARN, "This value is hidden: it holds a secret");
    } else if (r == -E2BIG) {
        acd_ui_say(act->ui, ACD_STYLE_WARN, "This string is too long, or too deep, to open");
    } else if (r != -EINVAL) {
        no_memory(act, r);
    }
}

static void enter(struct acd_act *act)
{
    struct acd_jsontree *t = tree_of(act);
    if (acd_jsontree_foldable(t, t->selected))
        no_memory(act, acd_jsontree_fold(t, t->selected, !acd_jsontree_folded(t, t->selected)));
    else
        enter_string(act);
}

static void unfold(struct acd_act *act)
{
    struct acd_jsontree *t = tree_of(act);
    if (!acd_jsontree_foldable(t, t->selected))
        return;
    if (acd_jsontree_folded(t, t->selected))
        no_memory(act, acd_jsontree_fold(t, t->selected, false));
    else
        t->selected = acd_json_child(&t->index, t->selected);
}

static void fold(struct acd_act *act)
{
    struct acd_jsontree *t = tree_of(act);
    uint32_t parent = t->index.node[t->selected].parent;
    if (acd_jsontree_foldable(t, t->selected) && !acd_jsontree_folded(t, t->selected))
        no_memory(act, acd_jsontree_fold(t, t->selected, true));
    else if (parent != ACD_JSON_NONE)
        t->selected = parent;
}

static void turn_raw(struct acd_jsontree *t)
{
    t->raw = !t->raw;
    if (t->raw && has_values(t)) {
        const struct acd_json_node *n = &t->index.node[t->selected];
        acd_jsonraw_go(t, acd_json_at(n) - n->key);
    }
}

/* ---------------------------------------------------------------- searching */

static void search(struct acd_act *act, bool backwards)
{
    struct acd_jsonview *v = &act->documents->json;
    if (!v->find.text[0]) {
        acd_ui_say(act->ui, ACD_STYLE_DIM, "Nothing to search for yet: %s asks",
                   acd_act_key_of(act, ACD_ACTION_JSON_SEARCH).s);
        return;
    }
    acd_jsonfind_begin(&v->find, v->tree, backwards);
    acd_documents_work(act->documents, ACD_VIEW_JSON);
    if (v->find.state == ACD_JSONFIND_FOUND && v->find.around)
        acd_ui_say(act->ui, ACD_STYLE_DIM, "Searched around the %s",
                   backwards ? "beginning" : "end");
}

bool acd_act_json_type(struct acd_act *act, struct acd_key key)
{
    struct acd_jsonview *v = act->documents ? &act->documents->json : NULL;
    if (!v || !v->typing || act->ui->view != ACD_VIEW_JSON || act->ui->prompt != ACD_PROMPT_NONE)
        return false;
    act->ui->message[0] = '\0';
    /* Its cursor stays at the end. */
    struct acd_line line = {v->find.text, sizeof v->find.text, strlen(v->find.text)};
    if (key.code == ACD_KEY_ENTER && !(key.mods & ACD_KEY_PASTED)) {
        v->typing = false;
        search(act, false);
    } else if (key.code == ACD_KEY_ESC) {
        v->typing = false;
        v->find.text[0] = '\0';
    } else if (!acd_line_key(&line, key)) {
        return !acd_actions_always(acd_actions_look_up(act->actions, key, ACD_SCOPES));
    }
    return true;
}

/* ---------------------------------------------------------------- copying */

/* A string is copied as the text that it means, anything else as it is written. */
static void copy_value(struct acd_act *act)
{
    struct acd_jsontree *t = tree_of(act);
    const char *bytes;
    uint64_t length = acd_json_value(&t->index, t->selected, &bytes);
    uint64_t at = (uint64_t)(bytes - t->index.text);
    bool string = acd_json_type(&t->index.node[t->selected]) == ACD_JSON_STRING;
    if (acd_jsonhide_inside(&t->index, t->selected)) {
        acd_ui_say(act->ui, ACD_STYLE_WARN, "Not copied: this value is hidden");
        return;
    }
    uint64_t most = act->copy_most ? act->copy_most : COPY_MOST;
    /* Hiding makes text longer, at most where `//a@` becomes `//[REDACTED]@`. */
    uint64_t room = 4 * length + 32;
    char *out = length <= most ? malloc(room) : NULL;
    if (!out) {
        acd_ui_say(act->ui, ACD_STYLE_WARN, "Not copied: %s is more than the clipboard takes",
                   acd_text_bytes(length).s);
        return;
    }
    uint64_t n = acd_jsonraw_copy(&t->index, at, at + length, out, room);
    if (string && n >= 2 && n <= room)
        n = acd_json_unescape(out, n, out + 1, n - (out[n - 1] == '"' ? 2 : 1));
    if (n <= room)
        acd_act_copy(act, out, n, "the value");
    else
        acd_ui_say(act->ui, ACD_STYLE_WARN, "Not copied: too much of it is hidden");
    free(out);
}

static void copy_path(struct acd_act *act)
{
    char path[8192];
    acd_jsonpath_text(tree_of(act), tree_of(act)->selected, path, sizeof path);
    acd_act_copy(act, path, strlen(path), "the path");
}

/* ---------------------------------------------------------------- actions */

static void reload(struct acd_act *act)
{
    struct acd_problem why = {0};
    if (act->ui->view == ACD_VIEW_FILES)
        acd_documents_list(act->documents);
    else if (!acd_documents_path(act->documents, act->ui->view))
        acd_ui_say(act->ui, ACD_STYLE_DIM, "An event stays as it was");
    else if (acd_documents_reload(act->documents, &why) < 0)
        acd_ui_say(act->ui, ACD_STYLE_ERROR, "%s", why.text);
}

static enum acd_act_result edit(struct acd_act *act)
{
    const char *path = acd_documents_path(act->documents, act->ui->view);
    const struct acd_files *f = &act->documents->files;
    if (act->ui->view == ACD_VIEW_FILES && path && f->row[f->list.selected].why[0])
        acd_ui_say(act->ui, ACD_STYLE_WARN, "Skipped: %s", f->row[f->list.selected].why);
    else if (path && act->edit)
        act->edit(act->context, path);
    else if (!path && act->ui->view == ACD_VIEW_JSON)
        acd_ui_say(act->ui, ACD_STYLE_DIM, "An event is no file: %s copies a value",
                   acd_act_key_of(act, ACD_ACTION_JSON_COPY).s);
    else
        return ACD_ACT_NOTHING;
    return ACD_ACT_DRAW;
}

/* What needs a value to be selected. */
static void do_value(struct acd_act *act, enum acd_action_id id)
{
    switch (id) {
    case ACD_ACTION_ENTER: enter(act); break;
    case ACD_ACTION_JSON_OPEN: unfold(act); break;
    case ACD_ACTION_JSON_FOLD: fold(act); break;
    case ACD_ACTION_JSON_OPEN_ALL: acd_jsontree_fold_all(tree_of(act), false); break;
    case ACD_ACTION_JSON_FOLD_ALL: acd_jsontree_fold_all(tree_of(act), true); break;
    case ACD_ACTION_JSON_COPY: copy_value(act); break;
    default: copy_path(act); break;
    }
}

static void do_tree(struct acd_act *act, enum acd_action_id id)
{
    struct acd_jsontree *t = tree_of(act);
    struct acd_jsonview *v = &act->documents->json;
    if (!t || (t->raw && acd_act_json_folds(id)))
        return;
    switch (id) {
    case ACD_ACTION_JSON_SEARCH:
        v->typing = true;
        v->find.state = ACD_JSONFIND_IDLE;
        v->find.text[0] = '\0';
        break;
    case ACD_ACTION_JSON_NEXT: search(act, false); break;
    case ACD_ACTION_JSON_PREVIOUS: search(act, true); break;
    case ACD_ACTION_JSON_WRAP: t->wrap = !t->wrap; break;
    case ACD_ACTION_JSON_RAW: turn_raw(t); break;
    default:
        if (has_values(t))
            do_value(act, id);
    }
}

/* What it does not take has no meaning in a list, but for left and right: other screens. */
static bool do_list(struct acd_act *act, enum acd_action_id id)
{
    const char *path = acd_documents_path(act->documents, ACD_VIEW_FILES);
    if (id == ACD_ACTION_ENTER && path)
        open_path(act, path, ACD_TEXTFILE_OWN);
    return id != ACD_ACTION_JSON_OPEN && id != ACD_ACTION_JSON_FOLD;
}

bool acd_act_json_do(struct acd_act *act, enum acd_action_id id, enum acd_act_result *ret_result)
{
    bool in_tree = act->ui->view == ACD_VIEW_JSON;
    if (!acd_act_json_is_here(act))
        return false;
    *ret_result = ACD_ACT_DRAW;
    if (act->documents->json.find.state == ACD_JSONFIND_NOTHING)
        act->documents->json.find.state = ACD_JSONFIND_IDLE; /* it was said */
    switch (id) {
    case ACD_ACTION_BACK: *ret_result = leave(act); return true;
    case ACD_ACTION_UP:
    case ACD_ACTION_DOWN:
    case ACD_ACTION_PAGE_UP:
    case ACD_ACTION_PAGE_DOWN:
    case ACD_ACTION_HALF_UP:
    case ACD_ACTION_HALF_DOWN:
    case ACD_ACTION_HOME:
    case ACD_ACTION_END: *ret_result = move(act, id); return true;
    case ACD_ACTION_JSON_RELOAD: reload(act); return true;
    case ACD_ACTION_JSON_EDIT: *ret_result = edit(act); return true;
    case ACD_ACTION_ENTER:
    case ACD_ACTION_JSON_OPEN:
    case ACD_ACTION_JSON_FOLD:
    case ACD_ACTION_JSON_OPEN_ALL:
    case ACD_ACTION_JSON_FOLD_ALL:
    case ACD_ACTION_JSON_SEARCH:
    case ACD_ACTION_JSON_NEXT:
    case ACD_ACTION_JSON_PREVIOUS:
    case ACD_ACTION_JSON_COPY:
    case ACD_ACTION_JSON_COPY_PATH:
    case ACD_ACTION_JSON_WRAP:
    case ACD_ACTION_JSON_RAW:
        if (in_tree)
            do_tree(act, id);
        else
            return do_list(act, id);
        return true;
    default: return false;
    }
}
