#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"

enum { BATCH_ROWS = 10000, FIELDS_MAX = 7 };

/* `columns`: a letter each, n for a number or boolean, which is JSON as it stands; t for text. */
struct node_file {
    const char *label;
    const char *file;
    const char *columns;
    const char *names[FIELDS_MAX];
    const char *create;
};

struct edge_file {
    const char *type;
    const char *file;
    const char *create;
    const char *count;
};

static const struct node_file node_files[] = {
    {"Person",
     "persons.csv",
     "ntttnn",
     {"id", "name", "gender", "birthday", "age", "isMarried"},
     "UNWIND $rows AS r CREATE (:Person {id: r.id, name: r.name, gender: r.gender, "
     "birthday: r.birthday, age: r.age, isMarried: r.isMarried})"},
    {"City",
     "cities.csv",
     "ntttnnn",
     {"id", "city", "state", "country", "lat", "lng", "population"},
     "UNWIND $rows AS r CREATE (:City {id: r.id, city: r.city, state: r.state, "
     "country: r.country, lat: r.lat, lng: r.lng, population: r.population})"},
    {"State",
     "states.csv",
     "ntt",
     {"id", "state", "country"},
     "UNWIND $rows AS r CREATE (:State {id: r.id, state: r.state, country: r.country})"},
    {"Country",
     "countries.csv",
     "nt",
     {"id", "country"},
     "UNWIND $rows AS r CREATE (:Country {id: r.id, country: r.country})"},
    {"Interest",
     "interests.csv",
     "nt",
     {"id", "interest"},
     "UNWIND $rows AS r CREATE (:Interest {id: r.id, interest: r.interest})"},
};

#define CREATE_EDGE(from, type, to)                                                                \
    "UNWIND $rows AS r MATCH (a:" from " {id: r.a}) MATCH (b:" to " {id: r.b}) CREATE (a)-[:" type \
    "]->(b)"
#define COUNT_EDGE(from, type, to) "MATCH (:" from ")-[r:" type "]->(:" to ") RETURN count(r) AS n"

static const struct edge_file edge_files[] = {
    {"Follows", "follows.csv", CREATE_EDGE("Person", "Follows", "Person"),
     COUNT_EDGE("Person", "Follows", "Person")},
    {"LivesIn", "lives_in.csv", CREATE_EDGE("Person", "LivesIn", "City"),
     COUNT_EDGE("Person", "LivesIn", "City")},
    {"HasInterest", "has_interest.csv", CREATE_EDGE("Person", "HasInterest", "Interest"),
     COUNT_EDGE("Person", "HasInterest", "Interest")},
    {"CityIn", "city_in.csv", CREATE_EDGE("City", "CityIn", "State"),
     COUNT_EDGE("City", "CityIn", "State")},
    {"StateIn", "state_in.csv", CREATE_EDGE("State", "StateIn", "Country"),
     COUNT_EDGE("State", "StateIn", "Country")},
};

/* Rows of one file, sent in batches; the clock runs from ready JSON to a durable commit. */
struct load {
    struct namidb *db;
    const char *create;
    char *json;
    size_t json_bytes;
    FILE *stream;
    uint64_t in_batch;
    uint64_t rows;
    double params_s;
    double query_s;
};

static void send_batch(struct load *load)
{
    struct namidb_problem problem = {.struct_size = sizeof(problem)};
    struct namidb_params *params = namidb_params_create();
    double start = 0;
    double between = 0;

    if (load->in_batch == 0) {
        namidb_params_destroy(params);
        return;
    }
    (void)fputc(']', load->stream);
    (void)fflush(load->stream);
    start = bench_now();
    bench_must(params != NULL ? NAMI_OK : NAMI_E_NOMEM, NULL, "parameters");
    bench_must(
        namidb_params_set_json(params, "rows", load->json, (size_t)ftello(load->stream), &problem),
        &problem, "rows");
    between = bench_now();
    (void)bench_query(load->db, load->create, params, NULL, true);
    load->params_s += between - start;
    load->query_s += bench_now() - between;
    load->rows += load->in_batch;
    load->in_batch = 0;
    namidb_params_destroy(params);
    rewind(load->stream);
}

static void load_open(struct load *load, struct namidb *db, const char *create)
{
    *load = (struct load){.db = db, .create = create};
    load->stream = open_memstream(&load->json, &load->json_bytes);
    if (load->stream == NULL) {
        bench_fail("rows", "no memory");
    }
}

/* Returns the rows. */
static uint64_t load_close(struct load *load)
{
    send_batch(load);
    (void)fclose(load->stream);
    free(load->json);
    return load->rows;
}

static void report(const struct load *load, const char *what)
{
    char op[128];

    (void)snprintf(op, sizeof(op), "load %s", what);
    bench_figure(op, "k/s", (double)load->rows / (load->params_s + load->query_s) / 1e3);
    (void)snprintf(op, sizeof(op), "load %s, statement alone", what);
    bench_figure(op, "k/s", (double)load->rows / load->query_s / 1e3);
}

static void add_node(struct load *load, const struct node_file *kind, char **fields)
{
    (void)fputs(load->in_batch == 0 ? "[{" : ",{", load->stream);
    for (size_t i = 0; kind->columns[i] != '\0'; i++) {
        (void)fprintf(load->stream, kind->columns[i] == 't' ? "%s\"%s\":\"%s\"" : "%s\"%s\":%s",
                      i > 0 ? "," : "", kind->names[i], fields[i]);
    }
    (void)fputc('}', load->stream);
    if (++load->in_batch == BATCH_ROWS) {
        send_batch(load);
    }
}

static uint64_t load_nodes(struct namidb *db, const char *folder, const struct node_file *kind,
                           struct load *total)
{
    struct bench_lines lines;
    struct load load;
    char *fields[FIELDS_MAX] = {NULL};
    char text[256];
    uint64_t rows = 0;

    (void)snprintf(text, sizeof(text), "CREATE CONSTRAINT FOR (n:%s) REQUIRE n.id IS UNIQUE",
                   kind->label);
    (void)bench_query(db, text, NULL, NULL, true);
    load_open(&load, db, kind->create);
    bench_lines_open(&lines, folder, kind->file);
    (void)bench_lines_next(&lines, ',', fields, strlen(kind->columns));
    while (bench_lines_next(&lines, ',', fields, strlen(kind->columns))) {
        add_node(&load, kind, fields);
    }
    bench_lines_close(&lines);
    rows = load_close(&load);
    total->rows += rows;
    total->params_s += load.params_s;
    total->query_s += load.query_s;
    (void)snprintf(text, sizeof(text), "MATCH (n:%s) RETURN count(n) AS n", kind->label);
    if (bench_query_int(db, text) != (int64_t)rows) {
        bench_fail(kind->label, "not all rows are there");
    }
    return rows;
}

static void load_edges(struct namidb *db, const char *folder, const struct edge_file *kind,
                       struct load *total)
{
    struct bench_lines lines;
    struct load load;
    char *fields[2] = {NULL};
    uint64_t rows = 0;

    load_open(&load, db, kind->create);
    bench_lines_open(&lines, folder, kind->file);
    (void)bench_lines_next(&lines, ',', fields, 2);
    while (bench_lines_next(&lines, ',', fields, 2)) {
        (void)fprintf(load.stream, "%s{\"a\":%s,\"b\":%s}", load.in_batch == 0 ? "[" : ",",
                      fields[0], fields[1]);
        if (++load.in_batch == BATCH_ROWS) {
            send_batch(&load);
        }
    }
    bench_lines_close(&lines);
    rows = load_close(&load);
    if (bench_query_int(db, kind->count) != (int64_t)rows) {
        bench_fail(kind->type, "not all rows are there");
    }
    report(&load, kind->type);
    total->rows += load.rows;
    total->params_s += load.params_s;
    total->query_s += load.query_s;
}

int64_t bench_load(struct namidb *db, const char *folder)
{
    struct load nodes = {0};
    struct load edges = {0};
    uint64_t persons = 0;

    for (size_t i = 0; i < sizeof(node_files) / sizeof(node_files[0]); i++) {
        uint64_t rows = load_nodes(db, folder, &node_files[i], &nodes);

        persons = i == 0 ? rows : persons;
    }
    report(&nodes, "nodes");
    for (size_t i = 0; i < sizeof(edge_files) / sizeof(edge_files[0]); i++) {
        load_edges(db, folder, &edge_files[i], &edges);
    }
    report(&edges, "relationships");
    bench_figure("load, all", "s", nodes.params_s + nodes.query_s + edges.params_s + edges.query_s);
    bench_memory("set A");
    return (int64_t)persons;
}
