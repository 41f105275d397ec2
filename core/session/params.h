/*
 * core/session/params.h -- a statement's parameters: from namidb/batch.h to values.
 *
 * Everything is copied into the arena, so that a protocol may forget its message.
 */
#ifndef NAMI_CORE_SESSION_PARAMS_H
#define NAMI_CORE_SESSION_PARAMS_H

#include <namidb/batch.h>

#include "core/base/diagnostic.h"
#include "core/cypher/ast.h"
#include "core/value/value.h"

/*
 * (*values)[i] belongs to statement->params.items[i]: what it uses, in its own order. They come
 * from a row of columns or from `given_values`, one for each given name. A name that was not
 * given is MISSING_PARAMETER. One that was given and is not used is fine.
 */
NAMI_CHECKED int32_t nami_params_bind(struct nami_arena *arena, const struct nami_fields *given,
                                      const struct nami_batch *row,
                                      const struct nami_value *given_values,
                                      const struct nami_ast_statement *statement,
                                      struct nami_value **values, struct nami_diagnostic *diag);

#endif /* NAMI_CORE_SESSION_PARAMS_H */
