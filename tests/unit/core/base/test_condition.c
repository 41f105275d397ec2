/* Unit tests for core/base/condition.c: the one table is complete and consistent. */
#include "tests/support/run_suite.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/condition.h"

static bool has_shape(const char *code, int dots)
{
    size_t len = strlen(code);

    for (size_t i = 0; i < len; i++) {
        if (code[i] == '.') {
            dots--;
            if (i == 0 || i + 1 == len || code[i + 1] == '.') {
                return false;
            }
        } else if (!isalnum((unsigned char)code[i])) {
            return false;
        }
    }
    return len > 0 && dots == 0;
}

static void test_table__every_row_is_filled(void)
{
    for (uint32_t i = 1; i < NAMI_COND_COUNT; i++) {
        const struct nami_condition_info *info = nami_condition_info(i);

        CU_ASSERT_PTR_NOT_NULL_FATAL(info->code);
        CU_ASSERT_PTR_NOT_NULL_FATAL(info->neo4j_code);
        CU_ASSERT_PTR_NOT_NULL_FATAL(info->gql_status);
        CU_ASSERT_PTR_NOT_NULL_FATAL(info->description);
        CU_ASSERT_TRUE(has_shape(info->code, 1));
        CU_ASSERT_TRUE(has_shape(info->neo4j_code, 3)); /* drivers take others for our fault */
        CU_ASSERT_EQUAL(strlen(info->gql_status), 5);
        CU_ASSERT_EQUAL(strncmp(info->description, "error: ", 7), 0);
        CU_ASSERT(info->http_status >= 400 && info->http_status < 600);
        CU_ASSERT(info->status > NAMI_OK && info->status < NAMI_STATUS_COUNT);
    }
}

static void test_table__codes_are_unique(void)
{
    for (uint32_t i = 0; i < NAMI_COND_COUNT; i++) {
        for (uint32_t j = i + 1; j < NAMI_COND_COUNT; j++) {
            CU_ASSERT_STRING_NOT_EQUAL(nami_condition_info(i)->code, nami_condition_info(j)->code);
        }
    }
}

/* Drivers retry what Neo4j calls transient, and a lost leader; nothing else. */
static void test_table__retryable_agrees_with_what_drivers_do(void)
{
    for (uint32_t i = 1; i < NAMI_COND_COUNT; i++) {
        const struct nami_condition_info *info = nami_condition_info(i);
        bool is_transient = strncmp(info->neo4j_code, "Neo.TransientError.", 19) == 0;

        CU_ASSERT_EQUAL(info->is_retryable, is_transient || i == NAMI_COND_NOT_A_LEADER);
        if (info->is_retryable != 0) {
            CU_ASSERT_EQUAL(info->http_status, 503);
        }
    }
}

static void test_table__only_what_is_our_fault_is_500(void)
{
    for (uint32_t i = 1; i < NAMI_COND_COUNT; i++) {
        bool ours =
            i == NAMI_COND_INTERNAL || i == NAMI_COND_CORRUPT || i == NAMI_COND_COMMIT_UNKNOWN;

        CU_ASSERT_EQUAL(nami_condition_info(i)->http_status == 500, ours);
    }
}

static void test_table__rows_that_others_rely_on(void)
{
    static const struct {
        uint32_t condition;
        const char *code;
        const char *neo4j_code;
        const char *gql_status;
        uint16_t http_status;
        int32_t status;
    } rows[] = {
        {NAMI_COND_UNDEFINED_VARIABLE, "SyntaxError.UndefinedVariable",
         "Neo.ClientError.Statement.SyntaxError", "42N62", 400, NAMI_E_INVALID},
        {NAMI_COND_UNSUPPORTED_FEATURE, "Unsupported.Feature",
         "Neo.ClientError.Statement.UnsupportedOperationError", "51N31", 501, NAMI_E_UNSUPPORTED},
        {NAMI_COND_NOT_A_LEADER, "Cluster.NotALeader", "Neo.ClientError.Cluster.NotALeader",
         "08N07", 503, NAMI_E_CONFLICT},
        {NAMI_COND_QUERY_TIMEOUT, "Limit.QueryTimeout",
         "Neo.ClientError.Transaction.TransactionTimedOut", "25N14", 504, NAMI_E_DEADLINE},
        {NAMI_COND_QUERY_MEMORY, "Limit.QueryMemory",
         "Neo.ClientError.General.TransactionOutOfMemoryError", "51N73", 413, NAMI_E_TOO_LARGE},
        {NAMI_COND_CONSTRAINT_VIOLATION, "ConstraintValidationFailed.UniquenessViolation",
         "Neo.ClientError.Schema.ConstraintValidationFailed", "22N79", 409, NAMI_E_PRECONDITION},
        {NAMI_COND_STORE_FULL, "Store.Full",
         "Neo.DatabaseError.Transaction.TransactionCommitFailed", "50N42", 507, NAMI_E_CONFIG},
        {NAMI_COND_UNAUTHORIZED, "Security.Unauthorized", "Neo.ClientError.Security.Unauthorized",
         "42NFF", 401, NAMI_E_AUTH},
        {NAMI_COND_DIVISION_BY_ZERO, "ArithmeticError.DivisionByZero",
         "Neo.ClientError.Statement.ArithmeticError", "22012", 400, NAMI_E_INVALID},
        {NAMI_COND_MISSING_PARAMETER, "ParameterMissing.MissingParameter",
         "Neo.ClientError.Statement.ParameterMissing", "42N51", 400, NAMI_E_INVALID},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct nami_condition_info *info = nami_condition_info(rows[i].condition);

        CU_ASSERT_STRING_EQUAL(info->code, rows[i].code);
        CU_ASSERT_STRING_EQUAL(info->neo4j_code, rows[i].neo4j_code);
        CU_ASSERT_STRING_EQUAL(info->gql_status, rows[i].gql_status);
        CU_ASSERT_EQUAL(info->http_status, rows[i].http_status);
        CU_ASSERT_EQUAL(info->status, rows[i].status);
    }
}

static void test_lookup__unknown_numbers_are_internal(void)
{
    CU_ASSERT_PTR_EQUAL(nami_condition_info(NAMI_COND_COUNT),
                        nami_condition_info(NAMI_COND_INTERNAL));
    CU_ASSERT_PTR_EQUAL(nami_condition_info(UINT32_MAX), nami_condition_info(NAMI_COND_INTERNAL));
    CU_ASSERT_EQUAL(nami_condition_of_status(-1), NAMI_COND_INTERNAL);
    CU_ASSERT_EQUAL(nami_condition_of_status(NAMI_STATUS_COUNT), NAMI_COND_INTERNAL);
    CU_ASSERT_EQUAL(nami_condition_of_status(NAMI_OK), NAMI_COND_NONE);
    for (int32_t status = 1; status < NAMI_STATUS_COUNT; status++) {
        CU_ASSERT_NOT_EQUAL(nami_condition_of_status(status), NAMI_COND_NONE);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"table: every row is filled", test_table__every_row_is_filled},
        {"table: codes are unique", test_table__codes_are_unique},
        {"table: retryable agrees with what drivers do",
         test_table__retryable_agrees_with_what_drivers_do},
        {"table: only what is our fault is 500", test_table__only_what_is_our_fault_is_500},
        {"table: rows that others rely on", test_table__rows_that_others_rely_on},
        {"lookup: unknown numbers are internal", test_lookup__unknown_numbers_are_internal},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/base/condition", NULL, NULL, tests);
}
