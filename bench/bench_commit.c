#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"

enum { THREADS_MAX = 1024, FILL_ROWS = 10000 };

static const char *const create_one = "CREATE (:Person {id: $id, name: 'n', age: 30})";
static const char *const create_rule = "CREATE CONSTRAINT FOR (n:Person) REQUIRE n.id IS UNIQUE";

struct clients {
    struct namidb *db;
    double end;
};

struct client {
    struct clients *all;
    int64_t first_id;
    struct bench_times times;
    pthread_t thread;
};

static const char *scheme_of(const char *uri)
{
    return strncmp(uri, "file:", 5) == 0       ? "file://"
           : strstr(uri, "latency_ms") != NULL ? "a slow store"
                                               : "memory://";
}

/* Writes nodes from client->first_id on, each a commit, until `count` or the end. */
static void write_nodes(struct client *client, uint64_t count)
{
    struct namidb_params *params = namidb_params_create();

    bench_must(params != NULL ? NAMI_OK : NAMI_E_NOMEM, NULL, "parameters");
    for (uint64_t i = 0; i < count && bench_now() < client->all->end; i++) {
        double start = bench_now();

        bench_must(namidb_params_set_int(params, "id", client->first_id + (int64_t)i), NULL, "id");
        (void)bench_query(client->all->db, create_one, params, NULL, true);
        bench_times_add(&client->times, bench_now() - start);
    }
    namidb_params_destroy(params);
}

void bench_commits(const char *uri, uint32_t count)
{
    struct clients all = {.db = bench_open(uri), .end = bench_now() + 600};
    struct client client = {.all = &all, .first_id = 1};
    char op[128];

    (void)bench_query(all.db, create_rule, NULL, NULL, true);
    write_nodes(&client, count);
    if (bench_query_int(all.db, "MATCH (n:Person) RETURN count(n) AS n") != (int64_t)count) {
        bench_fail(uri, "commits are missing");
    }
    (void)snprintf(op, sizeof(op), "commit on %s, p50", scheme_of(uri));
    bench_figure(op, "ms", bench_times_at(&client.times, 50) * 1e3);
    (void)snprintf(op, sizeof(op), "commit on %s, p99", scheme_of(uri));
    bench_figure(op, "ms", bench_times_at(&client.times, 99) * 1e3);
    bench_times_release(&client.times);
    namidb_close(all.db);
}

static void *run_client(void *arg)
{
    write_nodes(arg, UINT64_MAX);
    return NULL;
}

/* The time that is counted ends with the last answer, so a slow last round is not hidden. */
static double run_all(struct client *clients, uint32_t count)
{
    double start = bench_now();

    for (uint32_t i = 0; i < count; i++) {
        if (pthread_create(&clients[i].thread, NULL, run_client, &clients[i]) != 0) {
            bench_fail("clients", "no thread");
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        (void)pthread_join(clients[i].thread, NULL);
    }
    return bench_now() - start;
}

void bench_clients(const char *uri, uint32_t threads, double seconds)
{
    struct clients all = {.db = bench_open(uri)};
    struct client *clients = calloc(threads, sizeof(*clients));
    struct bench_times times = {0};
    double spent = 0;
    char op[128];

    if (clients == NULL || threads > THREADS_MAX) {
        bench_fail("clients", "too many");
    }
    (void)bench_query(all.db, create_rule, NULL, NULL, true);
    all.end = bench_now() + seconds;
    for (uint32_t i = 0; i < threads; i++) {
        clients[i] = (struct client){.all = &all, .first_id = (int64_t)i * 100000000};
    }
    spent = run_all(clients, threads);
    for (uint32_t i = 0; i < threads; i++) {
        for (size_t j = 0; j < clients[i].times.count; j++) {
            bench_times_add(&times, clients[i].times.seconds[j]);
        }
        bench_times_release(&clients[i].times);
    }
    if (bench_query_int(all.db, "MATCH (n:Person) RETURN count(n) AS n") != (int64_t)times.count) {
        bench_fail(uri, "commits are missing");
    }
    (void)snprintf(op, sizeof(op), "%u clients on %s", (unsigned)threads, scheme_of(uri));
    bench_figure(op, "commits/s", (double)times.count / spent);
    (void)snprintf(op, sizeof(op), "%u clients on %s, p50", (unsigned)threads, scheme_of(uri));
    bench_figure(op, "ms", bench_times_at(&times, 50) * 1e3);
    bench_times_release(&times);
    free(clients);
    namidb_close(all.db);
}

void bench_fill(const char *uri, int64_t count)
{
    struct namidb *db = bench_open(uri);
    char text[256];

    (void)bench_query(db, create_rule, NULL, NULL, true);
    for (int64_t i = 0; i < count; i += FILL_ROWS) {
        long long last = (long long)(i + FILL_ROWS < count ? i + FILL_ROWS : count);

        (void)snprintf(text, sizeof(text),
                       "UNWIND range(%lld, %lld) AS i CREATE (:Person {id: i, name: 'person ' + "
                       "toString(i), age: i %% 90})",
                       (long long)i + 1, last);
        (void)bench_query(db, text, NULL, NULL, true);
    }
    namidb_close(db);
}

void bench_reopen(const char *uri, const char *what)
{
    double start = bench_now();
    struct namidb *db = bench_open(uri);
    double opened = bench_now();
    char op[128];

    if (bench_query(db, "MATCH (p:Person {id: 815}) RETURN p.name, p.age", NULL, NULL, true) != 1) {
        bench_fail(what, "the node is not there");
    }
    (void)snprintf(op, sizeof(op), "open + first keyed read, %s", what);
    bench_figure(op, "ms", (bench_now() - start) * 1e3);
    (void)snprintf(op, sizeof(op), "open, %s", what);
    bench_figure(op, "ms", (opened - start) * 1e3);
    bench_memory(op);
    namidb_close(db);
}
