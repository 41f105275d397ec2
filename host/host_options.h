/*
 * host/host_options.h -- what namidb-host can be told, from one table.
 *
 * What:   flags, NAMIDB_* variables, their defaults and help are rows of one table.
 *         A flag beats a variable beats the default. An unknown flag is an error with a
 *         suggestion; an unknown NAMIDB_* variable is a warning with one, since container
 *         platforms inject variables of their own (NAMIDB_PORT=tcp://...).
 * Thread: made once, then read only.
 */
#ifndef NAMI_HOST_HOST_OPTIONS_H
#define NAMI_HOST_HOST_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include <namidb/abi.h>

/* By index into the table and into nami_host_options.values. */
enum nami_host_option {
    NAMI_OPT_STORE,
    NAMI_OPT_LISTEN,
    NAMI_OPT_BOLT_LISTEN,
    NAMI_OPT_AUTH_TOKEN,
    NAMI_OPT_AUTH_TOKEN_FILE,
    NAMI_OPT_REQUIRE_AUTH,
    NAMI_OPT_FLUSH_INTERVAL,
    NAMI_OPT_ADVERTISE,
    NAMI_OPT_NODE_ID,
    NAMI_OPT_PLUGIN,
    NAMI_OPT_PLUGIN_DIR,
    NAMI_OPT_CODEC,
    NAMI_OPT_QUERY_MEMORY,
    NAMI_OPT_QUERY_TIMEOUT,
    NAMI_OPT_MEMORY,
    NAMI_OPT_MAX_CONNECTIONS,
    NAMI_OPT_WORKERS,
    NAMI_OPT_DRAIN_TIMEOUT,
    NAMI_OPT_LOG_LEVEL,
    NAMI_OPT_HELP,
    NAMI_OPT_VERSION,
    NAMI_OPT_COUNT
};

enum { NAMI_OPT_LIST_MAX = 16 };

/* One option as given. `texts` borrows argv and the environment. */
struct nami_host_option_value {
    const char *texts[NAMI_OPT_LIST_MAX]; /* more than one only where it may repeat */
    size_t count;                         /* the default counts as one, unless it is NULL */
    int64_t number;                       /* of the last: ms, bytes, count, 0 or 1 */
    bool is_given;                        /* by flag or variable */
};

struct nami_host_options {
    struct nami_host_option_value values[NAMI_OPT_COUNT];
};

/*
 * Read flags and variables. Warnings go to `warn` as whole lines.
 * Fails: CONFIG, with one line in `err` that says what to do.
 */
NAMI_CHECKED int32_t nami_host_options_parse(int argc, char *const *argv, char *const *environment,
                                             FILE *warn, struct nami_host_options *out,
                                             struct nami_error *err);
/* Text of an option given at most once; NULL: neither given nor a default. */
const char *nami_host_option_text(const struct nami_host_options *options,
                                  enum nami_host_option which);
/* --help, from the same table. */
void nami_host_options_help(FILE *out, const char *program);

#endif /* NAMI_HOST_HOST_OPTIONS_H */
