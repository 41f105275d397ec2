/*
 * plugins/proto-http/notifications_json.h -- remarks on a statement, in the order that is promised.
 *
 * They come as a LIST of MAP, whose keys are sorted; people read code and severity first.
 */
#ifndef NAMI_PLUGINS_PROTO_HTTP_NOTIFICATIONS_JSON_H
#define NAMI_PLUGINS_PROTO_HTTP_NOTIFICATIONS_JSON_H

#include <namidb/batch.h>

#include "core/base/json_write.h"

/* The member "notifications" of an open object; nothing where there is none. */
NAMI_CHECKED int32_t nami_http__notifications(struct nami_json_writer *json,
                                              const struct nami_column *column);

#endif /* NAMI_PLUGINS_PROTO_HTTP_NOTIFICATIONS_JSON_H */
