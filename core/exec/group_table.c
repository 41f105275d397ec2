/*
 * Slots hold 32 bits of the hash and the group's number; keys lie apart, in pages by group.
 *
 * A table of one key starts in the form of its first batch: integers, nodes or strings hashed
 * and compared as such. The first batch of another type turns it, once, into the general form.
 */
#include "core/exec/group_table.h"

#include <math.h>
#include <string.h>

#include "core/base/hash.h"

enum { PAGE_GROUPS = 512, FIRST_SLOTS = 64 };

static const uint64_t null_hash = UINT64_C(0x7f4a7c159e3779b9);

enum form { FORM_NEW, FORM_INT, FORM_NODE, FORM_STRING, FORM_GENERAL };

struct slot {
    uint32_t hash;
    uint32_t group; /* + 1; 0: free */
};

struct nami_group_table {
    uint64_t seed; /* of string hashes: nobody outside can aim at one chain */
    uint32_t key_count;
    uint32_t count;
    enum form form;
    uint32_t slot_count; /* a power of two */
    struct slot *slots;
    uint32_t page_count;
    uint32_t pages_max;
    struct nami_value **pages; /* PAGE_GROUPS * key_count values each, group by group */
    uint64_t *hashes;          /* of the batch under way, by its i-th row */
};

static struct nami_value *keys_of(const struct nami_group_table *table, uint32_t group)
{
    return table->pages[group / PAGE_GROUPS] + (size_t)(group % PAGE_GROUPS) * table->key_count;
}

int32_t nami_group_table_create(struct nami_exec *exec, uint32_t key_count,
                                struct nami_group_table **out)
{
    struct nami_group_table *table = nami_exec_alloc(exec, 1, sizeof(*table));

    *out = NULL;
    if (table == NULL) {
        return nami_exec_nomem(exec);
    }
    table->seed = exec->random_state[0];
    table->key_count = key_count;
    table->form = key_count == 1 ? FORM_NEW : FORM_GENERAL;
    table->slot_count = FIRST_SLOTS;
    table->slots = nami_exec_alloc(exec, FIRST_SLOTS, sizeof(*table->slots));
    table->hashes = nami_arena_alloc(exec->arena, NAMI_BATCH_ROWS * sizeof(*table->hashes));
    if (table->slots == NULL || table->hashes == NULL) {
        return nami_exec_nomem(exec);
    }
    *out = table;
    return NAMI_OK;
}

uint32_t nami_group_table_count(const struct nami_group_table *table)
{
    return table->count;
}

/* ---- hashes ---- */

static enum form form_of(const struct nami_vector *vector)
{
    switch ((enum nami_vector_type)vector->type) {
    case NAMI_VECTOR_INT:
        return FORM_INT;
    case NAMI_VECTOR_NODE:
        return FORM_NODE;
    case NAMI_VECTOR_STRING:
        return FORM_STRING;
    case NAMI_VECTOR_ANY:
    case NAMI_VECTOR_BOOL:
    case NAMI_VECTOR_FLOAT:
    case NAMI_VECTOR_REL:
        break;
    }
    return FORM_GENERAL;
}

static uint8_t type_of_form(enum form form)
{
    switch (form) {
    case FORM_INT:
        return NAMI_VALUE_INT;
    case FORM_NODE:
        return NAMI_VALUE_NODE;
    case FORM_STRING:
        return NAMI_VALUE_STRING;
    case FORM_NEW:
    case FORM_GENERAL:
        break;
    }
    return NAMI_VALUE_NULL;
}

/* The one key of a table in a typed form; the value is of that type or null. */
static uint64_t hash_typed(const struct nami_group_table *table, struct nami_value value)
{
    if (value.type == NAMI_VALUE_NULL) {
        return null_hash;
    }
    if (table->form == FORM_STRING) {
        return nami_hash_bytes(value.as.bytes, value.count, table->seed);
    }
    return nami_hash_u64(table->form == FORM_INT ? (uint64_t)value.as.integer : value.as.node);
}

static uint64_t hash_general(const struct nami_value *keys, uint32_t key_count)
{
    uint64_t hash = 0;

    for (uint32_t key = 0; key < key_count; key++) {
        hash = nami_hash_combine(hash, nami_value_hash(keys[key]));
    }
    return hash;
}

static void hash_rows(const struct nami_group_table *table, const struct nami_rows *rows,
                      const struct nami_vector *keys)
{
    uint64_t *hashes = table->hashes;

    if (table->form != FORM_GENERAL) {
        for (uint32_t i = 0; i < rows->count; i++) {
            hashes[i] = hash_typed(table, nami_vector_get(keys, nami_rows_at(rows, i)));
        }
        return;
    }
    memset(hashes, 0, rows->count * sizeof(*hashes));
    for (uint32_t key = 0; key < table->key_count; key++) {
        for (uint32_t i = 0; i < rows->count; i++) {
            struct nami_value value = nami_vector_get(&keys[key], nami_rows_at(rows, i));

            hashes[i] = nami_hash_combine(hashes[i], nami_value_hash(value));
        }
    }
}

/* ---- slots ---- */

/* Hashes are mixed, so any 32 bits do; for slots and tags these. */
static uint32_t fold(uint64_t hash)
{
    return (uint32_t)(hash ^ hash >> 32);
}

static void put_slot(struct nami_group_table *table, uint32_t hash, uint32_t group)
{
    uint32_t mask = table->slot_count - 1;
    uint32_t at = hash & mask;

    while (table->slots[at].group != 0) {
        at = (at + 1) & mask;
    }
    table->slots[at] = (struct slot){.hash = hash, .group = group + 1};
}

static int32_t grow_slots(struct nami_exec *exec, struct nami_group_table *table)
{
    struct slot *old = table->slots;
    uint32_t old_count = table->slot_count;

    if (old_count > UINT32_MAX / 2) {
        return nami_exec_nomem(exec);
    }
    table->slots = nami_exec_alloc(exec, (size_t)old_count * 2, sizeof(*old));
    if (table->slots == NULL) {
        table->slots = old;
        return nami_exec_nomem(exec);
    }
    table->slot_count = old_count * 2;
    for (uint32_t at = 0; at < old_count; at++) {
        if (old[at].group != 0) {
            put_slot(table, old[at].hash, old[at].group - 1);
        }
    }
    return NAMI_OK;
}

/* Room for `more` groups with a load of at most 1/2. */
static int32_t reserve_slots(struct nami_exec *exec, struct nami_group_table *table, uint32_t more)
{
    int32_t status = NAMI_OK;

    while (status == NAMI_OK && ((uint64_t)table->count + more) * 2 > table->slot_count) {
        status = grow_slots(exec, table);
    }
    return status;
}

static bool is_row_of(const struct nami_group_table *table, uint32_t group,
                      const struct nami_vector *keys, uint32_t row)
{
    const struct nami_value *stored = keys_of(table, group);

    for (uint32_t key = 0; key < table->key_count; key++) {
        struct nami_value value = nami_vector_get(&keys[key], row);

        if (value.type == stored[key].type &&
            (value.type == NAMI_VALUE_INT || value.type == NAMI_VALUE_NODE)) {
            if (value.as.integer != stored[key].as.integer) {
                return false;
            }
        } else if (!nami_value_equivalent(value, stored[key])) {
            return false;
        }
    }
    return true;
}

static uint32_t look_up(const struct nami_group_table *table, uint32_t hash,
                        const struct nami_vector *keys, uint32_t row)
{
    uint32_t mask = table->slot_count - 1;

    for (uint32_t at = hash & mask; table->slots[at].group != 0; at = (at + 1) & mask) {
        if (table->slots[at].hash == hash &&
            is_row_of(table, table->slots[at].group - 1, keys, row)) {
            return table->slots[at].group - 1;
        }
    }
    return NAMI_NO_GROUP;
}

/* ---- insert ---- */

static int32_t add_page(struct nami_exec *exec, struct nami_group_table *table)
{
    size_t values = (size_t)PAGE_GROUPS * (table->key_count > 0 ? table->key_count : 1);

    if (table->page_count == table->pages_max) {
        uint32_t pages_max = table->pages_max > 0 ? table->pages_max * 2 : 8;
        struct nami_value **pages = nami_exec_alloc(exec, pages_max, sizeof(struct nami_value *));

        if (pages == NULL) {
            return nami_exec_nomem(exec);
        }
        if (table->page_count > 0) {
            memcpy(pages, table->pages, table->page_count * sizeof(struct nami_value *));
        }
        table->pages = pages;
        table->pages_max = pages_max;
    }
    table->pages[table->page_count] =
        nami_arena_alloc(exec->arena, values * sizeof(struct nami_value));
    if (table->pages[table->page_count] == NULL) {
        return nami_exec_nomem(exec);
    }
    table->page_count++;
    return NAMI_OK;
}

static int32_t add_group(struct nami_exec *exec, struct nami_group_table *table,
                         const struct nami_vector *keys, uint32_t row)
{
    uint32_t group = table->count;
    struct nami_value *stored;
    int32_t status = NAMI_OK;

    if (group / PAGE_GROUPS >= table->page_count) {
        status = add_page(exec, table);
    }
    if (status != NAMI_OK) {
        return status;
    }
    stored = keys_of(table, group);
    for (uint32_t key = 0; key < table->key_count; key++) {
        if (nami_value_copy(exec->arena, nami_vector_get(&keys[key], row), &stored[key]) !=
            NAMI_OK) {
            return nami_exec_nomem(exec);
        }
    }
    table->count++;
    return NAMI_OK;
}

/* Hash every key anew, by the rules that hold for any value. */
static int32_t turn_general(struct nami_exec *exec, struct nami_group_table *table)
{
    int32_t status = NAMI_OK;

    table->form = FORM_GENERAL;
    memset(table->slots, 0, table->slot_count * sizeof(*table->slots));
    for (uint32_t group = 0; group < table->count && status == NAMI_OK; group++) {
        put_slot(table, fold(hash_general(keys_of(table, group), table->key_count)), group);
        status = nami_exec_tick(exec, 1);
    }
    return status;
}

static int32_t settle_form(struct nami_exec *exec, struct nami_group_table *table,
                           const struct nami_vector *keys)
{
    if (table->form == FORM_GENERAL || table->form == form_of(keys)) {
        return NAMI_OK;
    }
    if (table->form == FORM_NEW) {
        table->form = form_of(keys);
        return NAMI_OK;
    }
    return turn_general(exec, table);
}

int32_t nami_group_table_insert(struct nami_exec *exec, struct nami_group_table *table,
                                const struct nami_rows *rows, const struct nami_vector *keys,
                                uint32_t *groups, uint16_t *new_rows, uint32_t *new_count)
{
    int32_t status = nami_exec_tick(exec, rows->count);
    uint32_t made = 0;

    if (status == NAMI_OK && rows->count > 0) {
        status = settle_form(exec, table, keys);
    }
    if (status == NAMI_OK) {
        status = reserve_slots(exec, table, rows->count);
    }
    if (status == NAMI_OK) {
        hash_rows(table, rows, keys);
    }
    for (uint32_t i = 0; i < rows->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(rows, i);
        uint32_t hash = fold(table->hashes[i]);

        groups[i] = look_up(table, hash, keys, row);
        if (groups[i] == NAMI_NO_GROUP) {
            groups[i] = table->count;
            status = add_group(exec, table, keys, row);
            if (status == NAMI_OK) {
                put_slot(table, hash, groups[i]);
                if (new_rows != NULL) {
                    new_rows[made] = (uint16_t)row;
                }
                made++;
            }
        }
    }
    if (new_count != NULL) {
        *new_count = made;
    }
    return status;
}

/* ---- find ---- */

static bool has_null(const struct nami_vector *keys, uint32_t key_count, uint32_t row)
{
    for (uint32_t key = 0; key < key_count; key++) {
        if (nami_vector_get(&keys[key], row).type == NAMI_VALUE_NULL) {
            return true;
        }
    }
    return false;
}

/* A typed table holds keys of one type only; 3.0 finds 3. false: it can not be in there. */
static bool hash_for_find(const struct nami_group_table *table, const struct nami_vector *keys,
                          uint32_t row, uint64_t *hash)
{
    struct nami_value value;

    if (table->form == FORM_GENERAL) {
        *hash = 0;
        for (uint32_t key = 0; key < table->key_count; key++) {
            value = nami_vector_get(&keys[key], row);
            *hash = nami_hash_combine(*hash, nami_value_hash(value));
        }
        return true;
    }
    value = nami_vector_get(keys, row);
    if (table->form == FORM_INT && value.type == NAMI_VALUE_FLOAT) {
        if (!(value.as.real >= -0x1p63 && value.as.real < 0x1p63) ||
            trunc(value.as.real) != value.as.real) {
            return false;
        }
        value = nami_value_int((int64_t)value.as.real);
    }
    if (value.type != NAMI_VALUE_NULL && value.type != type_of_form(table->form)) {
        return false;
    }
    *hash = hash_typed(table, value);
    return true;
}

int32_t nami_group_table_find(struct nami_exec *exec, const struct nami_group_table *table,
                              const struct nami_rows *rows, const struct nami_vector *keys,
                              bool nulls_match, uint32_t *groups)
{
    for (uint32_t i = 0; i < rows->count; i++) {
        uint32_t row = nami_rows_at(rows, i);
        uint64_t hash;

        groups[i] = NAMI_NO_GROUP;
        if ((nulls_match || !has_null(keys, table->key_count, row)) &&
            hash_for_find(table, keys, row, &hash)) {
            groups[i] = look_up(table, fold(hash), keys, row);
        }
    }
    return nami_exec_tick(exec, rows->count);
}

int32_t nami_group_table_keys(struct nami_exec *exec, const struct nami_group_table *table,
                              uint32_t key, uint32_t first, uint32_t count, struct nami_vector *out)
{
    uint8_t type = type_of_form(table->form);
    int32_t status = nami_vector_reset(out, exec->arena, nami_vector_type_of(type));

    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        status = nami_vector_set(out, exec->arena, i, keys_of(table, first + i)[key]);
    }
    return status == NAMI_OK ? NAMI_OK : nami_exec_nomem(exec);
}
