#include "host/report.h"

#include "core/base/json_write.h"
#include "core/base/text.h"

static const char *role_name(uint32_t role)
{
    switch ((enum nami_role)role) {
    case NAMI_ROLE_NONE:
        return "none";
    case NAMI_ROLE_FOLLOWER:
        return "follower";
    case NAMI_ROLE_LEADER:
        return "leader";
    case NAMI_ROLE_DEGRADED:
        break;
    }
    return "degraded";
}

int32_t nami_report_health(const struct nami_services_shared *shared, struct nami_buf *text)
{
    struct nami_commit_status now;
    struct nami_json_writer json;
    bool is_degraded = false;

    nami_commit_status(nami_database_commit(shared->database), &now);
    is_degraded = now.role == NAMI_ROLE_DEGRADED;
    nami_json_writer_init(&json, text);
    nami_json_object_begin(&json);
    nami_json_key_text(&json, "status");
    nami_json_text(&json, is_degraded ? "degraded" : "ok");
    nami_json_key_text(&json, "namespace");
    nami_json_string(&json, nami_database_namespace(shared->database));
    nami_json_key_text(&json, "manifest_version");
    nami_json_uint(&json, now.manifest_seq);
    nami_json_key_text(&json, "epoch");
    nami_json_uint(&json, now.epoch);
    nami_json_key_text(&json, "writer");
    nami_json_text(&json, role_name(now.role));
    if (is_degraded) {
        nami_json_key_text(&json, "problem");
        nami_json_text(&json, now.problem);
    }
    if (shared->auth->token.len == 0) {
        nami_json_key_text(&json, "warning");
        nami_json_text(&json, "no auth token: anybody who reaches this port may read and write");
    }
    nami_json_object_end(&json);
    if (json.status != NAMI_OK) {
        return json.status;
    }
    return is_degraded ? NAMI_E_TRANSIENT : NAMI_OK;
}

int32_t nami_report_flush(const struct nami_services_shared *shared, struct nami_buf *text)
{
    struct nami_commit_status now;
    struct nami_json_writer json;

    nami_commit_status(nami_database_commit(shared->database), &now);
    nami_json_writer_init(&json, text);
    nami_json_object_begin(&json);
    nami_json_key_text(&json, "ssts_written");
    nami_json_uint(&json, 0);
    nami_json_key_text(&json, "manifest_version");
    nami_json_uint(&json, now.manifest_seq);
    nami_json_object_end(&json);
    return json.status;
}

int32_t nami_report_metrics(const struct nami_services_shared *shared, struct nami_buf *text)
{
    struct nami_commit_status now;
    int32_t status = nami_process_host_metrics(shared->process, text);

    nami_commit_status(nami_database_commit(shared->database), &now);
    if (status == NAMI_OK) {
        status = nami_buf_printf(text,
                                 "# TYPE namidb_commits_total counter\nnamidb_commits_total %llu\n"
                                 "# TYPE namidb_lsn gauge\nnamidb_lsn %llu\n"
                                 "# TYPE namidb_graph_bytes gauge\nnamidb_graph_bytes %llu\n",
                                 (unsigned long long)now.commits, (unsigned long long)now.lsn,
                                 (unsigned long long)nami_database_graph_bytes(shared->database));
    }
    return status;
}

int32_t nami_report_catalog(const struct nami_services_shared *shared, struct nami_buf *text)
{
    return nami_database_schema(shared->database, text);
}
