/* cli/main.c -- namidb: run statements, look at plugins. */
#include <locale.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "cli/cli.h"
#include "core/base/suggest.h"

static const struct {
    const char *name;
    int (*run)(int argc, char *const *argv);
    const char *help;
} commands[] = {
    {"run", cmd_run, "run one statement on a store"},
    {"plugin", cmd_plugin, "list, describe or check plugins"},
};

enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

static void help(FILE *out)
{
    (void)fprintf(out, "namidb %s -- a graph database whose home is an object store\n\n",
                  namidb_version());
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        (void)fprintf(out, "  namidb %-10s %s\n", commands[i].name, commands[i].help);
    }
    (void)fprintf(out, "\n`namidb COMMAND --help` tells more. The server is namidb-host.\n");
}

int main(int argc, char **argv)
{
    struct nami_suggest suggest;

    (void)setlocale(LC_ALL, "C.UTF-8");
    if (argc < 2) {
        help(stderr);
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        help(stdout);
        return CLI_OK;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "version") == 0) {
        (void)printf("namidb %s\n", namidb_version());
        return CLI_OK;
    }
    nami_suggest_init(&suggest, nami_text(argv[1]), true);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return commands[i].run(argc - 2, argv + 2);
        }
        nami_suggest_offer(&suggest, nami_text(commands[i].name));
    }
    (void)fprintf(stderr, "namidb: no command '%s'", argv[1]);
    if (suggest.nearest.len > 0) {
        (void)fprintf(stderr, ": did you mean '%.*s'?", (int)suggest.nearest.len,
                      (const char *)suggest.nearest.ptr);
    }
    (void)fprintf(stderr, "\n`namidb --help` lists them.\n");
    return CLI_USAGE;
}
