#include "core/cypher/parser_internal.h"

/* How tight, from loose to tight; unary signs, postfixes and atoms are tighter than all. */
enum level {
    LEVEL_OR = 1,
    LEVEL_XOR,
    LEVEL_AND,
    LEVEL_NOT,
    LEVEL_COMPARISON,
    LEVEL_PREDICATE, /* IN, STARTS WITH, IS NULL, ... */
    LEVEL_ADD,
    LEVEL_MULTIPLY,
    LEVEL_POWER,
    LEVEL_SIGN
};

struct infix {
    uint8_t level; /* 0: no operator */
    uint8_t op;
};

static struct infix word_infix(uint8_t keyword)
{
    switch (keyword) {
    case KW_OR:
        return (struct infix){LEVEL_OR, NAMI_OP_NONE};
    case KW_XOR:
        return (struct infix){LEVEL_XOR, NAMI_OP_NONE};
    case KW_AND:
        return (struct infix){LEVEL_AND, NAMI_OP_NONE};
    case KW_IN:
        return (struct infix){LEVEL_PREDICATE, NAMI_OP_IN};
    case KW_STARTS:
        return (struct infix){LEVEL_PREDICATE, NAMI_OP_STARTS_WITH};
    case KW_ENDS:
        return (struct infix){LEVEL_PREDICATE, NAMI_OP_ENDS_WITH};
    case KW_CONTAINS:
        return (struct infix){LEVEL_PREDICATE, NAMI_OP_CONTAINS};
    case KW_IS:
        return (struct infix){LEVEL_PREDICATE, NAMI_OP_NONE};
    default:
        return (struct infix){0, NAMI_OP_NONE};
    }
}

static struct infix infix_at(const struct nami_cypher__parser *p)
{
    static const struct infix infixes[] = {
        [TOKEN_EQUAL] = {LEVEL_COMPARISON, NAMI_OP_EQ},
        [TOKEN_NOT_EQUAL] = {LEVEL_COMPARISON, NAMI_OP_NE},
        [TOKEN_LESS] = {LEVEL_COMPARISON, NAMI_OP_LT},
        [TOKEN_LESS_EQUAL] = {LEVEL_COMPARISON, NAMI_OP_LE},
        [TOKEN_GREATER] = {LEVEL_COMPARISON, NAMI_OP_GT},
        [TOKEN_GREATER_EQUAL] = {LEVEL_COMPARISON, NAMI_OP_GE},
        [TOKEN_TILDE] = {LEVEL_PREDICATE, NAMI_OP_REGEX},
        [TOKEN_COLONS] = {LEVEL_PREDICATE, NAMI_OP_NONE},
        [TOKEN_PLUS] = {LEVEL_ADD, NAMI_OP_ADD},
        [TOKEN_MINUS] = {LEVEL_ADD, NAMI_OP_SUBTRACT},
        [TOKEN_BARS] = {LEVEL_ADD, NAMI_OP_CONCAT},
        [TOKEN_STAR] = {LEVEL_MULTIPLY, NAMI_OP_MULTIPLY},
        [TOKEN_SLASH] = {LEVEL_MULTIPLY, NAMI_OP_DIVIDE},
        [TOKEN_PERCENT] = {LEVEL_MULTIPLY, NAMI_OP_MODULO},
        [TOKEN_CARET] = {LEVEL_POWER, NAMI_OP_POWER},
        [TOKEN_STRANGE] = {0, NAMI_OP_NONE},
    };

    if (p->token.kind == TOKEN_NAME) {
        return word_infix(p->token.keyword);
    }
    return infixes[p->token.kind];
}

static struct nami_ast_expr *parse_at(struct nami_cypher__parser *p, uint8_t level);
static struct nami_ast_expr *infix_loop(struct nami_cypher__parser *p, struct nami_ast_expr *left,
                                        uint8_t level);

struct nami_ast_expr *nami_cypher__expr(struct nami_cypher__parser *p)
{
    return parse_at(p, LEVEL_OR);
}

struct nami_ast_expr *nami_cypher__expr_rest(struct nami_cypher__parser *p,
                                             struct nami_ast_expr *left)
{
    return infix_loop(p, left, LEVEL_OR);
}

bool nami_cypher__at_predicate(const struct nami_cypher__parser *p)
{
    struct infix infix = infix_at(p);

    return infix.level == LEVEL_COMPARISON || infix.level == LEVEL_PREDICATE;
}

static struct nami_ast_expr *unary(struct nami_cypher__parser *p, uint8_t op, uint32_t begin,
                                   struct nami_ast_expr *operand)
{
    struct nami_ast_expr *expr = NULL;

    if (operand == NULL) {
        return NULL;
    }
    expr = nami_cypher__new_expr(p, NAMI_AST_UNARY, begin);
    if (expr == NULL || !nami_cypher__adopt(p, expr, operand)) {
        return NULL;
    }
    expr->op = op;
    expr->as.unary.operand = operand;
    return expr;
}

/* Signs bind tighter than ^; the sign of an integer belongs to it. */
static struct nami_ast_expr *signed_operand(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    uint8_t op = p->token.kind == TOKEN_MINUS ? NAMI_OP_MINUS : NAMI_OP_PLUS;
    struct nami_ast_expr *operand = NULL;

    if (p->token.kind != TOKEN_MINUS && p->token.kind != TOKEN_PLUS) {
        return nami_cypher__postfix(p);
    }
    if (!nami_cypher__enter(p)) {
        return NULL;
    }
    nami_cypher__next(p);
    if (op == NAMI_OP_MINUS && p->token.kind == TOKEN_NUMBER) {
        operand = nami_cypher__number(p, true, begin);
    } else {
        operand = unary(p, op, begin, signed_operand(p));
    }
    nami_cypher__leave(p);
    return operand;
}

static struct nami_ast_expr *prefix(struct nami_cypher__parser *p, uint8_t level)
{
    uint32_t begin = p->token.span.at;

    if (level <= LEVEL_NOT && nami_cypher__accept_word(p, KW_NOT)) {
        return unary(p, NAMI_OP_NOT, begin, parse_at(p, LEVEL_NOT));
    }
    return signed_operand(p);
}

static struct nami_ast_expr *parse_at(struct nami_cypher__parser *p, uint8_t level)
{
    struct nami_ast_expr *left = NULL;

    if (!nami_cypher__enter(p)) {
        return NULL;
    }
    left = infix_loop(p, prefix(p, level), level);
    nami_cypher__leave(p);
    return left;
}

static struct nami_ast_expr *binary(struct nami_cypher__parser *p, uint8_t op,
                                    struct nami_ast_expr *left, struct nami_ast_expr *right)
{
    struct nami_ast_expr *expr = NULL;

    if (right == NULL) {
        return NULL;
    }
    expr = nami_cypher__new_expr(p, NAMI_AST_BINARY, left->span.at);
    if (expr == NULL || !nami_cypher__adopt(p, expr, left) || !nami_cypher__adopt(p, expr, right)) {
        return NULL;
    }
    expr->op = op;
    expr->as.binary.left = left;
    expr->as.binary.right = right;
    return expr;
}

/* a AND b AND c: one node. */
static struct nami_ast_expr *logical(struct nami_cypher__parser *p, struct nami_ast_expr *left,
                                     uint8_t level)
{
    uint8_t keyword = p->token.keyword;
    uint8_t kind = keyword == KW_AND ? NAMI_AST_AND : keyword == KW_OR ? NAMI_AST_OR : NAMI_AST_XOR;
    struct nami_cypher__list list = {0};
    struct nami_ast_expr *expr = nami_cypher__new_expr(p, kind, left->span.at);
    struct nami_ast_expr *operand = left;

    if (expr == NULL) {
        return NULL;
    }
    for (;;) {
        struct nami_ast_expr **slot = NULL;

        if (operand == NULL || !nami_cypher__adopt(p, expr, operand)) {
            return NULL;
        }
        slot = nami_cypher__push(p, &list, sizeof(struct nami_ast_expr *));
        if (slot == NULL) {
            return NULL;
        }
        *slot = operand;
        if (!nami_cypher__accept_word(p, keyword)) {
            break;
        }
        operand = parse_at(p, (uint8_t)(level + 1));
    }
    expr->as.list.items = list.items;
    expr->as.list.count = list.count;
    expr->span = nami_cypher__span_from(p, left->span.at);
    return expr;
}

/* a < b: binary; a < b < c: all operands side by side. */
static struct nami_ast_expr *comparison(struct nami_cypher__parser *p, struct nami_ast_expr *left)
{
    struct nami_cypher__list operands = {0};
    struct nami_cypher__list ops = {0};
    struct nami_ast_expr **slot = nami_cypher__push(p, &operands, sizeof(struct nami_ast_expr *));
    struct nami_ast_expr *expr = NULL;

    if (slot == NULL) {
        return NULL;
    }
    *slot = left;
    for (struct infix infix = infix_at(p); infix.level == LEVEL_COMPARISON; infix = infix_at(p)) {
        struct nami_ast_expr *operand = NULL;
        uint8_t *op = nami_cypher__push(p, &ops, 1);

        nami_cypher__next(p);
        operand = parse_at(p, LEVEL_PREDICATE);
        slot =
            operand == NULL || op == NULL ? NULL : nami_cypher__push(p, &operands, sizeof(*slot));
        if (slot == NULL) {
            return NULL;
        }
        *op = infix.op;
        *slot = operand;
    }
    slot = operands.items;
    if (operands.count == 2) {
        return binary(p, *(uint8_t *)ops.items, slot[0], slot[1]);
    }
    expr = nami_cypher__new_expr(p, NAMI_AST_COMPARISONS, left->span.at);
    for (uint32_t i = 0; expr != NULL && i < operands.count; i++) {
        expr = nami_cypher__adopt(p, expr, slot[i]) ? expr : NULL;
    }
    if (expr != NULL) {
        expr->as.comparisons.operands = slot;
        expr->as.comparisons.ops = ops.items;
        expr->as.comparisons.count = operands.count;
    }
    return expr;
}

static struct nami_ast_expr *is_type(struct nami_cypher__parser *p, struct nami_ast_expr *left,
                                     bool is_negated)
{
    struct nami_ast_type *type = nami_cypher__type(p);
    struct nami_ast_expr *expr = NULL;

    if (type == NULL) {
        return NULL;
    }
    expr = nami_cypher__new_expr(p, NAMI_AST_IS_TYPE, left->span.at);
    if (expr == NULL || !nami_cypher__adopt(p, expr, left)) {
        return NULL;
    }
    expr->is_negated = is_negated;
    expr->as.is_type.operand = left;
    expr->as.is_type.type = type;
    return expr;
}

/* At NORMALIZED or the form before it. */
static struct nami_ast_expr *is_normalized(struct nami_cypher__parser *p,
                                           struct nami_ast_expr *left, bool is_negated)
{
    const char *form = nami_cypher__keyword_text(KW_NFC);
    struct nami_ast_expr *expr = NULL;

    if (!nami_cypher__at_word(p, KW_NORMALIZED)) {
        form = nami_cypher__keyword_text(p->token.keyword);
        nami_cypher__next(p);
    }
    if (!nami_cypher__expect_word(p, KW_NORMALIZED)) {
        return NULL;
    }
    expr = nami_cypher__new_expr(p, NAMI_AST_IS_NORMALIZED, left->span.at);
    if (expr == NULL || !nami_cypher__adopt(p, expr, left)) {
        return NULL;
    }
    expr->is_negated = is_negated;
    expr->as.normal_form.operand = left;
    expr->as.normal_form.form = (struct nami_slice){
        (const uint8_t *)form, form[2] == 'K' ? sizeof("NFKC") - 1 : sizeof("NFC") - 1};
    return expr;
}

static struct nami_ast_expr *is_labelled(struct nami_cypher__parser *p, struct nami_ast_expr *left)
{
    struct nami_ast_label_expr *labels = nami_cypher__labels(p);
    struct nami_ast_expr *expr = NULL;

    if (labels == NULL) {
        return NULL;
    }
    expr = nami_cypher__new_expr(p, NAMI_AST_LABELS, left->span.at);
    if (expr == NULL || !nami_cypher__adopt(p, expr, left)) {
        return NULL;
    }
    expr->as.labels.object = left;
    expr->as.labels.labels = labels;
    return expr;
}

/* Behind IS. */
static struct nami_ast_expr *is_predicate(struct nami_cypher__parser *p, struct nami_ast_expr *left)
{
    bool is_negated = nami_cypher__accept_word(p, KW_NOT);

    if (nami_cypher__accept_word(p, KW_NULL)) {
        return unary(p, is_negated ? NAMI_OP_IS_NOT_NULL : NAMI_OP_IS_NULL, left->span.at, left);
    }
    if (nami_cypher__accept(p, TOKEN_COLONS) || nami_cypher__accept_word(p, KW_TYPED)) {
        return is_type(p, left, is_negated);
    }
    if (nami_cypher__at_word(p, KW_NORMALIZED) || nami_cypher__at_word(p, KW_NFC) ||
        nami_cypher__at_word(p, KW_NFD) || nami_cypher__at_word(p, KW_NFKC) ||
        nami_cypher__at_word(p, KW_NFKD)) {
        return is_normalized(p, left, is_negated);
    }
    if (is_negated) {
        (void)nami_cypher__unexpected(p, "NULL, :: or NORMALIZED");
        return NULL;
    }
    return is_labelled(p, left);
}

static struct nami_ast_expr *predicate(struct nami_cypher__parser *p, struct nami_ast_expr *left,
                                       uint8_t op)
{
    if (nami_cypher__accept(p, TOKEN_COLONS)) {
        return is_type(p, left, false);
    }
    nami_cypher__next(p);
    if (op == NAMI_OP_NONE) {
        return is_predicate(p, left);
    }
    if ((op == NAMI_OP_STARTS_WITH || op == NAMI_OP_ENDS_WITH) &&
        !nami_cypher__expect_word(p, KW_WITH)) {
        return NULL;
    }
    return binary(p, op, left, parse_at(p, LEVEL_ADD));
}

static struct nami_ast_expr *infix_loop(struct nami_cypher__parser *p, struct nami_ast_expr *left,
                                        uint8_t level)
{
    while (left != NULL) {
        struct infix infix = infix_at(p);

        if (infix.level == 0 || infix.level < level) {
            return left;
        }
        switch (infix.level) {
        case LEVEL_OR:
        case LEVEL_XOR:
        case LEVEL_AND:
            left = logical(p, left, infix.level);
            break;
        case LEVEL_COMPARISON:
            left = comparison(p, left);
            break;
        case LEVEL_PREDICATE:
            left = predicate(p, left, infix.op);
            break;
        default:
            nami_cypher__next(p);
            left = binary(p, infix.op, left, parse_at(p, (uint8_t)(infix.level + 1)));
            break;
        }
    }
    return left;
}

bool nami_cypher__exprs(struct nami_cypher__parser *p, struct nami_ast_exprs *out)
{
    struct nami_cypher__list list = {0};

    do {
        struct nami_ast_expr *expr = nami_cypher__expr(p);
        struct nami_ast_expr **slot =
            expr == NULL ? NULL : nami_cypher__push(p, &list, sizeof(struct nami_ast_expr *));
        if (slot == NULL) {
            return false;
        }
        *slot = expr;
    } while (nami_cypher__accept(p, TOKEN_COMMA));
    *out = (struct nami_ast_exprs){list.items, list.count};
    return true;
}

bool nami_cypher__arguments(struct nami_cypher__parser *p, struct nami_ast_exprs *out)
{
    bool bar_ends = p->bar_ends;

    *out = (struct nami_ast_exprs){0};
    if (!nami_cypher__expect(p, TOKEN_LEFT_PAREN, "'('")) {
        return false;
    }
    if (nami_cypher__accept(p, TOKEN_RIGHT_PAREN)) {
        return true;
    }
    p->bar_ends = false;
    if (!nami_cypher__exprs(p, out)) {
        return false;
    }
    p->bar_ends = bar_ends;
    return nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "',' or ')' after the argument");
}
