/* core/embed: namidb.h as a program uses it, and beside another process. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <namidb/batch_util.h>
#include <namidb/namidb.h>

#include "tests/support/run_suite.h"

static const char *plugin_dir;
static const char *cli;
static char folder[64];
static char uri[128];
static struct namidb_problem problem;

static struct namidb *open_as(const char *where, uint32_t read_only)
{
    struct namidb_options options = {.struct_size = sizeof(options),
                                     .plugin_dir = plugin_dir,
                                     .read_only = read_only,
                                     .query_timeout_ms = 20000};
    struct namidb *db = NULL;

    problem = (struct namidb_problem){.struct_size = sizeof(problem)};
    CU_ASSERT_EQUAL_FATAL(namidb_open(where, &options, &db, &problem), NAMI_OK);
    return db;
}

/* A namespace of its own. */
static struct namidb *open_fresh(void)
{
    static unsigned spaces;

    (void)snprintf(uri, sizeof(uri), "file://%s?ns=n%u", folder, ++spaces);
    return open_as(uri, 0);
}

static int64_t int_of(struct nami_cell cell)
{
    CU_ASSERT_FATAL(cell.column != NULL && cell.column->type == NAMI_TYPE_INT64);
    return ((const int64_t *)cell.column->values)[cell.row];
}

/* The one integer; -1 if it fails, with problem. */
static int64_t ask(struct namidb *db, const char *text, const struct namidb_params *params)
{
    struct namidb_result *result = NULL;
    const struct nami_batch *batch = NULL;
    int64_t value = 0;

    problem = (struct namidb_problem){.struct_size = sizeof(problem)};
    if (namidb_query(db, text, params, &result, &problem) != NAMI_OK) {
        return -1;
    }
    CU_ASSERT_EQUAL_FATAL(namidb_result_next(result, &batch, &problem), NAMI_OK);
    if (batch->row_count > 0) {
        value = int_of(nami_cell_at(nami_batch_column(batch, 0), 0));
    }
    namidb_result_close(result);
    return value;
}

static struct namidb_writer *open_writer(struct namidb *db)
{
    struct namidb_writer *writer = NULL;

    CU_ASSERT_EQUAL_FATAL(namidb_writer_open(db, &writer, &problem), NAMI_OK);
    return writer;
}

static uint64_t add_node(struct namidb_writer *writer, const char *label, const char *json)
{
    const char *labels[2] = {label, NULL};
    struct namidb_property property = {"k", json};
    uint64_t id = UINT64_MAX;

    CU_ASSERT_EQUAL_FATAL(
        namidb_upsert_node(writer, labels, &property, json != NULL ? 1 : 0, &id, &problem),
        NAMI_OK);
    return id;
}

static void test_version__is_the_projects(void)
{
    CU_ASSERT_STRING_EQUAL(namidb_version(), "0.1.0");
}

static void test_open__tells_what_is_wrong(void)
{
    struct namidb_options options = {.struct_size = sizeof(options), .plugin_dir = "/nowhere"};
    struct namidb *db = NULL;

    problem = (struct namidb_problem){.struct_size = sizeof(problem)};
    CU_ASSERT_NOT_EQUAL(namidb_open("memory://x", &options, &db, &problem), NAMI_OK);
    CU_ASSERT_PTR_NULL(db);
    CU_ASSERT_PTR_NOT_NULL(strstr(problem.message, "/nowhere"));
    options.plugin_dir = plugin_dir;
    CU_ASSERT_NOT_EQUAL(namidb_open("nothing://x", &options, &db, &problem), NAMI_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(problem.message, "nothing"));
    CU_ASSERT_NOT_EQUAL(namidb_open("memory://x?latency=1", &options, &db, NULL), NAMI_OK);
    options.struct_size = 8; /* of an older program: the rest is not looked at */
    options.plugin_dir = "/nowhere";
    (void)!namidb_open("memory://x", &options, &db, &problem);
    CU_ASSERT_PTR_NULL(strstr(problem.message, "/nowhere"));
    namidb_close(db);
}

static void test_query__says_where_it_is_wrong(void)
{
    struct namidb *db = open_fresh();

    CU_ASSERT_EQUAL(ask(db, "RETURN x", NULL), -1);
    CU_ASSERT_STRING_EQUAL(problem.code, "SyntaxError.UndefinedVariable");
    CU_ASSERT_EQUAL(problem.line, 1);
    CU_ASSERT_EQUAL(problem.column, 8);
    CU_ASSERT_EQUAL(ask(db, "RETURN 41 + 1 AS x", NULL), 42);
    namidb_close(db);
}

static void test_params__of_every_kind(void)
{
    struct namidb *db = open_fresh();
    struct namidb_params *params = namidb_params_create();
    static const char *const wrong[] = {
        "",         "{",   "[1,]",       "1 2", "9223372036854775808", "{\"a\":1,\"a\":2}",
        "\"\xff\"", "nul", "\"\\ud800\""};

    CU_ASSERT_PTR_NOT_NULL_FATAL(params);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        CU_ASSERT_EQUAL(namidb_params_set_json(params, "p", wrong[i], strlen(wrong[i]), &problem),
                        NAMI_E_INVALID);
        CU_ASSERT_PTR_NOT_NULL(strstr(problem.message, "$p"));
    }
    CU_ASSERT_EQUAL(namidb_params_set_json(params, "p", "[1, {\"a\": [2]}]", 15, &problem),
                    NAMI_OK);
    CU_ASSERT_EQUAL(ask(db, "RETURN $p[1].a[0]", params), 2);
    CU_ASSERT_EQUAL(namidb_params_set_int(params, "p", 7), NAMI_OK); /* in its place */
    CU_ASSERT_EQUAL(ask(db, "RETURN $p", params), 7);
    CU_ASSERT_EQUAL(namidb_params_set_float(params, "f", 2.5), NAMI_OK);
    CU_ASSERT_EQUAL(ask(db, "RETURN toInteger($f * 2)", params), 5);
    CU_ASSERT_EQUAL(namidb_params_set_string(params, "s", "\xc3\xa9", 2), NAMI_OK);
    CU_ASSERT_EQUAL(ask(db, "RETURN size($s)", params), 1);
    CU_ASSERT_EQUAL(namidb_params_set_string(params, "s", "\xc3", 1), NAMI_E_INVALID);
    CU_ASSERT_EQUAL(ask(db, "RETURN $q", params), -1);
    CU_ASSERT_STRING_EQUAL(problem.code, "ParameterMissing.MissingParameter");
    namidb_params_destroy(params);
    namidb_close(db);
}

static void test_snapshot__stands_still(void)
{
    struct namidb *db = open_fresh();
    struct namidb_snapshot *snapshot = NULL;
    struct namidb_result *result = NULL;
    const struct nami_batch *batch = NULL;

    CU_ASSERT_EQUAL(ask(db, "CREATE (n:A) RETURN 1", NULL), 1);
    CU_ASSERT_EQUAL_FATAL(namidb_snapshot_open(db, &snapshot, &problem), NAMI_OK);
    CU_ASSERT_EQUAL(ask(db, "CREATE (n:A) RETURN 1", NULL), 1);
    CU_ASSERT_EQUAL_FATAL(
        namidb_snapshot_query(snapshot, "MATCH (n:A) RETURN count(n)", NULL, &result, &problem),
        NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(namidb_result_next(result, &batch, &problem), NAMI_OK);
    CU_ASSERT_EQUAL(int_of(nami_cell_at(nami_batch_column(batch, 0), 0)), 1);
    namidb_result_close(result);
    CU_ASSERT_NOT_EQUAL(namidb_snapshot_query(snapshot, "CREATE (n:A)", NULL, &result, &problem),
                        NAMI_OK);
    namidb_snapshot_close(snapshot);
    CU_ASSERT_EQUAL(ask(db, "MATCH (n:A) RETURN count(n)", NULL), 2);
    namidb_close(db);
}

static void test_read_only__refuses_writes(void)
{
    struct namidb *db = open_fresh();
    struct namidb_writer *writer = NULL;

    namidb_close(db);
    db = open_as(uri, 1);
    CU_ASSERT_EQUAL(ask(db, "CREATE (n:A) RETURN 1", NULL), -1);
    CU_ASSERT_NOT_EQUAL(namidb_writer_open(db, &writer, &problem), NAMI_OK);
    CU_ASSERT_PTR_NULL(writer);
    namidb_close(db);
}

static void test_writer__commits_many_changes_as_one(void)
{
    struct namidb *db = open_fresh();
    struct namidb_writer *writer = open_writer(db);
    struct namidb_property weight = {"w", "[1, 2]"};
    struct namidb_property gone = {"k", "null"};
    const char *more[2] = {"B", NULL};
    uint64_t edge = UINT64_MAX;
    uint64_t a = add_node(writer, "A", "1");
    uint64_t b = add_node(writer, "A", "\"text\"");
    uint64_t c = add_node(writer, "C", NULL);

    CU_ASSERT_EQUAL(namidb_upsert_edge(writer, "R", a, b, &weight, 1, &edge, &problem), NAMI_OK);
    CU_ASSERT_EQUAL(ask(db, "MATCH (n) RETURN count(n)", NULL), 0); /* not yet */
    CU_ASSERT_EQUAL(namidb_commit_batch(writer, &problem), NAMI_OK);
    CU_ASSERT_EQUAL(ask(db, "MATCH (n:A) RETURN count(n)", NULL), 2);
    CU_ASSERT_EQUAL(namidb_upsert_node(writer, more, &gone, 1, &a, &problem), NAMI_OK);
    CU_ASSERT_EQUAL(namidb_tombstone_node(writer, c, &problem), NAMI_OK);
    CU_ASSERT_EQUAL(namidb_tombstone_node(writer, 12345, &problem), NAMI_OK);
    CU_ASSERT_EQUAL(namidb_commit_batch(writer, &problem), NAMI_OK);
    CU_ASSERT_EQUAL(namidb_commit_batch(writer, &problem), NAMI_OK); /* nothing is fine */
    namidb_writer_close(writer);
    namidb_close(db);
    db = open_as(uri, 0);
    CU_ASSERT_EQUAL(ask(db, "MATCH (n:A:B) WHERE n.k IS NULL RETURN count(n)", NULL), 1);
    CU_ASSERT_EQUAL(ask(db, "MATCH (:A)-[r:R]->(m {k: 'text'}) RETURN r.w[1]", NULL), 2);
    CU_ASSERT_EQUAL(ask(db, "MATCH (n:C) RETURN count(n)", NULL), 0);
    writer = open_writer(db);
    CU_ASSERT_EQUAL(namidb_tombstone_edge(writer, "R", a, b, edge, &problem), NAMI_OK);
    CU_ASSERT_EQUAL(namidb_commit_batch(writer, &problem), NAMI_OK);
    namidb_writer_close(writer);
    CU_ASSERT_EQUAL(ask(db, "MATCH ()-[r]->() RETURN count(r)", NULL), 0);
    namidb_close(db);
}

static void test_writer__closed_without_commit_leaves_nothing(void)
{
    struct namidb *db = open_fresh();
    struct namidb_writer *writer = open_writer(db);

    (void)add_node(writer, "A", "1");
    namidb_writer_close(writer);
    CU_ASSERT_EQUAL(ask(db, "MATCH (n) RETURN count(n)", NULL), 0);
    CU_ASSERT_EQUAL(ask(db, "CREATE (n:B) RETURN 1", NULL), 1); /* the token is free */
    namidb_close(db);
}

static void test_writer__checks_what_it_is_given(void)
{
    static const struct {
        const char *label;
        struct namidb_property properties[2];
        size_t count;
    } cases[] = {
        {"", {{"k", "1"}}, 1},          {"\xff", {{"k", "1"}}, 1},
        {"A", {{"", "1"}}, 1},          {"A", {{"k\xc3", "1"}}, 1},
        {"A", {{"k", "{\"a\":1}"}}, 1}, {"A", {{"k", "[1, \"x\"]"}}, 1},
        {"A", {{"k", "nonsense"}}, 1},  {"A", {{"k", "1"}, {"k", "2"}}, 2},
    };
    struct namidb *db = open_fresh();
    struct namidb_writer *writer = open_writer(db);
    uint64_t absent = 999;
    uint64_t edge = UINT64_MAX;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *labels[2] = {cases[i].label, NULL};
        uint64_t id = UINT64_MAX;

        problem = (struct namidb_problem){.struct_size = sizeof(problem)};
        CU_ASSERT_NOT_EQUAL(
            namidb_upsert_node(writer, labels, cases[i].properties, cases[i].count, &id, &problem),
            NAMI_OK);
        CU_ASSERT_NOT_EQUAL(problem.message[0], '\0');
        CU_ASSERT_EQUAL(id, UINT64_MAX);
    }
    CU_ASSERT_NOT_EQUAL(namidb_upsert_node(writer, NULL, NULL, 0, &absent, &problem), NAMI_OK);
    CU_ASSERT_NOT_EQUAL(namidb_upsert_edge(writer, "R", 998, 999, NULL, 0, &edge, &problem),
                        NAMI_OK);
    CU_ASSERT_NOT_EQUAL(namidb_upsert_edge(writer, "", 998, 999, NULL, 0, &edge, &problem),
                        NAMI_OK);
    CU_ASSERT_EQUAL(namidb_commit_batch(writer, &problem), NAMI_OK);
    namidb_writer_close(writer);
    CU_ASSERT_EQUAL(ask(db, "MATCH (n) RETURN count(n)", NULL), 0);
    namidb_close(db);
}

/* Properties were set, labels are refused: half of it must not be committed. */
static void test_writer__a_torn_batch_is_not_committed(void)
{
    struct namidb *db = open_fresh();
    struct namidb_writer *writer = NULL;
    struct namidb_property property = {"k", "1"};
    const char *labels[2] = {"U", NULL};
    uint64_t id = 0;

    CU_ASSERT_EQUAL(ask(db, "CREATE CONSTRAINT FOR (n:U) REQUIRE n.k IS UNIQUE", NULL), 0);
    CU_ASSERT_EQUAL(ask(db, "CREATE (n:U {k: 1}) RETURN 1", NULL), 1);
    writer = open_writer(db);
    id = add_node(writer, "V", "2");
    CU_ASSERT_NOT_EQUAL(namidb_upsert_node(writer, labels, &property, 1, &id, &problem), NAMI_OK);
    CU_ASSERT_NOT_EQUAL(namidb_commit_batch(writer, &problem), NAMI_OK);
    CU_ASSERT_EQUAL(ask(db, "MATCH (n:V) RETURN count(n)", NULL), 0);
    (void)add_node(writer, "V", "3");
    CU_ASSERT_EQUAL(namidb_commit_batch(writer, &problem), NAMI_OK);
    namidb_writer_close(writer);
    CU_ASSERT_EQUAL(ask(db, "MATCH (n:V) RETURN n.k", NULL), 3);
    namidb_close(db);
}

/* The exit code of `namidb run`. */
static int run_cli(const char *statement, const char *timeout)
{
    pid_t pid = fork();
    int status = 0;

    if (pid == 0) {
        (void)execl(cli, cli, "run", "--plugin-dir", plugin_dir, "--store", uri, "--timeout",
                    timeout, "--format", "json", statement, (char *)NULL);
        _exit(127);
    }
    CU_ASSERT_EQUAL_FATAL(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void test_two_processes__share_a_namespace(void)
{
    struct namidb *db = open_fresh();
    struct namidb_writer *writer = NULL;
    int64_t count = 0;

    CU_ASSERT_EQUAL(run_cli("CREATE (:A), (:A)", "20s"), 0);
    for (int i = 0; i < 100 && count != 2; i++) { /* followed within a second or so */
        (void)usleep(50000);
        count = ask(db, "MATCH (n:A) RETURN count(n)", NULL);
    }
    CU_ASSERT_EQUAL(count, 2);
    CU_ASSERT_EQUAL(ask(db, "CREATE (n:B) RETURN 1", NULL), 1); /* the other has let go */
    writer = open_writer(db);
    CU_ASSERT_EQUAL(run_cli("MATCH (n:A) RETURN count(n)", "20s"), 0); /* reads need no lease */
    CU_ASSERT_EQUAL(run_cli("CREATE (:C)", "300ms"), 1);               /* writes do */
    namidb_writer_close(writer);
    CU_ASSERT_EQUAL(ask(db, "MATCH (n:C) RETURN count(n)", NULL), 0);
    namidb_close(db);
    CU_ASSERT_EQUAL(run_cli("CREATE (:C)", "20s"), 0); /* released at close */
}

static CU_TestInfo tests[] = {
    {"version: is the project's", test_version__is_the_projects},
    {"open: tells what is wrong", test_open__tells_what_is_wrong},
    {"query: says where it is wrong", test_query__says_where_it_is_wrong},
    {"params: of every kind", test_params__of_every_kind},
    {"snapshot: stands still", test_snapshot__stands_still},
    {"read only: refuses writes", test_read_only__refuses_writes},
    {"writer: many changes as one", test_writer__commits_many_changes_as_one},
    {"writer: closed leaves nothing", test_writer__closed_without_commit_leaves_nothing},
    {"writer: checks what it is given", test_writer__checks_what_it_is_given},
    {"writer: a torn batch is not committed", test_writer__a_torn_batch_is_not_committed},
    {"two processes: share a namespace", test_two_processes__share_a_namespace},
    CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
    char command[128];
    int code = EXIT_FAILURE;

    if (argc != 3) {
        (void)fprintf(stderr, "usage: %s PLUGIN_DIR NAMIDB\n", argv[0]);
        return 2;
    }
    plugin_dir = argv[1];
    cli = argv[2];
    (void)snprintf(folder, sizeof(folder), "/tmp/namidb-embed-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return EXIT_FAILURE;
    }
    code = run_suite("core/embed", NULL, NULL, tests);
    (void)snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    return system(command) == 0 ? code : EXIT_FAILURE; // NOLINT: a path of our own
}
