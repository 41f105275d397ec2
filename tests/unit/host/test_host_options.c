/* host/host_options.c: a flag beats a variable beats the default, and nothing is ignored. */
#include "tests/support/run_suite.h"

#include <string.h>

#include "host/host_options.h"

enum { WORDS_MAX = 8, WARNING_BYTES = 512 };

struct outcome {
    struct nami_host_options options;
    struct nami_error err;
    int32_t status;
    char warning[WARNING_BYTES];
};

static void parse(const char *const *words, const char *const *environment, struct outcome *out)
{
    char *argv[WORDS_MAX + 1] = {NULL};
    char *env[WORDS_MAX + 1] = {NULL};
    static char kept[2 * WORDS_MAX][80]; /* argv is not const, and options borrow it */
    FILE *warn = fmemopen(out->warning, sizeof(out->warning), "w");
    int argc = 0;

    for (; words[argc] != NULL; argc++) {
        (void)snprintf(kept[argc], sizeof(kept[argc]), "%s", words[argc]);
        argv[argc] = kept[argc];
    }
    for (int i = 0; environment != NULL && environment[i] != NULL; i++) {
        (void)snprintf(kept[WORDS_MAX + i], sizeof(kept[0]), "%s", environment[i]);
        env[i] = kept[WORDS_MAX + i];
    }
    out->err = (struct nami_error){.struct_size = sizeof(out->err)};
    out->warning[0] = '\0';
    out->status = nami_host_options_parse(argc, argv, env, warn, &out->options, &out->err);
    (void)fclose(warn);
}

static void test_parse__flag_beats_variable_beats_default(void)
{
    const char *const words[] = {"namidb-host", "--store=memory://a", "--query-timeout", "5s",
                                 NULL};
    const char *const env[] = {"NAMIDB_QUERY_TIMEOUT=7s", "NAMIDB_QUERY_MEMORY=64m", NULL};
    struct outcome out;

    parse(words, env, &out);
    CU_ASSERT_EQUAL_FATAL(out.status, NAMI_OK);
    CU_ASSERT_STRING_EQUAL(nami_host_option_text(&out.options, NAMI_OPT_STORE), "memory://a");
    CU_ASSERT_EQUAL(out.options.values[NAMI_OPT_QUERY_TIMEOUT].number, 5000);
    CU_ASSERT_EQUAL(out.options.values[NAMI_OPT_QUERY_MEMORY].number, 64 << 20);
    CU_ASSERT_STRING_EQUAL(nami_host_option_text(&out.options, NAMI_OPT_LISTEN), "127.0.0.1:8080");
    CU_ASSERT_EQUAL(out.options.values[NAMI_OPT_FLUSH_INTERVAL].number, 30000);
    CU_ASSERT_STRING_EQUAL(out.warning, "");
}

static void test_parse__refuses_with_one_line(void)
{
    static const struct {
        const char *words[4];
        const char *message;
    } cases[] = {
        {{"h", "--stor", "x"}, "unknown flag --stor: did you mean --store?"},
        {{"h", "--zzzzzzzzzz"}, "unknown flag --zzzzzzzzzz; --help lists them"},
        {{"h", "store"}, "'store' is not a flag; --help lists them"},
        {{"h", "--store"}, "--store needs a value: URI"},
        {{"h", "--store="}, "--store is empty"},
        {{"h", "--node-id=a", "--node-id=b"}, "--node-id is given twice"},
        {{"h", "--flush-interval", "soon"}, "--flush-interval: 'soon' is not a valid DURATION"},
        {{"h", "--query-timeout", "-1s"}, "--query-timeout: '-1s' is not a valid DURATION"},
        {{"h", "--workers", "0"}, "--workers: '0' is not a valid N"},
        {{"h", "--require-auth=perhaps"}, "--require-auth: 'perhaps' is neither true nor false"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct outcome out;

        parse(cases[i].words, NULL, &out);
        CU_ASSERT_EQUAL(out.status, NAMI_E_CONFIG);
        CU_ASSERT_STRING_EQUAL(out.err.message, cases[i].message);
    }
}

static void test_parse__listen_repeats(void)
{
    const char *const words[] = {"h", "--listen", "127.0.0.1:1", "--listen=http=127.0.0.1:2", NULL};
    struct outcome out;

    parse(words, NULL, &out);
    CU_ASSERT_EQUAL_FATAL(out.status, NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(out.options.values[NAMI_OPT_LISTEN].count, 2);
    CU_ASSERT_STRING_EQUAL(out.options.values[NAMI_OPT_LISTEN].texts[1], "http=127.0.0.1:2");
}

static void test_parse__unknown_variable_is_a_warning(void)
{
    const char *const words[] = {"h", NULL};
    const char *const env[] = {"NAMIDB_STOR=x", "OTHER=y", NULL};
    struct outcome out;

    parse(words, env, &out);
    CU_ASSERT_EQUAL(out.status, NAMI_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(out.warning, "NAMIDB_STOR is not known"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.warning, "did you mean NAMIDB_STORE?"));
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"parse: a flag beats a variable beats the default",
         test_parse__flag_beats_variable_beats_default},
        {"parse: refuses with one line", test_parse__refuses_with_one_line},
        {"parse: --listen repeats", test_parse__listen_repeats},
        {"parse: an unknown variable is a warning", test_parse__unknown_variable_is_a_warning},
        CU_TEST_INFO_NULL,
    };

    return run_suite("host_options", NULL, NULL, tests);
}
