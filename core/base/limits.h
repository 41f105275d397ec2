/*
 * core/base/limits.h -- how much is too much, and why.
 *
 * One place for the numbers that a user, a peer or a medium can run into. A limit that
 * belongs to the plugin ABI is in <namidb/abi.h>; the depth of JSON is in json_read.h.
 */
#ifndef NAMI_CORE_BASE_LIMITS_H
#define NAMI_CORE_BASE_LIMITS_H

#include <stdint.h>

/* ---- a statement ---- */

/* Text of one statement: generated bulk statements fit; a parse of it stays under a second. */
#define NAMI_QUERY_TEXT_BYTES_MAX (UINT32_C(10) << 20)
/* Nesting of expressions, patterns and subqueries, and length of a chain such as a + b + c: each
 * level costs the parser and every pass over the tree a stack frame, and 1,000 of the largest fit
 * 1 MiB of stack. */
#define NAMI_AST_DEPTH_MAX UINT32_C(1000)
/* Nodes of one syntax tree: 10 MB of the densest text stays under the default query memory. */
#define NAMI_AST_NODES_MAX UINT32_C(4000000)
/* Nodes and relationships of one MATCH: what is next is chosen by looking at all that are left,
 * and each excludes those before it, so the time grows with the square. Patterns that people and
 * generators write have tens; this many take a tenth of a second. */
#define NAMI_MATCH_ELEMENTS_MAX UINT32_C(4096)
/* Branches of one UNION: each is a pipeline of its own, open at the same time as the others. */
#define NAMI_UNION_BRANCHES_MAX UINT32_C(4096)
/* Nesting of a value in a query or parameter: what JSON requests can carry. */
#define NAMI_VALUE_DEPTH_MAX UINT32_C(128)
/* Nesting of a value in the log: storable properties nest once; the rest is for later types. */
#define NAMI_VALUE_CODEC_DEPTH_MAX UINT32_C(64)
/* Memory of one query; the default of --query-memory: several queries fit a small machine. */
#define NAMI_QUERY_MEMORY_BYTES_DEFAULT (UINT64_C(1) << 30)
/* The default of --query-timeout: longer than people wait, shorter than proxies give up. */
#define NAMI_QUERY_TIMEOUT_MS_DEFAULT UINT64_C(60000)
/* Rows between two looks at the clock and the cancel token: under a millisecond of work. */
#define NAMI_CHECK_EVERY_ROWS UINT32_C(1024)

/* ---- a request at the door ---- */

/* Body of one HTTP request: a statement of the largest size and its parameters. */
#define NAMI_REQUEST_BODY_BYTES_MAX (UINT64_C(64) << 20)
/* All headers of one request: larger than what proxies pass on, small beside a body. */
#define NAMI_REQUEST_HEADER_BYTES_MAX (UINT32_C(64) << 10)
/* Headers of one request: browsers send 20. */
#define NAMI_REQUEST_HEADER_COUNT_MAX UINT32_C(128)
/* The request target: the longest that is safe in the wild. */
#define NAMI_REQUEST_PATH_BYTES_MAX (UINT32_C(8) << 10)
/* Read and thrown away before a connection with an error closes, so that the answer arrives. */
#define NAMI_DRAIN_BYTES_MAX (UINT32_C(1) << 20)
#define NAMI_DRAIN_MS_MAX    UINT32_C(2000)
/* One answer held in memory before it is sent. */
#define NAMI_RESPONSE_BYTES_MAX (UINT64_C(256) << 20)

/* ---- the log ---- */

/* One WAL slot, which is one object: a PUT that is quick on every store. */
#define NAMI_SLOT_BYTES_MAX (UINT32_C(16) << 20)
/* One transaction must fit a slot with its frame headers. */
#define NAMI_TRANSACTION_BYTES_MAX (NAMI_SLOT_BYTES_MAX - (UINT32_C(64) << 10))
/* manifest.json: some 10,000 SST entries; anything larger is not one of ours. */
#define NAMI_MANIFEST_BYTES_MAX (UINT32_C(16) << 20)

/* ---- names ---- */

/* Label, relationship type, property key, variable: longer than any person writes. */
#define NAMI_NAME_BYTES_MAX UINT32_C(16383)
/* Different labels, types and keys of a namespace: generated names are a mistake in the model,
 * and each costs memory for ever. */
#define NAMI_NAMES_COUNT_MAX UINT32_C(65536)
/* One string or list property: a slot holds it with room to spare. */
#define NAMI_PROPERTY_BYTES_MAX (UINT32_C(8) << 20)

#endif /* NAMI_CORE_BASE_LIMITS_H */
