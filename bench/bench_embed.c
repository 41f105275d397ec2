/*
 * bench/bench_embed.c -- NamiDB inside a process, measured through namidb/namidb.h alone.
 *
 *   bench_embed load URI DATA              set A into URI
 *   bench_embed all URI DATA OPERATIONS    the same; then operations.tsv and statements that write
 *   bench_embed commits URI COUNT          statements of one commit each
 *   bench_embed clients URI THREADS SECONDS
 *   bench_embed fill URI COUNT             nodes in the log
 *   bench_embed reopen URI NAME            open and read one node by key
 *   bench_embed smoke DATA OPERATIONS      a little of everything on memory://
 *
 * DATA is a folder of gen_study. bench.h says what is printed.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"

static void all(const char *uri, const char *folder, const char *operations)
{
    struct namidb *db = bench_open(uri);
    int64_t persons = bench_load(db, folder);

    if (operations != NULL) {
        bench_operations(db, operations, persons);
        bench_memory("set A, after reads");
        bench_writes(db);
    }
    namidb_close(db);
}

static void smoke(const char *folder, const char *operations)
{
    struct namidb *keep = bench_open("memory://reopen"); /* for as long as one has it open */

    all("memory://smoke", folder, operations);
    bench_commits("memory://commits", 100);
    bench_clients("memory://clients?latency_ms=2", 8, 0.2);
    bench_fill("memory://reopen", 25000);
    bench_reopen("memory://reopen", "25 k rows");
    namidb_close(keep);
}

int main(int argc, char **argv)
{
    const char *command = argc > 2 ? argv[1] : "";

    if (strcmp(command, "load") == 0 && argc == 4) {
        all(argv[2], argv[3], NULL);
    } else if (strcmp(command, "all") == 0 && argc == 5) {
        all(argv[2], argv[3], argv[4]);
    } else if (strcmp(command, "commits") == 0 && argc == 4) {
        bench_commits(argv[2], (uint32_t)strtoul(argv[3], NULL, 10));
    } else if (strcmp(command, "clients") == 0 && argc == 5) {
        bench_clients(argv[2], (uint32_t)strtoul(argv[3], NULL, 10), strtod(argv[4], NULL));
    } else if (strcmp(command, "fill") == 0 && argc == 4) {
        bench_fill(argv[2], strtoll(argv[3], NULL, 10));
    } else if (strcmp(command, "reopen") == 0 && argc == 4) {
        bench_reopen(argv[2], argv[3]);
    } else if (strcmp(command, "smoke") == 0 && argc == 4) {
        smoke(argv[2], argv[3]);
    } else {
        (void)fprintf(stderr, "usage: bench_embed load|all|commits|clients|fill|reopen|smoke ..., "
                              "see the head of bench/bench_embed.c\n");
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
