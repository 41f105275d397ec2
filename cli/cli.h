/*
 * cli/cli.h -- what the commands of `namidb` share.
 *
 *   main.c           which command          cmd_run.c      namidb run
 *   cmd_plugin.c     namidb plugin ...      flags.c        --name value, from a table
 *   output.c         rows as table, JSON or CSV
 *
 * Exit codes: 0 done, 1 it failed, 2 it was asked wrongly.
 */
#ifndef NAMI_CLI_CLI_H
#define NAMI_CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include <namidb/namidb.h>

enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_LIST_MAX = 32 };

/* One flag of a command. */
struct cli_flag {
    const char *name;     /* "store" */
    const char *value;    /* what help calls it; NULL: a switch */
    const char *variable; /* environment, or NULL */
    const char *help;
    bool repeats;
};

struct cli_given {
    const char *texts[CLI_LIST_MAX + 1]; /* ends with NULL */
    size_t count;
};

/* A command line taken apart. */
struct cli_args {
    struct cli_given flags[16]; /* by the flag's index */
    const char *words[CLI_LIST_MAX];
    size_t word_count;
};

/* CLI_OK, or CLI_USAGE with one line on stderr. */
int cli_parse(const struct cli_flag *flags, size_t flag_count, int argc, char *const *argv,
              struct cli_args *out);
void cli_help(FILE *out, const struct cli_flag *flags, size_t flag_count);
/* NULL: not given. */
const char *cli_text(const struct cli_args *args, size_t flag);

enum cli_format { CLI_TABLE, CLI_JSON, CLI_CSV };
/* All rows of a result, and what it changed. CLI_OK or CLI_FAILED. */
int cli_print_result(FILE *out, enum cli_format format, struct namidb_result *result);
void cli_print_problem(FILE *out, const struct namidb_problem *problem);

int cmd_run(int argc, char *const *argv);
int cmd_plugin(int argc, char *const *argv);

#endif /* NAMI_CLI_CLI_H */
