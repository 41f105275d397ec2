/*
 * plugins/common/json_params.h -- a JSON object of parameters, fed to the builder.
 *
 * Thread: one at a time.
 */
#ifndef NAMI_PLUGINS_COMMON_JSON_PARAMS_H
#define NAMI_PLUGINS_COMMON_JSON_PARAMS_H

#include "core/base/json_read.h"
#include "plugins/common/params_builder.h"

/*
 * Read an object whose OBJECT_BEGIN was the reader's last event, up to its OBJECT_END.
 * Fails: as the builder does, and INVALID for what is not JSON, an integer beyond 64
 * bits, or a float beyond a double; the message says where.
 */
NAMI_CHECKED int32_t nami_json_params(struct nami_json_reader *reader, struct nami_params *params,
                                      struct nami_error *err);

#endif /* NAMI_PLUGINS_COMMON_JSON_PARAMS_H */
