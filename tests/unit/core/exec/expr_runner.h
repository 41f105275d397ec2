/*
 * tests/unit/core/exec/expr_runner.h -- what an expression is, computed in several ways that must
 * agree.
 *
 * The text goes through the real parser and analyser as RETURN <text>. It is evaluated with its
 * literals as they are (folded), and with every literal and parameter as a column: typed vectors,
 * vectors of whole values, and a selection with other rows around it. All ways must give the same
 * answer, else the answer is a text that says which differ.
 */
#ifndef NAMI_TESTS_EXPR_RUNNER_H
#define NAMI_TESTS_EXPR_RUNNER_H

#include "tests/unit/core/exec/exec_fixture.h"

/*
 * The value, printed; "!TypeError.InvalidArgumentType" if evaluating failed, "?..." if parsing or
 * analysis did. Parameters: $i 1, $z 0, $f 2.5, $s 'a', $t true, $l [1, 2, 3], $m {a: 1, b: null},
 * $n null, $min, $max, $nan, $inf, $e [].
 */
const char *expr_run(struct exec_fixture *f, const char *text);

/* The expression of RETURN <text>, analysed; NULL: f->diag says why. *statement may be NULL. */
struct nami_ast_expr *expr_parse(struct exec_fixture *f, const char *text,
                                 struct nami_ast_statement **statement);

struct expr_example {
    const char *text;
    const char *expected;
};
/* CUnit assertions; says which example failed. */
void expr_check(struct exec_fixture *f, const struct expr_example *examples, size_t count);

#endif /* NAMI_TESTS_EXPR_RUNNER_H */
