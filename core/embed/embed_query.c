#include <stdlib.h>

#include <namidb/plugin_util.h>

#include "core/embed/embed.h"

struct namidb_result {
    struct nami_statement_run *run;
};

struct namidb_snapshot {
    struct namidb *db;
    struct nami_pinned *pinned;
};

enum { ROWS_MAX = 2048 };

/* A write is made durable here, so that OK means what it says. */
static int32_t run(struct namidb_result *result, struct nami_diagnostic *diag)
{
    bool needs_worker = false;
    struct nami_summary summary;
    int32_t status = nami_statement_start(result->run, false, &needs_worker, diag);

    if (status == NAMI_OK && nami_statement_writes(result->run)) {
        status = nami_statement_finish(result->run, &summary, diag);
    }
    return status;
}

static int32_t query(struct namidb *db, const struct nami_pinned *pinned, const char *text,
                     const struct namidb_params *params, struct namidb_result **out,
                     struct namidb_problem *problem)
{
    struct nami_statement_config config = {
        .text = nami_text(text),
        .pinned = pinned,
        .read_only = db->read_only,
        .wait_for_lease = true,
    };
    struct namidb_result *result = calloc(1, sizeof(*result));
    struct nami_diagnostic diag = {0};
    int32_t status = NAMI_OK;

    *out = NULL;
    if (result == NULL) {
        return nami_embed__fail(problem, NAMI_COND_OUT_OF_MEMORY, "no memory for a result");
    }
    if (params != NULL) {
        config.param_names = (struct nami_fields){
            .at = params->names, .count = params->count, .stride = sizeof(*params->names)};
        config.param_values = params->values;
    }
    status = nami_statement_open(db->database, &config, &result->run, &diag);
    if (status == NAMI_OK) {
        status = run(result, &diag);
    }
    if (status != NAMI_OK) {
        namidb_result_close(result);
        return nami_embed__problem(problem, status, &diag);
    }
    *out = result;
    return NAMI_OK;
}

int32_t namidb_query(struct namidb *db, const char *text, const struct namidb_params *params,
                     struct namidb_result **out, struct namidb_problem *problem)
{
    return query(db, NULL, text, params, out, problem);
}

struct nami_fields namidb_result_columns(const struct namidb_result *result)
{
    return nami_statement_columns(result->run);
}

int32_t namidb_result_next(struct namidb_result *result, const struct nami_batch **out,
                           struct namidb_problem *problem)
{
    struct nami_diagnostic diag = {0};
    int32_t status = nami_statement_fetch(result->run, ROWS_MAX, out, &diag);

    return nami_embed__problem(problem, status, &diag);
}

int32_t namidb_result_summary(struct namidb_result *result, struct nami_summary *out,
                              struct namidb_problem *problem)
{
    struct nami_diagnostic diag = {0};
    int32_t status = nami_statement_finish(result->run, out, &diag);

    return nami_embed__problem(problem, status, &diag);
}

void namidb_result_close(struct namidb_result *result)
{
    if (result != NULL) {
        nami_statement_close(result->run);
        free(result);
    }
}

int32_t namidb_snapshot_open(struct namidb *db, struct namidb_snapshot **out,
                             struct namidb_problem *problem)
{
    struct namidb_snapshot *snapshot = calloc(1, sizeof(*snapshot));
    struct nami_diagnostic diag = {0};
    int32_t status = NAMI_OK;

    *out = NULL;
    if (snapshot == NULL) {
        return nami_embed__fail(problem, NAMI_COND_OUT_OF_MEMORY, "no memory for a snapshot");
    }
    snapshot->db = db;
    status = nami_pinned_open(db->database, &snapshot->pinned, &diag);
    if (status != NAMI_OK) {
        free(snapshot);
        return nami_embed__problem(problem, status, &diag);
    }
    *out = snapshot;
    return NAMI_OK;
}

int32_t namidb_snapshot_query(struct namidb_snapshot *snapshot, const char *text,
                              const struct namidb_params *params, struct namidb_result **out,
                              struct namidb_problem *problem)
{
    return query(snapshot->db, snapshot->pinned, text, params, out, problem);
}

void namidb_snapshot_close(struct namidb_snapshot *snapshot)
{
    if (snapshot != NULL) {
        nami_pinned_close(snapshot->pinned);
        free(snapshot);
    }
}
