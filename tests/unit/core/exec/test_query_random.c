/*
 * Generated patterns against a brute-force matcher: every assignment of relationships and nodes
 * is tried. The engine must count the same with all rules, with none, and with some.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "tests/support/run_suite.h"
#include "tests/unit/core/exec/query_runner.h"

enum { NODES = 8, RELS = 18, VARIABLES = 4, HOPS_MAX = 4, PARTS_MAX = 4, CASES = 400 };

/* ---- a graph that the test knows ---- */

struct graph {
    bool labels[NODES][2]; /* A, B */
    int k[NODES];          /* 0 to 2 */
    int from[RELS];
    int to[RELS];
    int type[RELS]; /* R, S */
    int w[RELS];    /* 0 to 2 */
};

static uint32_t seed;

static int chance(int below)
{
    seed = seed * 1664525 + 1013904223;
    return (int)((seed >> 8) % (uint32_t)below);
}

static void make_graph(struct graph *g, struct query_runner *q)
{
    static const char *const labels[] = {"", ":A", ":B", ":A:B"};
    char text[256];

    for (int i = 0; i < NODES; i++) {
        int set = chance(4);

        g->labels[i][0] = (set & 1) != 0;
        g->labels[i][1] = (set & 2) != 0;
        g->k[i] = chance(3);
        (void)snprintf(text, sizeof(text), "CREATE (%s {uid: %d, k: %d})", labels[set], i, g->k[i]);
        CU_ASSERT_STRING_EQUAL(query_run(q, text), "");
    }
    for (int i = 0; i < RELS; i++) {
        g->from[i] = chance(NODES);
        g->to[i] = chance(5) == 0 ? g->from[i] : chance(NODES);
        g->type[i] = chance(2);
        g->w[i] = chance(3);
        (void)snprintf(text, sizeof(text),
                       "MATCH (a {uid: %d}), (b {uid: %d}) CREATE (a)-[:%s {w: %d}]->(b)",
                       g->from[i], g->to[i], g->type[i] == 0 ? "R" : "S", g->w[i]);
        CU_ASSERT_STRING_EQUAL(query_run(q, text), "");
    }
}

/* ---- a pattern ---- */

struct node {
    int variable;
    int label; /* -1: none */
    int k;     /* -1: none */
};
struct hop {
    int direction; /* 0 out, 1 in, 2 both */
    int type;      /* -1: any */
    int w;         /* -1: none */
};
struct part {
    struct node nodes[HOPS_MAX + 1];
    struct hop hops[HOPS_MAX];
    int hop_count;
    bool new_clause; /* MATCH again: relationships may repeat those before */
};
struct pattern {
    struct part parts[PARTS_MAX];
    int part_count;
    int less[2]; /* WHERE x.k < y.k; -1: none */
    bool is_used[VARIABLES];
};

static struct node make_node(struct pattern *p)
{
    struct node node = {
        .variable = chance(VARIABLES), .label = chance(8) - 6, .k = chance(20) - 17};

    p->is_used[node.variable] = true;
    node.label = node.label < 0 ? -1 : node.label;
    node.k = node.k < 0 ? -1 : node.k;
    return node;
}

static void make_pattern(struct pattern *p)
{
    int hops = 0;

    *p = (struct pattern){.less = {-1, -1}};
    p->part_count = 1 + chance(PARTS_MAX - 1);
    for (int i = 0; i < p->part_count; i++) {
        struct part *part = &p->parts[i];

        part->new_clause = i > 0 && chance(2) == 0;
        part->nodes[0] = make_node(p);
        for (part->hop_count = 0; hops < HOPS_MAX - 1 && chance(3) > 0; hops++) {
            int type = chance(5) - 3;
            int w = chance(20) - 17;

            part->hops[part->hop_count] = (struct hop){
                .direction = chance(3), .type = type < 0 ? -1 : type, .w = w < 0 ? -1 : w};
            part->nodes[++part->hop_count] = make_node(p);
        }
    }
    for (int i = 0; i < 2 && chance(2) == 0; i++) {
        p->less[i] = chance(VARIABLES);
    }
    if (p->less[1] < 0 || !p->is_used[p->less[0]] || !p->is_used[p->less[1]]) {
        p->less[0] = -1;
    }
}

enum { TEXT = 2048 };

NAMI_PRINTF(3, 4)
static size_t add(char *text, size_t at, const char *format, ...)
{
    va_list args;
    int len = 0;

    va_start(args, format);
    len = vsnprintf(text + at, TEXT - at, format, args);
    va_end(args);
    return at + (size_t)len;
}

static size_t write_node(char *text, size_t at, const struct node *node)
{
    at = add(text, at, "(%c%s", 'a' + node->variable,
             node->label < 0    ? ""
             : node->label == 0 ? ":A"
                                : ":B");
    if (node->k >= 0) {
        at = add(text, at, " {k: %d}", node->k);
    }
    return add(text, at, ")");
}

static size_t write_hop(char *text, size_t at, const struct hop *hop)
{
    at = add(text, at, "%s-[%s", hop->direction == 1 ? "<" : "",
             hop->type < 0    ? ""
             : hop->type == 0 ? ":R"
                              : ":S");
    if (hop->w >= 0) {
        at = add(text, at, " {w: %d}", hop->w);
    }
    return add(text, at, "]-%s", hop->direction == 0 ? ">" : "");
}

static void write_query(const struct pattern *p, char *text)
{
    size_t at = 0;

    for (int i = 0; i < p->part_count; i++) {
        const struct part *part = &p->parts[i];

        at = add(text, at, "%s", i == 0 ? "MATCH " : part->new_clause ? " MATCH " : ", ");
        at = write_node(text, at, &part->nodes[0]);
        for (int h = 0; h < part->hop_count; h++) {
            at = write_hop(text, at, &part->hops[h]);
            at = write_node(text, at, &part->nodes[h + 1]);
        }
    }
    if (p->less[0] >= 0) {
        at = add(text, at, " WHERE %c.k < %c.k", 'a' + p->less[0], 'a' + p->less[1]);
    }
    at = add(text, at, " RETURN count(*)");
    for (int v = 0; v < VARIABLES; v++) {
        if (p->is_used[v]) {
            at = add(text, at, ", sum(%c.uid)", 'a' + v);
        }
    }
}

/* ---- brute force ---- */

struct search {
    const struct graph *g;
    const struct pattern *p;
    int bound[VARIABLES];           /* node, or -1 */
    int rels[PARTS_MAX * HOPS_MAX]; /* of this clause */
    int rel_count;
    long count;
    long sums[VARIABLES];
};

static void match_part(struct search *s, int part);

/* 0: does not fit; 1: was bound; 2: bound now */
static int fit(struct search *s, const struct node *node, int id)
{
    if ((node->label >= 0 && !s->g->labels[id][node->label]) ||
        (node->k >= 0 && s->g->k[id] != node->k)) {
        return 0;
    }
    if (s->bound[node->variable] >= 0) {
        return s->bound[node->variable] == id ? 1 : 0;
    }
    s->bound[node->variable] = id;
    return 2;
}

static void match_hop(struct search *s, int part, int hop, int at);

static void go_to(struct search *s, int part, int hop, int rel, int id)
{
    const struct node *node = &s->p->parts[part].nodes[hop + 1];
    int how = fit(s, node, id);

    if (how == 0) {
        return;
    }
    s->rels[s->rel_count++] = rel;
    match_hop(s, part, hop + 1, id);
    s->rel_count--;
    if (how == 2) {
        s->bound[node->variable] = -1;
    }
}

static void match_hop(struct search *s, int part, int hop, int at)
{
    const struct part *p = &s->p->parts[part];

    if (hop == p->hop_count) {
        match_part(s, part + 1);
        return;
    }
    for (int rel = 0; rel < RELS; rel++) {
        const struct hop *h = &p->hops[hop];
        bool is_used = false;

        for (int i = 0; i < s->rel_count; i++) {
            is_used = is_used || s->rels[i] == rel;
        }
        if (is_used || (h->type >= 0 && s->g->type[rel] != h->type) ||
            (h->w >= 0 && s->g->w[rel] != h->w)) {
            continue;
        }
        if (h->direction != 1 && s->g->from[rel] == at) {
            go_to(s, part, hop, rel, s->g->to[rel]);
        }
        if (h->direction != 0 && s->g->to[rel] == at &&
            (h->direction == 1 || s->g->from[rel] != at)) {
            go_to(s, part, hop, rel, s->g->from[rel]);
        }
    }
}

static void match_part(struct search *s, int part)
{
    int saved = s->rel_count;
    int rels[PARTS_MAX * HOPS_MAX];

    if (part == s->p->part_count) {
        if (s->p->less[0] >= 0 &&
            s->g->k[s->bound[s->p->less[0]]] >= s->g->k[s->bound[s->p->less[1]]]) {
            return;
        }
        s->count++;
        for (int v = 0; v < VARIABLES; v++) {
            s->sums[v] += s->p->is_used[v] ? s->bound[v] : 0;
        }
        return;
    }
    memcpy(rels, s->rels, sizeof(rels));
    if (s->p->parts[part].new_clause) {
        s->rel_count = 0;
    }
    for (int id = 0; id < NODES; id++) {
        const struct node *node = &s->p->parts[part].nodes[0];
        int how = fit(s, node, id);

        if (how > 0) {
            match_hop(s, part, 0, id);
        }
        if (how == 2) {
            s->bound[node->variable] = -1;
        }
    }
    memcpy(s->rels, rels, sizeof(rels));
    s->rel_count = saved;
}

static void expect(const struct graph *g, const struct pattern *p, char *text)
{
    struct search s = {.g = g, .p = p, .bound = {-1, -1, -1, -1}};
    size_t at = 0;

    match_part(&s, 0);
    at = add(text, at, "%ld", s.count);
    for (int v = 0; v < VARIABLES; v++) {
        if (p->is_used[v]) {
            at = add(text, at, ", %ld", s.sums[v]);
        }
    }
}

/* ---- the test ---- */

static void check(struct query_runner *q, const char *query, const char *expected, uint32_t off)
{
    const char *answer = NULL;

    q->rules_off = off;
    answer = query_run(q, query);
    if (strcmp(answer, expected) != 0) {
        (void)printf("\n    %s\n      is       %s %s\n      expected %s\n%s", query, answer,
                     q->diag.message, expected, q->route);
    }
    CU_ASSERT_STRING_EQUAL(answer, expected);
}

static void run_cases(bool has_indexes, bool in_txn)
{
    struct query_runner q;
    struct graph g;
    int found = 0;

    CU_ASSERT_TRUE_FATAL(query_runner_init(&q));
    if (has_indexes) {
        CU_ASSERT_STRING_EQUAL(query_run(&q, "CREATE INDEX FOR (n:A) ON (n.k)"), "");
        CU_ASSERT_STRING_EQUAL(query_run(&q, "CREATE INDEX FOR (n:B) ON (n.k)"), "");
    }
    make_graph(&g, &q);
    q.in_txn = in_txn;
    for (int i = 0; i < CASES; i++) {
        struct pattern p;
        char query[TEXT];
        char expected[TEXT];

        make_pattern(&p);
        write_query(&p, query);
        expect(&g, &p, expected);
        found += expected[0] != '0' ? 1 : 0;
        check(&q, query, expected, 0);
        check(&q, query, expected, NAMI_PLAN_RULES_ALL);
        check(&q, query, expected, (uint32_t)chance(1 << NAMI_PLAN_RULE_COUNT));
    }
    CU_ASSERT_TRUE(found > CASES / 4); /* or it would test little */
    query_runner_release(&q);
}

static void test_random__plain(void)
{
    seed = 1;
    run_cases(false, false);
}

static void test_random__with_indexes(void)
{
    seed = 2;
    run_cases(true, false);
}

static void test_random__in_a_transaction(void)
{
    seed = 3;
    run_cases(true, true);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"plain", test_random__plain},
        {"with indexes", test_random__with_indexes},
        {"in a transaction", test_random__in_a_transaction},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/exec: generated patterns", NULL, NULL, tests);
}
