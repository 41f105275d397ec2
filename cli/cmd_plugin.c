/* namidb plugin list | describe PATH|NAME | check PATH */
#include <string.h>
#include <unistd.h>

#include <namidb/plugin_util.h>

#include "cli/cli.h"
#include "core/plugin/plugin_dir.h"

enum { PLUGIN_DIR, HELP, FLAG_COUNT };

static const struct cli_flag flags[FLAG_COUNT] = {
    [PLUGIN_DIR] = {"plugin-dir", "DIR", "NAMIDB_PLUGIN_DIR", "folder of plugins", false},
    [HELP] = {"help", NULL, NULL, "show this", false},
};

static void refused(struct nami_plugin_dir_listener *listener, const struct nami_error *err)
{
    (void)listener;
    (void)fprintf(stderr, "refused: %s\n", err->message);
}

static int load_dir(const struct cli_args *args, struct nami_registry *registry)
{
    struct nami_plugin_dir_listener listener = {.refused = refused};
    struct nami_error err = {.struct_size = sizeof(err)};
    const char *dir = cli_text(args, PLUGIN_DIR);
    char folder[4096];

    if (dir == NULL) {
        if (nami_plugin_dir_default(folder, sizeof(folder), &err) != NAMI_OK) {
            (void)fprintf(stderr, "namidb: %s\n", err.message);
            return CLI_FAILED;
        }
        dir = folder;
    }
    if (nami_plugin_dir_load(registry, dir, &listener, &err) != NAMI_OK) {
        (void)fprintf(stderr, "namidb: %s\n", err.message);
        return CLI_FAILED;
    }
    return CLI_OK;
}

static void print_kinds(const struct nami_plugin *desc)
{
    if (desc->store != NULL) {
        (void)printf("  store, for");
        for (const char *const *at = desc->store->schemes; *at != NULL; at++) {
            (void)printf(" %s://", *at);
        }
    }
    if (desc->proto != NULL) {
        (void)printf("  protocol %s", desc->proto->name);
    }
    if (desc->codec != NULL) {
        (void)printf("  codec %s", desc->codec->name);
    }
    (void)putchar('\n');
}

static void print_options(const struct nami_options *options)
{
    static const char *const types[] = {"text", "true|false", "number", "bytes", "duration"};

    for (uint32_t i = 0; i < options->count; i++) {
        const struct nami_option *one =
            NAMI_AT_CONST(struct nami_option, options->at, (size_t)options->stride, i);

        (void)printf("    %-16s %-10s %s", one->name, one->type < 5 ? types[one->type] : "?",
                     one->help);
        if (one->default_text != NULL && one->default_text[0] != '\0') {
            (void)printf(" (default %s)", one->default_text);
        }
        (void)putchar('\n');
    }
}

static void describe(const struct nami_known_plugin *plugin)
{
    const struct nami_plugin *desc = plugin->desc;

    (void)printf("%s %s, ABI %u.%u%s%s\n", desc->name, desc->version, (unsigned)desc->abi_major,
                 (unsigned)desc->abi_minor,
                 desc->build_id != NULL && desc->build_id[0] != '\0' ? ", build " : "",
                 desc->build_id != NULL ? desc->build_id : "");
    print_kinds(desc);
    if (desc->store != NULL) {
        (void)printf("  URI parameters, beside ns:\n");
        print_options(&desc->store->options);
    }
    if (desc->proto != NULL) {
        (void)printf("  options:\n");
        print_options(&desc->proto->options);
    }
}

static int list(const struct cli_args *args, struct nami_registry *registry)
{
    int code = load_dir(args, registry);

    for (const struct nami_known_plugin *at = registry->plugins; at != NULL; at = at->next) {
        (void)printf("%-16s %-8s", at->desc->name, at->desc->version);
        print_kinds(at->desc);
    }
    return code;
}

/* A path is loaded by itself; a name is looked for in the folder. */
static int describe_one(const struct cli_args *args, struct nami_registry *registry,
                        const char *which)
{
    struct nami_error err = {.struct_size = sizeof(err)};

    if (strchr(which, '/') != NULL || strstr(which, ".so") != NULL) {
        if (nami_plugin_load(registry, which, &err) != NAMI_OK) {
            (void)fprintf(stderr, "refused: %s\n", err.message);
            return CLI_FAILED;
        }
        describe(registry->plugins);
        return CLI_OK;
    }
    if (load_dir(args, registry) != CLI_OK) {
        return CLI_FAILED;
    }
    for (const struct nami_known_plugin *at = registry->plugins; at != NULL; at = at->next) {
        if (strcmp(at->desc->name, which) == 0) {
            describe(at);
            return CLI_OK;
        }
    }
    (void)fprintf(stderr, "namidb: no plugin %s; `namidb plugin list` shows what there is\n",
                  which);
    return CLI_FAILED;
}

/* The suite is a program of its own, beside this one. Does not return if it can be run. */
static int run_conformance(const char *path, const char *uri)
{
    char program[4096];
    ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
    char *slash = NULL;

    if (len > 0) {
        program[len] = '\0';
        slash = strrchr(program, '/');
    }
    if (slash != NULL &&
        (size_t)(slash - program) + sizeof("/store_conformance") < sizeof(program)) {
        (void)snprintf(slash, sizeof(program) - (size_t)(slash - program), "/store_conformance");
        (void)fflush(stdout);
        (void)execl(program, "store_conformance", path, uri, (char *)NULL);
    }
    (void)fprintf(stderr, "namidb: store_conformance is not beside this program\n");
    return CLI_FAILED;
}

static int check(const struct cli_args *args, struct nami_registry *registry)
{
    int code = describe_one(args, registry, args->words[1]);

    if (code == CLI_OK) {
        (void)printf("ok: a host of this version takes it\n");
    }
    return code == CLI_OK && args->word_count == 3 ? run_conformance(args->words[1], args->words[2])
                                                   : code;
}

static void help(FILE *out)
{
    (void)fprintf(out,
                  "namidb plugin list               what is in the plugin folder\n"
                  "namidb plugin describe PATH|NAME its options\n"
                  "namidb plugin check PATH [URI]   would a host take it? With a URI of a scratch\n"
                  "                                 place: the store conformance suite too\n\n");
    cli_help(out, flags, FLAG_COUNT);
}

int cmd_plugin(int argc, char *const *argv)
{
    struct cli_args args;
    struct nami_registry registry;
    int code = cli_parse(flags, FLAG_COUNT, argc, argv, &args);

    if (code != CLI_OK || args.flags[HELP].count > 0) {
        if (code == CLI_OK) {
            help(stdout);
        }
        return code;
    }
    nami_registry_init(&registry);
    if (args.word_count == 1 && strcmp(args.words[0], "list") == 0) {
        code = list(&args, &registry);
    } else if (args.word_count == 2 && strcmp(args.words[0], "describe") == 0) {
        code = describe_one(&args, &registry, args.words[1]);
    } else if ((args.word_count == 2 || args.word_count == 3) &&
               strcmp(args.words[0], "check") == 0) {
        code = check(&args, &registry);
    } else {
        help(stderr);
        code = CLI_USAGE;
    }
    nami_registry_release(&registry);
    return code;
}
