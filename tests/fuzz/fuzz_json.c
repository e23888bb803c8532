/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: the JSON index, the tree over it, searching, raw text and what hides secrets.  Any bytes
 * must be shown as far as they go, and nothing that is called a secret may get to the screen.
 * Built with a fuzzer, main() is the fuzzer's; else it replays the files it is given.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/replay.h"
#include "tui/model/debugfile.h"
#include "tui/model/jsonhide.h"
#include "tui/view/jsonfind.h"
#include "tui/view/jsonpath.h"
#include "tui/view/jsonraw.h"
#include "tui/view/jsonview.h"

static void must(int holds, const char *claim)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", claim);
    abort();
}

/* The order of nodes, and that each lies in its parent. */
static void check_index(const struct acd_json *j)
{
    for (uint32_t n = 0; n < j->count; n++) {
        const struct acd_json_node *node = &j->node[n];
        const char *bytes;
        uint64_t at = acd_json_at(node), length = acd_json_value(j, n, &bytes);
        must(at + length <= j->length, "a value lies in the text");
        must(node->key <= at, "a key lies in the text");
        must(node->next == 0 || node->next > n, "next goes on");
        must(n == 0 || at > acd_json_at(node - 1), "nodes are in order");
        if (node->parent == ACD_JSON_NONE)
            continue;
        must(node->parent < n, "parents come first");
        must(at > acd_json_at(&j->node[node->parent]), "a value lies in its parent");
        must(acd_json_find(j, at) == n, "a place leads to its node");
    }
}

static void play(struct acd_jsonview *v, uint8_t key, struct acd_grid *grid)
{
    struct acd_jsontree *t = v->tree, *inner;
    char text[300];
    switch (key % 12) {
    case 0: acd_jsontree_move(t, key / 12 - 10); break;
    case 1: acd_jsontree_fold(t, t->selected, key & 16); break;
    case 2: acd_jsontree_fold_all(t, key & 16); break;
    case 3: t->wrap = !t->wrap; break;
    case 4: t->raw = !t->raw; break;
    case 5: acd_jsonraw_move(t, key / 12 - 10); break;
    case 6: acd_jsonraw_end(t); break;
    case 7: acd_jsontree_end(t); break;
    case 8:
        if (acd_jsontree_enter(t, t->selected, &inner) == 0)
            v->tree = inner;
        break;
    case 9:
        if (t->outer)
            v->tree = acd_jsontree_leave(t);
        break;
    case 10:
        acd_jsonfind_begin(&v->find, t, key & 16);
        while (acd_jsonfind_step(&v->find, t, 100) == ACD_JSONFIND_MORE) {}
        if (v->find.state == ACD_JSONFIND_FOUND)
            acd_jsontree_select(t, v->find.node);
        break;
    default: acd_jsonpath_text(t, t->selected, text, 20 + key);
    }
    if (v->tree->index.count == 0)
        v->tree->raw = true;
    acd_jsonview_settle(v, (struct acd_rect){0, 0, grid->w, grid->h}, grid->text_flags);
    must(v->tree->row_count <= (size_t)grid->h, "rows fit");
}

#define KEY "sk-fuzzfuzz"

/* Do all keys in the text look like keys: a word that begins with sk-? */
static int keys_are_keys(const char *text, size_t size)
{
    for (size_t i = 1; i + strlen(KEY) <= size; i++)
        if (memcmp(text + i, KEY, strlen(KEY)) == 0 && text[i - 1] != '"' && text[i - 1] != ' ')
            return 0;
    return size < strlen(KEY) || memcmp(text, KEY, strlen(KEY)) != 0;
}

static void draw(const struct acd_jsonview *v, struct acd_grid *grid, int hides)
{
    static char drawn[1 << 16];
    const struct acd_ui ui = {.view = ACD_VIEW_JSON, .json = v};
    const struct acd_scene scene = {.ui = &ui};
    acd_grid_clear(grid);
    acd_jsonview_view.draw(grid, acd_grid_rect(grid), &scene);
    acd_grid_dump(grid, drawn, sizeof drawn);
    if (getenv("ACD_FUZZ_SHOW"))
        puts(drawn), fflush(stdout);
    must(!hides || !strstr(drawn, KEY), "a key is hidden");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct acd_jsontree root;
    struct acd_jsonview v = {.tree = &root, .find.text = "a"};
    struct acd_grid grid;
    struct acd_debugfile about;
    /* The keys come from the end, so that seeds are plain JSON. */
    size_t keys = size < 24 ? size : 24;
    char *text = malloc(size + 1);
    if (!text || acd_grid_init(&grid, 50, 12, size & 1 ? ACD_GLYPHS_ASCII : ACD_GLYPHS_BLOCKS) < 0)
        abort();
    memcpy(text, data, size);
    acd_debugfile_read(&about, text, size);
    acd_jsontree_init(&root, text, size, 100000);
    while (acd_json_step(&root.index, 1 + size % 61) == ACD_JSON_MORE) {}
    check_index(&root.index);
    int hides = keys_are_keys(text, size);
    acd_jsonhide_audit(&root.index, 0, root.index.count);
    for (size_t i = 0; i < keys * 2; i++) {
        play(&v, data[size - 1 - i % keys], &grid);
        draw(&v, &grid, hides);
    }
    while (v.tree->outer)
        v.tree = acd_jsontree_leave(v.tree);
    acd_jsontree_fini(&root);
    acd_grid_fini(&grid);
    free(text);
    return 0;
}
