/*
 * schema/current.json, the copy for people (R1): written beside the log, best effort, and
 * waited for only when the next one is due, so no commit is ever late for it.
 */
#include "core/commit/commit_internal.h"

void nami_commit__describe_finish(struct nami_commit *c)
{
    struct side_write *side = &c->k.schema;

    if (!side->is_pending) {
        return;
    }
    if (nami_store_finish(&side->pending) != NAMI_OK) {
        nami_commit__log(c, NAMI_LOG_WARN, "schema/current.json was not written (status %d)",
                         (int)side->result.status);
    }
    side->is_pending = false;
}

void nami_commit__describe(struct nami_commit *c)
{
    struct side_write *side = &c->k.schema;
    const struct nami_store_vector what = {NAMI_STORE_WRITE, &side->req, 1, sizeof(side->req)};

    c->k.may_describe = false;
    c->k.describe_due_ns = nami_commit__now(c) + NAMI_DESCRIBE_MS * UINT64_C(1000000);
    nami_commit__describe_finish(c);
    nami_buf_clear(&side->body);
    if (c->replica.describe(c->replica.self, &side->body) != NAMI_OK || side->body.len == 0) {
        return;
    }
    (void)snprintf(side->key, sizeof(side->key), "%sschema/current.json", c->prefix);
    side->part = nami_buf_view(&side->body);
    side->result = (struct nami_result){.struct_size = sizeof(side->result)};
    side->call = (struct nami_call){.struct_size = sizeof(side->call),
                                    .priority = NAMI_PRIORITY_BACKGROUND,
                                    .deadline_ns = nami_commit__deadline(c)};
    side->req = (struct nami_write){.struct_size = sizeof(side->req),
                                    .when = NAMI_WRITE_ALWAYS,
                                    .key = nami_text(side->key),
                                    .parts = &side->part,
                                    .part_count = 1,
                                    .result = &side->result};
    side->is_pending = nami_store_begin(c->store, &side->call, &what, &side->pending) == NAMI_OK;
}
