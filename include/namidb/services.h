/**
 * @file
 * namidb/services.h -- the session layer, as a wire protocol is given it.
 *
 * Who asks, statements, rows, what became of them. Nothing here knows a wire.
 */
#ifndef NAMIDB_SERVICES_H
#define NAMIDB_SERVICES_H

#include <namidb/batch.h>

NAMI_BEGIN

struct nami_buf;       /**< see namidb/host.h                                  */
struct nami_host;      /**< see namidb/host.h                                  */
struct nami_principal; /**< the host's: who is asking                          */
struct nami_session;   /**< the host's: one database, at most one transaction  */
struct nami_cursor;    /**< the host's: a result being read                    */

/** How somebody says who he is. */
struct nami_credentials {
    uint32_t struct_size;        /**< = sizeof(struct nami_credentials)  */
    uint32_t reserved;           /**< zero                               */
    struct nami_slice scheme;    /**< "none", "basic", "bearer"          */
    struct nami_slice principal; /**< user name; may be empty            */
    struct nami_slice secret;    /**< password or token; never logged    */
    struct nami_slice client;    /**< user agent, for logs; may be empty */
};

/** How a transaction is to run; also of a query outside of one. */
struct nami_tx_config {
    uint32_t struct_size;               /**< = sizeof(struct nami_tx_config)        */
    uint32_t read_only;                 /**< 1: a write is refused                  */
    uint64_t timeout_ms;                /**< 0: the host's default; UINT64_MAX none */
    struct nami_slice bookmarks;        /**< to have been applied; one per line     */
    const struct nami_column *metadata; /**< MAP of one row, for logs; NULL: none   */
};

/** A statement and its parameters. */
struct nami_query {
    uint32_t struct_size;                /**< = sizeof(struct nami_query)              */
    uint32_t reserved;                   /**< zero                                     */
    struct nami_slice text;              /**< Cypher                                   */
    struct nami_fields param_names;      /**< one per column of `params`               */
    const struct nami_batch *params;     /**< one row; NULL: none                      */
    const struct nami_tx_config *config; /**< outside a transaction; NULL: defaults    */
};

/** What a statement may do. */
enum nami_statement {
    NAMI_STATEMENT_READ = 0,       /**< "r"  */
    NAMI_STATEMENT_WRITE = 1,      /**< "w"  */
    NAMI_STATEMENT_READ_WRITE = 2, /**< "rw" */
    NAMI_STATEMENT_SCHEMA = 3      /**< "s"  */
};

/** What a statement changed. */
struct nami_counters {
    uint32_t struct_size;           /**< = sizeof(struct nami_counters)    */
    uint32_t reserved;              /**< zero                              */
    uint64_t nodes_created;         /**< nodes                             */
    uint64_t nodes_deleted;         /**< nodes                             */
    uint64_t relationships_created; /**< relationships                     */
    uint64_t relationships_deleted; /**< relationships                     */
    uint64_t properties_set;        /**< removed ones too                  */
    uint64_t labels_added;          /**< on nodes                          */
    uint64_t labels_removed;        /**< from nodes                        */
    uint64_t indexes_added;         /**< indexes                           */
    uint64_t indexes_removed;       /**< indexes                           */
    uint64_t constraints_added;     /**< constraints                       */
    uint64_t constraints_removed;   /**< constraints                       */
    uint64_t system_updates;        /**< of the database itself            */
};

/** What a finished result says beside its rows. Borrowed like rows. */
struct nami_summary {
    uint32_t struct_size;                    /**< = sizeof(struct nami_summary)            */
    uint32_t statement;                      /**< enum nami_statement                      */
    const struct nami_counters *counters;    /**< NULL: nothing changed                    */
    const struct nami_column *plan;          /**< MAP of one row; NULL: neither was asked  */
    const struct nami_column *notifications; /**< LIST of MAP, one row; NULL: none         */
    struct nami_slice bookmark;              /**< empty inside a transaction               */
    uint64_t profiled;                       /**< 1: the plan says what was done           */
};

/** What a client is told of a failure: the host's one table decides. */
struct nami_failure {
    uint32_t struct_size;             /**< = sizeof(struct nami_failure)               */
    int32_t status;                   /**< enum nami_status                            */
    uint32_t http_status;             /**< 400, 401, 404, ...                          */
    uint32_t retry_after_ms;          /**< 0: not known                                */
    uint32_t transient;               /**< 1: the same again may succeed               */
    uint32_t line;                    /**< in the statement, from 1; 0: no place       */
    uint32_t column;                  /**< in characters, from 1                       */
    uint32_t offset;                  /**< in characters, from 0                       */
    struct nami_slice code;           /**< "Neo.ClientError.Statement.SyntaxError"     */
    struct nami_slice gql_status;     /**< "42001"                                     */
    struct nami_slice description;    /**< GQL's text for that                         */
    struct nami_slice message;        /**< for people; may have several lines          */
    struct nami_slice leader;         /**< who would take the write; may be empty      */
    const struct nami_failure *cause; /**< NULL: none                                  */
    struct nami_slice condition;      /**< "SyntaxError.UndefinedVariable"             */
    struct nami_slice phase;          /**< "compile" or "runtime"                      */
    struct nami_slice hint;           /**< what to do; may be empty                    */
    struct nami_slice excerpt;        /**< the line and a caret; may be empty          */
};

/** What report() writes. */
enum nami_report {
    NAMI_REPORT_HEALTH = 0,  /**< JSON: status, namespace, versions, role */
    NAMI_REPORT_METRICS = 1, /**< Prometheus text                         */
    NAMI_REPORT_CATALOG = 2  /**< JSON: labels, types, keys, procedures   */
};

/**
 * What the session layer offers: one table for each connection. Each function
 * takes the table first, fails with any status, or answers AGAIN (see proto.h).
 * Routing tables, running queries and maintenance are procedures: run() them.
 * Thread: any, one at a time.
 */
struct nami_services {
    uint32_t struct_size;         /**< = sizeof(struct nami_services) */
    uint32_t reserved;            /**< zero                           */
    const struct nami_host *host; /**< memory, buffers, clock         */

    /** What to tell the client of the last failure; borrowed until the next call. */
    const struct nami_failure *(*failure)(const struct nami_services *services);
    /** Scheme "none" is AUTH too, unless the host is open. End *out with principal_close(). */
    int32_t (*authenticate)(const struct nami_services *services, const struct nami_call *call,
                            const struct nami_credentials *credentials,
                            const struct nami_principal **out, struct nami_error *err);
    /** After its sessions. NULL is fine. */
    void (*principal_close)(const struct nami_services *services, const struct nami_principal *who);
    /** `who` NULL is AUTH, `database` empty the host's own; *name lives as long as
     *  *out, which ends with session_close() or session_park(). */
    int32_t (*session_open)(const struct nami_services *services, const struct nami_call *call,
                            const struct nami_principal *who, struct nami_slice database,
                            struct nami_session **out, struct nami_slice *name,
                            struct nami_error *err);
    /** Rolls back what is open. NULL is fine. */
    void (*session_close)(const struct nami_services *services, struct nami_session *session);
    /** Leave a session and its transaction for another connection; on OK it is
     *  the host's, which closes it if idle too long. `id` gets its name. */
    int32_t (*session_park)(const struct nami_services *services, struct nami_session *session,
                            struct nami_buf *id, struct nami_error *err);
    /** Take it back. Fails: NOT_FOUND (also: another's), CONFLICT (in use). */
    int32_t (*session_take)(const struct nami_services *services, const struct nami_principal *who,
                            struct nami_slice id, struct nami_session **out,
                            struct nami_error *err);
    /** Start a statement; *fields live as long as *out; end it with cursor_close().
     *  Several cursors may be open inside a transaction, one outside. */
    int32_t (*run)(const struct nami_services *services, const struct nami_call *call,
                   struct nami_session *session, const struct nami_query *query,
                   struct nami_cursor **out, struct nami_fields *fields, struct nami_error *err);
    /** The next rows, as many as suit the engine (about 2,000) but at most
     *  `rows_max`; borrowed until the next call on the cursor; 0 rows: end. */
    int32_t (*fetch)(const struct nami_services *services, const struct nami_call *call,
                     struct nami_cursor *cursor, size_t rows_max, const struct nami_batch **out,
                     struct nami_error *err);
    /** Finish the statement, dropping rows not fetched; an autocommit write is
     *  durable once this is OK. */
    int32_t (*summary)(const struct nami_services *services, const struct nami_call *call,
                       struct nami_cursor *cursor, struct nami_summary *out,
                       struct nami_error *err);
    /** Without summary(), an autocommit write is undone. NULL is fine. */
    void (*cursor_close)(const struct nami_services *services, struct nami_cursor *cursor);
    /** Open an explicit transaction. */
    int32_t (*begin)(const struct nami_services *services, const struct nami_call *call,
                     struct nami_session *session, const struct nami_tx_config *config,
                     struct nami_error *err);
    /** Make it durable; `bookmark` is appended to. Cursors are closed first. */
    int32_t (*commit)(const struct nami_services *services, const struct nami_call *call,
                      struct nami_session *session, struct nami_buf *bookmark,
                      struct nami_error *err);
    /** Undo it. Cursors are closed first. */
    int32_t (*rollback)(const struct nami_services *services, const struct nami_call *call,
                        struct nami_session *session, struct nami_error *err);
    /** Flush the namespace; `text` gets the JSON answer. */
    int32_t (*flush)(const struct nami_services *services, const struct nami_call *call,
                     struct nami_session *session, struct nami_buf *text, struct nami_error *err);
    /** Append a text; `what` is enum nami_report. HEALTH is TRANSIENT, with its
     *  text, where the host can not serve. */
    int32_t (*report)(const struct nami_services *services, const struct nami_call *call,
                      uint32_t what, struct nami_buf *text, struct nami_error *err);
    /** What the cursor's statement may do, enum nami_statement: only what READs may be
     *  told to a client before summary() is OK. */
    uint32_t (*statement)(const struct nami_services *services, const struct nami_cursor *cursor);
};

NAMI_END

#endif /* NAMIDB_SERVICES_H */
