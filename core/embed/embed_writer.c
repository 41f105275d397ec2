#include <stdlib.h>

#include <namidb/plugin_util.h>

#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/embed/embed.h"
#include "core/graph/txn.h"

struct namidb_writer {
    struct namidb *db;
    struct nami_writer_run *run;
    struct nami_chunk_pool *chunks;
    struct nami_arena arena; /* of one call */
    bool is_torn;            /* a call failed when half of it was staged */
};

int32_t namidb_writer_open(struct namidb *db, struct namidb_writer **out,
                           struct namidb_problem *problem)
{
    struct namidb_writer *writer = NULL;
    struct nami_diagnostic diag = {0};
    struct nami_txn *txn = NULL;
    int32_t status = NAMI_OK;

    *out = NULL;
    if (db->read_only) {
        return nami_embed__fail(problem, NAMI_COND_WRITE_IN_READ_MODE,
                                "the database was opened read-only");
    }
    writer = calloc(1, sizeof(*writer));
    if (writer == NULL || nami_chunk_pool_create(1 << 20, &writer->chunks) != NAMI_OK) {
        free(writer);
        return nami_embed__fail(problem, NAMI_COND_OUT_OF_MEMORY, "no memory for a writer");
    }
    writer->db = db;
    nami_arena_init(&writer->arena, writer->chunks, NULL);
    status = nami_writer_open(db->database, &writer->run, &diag);
    if (status == NAMI_OK) {
        status = nami_writer_txn(writer->run, &txn, &diag);
    }
    if (status != NAMI_OK) {
        namidb_writer_close(writer);
        return nami_embed__problem(problem, status, &diag);
    }
    *out = writer;
    return NAMI_OK;
}

void namidb_writer_close(struct namidb_writer *writer)
{
    if (writer != NULL) {
        nami_writer_close(writer->run);
        nami_arena_release(&writer->arena);
        nami_chunk_pool_destroy(writer->chunks);
        free(writer);
    }
}

static int32_t no_memory(struct nami_diagnostic *diag)
{
    return nami_diagnose(diag, NAMI_COND_OUT_OF_MEMORY, NULL, "no memory for properties");
}

/* What the parser sees to in a statement. */
static int32_t intern(struct nami_txn *txn, uint32_t dictionary, const char *name, uint32_t *id,
                      struct nami_diagnostic *diag)
{
    static const char *const what[NAMI_DICT_COUNT] = {[NAMI_DICT_LABEL] = "a label",
                                                      [NAMI_DICT_TYPE] = "a relationship type",
                                                      [NAMI_DICT_KEY] = "a property key"};
    struct nami_slice text = nami_text(name);
    int32_t status = NAMI_OK;

    if (text.len == 0 || text.len > NAMI_NAME_BYTES_MAX || !nami_utf8_is_valid(text)) {
        return nami_diagnose(diag, NAMI_COND_INVALID_PARAMETER, NULL,
                             "%s is 1 to %u bytes of UTF-8", what[dictionary],
                             (unsigned)NAMI_NAME_BYTES_MAX);
    }
    status = nami_txn_intern(txn, dictionary, text, id);
    if (status == NAMI_E_TOO_LARGE) {
        return nami_diagnose(diag, NAMI_COND_INVALID_PARAMETER, NULL,
                             "%s too many: there are %u different ones", what[dictionary],
                             (unsigned)NAMI_NAMES_COUNT_MAX);
    }
    return status == NAMI_OK ? NAMI_OK : no_memory(diag);
}

/* The key of given[i] is not one of those before it. */
static int32_t check_once(const struct namidb_property *given, const struct nami_property *read,
                          size_t i, struct nami_diagnostic *diag)
{
    for (size_t j = 0; j < i; j++) {
        if (read[j].key == read[i].key) {
            return nami_diagnose(diag, NAMI_COND_INVALID_PARAMETER, NULL,
                                 "property %.100s is given twice", given[i].key);
        }
    }
    return NAMI_OK;
}

static int32_t read_properties(struct namidb_writer *writer, struct nami_txn *txn,
                               const struct namidb_property *given, size_t count,
                               struct nami_property **out, struct nami_diagnostic *diag)
{
    int32_t status = NAMI_OK;

    *out = nami_arena_calloc(&writer->arena, count + 1, sizeof(**out));
    if (*out == NULL || count > UINT32_MAX) {
        return no_memory(diag);
    }
    for (size_t i = 0; i < count && status == NAMI_OK; i++) {
        const char *what = "";

        status = intern(txn, NAMI_DICT_KEY, given[i].key, &(*out)[i].key, diag);
        if (status == NAMI_OK) {
            status = check_once(given, *out, i, diag);
        }
        if (status != NAMI_OK) {
            return status;
        }
        status =
            nami_embed__json(nami_text(given[i].json), &writer->arena, &(*out)[i].value, &what);
        if (status == NAMI_E_INVALID) {
            return nami_diagnose(diag, NAMI_COND_INVALID_PARAMETER, NULL, "property %.100s: %s",
                                 given[i].key, what);
        }
        if (status == NAMI_OK && !nami_value_is_null((*out)[i].value) &&
            !nami_value_is_storable((*out)[i].value)) {
            return nami_diagnose(diag, NAMI_COND_INVALID_PROPERTY_TYPE, NULL,
                                 "property %.100s: a %s can not be stored", given[i].key,
                                 nami_value_type_name((*out)[i].value.type));
        }
        if (status != NAMI_OK) {
            return no_memory(diag);
        }
    }
    return NAMI_OK;
}

static int32_t read_labels(struct namidb_writer *writer, struct nami_txn *txn,
                           const char *const *labels, uint32_t **out, uint32_t *count,
                           struct nami_diagnostic *diag)
{
    size_t given = 0;
    int32_t status = NAMI_OK;

    while (labels != NULL && labels[given] != NULL) {
        given++;
    }
    *out = nami_arena_calloc(&writer->arena, given + 1, sizeof(**out));
    *count = (uint32_t)given;
    if (*out == NULL) {
        return no_memory(diag);
    }
    for (size_t i = 0; i < given && status == NAMI_OK; i++) {
        status = intern(txn, NAMI_DICT_LABEL, labels[i], &(*out)[i], diag);
    }
    return status;
}

static int32_t missing(const char *what, uint64_t id, struct nami_diagnostic *diag)
{
    return nami_diagnose(diag, NAMI_COND_DELETED_ENTITY_ACCESS, NULL, "there is no %s with id %llu",
                         what, (unsigned long long)id);
}

int32_t namidb_upsert_node(struct namidb_writer *writer, const char *const *labels,
                           const struct namidb_property *properties, size_t property_count,
                           uint64_t *id, struct namidb_problem *problem)
{
    struct nami_diagnostic diag = {0};
    struct nami_property *values = NULL;
    struct nami_txn *txn = NULL;
    uint32_t *label_ids = NULL;
    uint32_t label_count = 0;
    int32_t status = nami_writer_txn(writer->run, &txn, &diag);

    nami_arena_reset(&writer->arena);
    if (status == NAMI_OK) {
        status = read_labels(writer, txn, labels, &label_ids, &label_count, &diag);
    }
    if (status == NAMI_OK) {
        status = read_properties(writer, txn, properties, property_count, &values, &diag);
    }
    if (status != NAMI_OK) {
        return nami_embed__problem(problem, status, &diag);
    }
    if (*id == UINT64_MAX) {
        status = nami_txn_create_node(txn, label_ids, label_count, values, (uint32_t)property_count,
                                      id, &diag);
    } else if (!nami_node_exists(nami_txn_snapshot(txn), *id)) {
        status = missing("node", *id, &diag);
    } else {
        status = nami_txn_set_node(txn, *id, values, (uint32_t)property_count, false, &diag);
        if (status == NAMI_OK && label_count > 0) {
            status = nami_txn_set_labels(txn, *id, label_ids, label_count, true, &diag);
            writer->is_torn = writer->is_torn || (status != NAMI_OK && property_count > 0);
        }
    }
    return nami_embed__problem(problem, status, &diag);
}

int32_t namidb_upsert_edge(struct namidb_writer *writer, const char *type, uint64_t src,
                           uint64_t dst, const struct namidb_property *properties,
                           size_t property_count, uint64_t *id, struct namidb_problem *problem)
{
    struct nami_diagnostic diag = {0};
    struct nami_property *values = NULL;
    struct nami_txn *txn = NULL;
    struct nami_rel rel = {.id = *id, .src = src, .dst = dst};
    int32_t status = nami_writer_txn(writer->run, &txn, &diag);

    nami_arena_reset(&writer->arena);
    if (status == NAMI_OK) {
        status = intern(txn, NAMI_DICT_TYPE, type, &rel.type, &diag);
    }
    if (status == NAMI_OK) {
        status = read_properties(writer, txn, properties, property_count, &values, &diag);
    }
    if (status != NAMI_OK) {
        return nami_embed__problem(problem, status, &diag);
    }
    if (*id == UINT64_MAX) {
        status = nami_txn_create_rel(txn, src, rel.type, dst, values, (uint32_t)property_count,
                                     &rel, &diag);
        *id = status == NAMI_OK ? rel.id : *id;
    } else if (!nami_rel_exists(nami_txn_snapshot(txn), &rel)) {
        status = missing("relationship", *id, &diag);
    } else {
        status = nami_txn_set_rel(txn, &rel, values, (uint32_t)property_count, false, &diag);
    }
    return nami_embed__problem(problem, status, &diag);
}

int32_t namidb_tombstone_node(struct namidb_writer *writer, uint64_t id,
                              struct namidb_problem *problem)
{
    struct nami_diagnostic diag = {0};
    struct nami_txn *txn = NULL;
    int32_t status = nami_writer_txn(writer->run, &txn, &diag);

    if (status == NAMI_OK && nami_node_exists(nami_txn_snapshot(txn), id)) {
        status = nami_txn_delete_node(txn, id, true, &diag);
    }
    return nami_embed__problem(problem, status, &diag);
}

int32_t namidb_tombstone_edge(struct namidb_writer *writer, const char *type, uint64_t src,
                              uint64_t dst, uint64_t id, struct namidb_problem *problem)
{
    struct nami_diagnostic diag = {0};
    struct nami_txn *txn = NULL;
    struct nami_rel rel = {.id = id, .src = src, .dst = dst};
    int32_t status = nami_writer_txn(writer->run, &txn, &diag);

    if (status == NAMI_OK) {
        status = intern(txn, NAMI_DICT_TYPE, type, &rel.type, &diag);
    }
    if (status == NAMI_OK && nami_rel_exists(nami_txn_snapshot(txn), &rel)) {
        status = nami_txn_delete_rel(txn, &rel, &diag);
    }
    return nami_embed__problem(problem, status, &diag);
}

int32_t namidb_commit_batch(struct namidb_writer *writer, struct namidb_problem *problem)
{
    struct nami_diagnostic diag = {0};
    int32_t status = NAMI_OK;

    if (writer->is_torn) {
        writer->is_torn = false;
        nami_writer_rollback(writer->run);
        return nami_embed__fail(problem, NAMI_COND_COMMIT_FAILED,
                                "a call before this one failed when half of it was staged; nothing "
                                "of the batch is kept");
    }
    status = nami_writer_commit(writer->run, &diag);
    return nami_embed__problem(problem, status, &diag);
}
