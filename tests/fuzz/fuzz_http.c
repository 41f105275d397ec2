#define _GNU_SOURCE
/*
 * Fuzz proto-http: whatever the bytes and where they break, it keeps to the rules of
 * namidb/proto.h, closes what it opened, and writes nothing but whole responses.
 */
#include <stdlib.h>
#include <string.h>

#include <namidb/plugin.h>

#include "tests/support/http_door.h"

NAMI_PLUGIN_DECLARE(proto_http);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct http_door door;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_response response;
    size_t at = 0;

    if (size < 1) {
        return 0;
    }
    if (door.text.max == 0) {
        http_door_init(&door);
    }
    door.is_busy = (data[0] & 1) != 0;
    door.hangs_up = (data[0] & 2) != 0;
    door.token = (data[0] & 4) != 0 ? "t" : NULL;
    door.statement = (data[0] & 8) != 0 ? NAMI_STATEMENT_WRITE : NAMI_STATEMENT_READ;
    door.room_bytes = (data[0] & 16) != 0 ? 100 : 1 << 20;
    door.row_count = 3;
    http_door_talk(&door, nami_plugin_entry_proto_http()->proto->ops, data + 1, size - 1,
                   data[0] >> 5);
    if (door.served != NAMI_OK || door.open != 0 || door.violations != 0 ||
        atomic_load(&door.host.live) != 0) {
        abort();
    }
    if (size < 5 || memchr(data, 'H', size) == NULL || memmem(data, size, "HEAD", 4) == NULL) {
        while (http_door_response(&door, &at, false, &response)) {
            free(response.body);
        }
        free(at < door.text.len ? response.body : NULL);
        if (door.violations != 0) {
            abort();
        }
    }
    return 0;
}
