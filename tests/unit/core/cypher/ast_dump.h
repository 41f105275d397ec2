/*
 * tests/unit/core/cypher/ast_dump.h -- a tree as an s-expression, for golden files.
 */
#ifndef NAMI_TESTS_AST_DUMP_H
#define NAMI_TESTS_AST_DUMP_H

#include "core/base/buf.h"
#include "core/cypher/ast.h"

/* What a query says: its clauses; symbols as name#id if it was analysed. */
void ast_dump_query(struct nami_buf *out, const struct nami_ast_query *query);

#endif /* NAMI_TESTS_AST_DUMP_H */
