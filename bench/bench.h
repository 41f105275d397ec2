/*
 * bench/bench.h -- what the parts of bench_embed share.
 *
 * Results go to stdout, a JSON object per line, for bench/peers.py:
 *   {"op":"load Person","value":312.5,"unit":"k/s"}
 *   {"op":"1-hop","answer":[[17,"Ana Lee 17"], ...]}
 * Whatever fails ends the program with a line on stderr: a wrong answer has no time.
 */
#ifndef NAMI_BENCH_BENCH_H
#define NAMI_BENCH_BENCH_H

#include <stdio.h>

#include <namidb/namidb.h>

/* Seconds of a clock that never goes back. */
double bench_now(void);
/* Ends the program unless `status` is OK. */
void bench_must(int32_t status, const struct namidb_problem *problem, const char *what);
/* Ends the program. */
_Noreturn void bench_fail(const char *what, const char *detail);
/* One figure. */
void bench_figure(const char *op, const char *unit, double value);

/* Durations of one kind of call. */
struct bench_times {
    double *seconds;
    size_t count;
    size_t cap;
};

void bench_times_add(struct bench_times *times, double seconds);
/* Sorts; `percent` of 50 is the median. */
double bench_times_at(struct bench_times *times, double percent);
void bench_times_release(struct bench_times *times);

/* Runs a statement to its end and returns its rows; with `answer`, writes them there as the inside
 * of a JSON array. Every cell is read in any case. `first` false: a comma comes before a row. */
uint64_t bench_query(struct namidb *db, const char *text, const struct namidb_params *params,
                     FILE *answer, bool first);
/* The one integer of a statement's one row. */
int64_t bench_query_int(struct namidb *db, const char *text);

struct namidb *bench_open(const char *uri);
/* VmRSS and VmHWM of this process in MB, as "<what>, RSS" and "<what>, peak RSS". */
void bench_memory(const char *what);

/* The next line of a file, cut at `separator` in place, its end removed; false: no more. */
struct bench_lines {
    FILE *file;
    char *line;
    size_t cap;
};
void bench_lines_open(struct bench_lines *lines, const char *folder, const char *name);
bool bench_lines_next(struct bench_lines *lines, char separator, char **fields, size_t field_count);
void bench_lines_close(struct bench_lines *lines);

/* ---- what is measured ---- */

/* Set A from `folder` into `db`, by UNWIND. Returns the number of persons. */
int64_t bench_load(struct namidb *db, const char *folder);
/* The operations of `file`, with answers. */
void bench_operations(struct namidb *db, const char *file, int64_t persons);
/* The statements that write, as peers run them too. */
void bench_writes(struct namidb *db);
/* `count` statements, each a commit. */
void bench_commits(const char *uri, uint32_t count);
/* `threads` clients that write for `seconds`. */
void bench_clients(const char *uri, uint32_t threads, double seconds);
/* `count` nodes in the log, for bench_reopen(). */
void bench_fill(const char *uri, int64_t count);
/* Open, and one read by key. */
void bench_reopen(const char *uri, const char *what);

#endif /* NAMI_BENCH_BENCH_H */
