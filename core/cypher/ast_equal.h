/*
 * core/cypher/ast_equal.h -- is one expression written like another? Inside the module.
 *
 * By structure and names, so blanks, brackets and the case of function names do not matter.
 * Expressions that contain a subquery or a pattern equal none.
 */
#ifndef NAMI_CORE_CYPHER_AST_EQUAL_H
#define NAMI_CORE_CYPHER_AST_EQUAL_H

#include "core/cypher/ast.h"

bool nami_cypher__is_equal(const struct nami_ast_expr *a, const struct nami_ast_expr *b);
/* Equal expressions have equal hashes. Leaves the hash of every part in its `types`, which is free
 * until the types are known. */
uint32_t nami_cypher__hash(struct nami_ast_expr *expr);

#endif /* NAMI_CORE_CYPHER_AST_EQUAL_H */
