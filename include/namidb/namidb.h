/**
 * @file
 * namidb/namidb.h -- a graph database in your process.
 *
 *     struct namidb *db = NULL;
 *     struct namidb_result *rows = NULL;
 *
 *     if (namidb_open("file:///var/lib/graph?ns=demo", NULL, &db, NULL) == NAMI_OK &&
 *         namidb_query(db, "MATCH (p:Person) RETURN p.name", NULL, &rows, NULL) == NAMI_OK) ...
 *
 * Every function that can fail returns enum nami_status (namidb/abi.h) and fills the caller's
 * struct namidb_problem. Opening never writes; the first write claims the namespace, waiting
 * for another writer's lease up to the query timeout.
 *
 * Thread: a struct namidb is safe on any thread; results, snapshots and writers belong to one
 * thread at a time. After fork() the child must not use what the parent opened.
 */
#ifndef NAMIDB_NAMIDB_H
#define NAMIDB_NAMIDB_H

#include <namidb/batch.h>
#include <namidb/services.h>

NAMI_BEGIN

struct namidb;          /**< an open namespace             */
struct namidb_snapshot; /**< a pinned point in its history */
struct namidb_params;   /**< values for $names             */
struct namidb_result;   /**< rows of one statement         */
struct namidb_writer;   /**< typed staging                 */

/** What went wrong, for a person and for a program. Owned by the caller. */
struct namidb_problem {
    uint32_t struct_size; /**< = sizeof(struct namidb_problem)                      */
    int32_t status;       /**< enum nami_status                                     */
    uint32_t line;        /**< in the statement, from 1; 0: no place                */
    uint32_t column;      /**< in characters, from 1                                */
    uint32_t offset;      /**< in characters, from 0                                */
    uint32_t retryable;   /**< 1: the same again may succeed                        */
    char code[64];        /**< "SyntaxError.UndefinedVariable"                      */
    char message[512];    /**< one line                                             */
    char hint[256];       /**< what to do; may be empty                             */
    char excerpt[256];    /**< the line and a caret; may be empty                   */
};

/** How to open. Zeroed fields take the defaults. */
struct namidb_options {
    uint32_t struct_size;        /**< = sizeof(struct namidb_options)                           */
    uint32_t read_only;          /**< 1: writes are refused                                     */
    uint64_t query_memory_bytes; /**< of one query; default 1 GiB                               */
    uint64_t query_timeout_ms;   /**< of one query, waiting included; default 60,000            */
    const char *plugin_dir;      /**< where plugins are; default: beside the library            */
    const char *const *plugins;  /**< more of them, ended by NULL; or NULL                      */
    const char *node_id;         /**< this writer's name; default: random                       */
};

/** "0.1.0". */
NAMI_EXPORT const char *namidb_version(void);

/**
 * Open the namespace at `uri`. One that does not exist is empty; nothing is written.
 * `options` may be NULL. Fails: CONFIG, AUTH, TRANSIENT, CORRUPT, NOMEM.
 */
NAMI_EXPORT NAMI_CHECKED int32_t namidb_open(const char *uri, const struct namidb_options *options,
                                             struct namidb **out, struct namidb_problem *problem);
/** Ends it; every snapshot, result and writer is closed. Releases the write lease. NULL is fine. */
NAMI_EXPORT void namidb_close(struct namidb *db);

/* ---- parameters ---- */

/** An empty set; NULL: no memory. */
NAMI_EXPORT struct namidb_params *namidb_params_create(void);
/** NULL is fine. */
NAMI_EXPORT void namidb_params_destroy(struct namidb_params *params);
/** `$name` is this JSON value; integers beyond 64 bits are refused. Fails: INVALID, NOMEM. */
NAMI_EXPORT NAMI_CHECKED int32_t namidb_params_set_json(struct namidb_params *params,
                                                        const char *name, const char *json,
                                                        size_t json_bytes,
                                                        struct namidb_problem *problem);
/** `$name` is an integer. Fails: NOMEM. */
NAMI_EXPORT NAMI_CHECKED int32_t namidb_params_set_int(struct namidb_params *params,
                                                       const char *name, int64_t value);
/** `$name` is a float. Fails: NOMEM. */
NAMI_EXPORT NAMI_CHECKED int32_t namidb_params_set_float(struct namidb_params *params,
                                                         const char *name, double value);
/** `$name` is a string of UTF-8. Fails: INVALID, NOMEM. */
NAMI_EXPORT NAMI_CHECKED int32_t namidb_params_set_string(struct namidb_params *params,
                                                          const char *name, const char *text,
                                                          size_t bytes);

/* ---- statements ---- */

/**
 * Run one statement. A write is durable when this returns OK.
 * `params` may be NULL. End *out with namidb_result_close().
 */
NAMI_EXPORT NAMI_CHECKED int32_t namidb_query(struct namidb *db, const char *text,
                                              const struct namidb_params *params,
                                              struct namidb_result **out,
                                              struct namidb_problem *problem);
/** Names and types of the columns, in order; live as long as the result. */
NAMI_EXPORT struct nami_fields namidb_result_columns(const struct namidb_result *result);
/** The next rows, read in place (namidb/batch_util.h) until the next call; row_count 0: end. */
NAMI_EXPORT NAMI_CHECKED int32_t namidb_result_next(struct namidb_result *result,
                                                    const struct nami_batch **out,
                                                    struct namidb_problem *problem);
/** What the statement changed and what it wants noticed; borrowed from the result. */
NAMI_EXPORT NAMI_CHECKED int32_t namidb_result_summary(struct namidb_result *result,
                                                       struct nami_summary *out,
                                                       struct namidb_problem *problem);
/** NULL is fine. */
NAMI_EXPORT void namidb_result_close(struct namidb_result *result);

/** Pin what is durable now; queries on it see that, whatever is written meanwhile. */
NAMI_EXPORT NAMI_CHECKED int32_t namidb_snapshot_open(struct namidb *db,
                                                      struct namidb_snapshot **out,
                                                      struct namidb_problem *problem);
/** As namidb_query(), reads only. */
NAMI_EXPORT NAMI_CHECKED int32_t namidb_snapshot_query(struct namidb_snapshot *snapshot,
                                                       const char *text,
                                                       const struct namidb_params *params,
                                                       struct namidb_result **out,
                                                       struct namidb_problem *problem);
/** NULL is fine. */
NAMI_EXPORT void namidb_snapshot_close(struct namidb_snapshot *snapshot);

/* ---- typed staging: many changes, one commit ---- */

/** One property: `json` is its value; "null" removes the key. */
struct namidb_property {
    const char *key;  /**< property key */
    const char *json; /**< JSON value   */
};

/** Take the write token (waiting for it) and start staging. */
NAMI_EXPORT NAMI_CHECKED int32_t namidb_writer_open(struct namidb *db, struct namidb_writer **out,
                                                    struct namidb_problem *problem);
/** Rolls back what was not committed. NULL is fine. */
NAMI_EXPORT void namidb_writer_close(struct namidb_writer *writer);
/**
 * Create a node if *id is UINT64_MAX (its id goes there), else set properties and add labels of
 * the node that has that id. `labels` ends with NULL.
 */
NAMI_EXPORT NAMI_CHECKED int32_t namidb_upsert_node(struct namidb_writer *writer,
                                                    const char *const *labels,
                                                    const struct namidb_property *properties,
                                                    size_t property_count, uint64_t *id,
                                                    struct namidb_problem *problem);
/** Create a relationship if *id is UINT64_MAX, else set properties of that one from `src` to `dst`. */
NAMI_EXPORT NAMI_CHECKED int32_t namidb_upsert_edge(struct namidb_writer *writer, const char *type,
                                                    uint64_t src, uint64_t dst,
                                                    const struct namidb_property *properties,
                                                    size_t property_count, uint64_t *id,
                                                    struct namidb_problem *problem);
/** Delete a node and its relationships; one that is absent is fine. */
NAMI_EXPORT NAMI_CHECKED int32_t namidb_tombstone_node(struct namidb_writer *writer, uint64_t id,
                                                       struct namidb_problem *problem);
/** Delete a relationship; one that is absent is fine. */
NAMI_EXPORT NAMI_CHECKED int32_t namidb_tombstone_edge(struct namidb_writer *writer,
                                                       const char *type, uint64_t src, uint64_t dst,
                                                       uint64_t id, struct namidb_problem *problem);
/**
 * Make all that was staged durable, as one commit. The writer can stage again. Fails, with
 * nothing kept, also if a call had failed half-way: when an upsert's properties were set and
 * its labels are refused. Other calls that fail stage nothing.
 */
NAMI_EXPORT NAMI_CHECKED int32_t namidb_commit_batch(struct namidb_writer *writer,
                                                     struct namidb_problem *problem);

NAMI_END

#endif /* NAMIDB_NAMIDB_H */
