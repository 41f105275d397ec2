/*
 * core/cypher/analysis.h -- from a tree to a tree that means something.
 *
 * What:   resolves every variable to a symbol, every function name to a row of functions.h; checks
 *         scopes, kinds, aggregation, clause order and literal types with openCypher's error
 *         details; expands `*`; separates grouping keys from aggregates. Fills the members that
 *         ast.h marks [analysis]; may rewrite expressions in place.
 * Above:  session, then plan.
 * Below:  ast, base.
 * Not:    labels, types, property keys, procedures and parameter values: the planner and the
 *         session know the catalog.
 * Thread: any; no state.
 */
#ifndef NAMI_CORE_CYPHER_ANALYSIS_H
#define NAMI_CORE_CYPHER_ANALYSIS_H

#include "core/base/arena.h"
#include "core/base/diagnostic.h"
#include "core/base/work.h"
#include "core/cypher/ast.h"

/*
 * Once per statement. `work` NULL: it may take as long as it does. Fails by `diag`, also when the
 * work must stop; the tree is then useless.
 */
NAMI_CHECKED int32_t nami_cypher_analyse(struct nami_ast_statement *statement,
                                         struct nami_arena *arena, struct nami_work *work,
                                         struct nami_diagnostic *diag);

#endif /* NAMI_CORE_CYPHER_ANALYSIS_H */
