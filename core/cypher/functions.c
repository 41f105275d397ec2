#include "core/cypher/functions.h"

#include <string.h>

/* Written short: T_x is NAMI_STATIC_x. */
enum {
    T_ANY = NAMI_STATIC_ANY,
    T_BOOL = NAMI_STATIC_BOOL,
    T_INT = NAMI_STATIC_INT,
    T_FLOAT = NAMI_STATIC_FLOAT,
    T_NUMBER = NAMI_STATIC_NUMBER,
    T_STRING = NAMI_STATIC_STRING,
    T_LIST = NAMI_STATIC_LIST,
    T_MAP = NAMI_STATIC_MAP,
    T_NODE = NAMI_STATIC_NODE,
    T_REL = NAMI_STATIC_REL,
    T_ENTITY = NAMI_STATIC_ENTITY,
    T_PATH = NAMI_STATIC_PATH,
    T_DATE = NAMI_STATIC_DATE,
    T_TIME = NAMI_STATIC_TIME,
    T_LOCAL_TIME = NAMI_STATIC_LOCAL_TIME,
    T_DATETIME = NAMI_STATIC_DATETIME,
    T_LOCAL_DATETIME = NAMI_STATIC_LOCAL_DATETIME,
    T_INSTANT = NAMI_STATIC_INSTANT,
    T_DURATION = NAMI_STATIC_DURATION,
    T_POINT = NAMI_STATIC_POINT,
    T_VECTOR = NAMI_STATIC_VECTOR,
    MANY = NAMI_FUNCTION_ARGS_ANY
};

enum flag {
    AGGREGATE = 1,
    CHANGES = 2, /* not deterministic */
    RUNS = 4     /* executed */
};

/* clang-format off */
#define ROW(id_, name_, min_, max_, returns_, flags_, ...)                                         \
    [id_] = {.id = (id_), .name = (name_), .args_min = (min_), .args_max = (max_),                 \
             .returns = (returns_), .args = {__VA_ARGS__},                                         \
             .is_aggregate = ((flags_) & AGGREGATE) != 0,                                          \
             .is_deterministic = ((flags_) & CHANGES) == 0, .is_executed = ((flags_) & RUNS) != 0}

static const struct nami_function functions[NAMI_FN_END] = {
    /* aggregates */
    ROW(NAMI_FN_COUNT_STAR, "count(*)", 0, 0, T_INT, AGGREGATE | RUNS, 0),
    ROW(NAMI_FN_COUNT, "count", 1, 1, T_INT, AGGREGATE | RUNS, T_ANY),
    ROW(NAMI_FN_SUM, "sum", 1, 1, T_NUMBER | T_DURATION, AGGREGATE | RUNS, T_NUMBER | T_DURATION),
    ROW(NAMI_FN_AVG, "avg", 1, 1, T_FLOAT | T_DURATION, AGGREGATE | RUNS, T_NUMBER | T_DURATION),
    ROW(NAMI_FN_MIN, "min", 1, 1, T_ANY, AGGREGATE | RUNS, T_ANY),
    ROW(NAMI_FN_MAX, "max", 1, 1, T_ANY, AGGREGATE | RUNS, T_ANY),
    ROW(NAMI_FN_COLLECT, "collect", 1, 1, T_LIST, AGGREGATE | RUNS, T_ANY),
    ROW(NAMI_FN_PERCENTILE_DISC, "percentileDisc", 2, 2, T_NUMBER, AGGREGATE | RUNS,
        T_NUMBER, T_NUMBER),
    ROW(NAMI_FN_PERCENTILE_CONT, "percentileCont", 2, 2, T_FLOAT, AGGREGATE | RUNS,
        T_NUMBER, T_NUMBER),
    ROW(NAMI_FN_STDEV, "stDev", 1, 1, T_FLOAT, AGGREGATE | RUNS, T_NUMBER),
    ROW(NAMI_FN_STDEVP, "stDevP", 1, 1, T_FLOAT, AGGREGATE | RUNS, T_NUMBER),
    /* predicates */
    ROW(NAMI_FN_EXISTS, "exists", 1, 1, T_BOOL, RUNS, T_ANY),
    ROW(NAMI_FN_IS_EMPTY, "isEmpty", 1, 1, T_BOOL, RUNS, T_LIST | T_MAP | T_STRING),
    ROW(NAMI_FN_IS_NAN, "isNaN", 1, 1, T_BOOL, RUNS, T_NUMBER),
    /* scalar */
    ROW(NAMI_FN_COALESCE, "coalesce", 1, MANY, T_ANY, RUNS, T_ANY),
    ROW(NAMI_FN_NULL_IF, "nullIf", 2, 2, T_ANY, RUNS, T_ANY, T_ANY),
    ROW(NAMI_FN_ID, "id", 1, 1, T_INT, RUNS, T_ENTITY),
    ROW(NAMI_FN_ELEMENT_ID, "elementId", 1, 1, T_STRING, RUNS, T_ENTITY),
    ROW(NAMI_FN_LABELS, "labels", 1, 1, T_LIST, RUNS, T_NODE),
    ROW(NAMI_FN_TYPE, "type", 1, 1, T_STRING, RUNS, T_REL),
    ROW(NAMI_FN_KEYS, "keys", 1, 1, T_LIST, RUNS, T_ENTITY | T_MAP),
    ROW(NAMI_FN_PROPERTIES, "properties", 1, 1, T_MAP, RUNS, T_ENTITY | T_MAP | T_POINT),
    ROW(NAMI_FN_START_NODE, "startNode", 1, 1, T_NODE, RUNS, T_REL),
    ROW(NAMI_FN_END_NODE, "endNode", 1, 1, T_NODE, RUNS, T_REL),
    ROW(NAMI_FN_NODES, "nodes", 1, 1, T_LIST, RUNS, T_PATH),
    ROW(NAMI_FN_RELATIONSHIPS, "relationships", 1, 1, T_LIST, RUNS, T_PATH),
    ROW(NAMI_FN_RELS, "rels", 1, 1, T_LIST, RUNS, T_PATH),
    ROW(NAMI_FN_LENGTH, "length", 1, 1, T_INT, RUNS, T_PATH),
    ROW(NAMI_FN_SIZE, "size", 1, 1, T_INT, RUNS, T_STRING | T_LIST | T_VECTOR),
    ROW(NAMI_FN_HEAD, "head", 1, 1, T_ANY, RUNS, T_LIST),
    ROW(NAMI_FN_LAST, "last", 1, 1, T_ANY, RUNS, T_LIST),
    ROW(NAMI_FN_TAIL, "tail", 1, 1, T_LIST, RUNS, T_LIST),
    ROW(NAMI_FN_RANGE, "range", 2, 3, T_LIST, RUNS, T_ANY, T_ANY, T_ANY),
    ROW(NAMI_FN_REVERSE, "reverse", 1, 1, T_STRING | T_LIST, RUNS, T_STRING | T_LIST),
    ROW(NAMI_FN_RANDOM_UUID, "randomUUID", 0, 0, T_STRING, CHANGES | RUNS, 0),
    ROW(NAMI_FN_TIMESTAMP, "timestamp", 0, 0, T_INT, RUNS, 0),
    ROW(NAMI_FN_VALUE_TYPE, "valueType", 1, 1, T_STRING, RUNS, T_ANY),
    /* conversion */
    ROW(NAMI_FN_TO_STRING, "toString", 1, 1, T_STRING, RUNS, T_ANY),
    ROW(NAMI_FN_TO_STRING_OR_NULL, "toStringOrNull", 1, 1, T_STRING, RUNS, T_ANY),
    ROW(NAMI_FN_TO_STRING_LIST, "toStringList", 1, 1, T_LIST, RUNS, T_LIST),
    ROW(NAMI_FN_TO_INTEGER, "toInteger", 1, 1, T_INT, RUNS, T_ANY),
    ROW(NAMI_FN_TO_INTEGER_OR_NULL, "toIntegerOrNull", 1, 1, T_INT, RUNS, T_ANY),
    ROW(NAMI_FN_TO_INTEGER_LIST, "toIntegerList", 1, 1, T_LIST, RUNS, T_LIST),
    ROW(NAMI_FN_TO_FLOAT, "toFloat", 1, 1, T_FLOAT, RUNS, T_ANY),
    ROW(NAMI_FN_TO_FLOAT_OR_NULL, "toFloatOrNull", 1, 1, T_FLOAT, RUNS, T_ANY),
    ROW(NAMI_FN_TO_FLOAT_LIST, "toFloatList", 1, 1, T_LIST, RUNS, T_LIST),
    ROW(NAMI_FN_TO_BOOLEAN, "toBoolean", 1, 1, T_BOOL, RUNS, T_ANY),
    ROW(NAMI_FN_TO_BOOLEAN_OR_NULL, "toBooleanOrNull", 1, 1, T_BOOL, RUNS, T_ANY),
    ROW(NAMI_FN_TO_BOOLEAN_LIST, "toBooleanList", 1, 1, T_LIST, RUNS, T_LIST),
    /* strings */
    ROW(NAMI_FN_TO_LOWER, "toLower", 1, 1, T_STRING, RUNS, T_STRING),
    ROW(NAMI_FN_LOWER, "lower", 1, 1, T_STRING, RUNS, T_STRING),
    ROW(NAMI_FN_TO_UPPER, "toUpper", 1, 1, T_STRING, RUNS, T_STRING),
    ROW(NAMI_FN_UPPER, "upper", 1, 1, T_STRING, RUNS, T_STRING),
    ROW(NAMI_FN_TRIM, "trim", 1, 1, T_STRING, RUNS, T_STRING),
    ROW(NAMI_FN_BTRIM, "btrim", 1, 2, T_STRING, RUNS, T_STRING, T_STRING),
    ROW(NAMI_FN_LTRIM, "ltrim", 1, 2, T_STRING, RUNS, T_STRING, T_STRING),
    ROW(NAMI_FN_RTRIM, "rtrim", 1, 2, T_STRING, RUNS, T_STRING, T_STRING),
    ROW(NAMI_FN_LEFT, "left", 2, 2, T_STRING, RUNS, T_STRING, T_INT),
    ROW(NAMI_FN_RIGHT, "right", 2, 2, T_STRING, RUNS, T_STRING, T_INT),
    ROW(NAMI_FN_SUBSTRING, "substring", 2, 3, T_STRING, RUNS, T_STRING, T_INT, T_INT),
    ROW(NAMI_FN_REPLACE, "replace", 3, 3, T_STRING, RUNS, T_STRING, T_STRING, T_STRING),
    ROW(NAMI_FN_SPLIT, "split", 2, 2, T_LIST, RUNS, T_STRING, T_STRING | T_LIST),
    ROW(NAMI_FN_CHAR_LENGTH, "char_length", 1, 1, T_INT, RUNS, T_STRING),
    ROW(NAMI_FN_CHARACTER_LENGTH, "character_length", 1, 1, T_INT, RUNS, T_STRING),
    ROW(NAMI_FN_NORMALIZE, "normalize", 1, 2, T_STRING, 0, T_STRING, T_STRING),
    /* numbers */
    ROW(NAMI_FN_ABS, "abs", 1, 1, T_NUMBER, RUNS, T_NUMBER),
    ROW(NAMI_FN_CEIL, "ceil", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_CEILING, "ceiling", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_FLOOR, "floor", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_ROUND, "round", 1, 3, T_FLOAT, RUNS, T_NUMBER, T_INT, T_STRING),
    ROW(NAMI_FN_SIGN, "sign", 1, 1, T_INT, RUNS, T_NUMBER),
    ROW(NAMI_FN_RAND, "rand", 0, 0, T_FLOAT, CHANGES | RUNS, 0),
    ROW(NAMI_FN_E, "e", 0, 0, T_FLOAT, RUNS, 0),
    ROW(NAMI_FN_PI, "pi", 0, 0, T_FLOAT, RUNS, 0),
    ROW(NAMI_FN_EXP, "exp", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_LOG, "log", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_LN, "ln", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_LOG10, "log10", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_SQRT, "sqrt", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_POWER, "power", 2, 2, T_FLOAT, RUNS, T_NUMBER, T_NUMBER),
    ROW(NAMI_FN_MOD, "mod", 2, 2, T_NUMBER, RUNS, T_NUMBER, T_NUMBER),
    ROW(NAMI_FN_SIN, "sin", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_COS, "cos", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_TAN, "tan", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_COT, "cot", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_COTH, "coth", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_ASIN, "asin", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_ACOS, "acos", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_ATAN, "atan", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_ATAN2, "atan2", 2, 2, T_FLOAT, RUNS, T_NUMBER, T_NUMBER),
    ROW(NAMI_FN_SINH, "sinh", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_COSH, "cosh", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_TANH, "tanh", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_DEGREES, "degrees", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_RADIANS, "radians", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    ROW(NAMI_FN_HAVERSIN, "haversin", 1, 1, T_FLOAT, RUNS, T_NUMBER),
    /* temporal */
    ROW(NAMI_FN_DATE, "date", 0, 2, T_DATE, 0, T_ANY, T_ANY),
    ROW(NAMI_FN_DATE_TRANSACTION, "date.transaction", 0, 1, T_DATE, 0, T_STRING | T_MAP),
    ROW(NAMI_FN_DATE_STATEMENT, "date.statement", 0, 1, T_DATE, 0, T_STRING | T_MAP),
    ROW(NAMI_FN_DATE_REALTIME, "date.realtime", 0, 1, T_DATE, CHANGES, T_STRING | T_MAP),
    ROW(NAMI_FN_DATE_TRUNCATE, "date.truncate", 1, 3, T_DATE, 0, T_STRING, T_INSTANT, T_MAP),
    ROW(NAMI_FN_TIME, "time", 0, 2, T_TIME, 0, T_ANY, T_ANY),
    ROW(NAMI_FN_TIME_TRANSACTION, "time.transaction", 0, 1, T_TIME, 0, T_STRING | T_MAP),
    ROW(NAMI_FN_TIME_STATEMENT, "time.statement", 0, 1, T_TIME, 0, T_STRING | T_MAP),
    ROW(NAMI_FN_TIME_REALTIME, "time.realtime", 0, 1, T_TIME, CHANGES, T_STRING | T_MAP),
    ROW(NAMI_FN_TIME_TRUNCATE, "time.truncate", 1, 3, T_TIME, 0, T_STRING, T_INSTANT, T_MAP),
    ROW(NAMI_FN_LOCALTIME, "localtime", 0, 2, T_LOCAL_TIME, 0, T_ANY, T_ANY),
    ROW(NAMI_FN_LOCALTIME_TRANSACTION, "localtime.transaction", 0, 1, T_LOCAL_TIME, 0,
        T_STRING | T_MAP),
    ROW(NAMI_FN_LOCALTIME_STATEMENT, "localtime.statement", 0, 1, T_LOCAL_TIME, 0,
        T_STRING | T_MAP),
    ROW(NAMI_FN_LOCALTIME_REALTIME, "localtime.realtime", 0, 1, T_LOCAL_TIME, CHANGES,
        T_STRING | T_MAP),
    ROW(NAMI_FN_LOCALTIME_TRUNCATE, "localtime.truncate", 1, 3, T_LOCAL_TIME, 0, T_STRING,
        T_INSTANT, T_MAP),
    ROW(NAMI_FN_DATETIME, "datetime", 0, 2, T_DATETIME, 0, T_ANY, T_ANY),
    ROW(NAMI_FN_DATETIME_TRANSACTION, "datetime.transaction", 0, 1, T_DATETIME, 0,
        T_STRING | T_MAP),
    ROW(NAMI_FN_DATETIME_STATEMENT, "datetime.statement", 0, 1, T_DATETIME, 0, T_STRING | T_MAP),
    ROW(NAMI_FN_DATETIME_REALTIME, "datetime.realtime", 0, 1, T_DATETIME, CHANGES,
        T_STRING | T_MAP),
    ROW(NAMI_FN_DATETIME_TRUNCATE, "datetime.truncate", 1, 3, T_DATETIME, 0, T_STRING, T_INSTANT,
        T_MAP),
    ROW(NAMI_FN_LOCALDATETIME, "localdatetime", 0, 2, T_LOCAL_DATETIME, 0, T_ANY, T_ANY),
    ROW(NAMI_FN_LOCALDATETIME_TRANSACTION, "localdatetime.transaction", 0, 1, T_LOCAL_DATETIME, 0,
        T_STRING | T_MAP),
    ROW(NAMI_FN_LOCALDATETIME_STATEMENT, "localdatetime.statement", 0, 1, T_LOCAL_DATETIME, 0,
        T_STRING | T_MAP),
    ROW(NAMI_FN_LOCALDATETIME_REALTIME, "localdatetime.realtime", 0, 1, T_LOCAL_DATETIME, CHANGES,
        T_STRING | T_MAP),
    ROW(NAMI_FN_LOCALDATETIME_TRUNCATE, "localdatetime.truncate", 1, 3, T_LOCAL_DATETIME, 0,
        T_STRING, T_INSTANT, T_MAP),
    ROW(NAMI_FN_DATETIME_FROM_EPOCH, "datetime.fromEpoch", 2, 2, T_DATETIME, 0, T_NUMBER, T_NUMBER),
    ROW(NAMI_FN_DATETIME_FROM_EPOCH_MILLIS, "datetime.fromEpochMillis", 1, 1, T_DATETIME, 0,
        T_NUMBER),
    ROW(NAMI_FN_DURATION, "duration", 1, 1, T_DURATION, 0, T_STRING | T_MAP | T_DURATION),
    ROW(NAMI_FN_DURATION_BETWEEN, "duration.between", 2, 2, T_DURATION, 0, T_INSTANT, T_INSTANT),
    ROW(NAMI_FN_DURATION_IN_MONTHS, "duration.inMonths", 2, 2, T_DURATION, 0, T_INSTANT, T_INSTANT),
    ROW(NAMI_FN_DURATION_IN_DAYS, "duration.inDays", 2, 2, T_DURATION, 0, T_INSTANT, T_INSTANT),
    ROW(NAMI_FN_DURATION_IN_SECONDS, "duration.inSeconds", 2, 2, T_DURATION, 0, T_INSTANT,
        T_INSTANT),
    /* spatial */
    ROW(NAMI_FN_POINT, "point", 1, 1, T_POINT, 0, T_MAP),
    ROW(NAMI_FN_POINT_DISTANCE, "point.distance", 2, 2, T_FLOAT, 0, T_POINT, T_POINT),
    ROW(NAMI_FN_DISTANCE, "distance", 2, 2, T_FLOAT, 0, T_POINT, T_POINT),
    ROW(NAMI_FN_POINT_WITHIN_BBOX, "point.withinBBox", 3, 3, T_BOOL, 0, T_POINT, T_POINT, T_POINT),
    /* vectors */
    ROW(NAMI_FN_VECTOR, "vector", 1, 3, T_VECTOR, 0, T_LIST | T_STRING | T_VECTOR, T_INT, T_STRING),
    ROW(NAMI_FN_VECTOR_SIMILARITY_COSINE, "vector.similarity.cosine", 2, 2, T_FLOAT, 0,
        T_LIST | T_VECTOR, T_LIST | T_VECTOR),
    ROW(NAMI_FN_VECTOR_SIMILARITY_EUCLIDEAN, "vector.similarity.euclidean", 2, 2, T_FLOAT, 0,
        T_LIST | T_VECTOR, T_LIST | T_VECTOR),
    ROW(NAMI_FN_COSINE_SIMILARITY, "cosine_similarity", 2, 2, T_FLOAT, 0, T_LIST | T_VECTOR,
        T_LIST | T_VECTOR),
    ROW(NAMI_FN_DOT_PRODUCT, "dot_product", 2, 2, T_FLOAT, 0, T_LIST | T_VECTOR, T_LIST | T_VECTOR),
    ROW(NAMI_FN_EUCLIDEAN_DISTANCE, "euclidean_distance", 2, 2, T_FLOAT, 0, T_LIST | T_VECTOR,
        T_LIST | T_VECTOR),
    ROW(NAMI_FN_BM25, "bm25", 2, 2, T_FLOAT, 0, T_STRING, T_STRING),
    /* the rest of the system */
    ROW(NAMI_FN_LINENUMBER, "linenumber", 0, 0, T_INT, 0, 0),
    ROW(NAMI_FN_FILE, "file", 0, 0, T_STRING, 0, 0),
    ROW(NAMI_FN_GRAPH_NAMES, "graph.names", 0, 0, T_LIST, 0, 0),
    ROW(NAMI_FN_GRAPH_BY_NAME, "graph.byName", 1, 1, T_MAP, 0, T_STRING),
    ROW(NAMI_FN_GRAPH_BY_ELEMENT_ID, "graph.byElementId", 1, 1, T_MAP, 0, T_STRING),
    ROW(NAMI_FN_GRAPH_PROPERTIES_BY_NAME, "graph.propertiesByName", 1, 1, T_MAP, 0, T_STRING),
    ROW(NAMI_FN_DB_NAME_FROM_ELEMENT_ID, "db.nameFromElementId", 1, 1, T_STRING, 0, T_STRING),
};
#undef ROW
/* clang-format on */

const struct nami_function *nami_function_by_id(uint32_t id)
{
    return id < NAMI_FN_END ? &functions[id] : NULL;
}

static uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + ('a' - 'A')) : byte;
}

static bool is_called(const struct nami_function *function, struct nami_slice name)
{
    if (name.len == 0 || lower(name.ptr[0]) != lower((uint8_t)function->name[0]) ||
        strlen(function->name) != name.len) {
        return false;
    }
    for (size_t i = 0; i < name.len; i++) {
        if (lower(name.ptr[i]) != lower((uint8_t)function->name[i])) {
            return false;
        }
    }
    return true;
}

const struct nami_function *nami_function_find(struct nami_slice name)
{
    /* count(*) is not a name anyone can write before a parenthesis. */
    for (uint32_t id = NAMI_FN_COUNT; id < NAMI_FN_END; id++) {
        if (is_called(&functions[id], name)) {
            return &functions[id];
        }
    }
    return NULL;
}

void nami_function_suggest(struct nami_suggest *suggest)
{
    for (uint32_t id = NAMI_FN_COUNT; id < NAMI_FN_END; id++) {
        const char *name = functions[id].name;
        nami_suggest_offer(suggest,
                           (struct nami_slice){.ptr = (const uint8_t *)name, .len = strlen(name)});
    }
}
