/* namidb run --store URI "CYPHER" [--param k=v] [--format table|json|csv] */
#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "cli/cli.h"
#include "core/plugin/options.h"

enum { STORE, PARAM, FORMAT, TIMEOUT, READ_ONLY, PLUGIN, PLUGIN_DIR, HELP, FLAG_COUNT };

static const struct cli_flag flags[FLAG_COUNT] = {
    [STORE] = {"store", "URI", "NAMIDB_STORE", "memory://NAME, file:///DIR?ns=NAME", false},
    [PARAM] = {"param", "NAME=VALUE", NULL, "value of $NAME: JSON, or else taken as text", true},
    [FORMAT] = {"format", "FORMAT", NULL, "table (default), json or csv", false},
    [TIMEOUT] = {"timeout", "DURATION", NULL,
                 "longest it may take, waiting for another writer included (default 60s)", false},
    [READ_ONLY] = {"read-only", NULL, NULL, "refuse to write", false},
    [PLUGIN] = {"plugin", "PATH", NULL, "load one more plugin (.so)", true},
    [PLUGIN_DIR] = {"plugin-dir", "DIR", "NAMIDB_PLUGIN_DIR", "folder of plugins", false},
    [HELP] = {"help", NULL, NULL, "show this", false},
};

static int read_format(const char *text, enum cli_format *out)
{
    static const char *const names[] = {"table", "json", "csv"};

    for (int i = 0; i < 3; i++) {
        if (text == NULL || strcmp(text, names[i]) == 0) {
            *out = (enum cli_format)i;
            return CLI_OK;
        }
    }
    (void)fprintf(stderr, "namidb: --format %s: use table, json or csv\n", text);
    return CLI_USAGE;
}

/* Digits that no integer holds: taking them as text would hide it. */
static bool is_number(const char *text)
{
    text += *text == '-';
    return *text != '\0' && *text != '0' && strspn(text, "0123456789") == strlen(text);
}

/* What is not JSON is text, so that --param name=Alice works in a shell. */
static int add_param(struct namidb_params *params, const char *pair)
{
    struct namidb_problem problem = {.struct_size = sizeof(problem)};
    const char *equals = strchr(pair, '=');
    char name[256];
    size_t len = equals != NULL ? (size_t)(equals - pair) : 0;

    if (len == 0 || len >= sizeof(name)) {
        (void)fprintf(stderr, "namidb: --param %s: write NAME=VALUE\n", pair);
        return CLI_USAGE;
    }
    memcpy(name, pair, len);
    name[len] = '\0';
    if (namidb_params_set_json(params, name, equals + 1, strlen(equals + 1), &problem) == NAMI_OK) {
        return CLI_OK;
    }
    if (is_number(equals + 1)) {
        cli_print_problem(stderr, &problem);
        return CLI_USAGE;
    }
    if (namidb_params_set_string(params, name, equals + 1, strlen(equals + 1)) == NAMI_OK) {
        return CLI_OK;
    }
    (void)fprintf(stderr, "namidb: --param %s: not valid UTF-8\n", name);
    return CLI_USAGE;
}

static int read_params(const struct cli_given *given, struct namidb_params *params)
{
    int code = params != NULL ? CLI_OK : CLI_FAILED;

    for (size_t i = 0; i < given->count && code == CLI_OK; i++) {
        code = add_param(params, given->texts[i]);
    }
    return code;
}

/* The statement is a word, or "-" for standard input. */
static char *read_statement(const char *word)
{
    size_t len = 0;
    size_t cap = 65536;
    char *text = NULL;

    if (strcmp(word, "-") != 0) {
        return strdup(word);
    }
    text = malloc(cap);
    while (text != NULL && !feof(stdin) && ferror(stdin) == 0) {
        if (len + 1 == cap) {
            char *grown = realloc(text, cap *= 2);

            if (grown == NULL) {
                free(text);
                return NULL;
            }
            text = grown;
        }
        len += fread(text + len, 1, cap - len - 1, stdin);
    }
    if (text != NULL) {
        text[len] = '\0';
    }
    return text;
}

static int run(const struct cli_args *args, const struct namidb_options *options,
               enum cli_format format, struct namidb_params *params)
{
    struct namidb_problem problem = {.struct_size = sizeof(problem)};
    struct namidb_result *result = NULL;
    struct namidb *db = NULL;
    char *statement = read_statement(args->words[0]);
    int code = CLI_FAILED;

    if (statement != NULL &&
        namidb_open(cli_text(args, STORE), options, &db, &problem) == NAMI_OK &&
        namidb_query(db, statement, params, &result, &problem) == NAMI_OK) {
        code = cli_print_result(stdout, format, result);
    } else {
        cli_print_problem(stderr, &problem);
    }
    namidb_result_close(result);
    namidb_close(db);
    free(statement);
    return code;
}

static void help(void)
{
    (void)printf("namidb run --store URI \"CYPHER\" [flags]     \"-\" reads the statement from "
                 "standard input\n\n"
                 "  namidb run --store \"file:///var/lib/graph?ns=demo\" "
                 "'MATCH (n) WHERE n.age > $min RETURN n.name' --param min=18\n\n");
    cli_help(stdout, flags, FLAG_COUNT);
}

int cmd_run(int argc, char *const *argv)
{
    struct cli_args args;
    struct namidb_options options = {.struct_size = sizeof(options)};
    struct namidb_params *params = NULL;
    enum cli_format format = CLI_TABLE;
    int64_t timeout_ms = 0;
    int code = cli_parse(flags, FLAG_COUNT, argc, argv, &args);

    if (code == CLI_OK && args.flags[HELP].count > 0) {
        help();
        return CLI_OK;
    }
    if (code == CLI_OK && (cli_text(&args, STORE) == NULL || args.word_count != 1)) {
        (void)fprintf(stderr, "namidb run: %s; see namidb run --help\n",
                      cli_text(&args, STORE) == NULL ? "no --store" : "give one statement");
        code = CLI_USAGE;
    }
    if (code == CLI_OK) {
        code = read_format(cli_text(&args, FORMAT), &format);
    }
    if (code == CLI_OK && args.flags[TIMEOUT].count > 0 &&
        (!nami_option_read(NAMI_OPTION_DURATION, cli_text(&args, TIMEOUT), &timeout_ms) ||
         timeout_ms <= 0)) {
        (void)fprintf(stderr, "namidb: --timeout %s: use 500ms, 30s, 5m\n",
                      cli_text(&args, TIMEOUT));
        code = CLI_USAGE;
    }
    if (code != CLI_OK) {
        return code;
    }
    options.query_timeout_ms = (uint64_t)timeout_ms;
    options.read_only = args.flags[READ_ONLY].count > 0;
    options.plugin_dir = cli_text(&args, PLUGIN_DIR);
    options.plugins = args.flags[PLUGIN].texts; /* ends with NULL: it is zeroed */
    params = namidb_params_create();
    code = read_params(&args.flags[PARAM], params);
    if (code == CLI_OK) {
        code = run(&args, &options, format, params);
    }
    namidb_params_destroy(params);
    return code;
}
