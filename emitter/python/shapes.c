/* SPDX-License-Identifier: MIT */
/* The sites of the shapes that dicts have, see shapes.h.  A shape is kept for good, so there are few. */
#include "config.h"

#define Py_LIMITED_API 0x030A0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "emitter/python/shapes.h"

#define SHAPES_MAX 256 /* of the ring's 4,096 sites */
#define SLOTS (2 * SHAPES_MAX)
#define NAME_MAX_BYTES 96 /* a site keeps no more of a name */
#define PRIME UINT64_C(0x9e3779b97f4a7c15)

/* What a dict looks like: the addresses of its keys and its values' types. */
struct look {
    enum acd_shapes_head head;
    unsigned count;
    uint64_t hash;
    PyObject *key[ACD_SHAPES_FIELDS];
    unsigned type[ACD_SHAPES_FIELDS];
};

struct shape {
    struct acdebug_priv_site site;
    struct acdebug_priv_key keys[ACD_SHAPES_VALUES];
    struct look look; /* with a reference to each key */
};

/* Of this process; fork children go on with it, for sites know the ring they are in. */
static struct {
    struct shape *slot[SLOTS];
    unsigned count;
    /* Looks that came once, by hash; the lowest bit: a shape was tried of it. */
    uint64_t seen[SHAPES_MAX];
} shapes;

static const struct {
    uint8_t kind, category, level, fields;
    const char *message;
    struct acdebug_priv_key keys[ACD_SHAPES_HEAD_MAX];
} heads[ACD_SHAPES_HEADS] = {
    {ACDEBUG_PRIV_KIND_LOG, ACDEBUG_LOG, 1, 1, "", {{"message", ACDEBUG_PRIV_STR}}},
    {ACDEBUG_PRIV_KIND_LOG, ACDEBUG_LOG, 2, 1, "", {{"message", ACDEBUG_PRIV_STR}}},
    {ACDEBUG_PRIV_KIND_LOG, ACDEBUG_LOG, 3, 1, "", {{"message", ACDEBUG_PRIV_STR}}},
    {ACDEBUG_PRIV_KIND_CACHE,
     ACDEBUG_CACHE,
     1,
     4,
     "lookup",
     {{"acdebug.cache.type", ACDEBUG_PRIV_STR},
      {"acdebug.cache.key", ACDEBUG_PRIV_STR},
      {"acdebug.cache.outcome", ACDEBUG_PRIV_UINT},
      {"acdebug.cache.reason", ACDEBUG_PRIV_STR}}},
};

/* ---- looking ---- */

/* Exactly these types, whose values are had without any code of theirs. */
static inline bool plain(PyObject *object, unsigned *ret_type, struct acdebug_priv_value *ret_value)
{
    PyTypeObject *type = Py_TYPE(object);
    if (type == &PyUnicode_Type) {
        Py_ssize_t bytes;
        const char *text = PyUnicode_AsUTF8AndSize(object, &bytes);
        *ret_type = ACDEBUG_PRIV_STR;
        *ret_value = acdebug_priv_strn(text, (size_t)bytes);
        return text != NULL;
    }
    if (type == &PyLong_Type) {
        int overflow;
        *ret_type = ACDEBUG_PRIV_INT;
        *ret_value = acdebug_priv_int(PyLong_AsLongLongAndOverflow(object, &overflow));
        return overflow == 0;
    }
    if (type == &PyFloat_Type) {
        *ret_type = ACDEBUG_PRIV_DOUBLE;
        *ret_value = acdebug_priv_double(PyFloat_AsDouble(object));
        return true;
    }
    if (type == &PyBool_Type) {
        *ret_type = ACDEBUG_PRIV_BOOL;
        *ret_value = acdebug_priv_uint(object == Py_True);
        return true;
    }
    *ret_type = ACDEBUG_PRIV_JSON;
    *ret_value = acdebug_priv_strn("null", 4);
    return object == Py_None;
}

static bool look_at(PyObject *data, struct look *look, struct acdebug_priv_value *ret_values)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    Py_ssize_t count = 0;
    uint64_t hash = look->head + 1u;
    if (data && data != Py_None) {
        if (Py_TYPE(data) != &PyDict_Type)
            return false;
        count = PyDict_Size(data);
    }
    if (count > ACD_SHAPES_FIELDS)
        return false;
    for (Py_ssize_t n = 0; n < count; n++) {
        if (!PyDict_Next(data, &position, &key, &value) || Py_TYPE(key) != &PyUnicode_Type ||
            !plain(value, &look->type[n], &ret_values[n]))
            return false;
        look->key[n] = key;
        hash = (hash ^ (uintptr_t)key ^ (uint64_t)look->type[n] << 56) * PRIME;
        hash ^= hash >> 32;
    }
    look->count = (unsigned)count;
    look->hash = hash;
    return true;
}

static inline bool same(const struct look *a, const struct look *b)
{
    if (a->hash != b->hash || a->head != b->head || a->count != b->count)
        return false;
    for (unsigned i = 0; i < a->count; i++)
        if (a->key[i] != b->key[i] || a->type[i] != b->type[i])
            return false;
    return true;
}

/* ---- keeping ---- */

/* A name that a site can show whole; the one of its text that the interpreter keeps. */
static bool name_of(PyObject *key, struct acdebug_priv_key *ret_key)
{
    Py_ssize_t bytes;
    const char *text = PyUnicode_AsUTF8AndSize(key, &bytes);
    if (!text || bytes == 0 || bytes > NAME_MAX_BYTES || strlen(text) != (size_t)bytes)
        return false;
    PyObject *kept = key;
    Py_INCREF(kept);
    PyUnicode_InternInPlace(&kept);
    bool first = kept == key;
    Py_DECREF(kept);
    ret_key->name = text;
    return first;
}

static bool describe(struct shape *shape, const struct look *look)
{
    unsigned own = heads[look->head].fields;
    shape->look = *look;
    shape->site = (struct acdebug_priv_site){.kind = heads[look->head].kind,
                                             .category = heads[look->head].category,
                                             .level = heads[look->head].level,
                                             .fields = (uint8_t)(own + look->count),
                                             .message = heads[look->head].message,
                                             .file = "",
                                             .keys = shape->keys};
    memcpy(shape->keys, heads[look->head].keys, sizeof heads[0].keys);
    for (unsigned i = 0; i < look->count; i++) {
        if (!name_of(look->key[i], &shape->keys[own + i]))
            return false;
        shape->keys[own + i].type = look->type[i];
    }
    return true;
}

/* A look that came before, into a slot that is free. */
static struct shape *keep(const struct look *look, struct shape **slot)
{
    uint64_t *seen = &shapes.seen[look->hash % SHAPES_MAX];
    if (shapes.count == SHAPES_MAX || *seen == (look->hash | 1))
        return NULL;
    if (*seen != (look->hash & ~UINT64_C(1))) {
        *seen = look->hash & ~UINT64_C(1);
        return NULL;
    }
    *seen |= 1;
    struct shape *shape = PyMem_Malloc(sizeof *shape);
    if (!shape || !describe(shape, look)) {
        PyErr_Clear();
        PyMem_Free(shape);
        return NULL;
    }
    for (unsigned i = 0; i < look->count; i++)
        Py_INCREF(look->key[i]);
    shapes.count++;
    *slot = shape;
    return shape;
}

struct acdebug_priv_site *acd_shapes_find(enum acd_shapes_head head, PyObject *data,
                                          struct acdebug_priv_value ret_values[ACD_SHAPES_VALUES])
{
    struct look look;
    look.head = head;
    if (!look_at(data, &look, &ret_values[heads[head].fields])) {
        PyErr_Clear(); /* a text that has no UTF-8 */
        return NULL;
    }
    unsigned i = look.hash % SLOTS;
    while (shapes.slot[i] && !same(&shapes.slot[i]->look, &look))
        i = (i + 1) % SLOTS;
    struct shape *shape = shapes.slot[i] ? shapes.slot[i] : keep(&look, &shapes.slot[i]);
    return shape ? &shape->site : NULL;
}
