/*
 * Fuzz core/value/value_codec.c: any bytes are a value or CORRUPT or too large for the
 * budget; a value encodes again, to bytes that decode to an equivalent one, and the rest
 * of the kernel takes it.
 */
#include <stdlib.h>
#include <string.h>

#include "core/value/value_codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void exercise(struct nami_value value, struct nami_arena *arena)
{
    struct nami_buf bytes;
    struct nami_buf text;
    struct nami_value back;
    struct nami_value copy;
    int order = 0;
    size_t at = 0;

    nami_buf_init(&bytes, 1 << 20);
    nami_buf_init(&text, 1 << 20);
    check(nami_value_encode(value, &bytes) == NAMI_OK);
    if (nami_value_decode(nami_buf_view(&bytes), &at, arena, &back) == NAMI_OK) {
        check(at == bytes.len && nami_value_equivalent(value, back));
        check(nami_value_compare(value, back) == 0);
        check(nami_value_hash(value) == nami_value_hash(back));
        check(nami_value_equal(value, back) != NAMI_TRUE ||
              nami_value_order(value, back, &order) != NAMI_TRUE || order == 0);
    }
    if (nami_value_copy(arena, value, &copy) == NAMI_OK) {
        check(nami_value_equivalent(value, copy));
    }
    check(nami_value_print(value, &text) == NAMI_OK);
    nami_buf_release(&text);
    nami_buf_release(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nami_chunk_pool *pool = NULL;
    struct nami_budget budget;
    struct nami_arena arena;
    struct nami_value value;
    size_t at = 0;
    int32_t status = nami_chunk_pool_create(0, &pool);

    check(status == NAMI_OK);
    nami_budget_init(&budget, 4 << 20);
    nami_arena_init(&arena, pool, &budget);
    status = nami_value_decode((struct nami_slice){data, size}, &at, &arena, &value);
    check(at <= size && (status == NAMI_OK || at == 0));
    if (status == NAMI_OK) {
        exercise(value, &arena);
    } else {
        check(status == NAMI_E_CORRUPT || (status == NAMI_E_NOMEM && arena.is_over));
    }
    nami_arena_release(&arena);
    check(budget.used_bytes == 0);
    nami_chunk_pool_destroy(pool);
    return 0;
}
