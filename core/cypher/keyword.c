#include "core/cypher/keyword.h"

#include <string.h>

enum { KEYWORD_BYTES_MIN = 2, KEYWORD_BYTES_MAX = 16 };

static const char *const keywords[KW_END_OF_LIST] = {
    [KW_NO_KEYWORD] = "",
    [KW_ACYCLIC] = "ACYCLIC",
    [KW_ALL] = "ALL",
    [KW_ALLSHORTESTPATHS] = "ALLSHORTESTPATHS",
    [KW_AND] = "AND",
    [KW_ANY] = "ANY",
    [KW_AS] = "AS",
    [KW_ASC] = "ASC",
    [KW_ASCENDING] = "ASCENDING",
    [KW_ASSERT] = "ASSERT",
    [KW_BOTH] = "BOTH",
    [KW_BREAK] = "BREAK",
    [KW_BY] = "BY",
    [KW_CALL] = "CALL",
    [KW_CASE] = "CASE",
    [KW_COLLECT] = "COLLECT",
    [KW_CONCURRENT] = "CONCURRENT",
    [KW_CONSTRAINT] = "CONSTRAINT",
    [KW_CONSTRAINTS] = "CONSTRAINTS",
    [KW_CONTAINS] = "CONTAINS",
    [KW_CONTINUE] = "CONTINUE",
    [KW_COUNT] = "COUNT",
    [KW_CREATE] = "CREATE",
    [KW_CSV] = "CSV",
    [KW_CYPHER] = "CYPHER",
    [KW_DATABASE] = "DATABASE",
    [KW_DATABASES] = "DATABASES",
    [KW_DELETE] = "DELETE",
    [KW_DESC] = "DESC",
    [KW_DESCENDING] = "DESCENDING",
    [KW_DETACH] = "DETACH",
    [KW_DIFFERENT] = "DIFFERENT",
    [KW_DIMENSION] = "DIMENSION",
    [KW_DISTINCT] = "DISTINCT",
    [KW_DROP] = "DROP",
    [KW_EACH] = "EACH",
    [KW_ELEMENTS] = "ELEMENTS",
    [KW_ELSE] = "ELSE",
    [KW_END] = "END",
    [KW_ENDS] = "ENDS",
    [KW_ERROR] = "ERROR",
    [KW_EXISTS] = "EXISTS",
    [KW_EXPLAIN] = "EXPLAIN",
    [KW_FAIL] = "FAIL",
    [KW_FALSE] = "FALSE",
    [KW_FIELDTERMINATOR] = "FIELDTERMINATOR",
    [KW_FINISH] = "FINISH",
    [KW_FOR] = "FOR",
    [KW_FOREACH] = "FOREACH",
    [KW_FROM] = "FROM",
    [KW_FULLTEXT] = "FULLTEXT",
    [KW_FUNCTION] = "FUNCTION",
    [KW_FUNCTIONS] = "FUNCTIONS",
    [KW_GROUP] = "GROUP",
    [KW_GROUPS] = "GROUPS",
    [KW_HEADERS] = "HEADERS",
    [KW_IF] = "IF",
    [KW_IN] = "IN",
    [KW_INDEX] = "INDEX",
    [KW_INDEXES] = "INDEXES",
    [KW_INF] = "INF",
    [KW_INFINITY] = "INFINITY",
    [KW_INSERT] = "INSERT",
    [KW_IS] = "IS",
    [KW_JOIN] = "JOIN",
    [KW_KEY] = "KEY",
    [KW_LEADING] = "LEADING",
    [KW_LIMIT] = "LIMIT",
    [KW_LOAD] = "LOAD",
    [KW_LOOKUP] = "LOOKUP",
    [KW_MATCH] = "MATCH",
    [KW_MERGE] = "MERGE",
    [KW_METRIC] = "METRIC",
    [KW_NAN] = "NAN",
    [KW_NFC] = "NFC",
    [KW_NFD] = "NFD",
    [KW_NFKC] = "NFKC",
    [KW_NFKD] = "NFKD",
    [KW_NODE] = "NODE",
    [KW_NODETACH] = "NODETACH",
    [KW_NONE] = "NONE",
    [KW_NORMALIZE] = "NORMALIZE",
    [KW_NORMALIZED] = "NORMALIZED",
    [KW_NOT] = "NOT",
    [KW_NULL] = "NULL",
    [KW_OF] = "OF",
    [KW_OFFSET] = "OFFSET",
    [KW_ON] = "ON",
    [KW_OPTIONAL] = "OPTIONAL",
    [KW_OPTIONS] = "OPTIONS",
    [KW_OR] = "OR",
    [KW_ORDER] = "ORDER",
    [KW_PATH] = "PATH",
    [KW_PATHS] = "PATHS",
    [KW_POINT] = "POINT",
    [KW_PROCEDURE] = "PROCEDURE",
    [KW_PROCEDURES] = "PROCEDURES",
    [KW_PROFILE] = "PROFILE",
    [KW_RANGE] = "RANGE",
    [KW_REDUCE] = "REDUCE",
    [KW_REL] = "REL",
    [KW_RELATIONSHIP] = "RELATIONSHIP",
    [KW_RELATIONSHIPS] = "RELATIONSHIPS",
    [KW_REMOVE] = "REMOVE",
    [KW_REPEATABLE] = "REPEATABLE",
    [KW_REPLACE] = "REPLACE",
    [KW_REPORT] = "REPORT",
    [KW_REQUIRE] = "REQUIRE",
    [KW_RETURN] = "RETURN",
    [KW_ROW] = "ROW",
    [KW_ROWS] = "ROWS",
    [KW_SCAN] = "SCAN",
    [KW_SEEK] = "SEEK",
    [KW_SET] = "SET",
    [KW_SETTING] = "SETTING",
    [KW_SETTINGS] = "SETTINGS",
    [KW_SHORTEST] = "SHORTEST",
    [KW_SHORTESTPATH] = "SHORTESTPATH",
    [KW_SHOW] = "SHOW",
    [KW_SIMPLE] = "SIMPLE",
    [KW_SINGLE] = "SINGLE",
    [KW_SKIP] = "SKIP",
    [KW_STARTS] = "STARTS",
    [KW_STATUS] = "STATUS",
    [KW_TEXT] = "TEXT",
    [KW_THEN] = "THEN",
    [KW_TRAIL] = "TRAIL",
    [KW_TRAILING] = "TRAILING",
    [KW_TRANSACTION] = "TRANSACTION",
    [KW_TRANSACTIONS] = "TRANSACTIONS",
    [KW_TRIM] = "TRIM",
    [KW_TRUE] = "TRUE",
    [KW_TYPED] = "TYPED",
    [KW_UNION] = "UNION",
    [KW_UNIQUE] = "UNIQUE",
    [KW_UNWIND] = "UNWIND",
    [KW_USE] = "USE",
    [KW_USER] = "USER",
    [KW_USERS] = "USERS",
    [KW_USING] = "USING",
    [KW_VECTOR] = "VECTOR",
    [KW_WALK] = "WALK",
    [KW_WHEN] = "WHEN",
    [KW_WHERE] = "WHERE",
    [KW_WITH] = "WITH",
    [KW_XOR] = "XOR",
    [KW_YIELD] = "YIELD",
};

uint8_t nami_cypher__keyword_of(struct nami_slice word)
{
    char upper[KEYWORD_BYTES_MAX + 1] = {0};
    size_t low = 1;
    size_t high = KW_END_OF_LIST;

    if (word.len < KEYWORD_BYTES_MIN || word.len > KEYWORD_BYTES_MAX) {
        return KW_NO_KEYWORD;
    }
    for (size_t i = 0; i < word.len; i++) {
        uint8_t c = word.ptr[i] & 0xdf; /* letters to upper case, the rest to what is no letter */
        if (c < 'A' || c > 'Z') {
            return KW_NO_KEYWORD;
        }
        upper[i] = (char)c;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = upper[0] - keywords[middle][0];
        if (order == 0) {
            order = strcmp(upper, keywords[middle]);
        }
        if (order == 0) {
            return (uint8_t)middle;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return KW_NO_KEYWORD;
}

const char *nami_cypher__keyword_text(uint8_t keyword)
{
    return keyword < KW_END_OF_LIST ? keywords[keyword] : "";
}
