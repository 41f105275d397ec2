#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"

enum { FIRST_KEY = 4711, KEY_STEP = 37, ANSWERS = 5, WRITE_RUNS = 5 };

static const double seconds_max = 3; /* for one operation */

enum { NAME, FLAGS, RUNS, CYPHER, SQL, FIELD_COUNT };

/* The same keys for every engine; the first few answers are compared. */
static int64_t key_of_run(uint64_t run, int64_t persons)
{
    return (FIRST_KEY - 1 + KEY_STEP * (int64_t)run) % persons + 1;
}

static void set_key(struct namidb_params *params, uint64_t run, int64_t persons)
{
    bench_must(namidb_params_set_int(params, "id", key_of_run(run, persons)), NULL, "id");
}

static void answer_one(struct namidb *db, char **fields, struct namidb_params *params,
                       int64_t persons)
{
    bool keyed = strcmp(fields[FLAGS], "key") == 0;
    uint64_t rows = 0;

    (void)printf("{\"op\":\"%s\",\"answer\":[", fields[NAME]);
    for (uint64_t run = 0; run < (keyed ? ANSWERS : 1); run++) {
        set_key(params, run, persons);
        rows += bench_query(db, fields[CYPHER], keyed ? params : NULL, stdout, rows == 0);
    }
    (void)printf("]}\n");
}

static void report(const char *name, struct bench_times *times)
{
    char op[128];

    bench_figure(name, "ms", bench_times_at(times, 50) * 1e3);
    (void)snprintf(op, sizeof(op), "%s, p99", name);
    bench_figure(op, "ms", bench_times_at(times, 99) * 1e3);
    (void)snprintf(op, sizeof(op), "%s, runs", name);
    bench_figure(op, "", (double)times->count);
}

static void time_one(struct namidb *db, char **fields, struct namidb_params *params,
                     int64_t persons)
{
    bool keyed = strcmp(fields[FLAGS], "key") == 0;
    uint64_t runs = strtoull(fields[RUNS], NULL, 10);
    struct bench_times times = {0};
    double begin = bench_now();

    for (uint64_t run = 0; run < runs && (run < 5 || bench_now() - begin < seconds_max); run++) {
        double start = bench_now();

        if (keyed) {
            set_key(params, run, persons);
        }
        (void)bench_query(db, fields[CYPHER], keyed ? params : NULL, NULL, true);
        bench_times_add(&times, bench_now() - start);
    }
    report(fields[NAME], &times);
    bench_times_release(&times);
}

void bench_operations(struct namidb *db, const char *file, int64_t persons)
{
    struct namidb_params *params = namidb_params_create();
    struct bench_lines lines;
    char *fields[FIELD_COUNT] = {NULL};

    bench_must(params != NULL ? NAMI_OK : NAMI_E_NOMEM, NULL, "parameters");
    bench_lines_open(&lines, NULL, file);
    while (bench_lines_next(&lines, '\t', fields, FIELD_COUNT)) {
        if (fields[NAME][0] != '#') {
            answer_one(db, fields, params, persons);
            time_one(db, fields, params, persons);
        }
    }
    bench_lines_close(&lines);
    namidb_params_destroy(params);
}

/* Node ids far above those that were loaded. */
void bench_writes(struct namidb *db)
{
    struct bench_times nodes = {0};
    struct bench_times edges = {0};
    char text[512];

    for (int run = 1; run <= WRITE_RUNS; run++) {
        int base = 1000000000 + run * 20000;
        double start = bench_now();

        (void)snprintf(text, sizeof(text),
                       "UNWIND range(%d, %d) AS i CREATE (:Person {id: i, name: 'n', gender: "
                       "'male', age: 30, isMarried: true})",
                       base + 1, base + 10000);
        (void)bench_query(db, text, NULL, NULL, true);
        bench_times_add(&nodes, bench_now() - start);
        (void)snprintf(text, sizeof(text),
                       "UNWIND range(1, 1000) AS i MATCH (a:Person {id: i}), (b:Person {id: i + "
                       "%d}) CREATE (a)-[:Follows]->(b)",
                       base);
        start = bench_now();
        (void)bench_query(db, text, NULL, NULL, true);
        bench_times_add(&edges, bench_now() - start);
    }
    bench_figure("CREATE 10 k nodes, UNWIND", "ms", bench_times_at(&nodes, 50) * 1e3);
    bench_figure("CREATE 1 k edges, UNWIND + 2 keyed MATCH", "ms",
                 bench_times_at(&edges, 50) * 1e3);
    bench_times_release(&nodes);
    bench_times_release(&edges);
}
