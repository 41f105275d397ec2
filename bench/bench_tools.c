#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <namidb/batch_util.h>

#include "bench/bench.h"

double bench_now(void)
{
    struct timespec time = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

_Noreturn void bench_fail(const char *what, const char *detail)
{
    (void)fflush(stdout);
    (void)fprintf(stderr, "bench_embed: %s: %s\n", what, detail);
    exit(EXIT_FAILURE);
}

void bench_must(int32_t status, const struct namidb_problem *problem, const char *what)
{
    if (status != NAMI_OK) {
        bench_fail(what,
                   problem != NULL && problem->message[0] != '\0' ? problem->message : "no memory");
    }
}

void bench_figure(const char *op, const char *unit, double value)
{
    (void)printf("{\"op\":\"%s\",\"unit\":\"%s\",\"value\":%.6g}\n", op, unit, value);
    (void)fflush(stdout);
}

void bench_times_add(struct bench_times *times, double seconds)
{
    if (times->count == times->cap) {
        times->cap = times->cap == 0 ? 1024 : times->cap * 2;
        times->seconds = realloc(times->seconds, times->cap * sizeof(double));
        if (times->seconds == NULL) {
            bench_fail("times", "no memory");
        }
    }
    times->seconds[times->count++] = seconds;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

double bench_times_at(struct bench_times *times, double percent)
{
    size_t at = (size_t)((double)times->count * percent / 100);

    if (times->count == 0) {
        bench_fail("times", "nothing was measured");
    }
    qsort(times->seconds, times->count, sizeof(double), by_value);
    return times->seconds[at < times->count ? at : times->count - 1];
}

void bench_times_release(struct bench_times *times)
{
    free(times->seconds);
    *times = (struct bench_times){0};
}

static void print_string(FILE *out, struct nami_slice text)
{
    (void)fputc('"', out);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\') {
            (void)fputc('\\', out);
        }
        (void)fputc(text.ptr[i], out);
    }
    (void)fputc('"', out);
}

static void print_cell(FILE *out, struct nami_cell cell)
{
    uint32_t type = cell.column != NULL ? cell.column->type : (uint32_t)NAMI_TYPE_NOTHING;

    if (type == NAMI_TYPE_NOTHING) {
        (void)fputs("null", out);
    } else if (type == NAMI_TYPE_INT64) {
        (void)fprintf(out, "%" PRId64, ((const int64_t *)cell.column->values)[cell.row]);
    } else if (type == NAMI_TYPE_FLOAT64) {
        (void)fprintf(out, "%.17g", ((const double *)cell.column->values)[cell.row]);
    } else if (type == NAMI_TYPE_STRING) {
        print_string(out, nami_cell_bytes(cell));
    } else {
        bench_fail("answer", "a type that no operation returns");
    }
}

/* What a program that uses the rows would do at the least. */
static uint64_t touch_cell(struct nami_cell cell)
{
    struct nami_slice text;

    if (cell.column == NULL) {
        return 0;
    }
    if (cell.column->type == NAMI_TYPE_STRING) {
        text = nami_cell_bytes(cell);
        return text.len > 0 ? text.ptr[0] + text.len : 0;
    }
    return cell.column->type == NAMI_TYPE_INT64
               ? (uint64_t)((const int64_t *)cell.column->values)[cell.row]
               : 1;
}

static void print_row(FILE *out, const struct nami_batch *batch, size_t row, bool first)
{
    (void)fputs(first ? "[" : ",[", out);
    for (size_t i = 0; i < batch->column_count; i++) {
        if (i > 0) {
            (void)fputc(',', out);
        }
        print_cell(out, nami_cell_at(nami_batch_column(batch, i), row));
    }
    (void)fputc(']', out);
}

uint64_t bench_query(struct namidb *db, const char *text, const struct namidb_params *params,
                     FILE *answer, bool first)
{
    struct namidb_problem problem = {.struct_size = sizeof(problem)};
    struct namidb_result *result = NULL;
    const struct nami_batch *batch = NULL;
    uint64_t rows = 0;
    uint64_t sum = 0;

    bench_must(namidb_query(db, text, params, &result, &problem), &problem, text);
    for (;;) {
        bench_must(namidb_result_next(result, &batch, &problem), &problem, text);
        if (batch->row_count == 0) {
            break;
        }
        for (size_t row = 0; row < batch->row_count; row++, rows++) {
            for (size_t i = 0; answer == NULL && i < batch->column_count; i++) {
                sum += touch_cell(nami_cell_at(nami_batch_column(batch, i), row));
            }
            if (answer != NULL) {
                print_row(answer, batch, row, first && rows == 0);
            }
        }
    }
    namidb_result_close(result);
    return rows + (sum == UINT64_MAX ? 1 : 0); /* so that reading the cells is not optimised away */
}

int64_t bench_query_int(struct namidb *db, const char *text)
{
    struct namidb_problem problem = {.struct_size = sizeof(problem)};
    struct namidb_result *result = NULL;
    const struct nami_batch *batch = NULL;
    struct nami_cell cell;
    int64_t value = 0;

    bench_must(namidb_query(db, text, NULL, &result, &problem), &problem, text);
    bench_must(namidb_result_next(result, &batch, &problem), &problem, text);
    if (batch->row_count != 1 || batch->column_count != 1) {
        bench_fail(text, "not one value");
    }
    cell = nami_cell_at(nami_batch_column(batch, 0), 0);
    if (cell.column == NULL || cell.column->type != NAMI_TYPE_INT64) {
        bench_fail(text, "not an integer");
    }
    value = ((const int64_t *)cell.column->values)[cell.row];
    namidb_result_close(result);
    return value;
}

struct namidb *bench_open(const char *uri)
{
    struct namidb_problem problem = {.struct_size = sizeof(problem)};
    struct namidb_options options = {.struct_size = sizeof(options), .plugin_dir = BENCH_PLUGINS};
    struct namidb *db = NULL;

    bench_must(namidb_open(uri, &options, &db, &problem), &problem, uri);
    return db;
}

void bench_memory(const char *what)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    char op[128];
    unsigned long kilobytes = 0;

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        bool peak = strncmp(line, "VmHWM:", 6) == 0;

        if (peak || strncmp(line, "VmRSS:", 6) == 0) {
            kilobytes = strtoul(line + 6, NULL, 10);
            (void)snprintf(op, sizeof(op), "%s, %s", what, peak ? "peak RSS" : "RSS");
            bench_figure(op, "MB", (double)kilobytes * 1024 / 1e6);
        }
    }
    if (kilobytes == 0) {
        bench_fail("/proc/self/status", "can not be read");
    }
    (void)fclose(file);
}

void bench_lines_open(struct bench_lines *lines, const char *folder, const char *name)
{
    char path[4096];

    (void)snprintf(path, sizeof(path), "%s%s%s", folder != NULL ? folder : "",
                   folder != NULL ? "/" : "", name);
    *lines = (struct bench_lines){.file = fopen(path, "r")};
    if (lines->file == NULL) {
        bench_fail(path, "can not be read");
    }
}

bool bench_lines_next(struct bench_lines *lines, char separator, char **fields, size_t field_count)
{
    ssize_t len = getline(&lines->line, &lines->cap, lines->file);
    char *at = lines->line;
    size_t count = 1;

    if (len < 0) {
        return false;
    }
    if (len > 0 && at[len - 1] == '\n') {
        at[len - 1] = '\0';
    }
    fields[0] = at;
    for (; *at != '\0'; at++) {
        if (*at == separator && count < field_count) {
            *at = '\0';
            fields[count++] = at + 1;
        }
    }
    if (count < field_count && fields[0][0] != '#') {
        bench_fail(lines->line, "a line with too few fields");
    }
    return true;
}

void bench_lines_close(struct bench_lines *lines)
{
    (void)fclose(lines->file);
    free(lines->line);
    *lines = (struct bench_lines){0};
}
