/*
 * core/cypher/functions.h -- every function of the language, once.
 *
 * What:   the table by which the analyser resolves calls, counts arguments, checks literal
 *         arguments and suggests names; expression kernels are chosen by id.
 * Above:  analysis, plan, exec.
 * Below:  base.
 * Thread: constant data.
 */
#ifndef NAMI_CORE_CYPHER_FUNCTIONS_H
#define NAMI_CORE_CYPHER_FUNCTIONS_H

#include <stdbool.h>

#include "core/base/suggest.h"
#include "core/cypher/symbol.h"

enum nami_function_id {
    /* aggregates */
    NAMI_FN_COUNT_STAR,
    NAMI_FN_COUNT,
    NAMI_FN_SUM,
    NAMI_FN_AVG,
    NAMI_FN_MIN,
    NAMI_FN_MAX,
    NAMI_FN_COLLECT,
    NAMI_FN_PERCENTILE_DISC,
    NAMI_FN_PERCENTILE_CONT,
    NAMI_FN_STDEV,
    NAMI_FN_STDEVP,
    /* predicates */
    NAMI_FN_EXISTS,
    NAMI_FN_IS_EMPTY,
    NAMI_FN_IS_NAN,
    /* scalar */
    NAMI_FN_COALESCE,
    NAMI_FN_NULL_IF,
    NAMI_FN_ID,
    NAMI_FN_ELEMENT_ID,
    NAMI_FN_LABELS,
    NAMI_FN_TYPE,
    NAMI_FN_KEYS,
    NAMI_FN_PROPERTIES,
    NAMI_FN_START_NODE,
    NAMI_FN_END_NODE,
    NAMI_FN_NODES,
    NAMI_FN_RELATIONSHIPS,
    NAMI_FN_RELS,
    NAMI_FN_LENGTH,
    NAMI_FN_SIZE,
    NAMI_FN_HEAD,
    NAMI_FN_LAST,
    NAMI_FN_TAIL,
    NAMI_FN_RANGE,
    NAMI_FN_REVERSE,
    NAMI_FN_RANDOM_UUID,
    NAMI_FN_TIMESTAMP,
    NAMI_FN_VALUE_TYPE,
    /* conversion */
    NAMI_FN_TO_STRING,
    NAMI_FN_TO_STRING_OR_NULL,
    NAMI_FN_TO_STRING_LIST,
    NAMI_FN_TO_INTEGER,
    NAMI_FN_TO_INTEGER_OR_NULL,
    NAMI_FN_TO_INTEGER_LIST,
    NAMI_FN_TO_FLOAT,
    NAMI_FN_TO_FLOAT_OR_NULL,
    NAMI_FN_TO_FLOAT_LIST,
    NAMI_FN_TO_BOOLEAN,
    NAMI_FN_TO_BOOLEAN_OR_NULL,
    NAMI_FN_TO_BOOLEAN_LIST,
    /* strings */
    NAMI_FN_TO_LOWER,
    NAMI_FN_LOWER,
    NAMI_FN_TO_UPPER,
    NAMI_FN_UPPER,
    NAMI_FN_TRIM,
    NAMI_FN_BTRIM,
    NAMI_FN_LTRIM,
    NAMI_FN_RTRIM,
    NAMI_FN_LEFT,
    NAMI_FN_RIGHT,
    NAMI_FN_SUBSTRING,
    NAMI_FN_REPLACE,
    NAMI_FN_SPLIT,
    NAMI_FN_CHAR_LENGTH,
    NAMI_FN_CHARACTER_LENGTH,
    NAMI_FN_NORMALIZE,
    /* numbers */
    NAMI_FN_ABS,
    NAMI_FN_CEIL,
    NAMI_FN_CEILING,
    NAMI_FN_FLOOR,
    NAMI_FN_ROUND,
    NAMI_FN_SIGN,
    NAMI_FN_RAND,
    NAMI_FN_E,
    NAMI_FN_PI,
    NAMI_FN_EXP,
    NAMI_FN_LOG,
    NAMI_FN_LN,
    NAMI_FN_LOG10,
    NAMI_FN_SQRT,
    NAMI_FN_POWER,
    NAMI_FN_MOD,
    NAMI_FN_SIN,
    NAMI_FN_COS,
    NAMI_FN_TAN,
    NAMI_FN_COT,
    NAMI_FN_COTH,
    NAMI_FN_ASIN,
    NAMI_FN_ACOS,
    NAMI_FN_ATAN,
    NAMI_FN_ATAN2,
    NAMI_FN_SINH,
    NAMI_FN_COSH,
    NAMI_FN_TANH,
    NAMI_FN_DEGREES,
    NAMI_FN_RADIANS,
    NAMI_FN_HAVERSIN,
    /* temporal */
    NAMI_FN_DATE,
    NAMI_FN_DATE_TRANSACTION,
    NAMI_FN_DATE_STATEMENT,
    NAMI_FN_DATE_REALTIME,
    NAMI_FN_DATE_TRUNCATE,
    NAMI_FN_TIME,
    NAMI_FN_TIME_TRANSACTION,
    NAMI_FN_TIME_STATEMENT,
    NAMI_FN_TIME_REALTIME,
    NAMI_FN_TIME_TRUNCATE,
    NAMI_FN_LOCALTIME,
    NAMI_FN_LOCALTIME_TRANSACTION,
    NAMI_FN_LOCALTIME_STATEMENT,
    NAMI_FN_LOCALTIME_REALTIME,
    NAMI_FN_LOCALTIME_TRUNCATE,
    NAMI_FN_DATETIME,
    NAMI_FN_DATETIME_TRANSACTION,
    NAMI_FN_DATETIME_STATEMENT,
    NAMI_FN_DATETIME_REALTIME,
    NAMI_FN_DATETIME_TRUNCATE,
    NAMI_FN_LOCALDATETIME,
    NAMI_FN_LOCALDATETIME_TRANSACTION,
    NAMI_FN_LOCALDATETIME_STATEMENT,
    NAMI_FN_LOCALDATETIME_REALTIME,
    NAMI_FN_LOCALDATETIME_TRUNCATE,
    NAMI_FN_DATETIME_FROM_EPOCH,
    NAMI_FN_DATETIME_FROM_EPOCH_MILLIS,
    NAMI_FN_DURATION,
    NAMI_FN_DURATION_BETWEEN,
    NAMI_FN_DURATION_IN_MONTHS,
    NAMI_FN_DURATION_IN_DAYS,
    NAMI_FN_DURATION_IN_SECONDS,
    /* spatial */
    NAMI_FN_POINT,
    NAMI_FN_POINT_DISTANCE,
    NAMI_FN_DISTANCE,
    NAMI_FN_POINT_WITHIN_BBOX,
    /* vectors */
    NAMI_FN_VECTOR,
    NAMI_FN_VECTOR_SIMILARITY_COSINE,
    NAMI_FN_VECTOR_SIMILARITY_EUCLIDEAN,
    NAMI_FN_COSINE_SIMILARITY,
    NAMI_FN_DOT_PRODUCT,
    NAMI_FN_EUCLIDEAN_DISTANCE,
    NAMI_FN_BM25,
    /* the rest of the system */
    NAMI_FN_LINENUMBER,
    NAMI_FN_FILE,
    NAMI_FN_GRAPH_NAMES,
    NAMI_FN_GRAPH_BY_NAME,
    NAMI_FN_GRAPH_BY_ELEMENT_ID,
    NAMI_FN_GRAPH_PROPERTIES_BY_NAME,
    NAMI_FN_DB_NAME_FROM_ELEMENT_ID,
    NAMI_FN_END
};

enum { NAMI_FUNCTION_ARGS_ANY = 255, NAMI_FUNCTION_TYPED_ARGS = 3 };

struct nami_function {
    uint16_t id;      /* enum nami_function_id */
    uint8_t args_min; /* without DISTINCT */
    uint8_t args_max; /* NAMI_FUNCTION_ARGS_ANY: no end; the last of `args` repeats */
    bool is_aggregate;
    /* Same arguments, same graph: same answer within one statement. */
    bool is_deterministic;
    /* false: known, and refused with UNSUPPORTED_FEATURE by the planner. */
    bool is_executed;
    const char *name; /* as users spell it; looked up without regard to case */
    /* enum nami_static_type that can be right; a null is always allowed. */
    uint32_t args[NAMI_FUNCTION_TYPED_ARGS];
    uint32_t returns; /* enum nami_static_type, null aside */
};

/* NULL: there is none of that number. */
const struct nami_function *nami_function_by_id(uint32_t id);
/* By name, ASCII case ignored, namespaces joined by dots. NULL: unknown. */
const struct nami_function *nami_function_find(struct nami_slice name);
/* Offer every name for "did you mean". */
void nami_function_suggest(struct nami_suggest *suggest);

#endif /* NAMI_CORE_CYPHER_FUNCTIONS_H */
