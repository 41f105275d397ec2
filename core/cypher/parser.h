/*
 * core/cypher/parser.h -- Cypher text to a tree.
 *
 * What:   the whole language: openCypher 9 and what users of Neo4j 5 write. One statement per
 *         text; a trailing semicolon is fine. Linear time. The text must be valid UTF-8.
 * Above:  session; analysis.h is the next step.
 * Below:  base.
 * Memory: everything in the arena; names and literals without escapes borrow the text, which must
 *         live as long.
 * Thread: any; no state.
 */
#ifndef NAMI_CORE_CYPHER_PARSER_H
#define NAMI_CORE_CYPHER_PARSER_H

#include "core/base/arena.h"
#include "core/base/diagnostic.h"
#include "core/base/work.h"
#include "core/cypher/ast.h"

struct nami_parse_limits {
    uint32_t depth_max; /* nesting of expressions, patterns and subqueries; height of a tree */
    uint32_t nodes_max; /* expressions, pattern elements, items, clauses */
    uint32_t text_bytes_max;
    struct nami_work *work; /* when to stop; NULL: never */
};

/*
 * Fails by `diag`, with place, excerpt and often a hint: syntax errors, QUERY_TOO_COMPLEX (a
 * limit), QUERY_MEMORY (the arena's budget), OUT_OF_MEMORY; QUERY_TIMEOUT, CANCELLED. Only the
 * first error is told.
 * `limits` NULL: NAMI_AST_DEPTH_MAX, NAMI_AST_NODES_MAX, NAMI_QUERY_TEXT_BYTES_MAX.
 */
NAMI_CHECKED int32_t nami_cypher_parse(struct nami_slice text, struct nami_arena *arena,
                                       const struct nami_parse_limits *limits,
                                       struct nami_ast_statement **out,
                                       struct nami_diagnostic *diag);

#endif /* NAMI_CORE_CYPHER_PARSER_H */
