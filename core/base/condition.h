/*
 * core/base/condition.h -- everything that can go wrong for a user, once.
 *
 * What:   a closed list of conditions. condition.c holds the one table that gives
 *         each its openCypher code, Neo4j code, GQLSTATUS, HTTP status and whether
 *         the same request may succeed later. HTTP, Bolt, the C API and the CLI
 *         all read that table, so they never drift.
 * Above:  everyone.
 * Thread: constant data.
 */
#ifndef NAMI_CORE_BASE_CONDITION_H
#define NAMI_CORE_BASE_CONDITION_H

#include <namidb/abi.h>

/* Names follow openCypher's "type: detail" where it has one. */
enum nami_condition {
    NAMI_COND_NONE = 0,
    /* syntax and semantics, found before anything runs */
    NAMI_COND_UNEXPECTED_SYNTAX,
    NAMI_COND_UNDEFINED_VARIABLE,
    NAMI_COND_VARIABLE_ALREADY_BOUND,
    NAMI_COND_VARIABLE_TYPE_CONFLICT,
    NAMI_COND_INVALID_ARGUMENT_TYPE, /* SyntaxError.InvalidArgumentType, compile time */
    NAMI_COND_INTEGER_OVERFLOW,      /* of a literal */
    NAMI_COND_FLOATING_POINT_OVERFLOW,
    NAMI_COND_INVALID_NUMBER_LITERAL,
    NAMI_COND_INVALID_UNICODE_LITERAL,
    NAMI_COND_INVALID_UNICODE_CHARACTER,
    NAMI_COND_AMBIGUOUS_AGGREGATION,
    NAMI_COND_INVALID_AGGREGATION,
    NAMI_COND_NESTED_AGGREGATION,
    NAMI_COND_NON_CONSTANT_EXPRESSION,
    NAMI_COND_NO_SINGLE_RELATIONSHIP_TYPE,
    NAMI_COND_REQUIRES_DIRECTED_RELATIONSHIP,
    NAMI_COND_INVALID_RELATIONSHIP_PATTERN,
    NAMI_COND_RELATIONSHIP_UNIQUENESS_VIOLATION,
    NAMI_COND_CREATING_VAR_LENGTH,
    NAMI_COND_INVALID_PARAMETER_USE,
    NAMI_COND_INVALID_NUMBER_OF_ARGUMENTS,
    NAMI_COND_INVALID_ARGUMENT_PASSING_MODE,
    NAMI_COND_INVALID_CLAUSE_COMPOSITION,
    NAMI_COND_INVALID_DELETE,
    NAMI_COND_DIFFERENT_COLUMNS_IN_UNION,
    NAMI_COND_COLUMN_NAME_CONFLICT,
    NAMI_COND_NO_VARIABLES_IN_SCOPE,
    NAMI_COND_NO_EXPRESSION_ALIAS,
    NAMI_COND_UNKNOWN_FUNCTION,
    NAMI_COND_PROCEDURE_NOT_FOUND,
    NAMI_COND_NEGATIVE_INTEGER_ARGUMENT,
    NAMI_COND_QUERY_TOO_COMPLEX,   /* depth, node or byte budget of the parser */
    NAMI_COND_UNSUPPORTED_FEATURE, /* understood, not executed yet: 501 */
    NAMI_COND_MISSING_PARAMETER,
    /* while running */
    NAMI_COND_TYPE_ERROR,             /* TypeError.InvalidArgumentType */
    NAMI_COND_INVALID_ARGUMENT_VALUE, /* TypeError.InvalidArgumentValue */
    NAMI_COND_MAP_ACCESS_BY_NON_STRING,
    NAMI_COND_LIST_ACCESS_BY_NON_INTEGER,
    NAMI_COND_INVALID_PROPERTY_TYPE,
    NAMI_COND_NUMBER_OUT_OF_RANGE, /* ArgumentError.NumberOutOfRange */
    NAMI_COND_ARGUMENT_ERROR,      /* ArgumentError.InvalidArgumentType */
    NAMI_COND_ARITHMETIC_OVERFLOW,
    NAMI_COND_DIVISION_BY_ZERO,
    NAMI_COND_INVALID_REGEX,
    NAMI_COND_DELETED_ENTITY_ACCESS,
    NAMI_COND_DELETE_CONNECTED_NODE,
    NAMI_COND_MERGE_READ_OWN_WRITES,
    NAMI_COND_CONSTRAINT_VIOLATION, /* uniqueness */
    NAMI_COND_CONSTRAINT_CREATION_FAILED,
    NAMI_COND_SCHEMA_RULE_EXISTS,
    NAMI_COND_SCHEMA_NAME_EXISTS,
    NAMI_COND_SCHEMA_RULE_NOT_FOUND,
    NAMI_COND_WRITE_IN_READ_MODE,
    /* limits */
    NAMI_COND_QUERY_TIMEOUT,
    NAMI_COND_QUERY_MEMORY,
    NAMI_COND_CANCELLED,
    NAMI_COND_TRANSACTION_TOO_LARGE,
    NAMI_COND_RESULT_TOO_LARGE,
    NAMI_COND_MEMORY_FULL, /* memtable limit, process limit */
    NAMI_COND_BUSY,        /* queues full */
    /* the door */
    NAMI_COND_INVALID_REQUEST, /* malformed JSON, wrong field, bad UTF-8 */
    NAMI_COND_INVALID_PARAMETER,
    NAMI_COND_REQUEST_TOO_LARGE,
    NAMI_COND_UNAUTHORIZED,
    NAMI_COND_FORBIDDEN,
    NAMI_COND_NOT_FOUND, /* no such path, no such database */
    NAMI_COND_METHOD_NOT_ALLOWED,
    NAMI_COND_DATABASE_NOT_FOUND,
    /* storage and cluster */
    NAMI_COND_NOT_A_LEADER,
    NAMI_COND_COMMIT_UNKNOWN, /* may or may not be durable */
    NAMI_COND_COMMIT_FAILED,  /* is not durable; nothing was kept */
    NAMI_COND_SNAPSHOT_EXPIRED,
    NAMI_COND_STORE_UNAVAILABLE, /* transient after retries */
    NAMI_COND_STORE_REFUSED,     /* credentials, configuration, read-only */
    NAMI_COND_STORE_FULL,        /* disk full */
    NAMI_COND_STORE_UNSAFE,      /* does not honour conditional writes */
    NAMI_COND_CORRUPT,
    NAMI_COND_INVALID_BOOKMARK,
    NAMI_COND_BOOKMARK_TIMEOUT,
    NAMI_COND_SHUTTING_DOWN,
    NAMI_COND_OUT_OF_MEMORY,
    NAMI_COND_INTERNAL,
    NAMI_COND_COUNT
};

/* One row of the table. All text is static ASCII. */
struct nami_condition_info {
    const char *code;        /* "SyntaxError.UndefinedVariable" */
    const char *neo4j_code;  /* "Neo.ClientError.Statement.SyntaxError" */
    const char *gql_status;  /* "42N62" */
    const char *description; /* GQL's text for that status */
    uint16_t http_status;
    uint8_t is_compile_time; /* "phase": compile, else runtime */
    uint8_t is_retryable;
    int32_t status; /* enum nami_status for callers of the ABI */
};

/* Never NULL; an unknown number reads as INTERNAL. */
const struct nami_condition_info *nami_condition_info(uint32_t condition);
/* What a bare status from below (store, buffers) means to a user. */
uint32_t nami_condition_of_status(int32_t status);

#endif /* NAMI_CORE_BASE_CONDITION_H */
