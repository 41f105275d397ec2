/*
 * host/main.c -- namidb-host: options, plugins, database, door, in that order, and back.
 *
 * Prints one line on stdout for each address once it answers: "listening http 127.0.0.1:8080".
 * Everything else goes to stderr. Ends with 0 after SIGTERM or SIGINT, 1 if it could not
 * start, 2 if it was asked wrongly.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "host/wiring.h"

extern char **environ;

static int complain(const struct nami_error *err, int code)
{
    (void)fprintf(stderr, "namidb-host: %s\n", err->message);
    return code;
}

int main(int argc, char **argv)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_host_options options;
    struct nami_wiring *wiring = NULL;
    int32_t status = nami_host_options_parse(argc, argv, environ, stderr, &options, &err);

    if (status != NAMI_OK) {
        return complain(&err, 2);
    }
    if (options.values[NAMI_OPT_HELP].number != 0) {
        nami_host_options_help(stdout, "namidb-host");
        return EXIT_SUCCESS;
    }
    if (options.values[NAMI_OPT_VERSION].number != 0) {
        (void)printf("namidb-host %s\n", NAMI_VERSION_TEXT);
        return EXIT_SUCCESS;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    status = nami_wiring_create(&options, &wiring, &err);
    if (status != NAMI_OK) {
        return complain(&err, status == NAMI_E_CONFIG ? 2 : 1);
    }
    nami_wiring_run(wiring);
    nami_wiring_destroy(wiring);
    return EXIT_SUCCESS;
}
