/* Unit tests for core/exec/exec_context.c: clock, cancel token, memory, places of problems. */
#include "tests/support/run_suite.h"

#include <string.h>

#include <namidb/plugin_util.h>

#include "tests/unit/core/exec/exec_fixture.h"

static struct exec_fixture f;

static void begin(uint64_t budget)
{
    CU_ASSERT_FATAL(exec_fixture_init(&f, budget));
}

static void test_tick__looks_at_the_clock_each_1024_rows(void)
{
    begin(1 << 20);
    f.call.deadline_ns = 1; /* long ago */
    CU_ASSERT_EQUAL(nami_exec_tick(&f.exec, 1023), NAMI_OK);
    CU_ASSERT_NOT_EQUAL(nami_exec_tick(&f.exec, 1), NAMI_OK);
    CU_ASSERT_EQUAL(f.diag.condition, NAMI_COND_QUERY_TIMEOUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(f.diag.message, "60000 ms"));
    CU_ASSERT_PTR_NOT_NULL(strstr(f.diag.hint, "--query-timeout"));
    exec_fixture_release(&f);
}

static void test_tick__a_large_count_does_not_overflow(void)
{
    begin(1 << 20);
    f.call.deadline_ns = 1;
    f.exec.ticks = 1023;
    CU_ASSERT_NOT_EQUAL(nami_exec_tick(&f.exec, UINT32_MAX), NAMI_OK);
    exec_fixture_release(&f);
}

static void test_tick__cancelled(void)
{
    struct nami_cancel cancel = {0};

    begin(1 << 20);
    f.call.cancel = &cancel;
    CU_ASSERT_EQUAL(nami_exec_tick(&f.exec, 5000), NAMI_OK);
    nami_cancel_trip(&cancel);
    CU_ASSERT_NOT_EQUAL(nami_exec_tick(&f.exec, 5000), NAMI_OK);
    CU_ASSERT_EQUAL(f.diag.condition, NAMI_COND_CANCELLED);
    exec_fixture_release(&f);
}

static void test_nomem__names_the_flag_and_its_value(void)
{
    begin(1 << 20);
    CU_ASSERT_PTR_NULL(nami_exec_scratch(&f.exec, 1 << 20, 16));
    CU_ASSERT_NOT_EQUAL(nami_exec_nomem(&f.exec), NAMI_OK);
    CU_ASSERT_EQUAL(f.diag.condition, NAMI_COND_QUERY_MEMORY);
    CU_ASSERT_PTR_NOT_NULL(strstr(f.diag.message, "--query-memory"));
    CU_ASSERT_PTR_NOT_NULL(strstr(f.diag.message, "1048576"));
    exec_fixture_release(&f);
}

static void test_fail__knows_line_and_column(void)
{
    begin(1 << 20);
    f.exec.text = nami_text("RETURN 1,\n  2 / 0");
    CU_ASSERT_NOT_EQUAL(nami_exec_fail(&f.exec, NAMI_COND_DIVISION_BY_ZERO,
                                       (struct nami_span){.at = 12, .len = 5}, "%s", "/ by zero"),
                        NAMI_OK);
    CU_ASSERT_EQUAL(f.diag.at.line, 2);
    CU_ASSERT_EQUAL(f.diag.at.column, 3);
    CU_ASSERT_EQUAL(f.diag.at.offset, 12);
    CU_ASSERT_STRING_EQUAL(f.diag.message, "/ by zero");
    CU_ASSERT_PTR_NOT_NULL(strstr(f.diag.excerpt, "2 / 0"));
    exec_fixture_release(&f);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"tick__looks_at_the_clock_each_1024_rows", test_tick__looks_at_the_clock_each_1024_rows},
        {"tick__a_large_count_does_not_overflow", test_tick__a_large_count_does_not_overflow},
        {"tick__cancelled", test_tick__cancelled},
        {"nomem__names_the_flag_and_its_value", test_nomem__names_the_flag_and_its_value},
        {"fail__knows_line_and_column", test_fail__knows_line_and_column},
        CU_TEST_INFO_NULL,
    };

    return run_suite("exec/exec_context", NULL, NULL, tests);
}
