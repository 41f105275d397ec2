/* Fuzz parameters: JSON -> batch -> JSON -> batch -> JSON; the two texts are the same. */
#include <stdlib.h>

#include <namidb/plugin_util.h>

#include "plugins/common/json_params.h"
#include "plugins/common/json_rows.h"
#include "tests/support/test_host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct test_host host;

/* false: `json` is refused. */
static bool turn(struct nami_slice json, struct nami_buf *out)
{
    struct nami_params params;
    struct nami_fields names;
    struct nami_batch batch;
    struct nami_json_reader reader;
    struct nami_json_writer writer;
    bool is_good = false;

    nami_params_init(&params, &host.table, 1 << 22);
    nami_json_reader_init(&reader, json);
    nami_json_writer_init(&writer, out);
    is_good = nami_json_next(&reader) == NAMI_JSON_OBJECT_BEGIN &&
              nami_json_params(&reader, &params, NULL) == NAMI_OK &&
              nami_json_next(&reader) == NAMI_JSON_END &&
              nami_params_finish(&params, &names, &batch, NULL) == NAMI_OK;
    if (is_good && nami_json_row(&writer, &names, &batch, 0, NULL) != NAMI_OK) {
        abort();
    }
    nami_json_reader_release(&reader);
    nami_params_release(&params);
    if (atomic_load(&host.live) != 0) {
        abort();
    }
    return is_good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nami_buf first;
    struct nami_buf second;

    if (host.table.mem_alloc == NULL) {
        test_host_init(&host);
    }
    nami_buf_init(&first, 1 << 24);
    nami_buf_init(&second, 1 << 24);
    if (turn(nami_bytes(data, size), &first) &&
        (!turn(nami_buf_view(&first), &second) ||
         !nami_slice_equal(nami_buf_view(&first), nami_buf_view(&second)))) {
        abort();
    }
    nami_buf_release(&first);
    nami_buf_release(&second);
    return 0;
}
