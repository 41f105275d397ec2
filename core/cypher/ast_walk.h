/*
 * core/cypher/ast_walk.h -- every expression inside an expression.
 *
 * What:   the children of any kind of expression, through one function, so that a pass that only
 *         cares for a few kinds needs no switch over all of them.
 * Bounds: plain recursion; the parser bounds the height of every tree.
 * Not:    the queries of EXISTS { }, COUNT { } and COLLECT { } are not entered: see their imports.
 */
#ifndef NAMI_CORE_CYPHER_AST_WALK_H
#define NAMI_CORE_CYPHER_AST_WALK_H

#include "core/cypher/ast.h"

enum nami_ast_step {
    NAMI_AST_GO_ON, /* into the children, then to the next */
    NAMI_AST_SKIP,  /* not into the children */
    NAMI_AST_STOP   /* end the walk */
};

/* *slot may be replaced. */
typedef enum nami_ast_step (*nami_ast_visit)(void *context, struct nami_ast_expr **slot);

/* The direct children, from left to right: operands, arguments, property maps and conditions of
 * patterns, dynamic labels. STOP ends it; GO_ON and SKIP mean the same. */
enum nami_ast_step nami_ast_each_child(struct nami_ast_expr *expr, nami_ast_visit visit,
                                       void *context);
/* The expression, then what is below it. */
enum nami_ast_step nami_ast_walk(struct nami_ast_expr **slot, nami_ast_visit visit, void *context);
/* The expressions of a path: property maps, conditions, dynamic labels. */
enum nami_ast_step nami_ast_each_of_path(struct nami_ast_path *path, nami_ast_visit visit,
                                         void *context);

#endif /* NAMI_CORE_CYPHER_AST_WALK_H */
