/* Pipelines: who is asked next, and what scratch memory may be forgotten. */
#include "core/exec/operator.h"

/* Has an operator behind this one seen enough? Then nothing that this one has left is wanted. */
static bool is_satisfied(const struct nami_chain *chain, uint32_t end)
{
    for (uint32_t i = chain->at + 1; i < end; i++) {
        if (chain->ops[i]->is_done) {
            return true;
        }
    }
    return false;
}

/* The next batch out of ops[end - 1]; NULL: the pipeline has ended. */
static int32_t pull(struct nami_exec *exec, struct nami_chain *chain, uint32_t end,
                    const struct nami_rows **out)
{
    *out = NULL;
    for (;;) {
        struct nami_operator *op = chain->ops[chain->at];
        const struct nami_rows *rows = NULL;
        int32_t status = NAMI_OK;

        if (!op->has_chain) {
            nami_arena_rewind(exec->scratch, chain->marks[chain->at]);
        }
        if (!is_satisfied(chain, end)) {
            status = op->ops->next(exec, op, &rows);
        }
        if (status != NAMI_OK) {
            return status;
        }
        if (rows == NULL) {
            if (chain->at == chain->source) {
                return NAMI_OK;
            }
            chain->at--;
            continue;
        }
        if (rows->count == 0) {
            status = nami_exec_tick(exec, 1);
            if (status != NAMI_OK) {
                return status;
            }
            continue;
        }
        if (chain->at == end - 1) {
            *out = rows;
            return NAMI_OK;
        }
        chain->at++;
        status = chain->ops[chain->at]->ops->feed(exec, chain->ops[chain->at], rows);
        if (status != NAMI_OK) {
            return status;
        }
        chain->marks[chain->at] = nami_arena_mark(exec->scratch);
    }
}

/* Run the pipeline that ends in the breaker ops[sink], which becomes the source of the next. */
static int32_t run_into(struct nami_exec *exec, struct nami_chain *chain, uint32_t sink)
{
    struct nami_operator *breaker = chain->ops[sink];
    struct nami_arena_mark mark = chain->marks[chain->source];
    const struct nami_rows *rows = NULL;
    int32_t status = NAMI_OK;

    chain->at = chain->source;
    while (!breaker->is_done) { /* LIMIT 0 */
        status = pull(exec, chain, sink, &rows);
        if (status != NAMI_OK || rows == NULL) {
            break;
        }
        status = breaker->ops->feed(exec, breaker, rows);
        if (status != NAMI_OK) {
            break;
        }
    }
    if (status == NAMI_OK) {
        nami_arena_rewind(exec->scratch, mark);
        status = breaker->ops->finish(exec, breaker);
    }
    chain->source = sink;
    chain->at = sink;
    chain->marks[sink] = nami_arena_mark(exec->scratch); /* what finish() made stays */
    return status;
}

static int32_t start(struct nami_exec *exec, struct nami_chain *chain)
{
    int32_t status = NAMI_OK;

    chain->is_started = true;
    chain->source = 0;
    chain->at = 0;
    chain->marks[0] = nami_arena_mark(exec->scratch);
    for (uint32_t i = 1; i < chain->count && status == NAMI_OK; i++) {
        if (chain->ops[i]->is_breaker) {
            status = run_into(exec, chain, i);
        }
    }
    return status;
}

int32_t nami_chain_next(struct nami_exec *exec, struct nami_chain *chain,
                        const struct nami_rows **out)
{
    *out = NULL;
    if (!chain->is_started) {
        int32_t status = start(exec, chain);

        if (status != NAMI_OK) {
            return status;
        }
    }
    return pull(exec, chain, chain->count, out);
}

int32_t nami_chain_drain(struct nami_exec *exec, struct nami_chain *chain)
{
    const struct nami_rows *rows = NULL;
    int32_t status = NAMI_OK;

    do {
        status = nami_chain_next(exec, chain, &rows);
    } while (status == NAMI_OK && rows != NULL);
    return status;
}

void nami_chain_rewind(struct nami_chain *chain)
{
    chain->is_started = false;
    if (chain->ops[0]->ops->rewind != NULL) {
        chain->ops[0]->ops->rewind(chain->ops[0]);
    }
}
