#include "host/services.h"

#include <string.h>

#include <namidb/plugin_util.h>

#include "host/failure.h"
#include "host/report.h"

enum { SLOW_NS = 2000000 };

struct nami_principal {
    uint8_t nothing; /* one token, one role */
};

struct nami_session {
    struct nami_statement_run *starting; /* run() has answered AGAIN */
    bool is_refreshed;
};

struct nami_cursor {
    struct nami_statement_run *run;
    bool is_slow; /* its rows are made on workers too */
};

static const struct nami_principal everybody;

static struct nami_door_services *of(const struct nami_services *services)
{
    union {
        const struct nami_services *services;
        struct nami_door_services *self; /* made by nami_door_services_init(), so not const */
    } both = {.services = services};

    return both.self;
}

/* The session layer's word on a failure becomes the ABI's. */
static int32_t failed(struct nami_door_services *self, int32_t status, struct nami_error *err)
{
    if (status == NAMI_OK) {
        return status;
    }
    if (status == NAMI_E_AGAIN) {
        self->is_waiting = !self->needs_worker;
        return status;
    }
    return NAMI_FAIL(err, status, "%s", self->diagnostic.message);
}

static int32_t refuse(struct nami_door_services *self, uint32_t condition, const char *message,
                      struct nami_error *err)
{
    return failed(self, nami_diagnose(&self->diagnostic, condition, NULL, "%s", message), err);
}

static const struct nami_failure *services_failure(const struct nami_services *services)
{
    struct nami_door_services *self = of(services);

    nami_failure_from(&self->diagnostic, &self->failure);
    return &self->failure;
}

static int32_t services_authenticate(const struct nami_services *services,
                                     const struct nami_call *call,
                                     const struct nami_credentials *credentials,
                                     const struct nami_principal **out, struct nami_error *err)
{
    struct nami_door_services *self = of(services);

    (void)call;
    *out = NULL;
    if (!nami_auth_accepts(self->shared->auth, credentials)) {
        bool is_none = nami_slice_equal(credentials->scheme, nami_text("none"));
        int32_t status = refuse(self, NAMI_COND_UNAUTHORIZED,
                                is_none ? "no token was sent" : "the token is not right", err);

        nami_diagnose_hint(&self->diagnostic, "send the header Authorization: Bearer TOKEN");
        return status;
    }
    atomic_store(&self->has_principal, true);
    *out = &everybody;
    return NAMI_OK;
}

static void services_principal_close(const struct nami_services *services,
                                     const struct nami_principal *who)
{
    (void)services;
    (void)who;
}

static int32_t services_session_open(const struct nami_services *services,
                                     const struct nami_call *call, const struct nami_principal *who,
                                     struct nami_slice database, struct nami_session **out,
                                     struct nami_slice *name, struct nami_error *err)
{
    struct nami_door_services *self = of(services);
    const struct nami_host *host = services->host;

    (void)call;
    *out = NULL;
    *name = nami_database_namespace(self->shared->database);
    if (who == NULL) {
        return refuse(self, NAMI_COND_UNAUTHORIZED, "nobody is logged in", err);
    }
    if (database.len > 0 && !nami_slice_equal(database, *name)) {
        return refuse(self, NAMI_COND_DATABASE_NOT_FOUND, "this host serves another database", err);
    }
    *out = host->mem_alloc(host, sizeof(**out));
    if (*out == NULL) {
        return refuse(self, NAMI_COND_OUT_OF_MEMORY, "no memory for a session", err);
    }
    **out = (struct nami_session){0};
    return NAMI_OK;
}

static void services_session_close(const struct nami_services *services,
                                   struct nami_session *session)
{
    if (session != NULL) {
        nami_statement_close(session->starting);
        nami_commit_settled_cancel(nami_database_commit(of(services)->shared->database),
                                   &of(services)->waiter);
        services->host->mem_free(services->host, session);
    }
}

static int32_t services_session_park(const struct nami_services *services,
                                     struct nami_session *session, struct nami_buf *id,
                                     struct nami_error *err)
{
    (void)session;
    (void)id;
    return refuse(of(services), NAMI_COND_UNSUPPORTED_FEATURE,
                  "transactions over several requests are not offered yet", err);
}

static int32_t services_session_take(const struct nami_services *services,
                                     const struct nami_principal *who, struct nami_slice id,
                                     struct nami_session **out, struct nami_error *err)
{
    (void)who;
    (void)id;
    *out = NULL;
    return refuse(of(services), NAMI_COND_UNSUPPORTED_FEATURE,
                  "transactions over several requests are not offered yet", err);
}

static int32_t open_statement(struct nami_door_services *self, const struct nami_call *call,
                              const struct nami_query *query, struct nami_statement_run **out)
{
    struct nami_statement_config config = {.text = query->text,
                                           .param_names = query->param_names,
                                           .params = query->params,
                                           .cancel = call->cancel,
                                           .waiter = &self->waiter};

    if (query->config != NULL) {
        config.read_only = query->config->read_only != 0;
        config.timeout_ms = query->config->timeout_ms;
        if (query->config->bookmarks.len > 0) {
            return nami_diagnose(&self->diagnostic, NAMI_COND_INVALID_BOOKMARK, NULL,
                                 "bookmarks are not offered yet");
        }
    }
    return nami_statement_open(self->shared->database, &config, out, &self->diagnostic);
}

static int32_t services_run(const struct nami_services *services, const struct nami_call *call,
                            struct nami_session *session, const struct nami_query *query,
                            struct nami_cursor **out, struct nami_fields *fields,
                            struct nami_error *err)
{
    struct nami_door_services *self = of(services);
    struct nami_statement_run *run = session->starting;
    int32_t status = NAMI_OK;

    *out = NULL;
    *fields = (struct nami_fields){0};
    if (run == NULL) {
        status = open_statement(self, call, query, &run);
    }
    if (status == NAMI_OK) {
        status =
            nami_statement_start(run, self->is_loop_thread, &self->needs_worker, &self->diagnostic);
    }
    session->starting = status == NAMI_E_AGAIN ? run : NULL;
    self->is_urgent = self->needs_worker && nami_statement_holds_token(run);
    if (status == NAMI_OK) {
        *out = services->host->mem_alloc(services->host, sizeof(**out));
        if (*out == NULL) {
            status = nami_diagnose(&self->diagnostic, NAMI_COND_OUT_OF_MEMORY, NULL,
                                   "no memory for a cursor");
        }
    }
    if (status == NAMI_OK) {
        **out = (struct nami_cursor){.run = run, .is_slow = !self->is_loop_thread};
        *fields = nami_statement_columns(run);
    } else if (status != NAMI_E_AGAIN) {
        nami_statement_close(run);
    }
    return failed(self, status, err);
}

static int32_t services_fetch(const struct nami_services *services, const struct nami_call *call,
                              struct nami_cursor *cursor, size_t rows_max,
                              const struct nami_batch **out, struct nami_error *err)
{
    struct nami_door_services *self = of(services);

    const struct nami_host *host = services->host;
    uint64_t began_ns = host->mono_ns(host);
    int32_t status = NAMI_OK;

    (void)call;
    if (cursor->is_slow && self->is_loop_thread) {
        self->needs_worker = true;
        return NAMI_E_AGAIN;
    }
    status = nami_statement_fetch(cursor->run, rows_max, out, &self->diagnostic);
    if (host->mono_ns(host) - began_ns > SLOW_NS) {
        cursor->is_slow = true; /* the estimate was too low: the rest is made on a worker */
    }
    return failed(self, status, err);
}

static int32_t services_summary(const struct nami_services *services, const struct nami_call *call,
                                struct nami_cursor *cursor, struct nami_summary *out,
                                struct nami_error *err)
{
    struct nami_door_services *self = of(services);

    (void)call;
    return failed(self, nami_statement_finish(cursor->run, out, &self->diagnostic), err);
}

static uint32_t services_statement(const struct nami_services *services,
                                   const struct nami_cursor *cursor)
{
    (void)services;
    return nami_statement_kind(cursor->run);
}

static void services_cursor_close(const struct nami_services *services, struct nami_cursor *cursor)
{
    if (cursor != NULL) {
        nami_statement_close(cursor->run);
        services->host->mem_free(services->host, cursor);
    }
}

static int32_t no_transactions(const struct nami_services *services, struct nami_error *err)
{
    return refuse(of(services), NAMI_COND_UNSUPPORTED_FEATURE,
                  "explicit transactions are not offered yet", err);
}

static int32_t services_begin(const struct nami_services *services, const struct nami_call *call,
                              struct nami_session *session, const struct nami_tx_config *config,
                              struct nami_error *err)
{
    (void)call;
    (void)session;
    (void)config;
    return no_transactions(services, err);
}

static int32_t services_commit(const struct nami_services *services, const struct nami_call *call,
                               struct nami_session *session, struct nami_buf *bookmark,
                               struct nami_error *err)
{
    (void)call;
    (void)session;
    (void)bookmark;
    return no_transactions(services, err);
}

static int32_t services_rollback(const struct nami_services *services, const struct nami_call *call,
                                 struct nami_session *session, struct nami_error *err)
{
    (void)call;
    (void)session;
    return no_transactions(services, err);
}

/* There are no SSTs yet: everything durable is in the log, and nothing has to move. */
static int32_t services_flush(const struct nami_services *services, const struct nami_call *call,
                              struct nami_session *session, struct nami_buf *text,
                              struct nami_error *err)
{
    struct nami_door_services *self = of(services);
    int32_t status = NAMI_OK;

    (void)call;
    (void)session;
    status = nami_report_flush(self->shared, text);
    return status == NAMI_OK
               ? NAMI_OK
               : refuse(self, NAMI_COND_OUT_OF_MEMORY, "no memory for the answer", err);
}

static int32_t services_report(const struct nami_services *services, const struct nami_call *call,
                               uint32_t what, struct nami_buf *text, struct nami_error *err)
{
    struct nami_door_services *self = of(services);

    (void)call;
    switch ((enum nami_report)what) {
    case NAMI_REPORT_HEALTH:
        return nami_report_health(self->shared, text);
    case NAMI_REPORT_METRICS:
        return nami_report_metrics(self->shared, text);
    case NAMI_REPORT_CATALOG:
        return nami_report_catalog(self->shared, text);
    }
    return refuse(self, NAMI_COND_INVALID_REQUEST, "no such report", err);
}

static void woken(struct nami_waiter *waiter)
{
    struct nami_door_services *self =
        (struct nami_door_services *)(void *)((uint8_t *)waiter -
                                              offsetof(struct nami_door_services, waiter));

    self->wake(self);
}

void nami_door_services_init(struct nami_door_services *self,
                             const struct nami_services_shared *shared,
                             void (*wake)(struct nami_door_services *self))
{
    *self = (struct nami_door_services){
        .table = {.struct_size = sizeof(self->table),
                  .host = shared->host,
                  .failure = services_failure,
                  .authenticate = services_authenticate,
                  .principal_close = services_principal_close,
                  .session_open = services_session_open,
                  .session_close = services_session_close,
                  .session_park = services_session_park,
                  .session_take = services_session_take,
                  .run = services_run,
                  .fetch = services_fetch,
                  .summary = services_summary,
                  .cursor_close = services_cursor_close,
                  .begin = services_begin,
                  .commit = services_commit,
                  .rollback = services_rollback,
                  .flush = services_flush,
                  .report = services_report,
                  .statement = services_statement},
        .shared = shared,
        .wake = wake,
        .waiter = {.wake = woken},
    };
}
