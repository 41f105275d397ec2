#include "host/host_options.h"

#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/suggest.h"
#include "core/plugin/options.h"

enum { FLAG = 100, REPEATS = 1, SECRET = 2 };

struct row {
    const char *name;     /* --name, NAMIDB_NAME */
    uint16_t type;        /* enum nami_option_type, or FLAG */
    uint16_t traits;      /* a sum of REPEATS, SECRET */
    const char *value;    /* what help calls the value */
    const char *fallback; /* NULL: none */
    const char *help;
    int64_t least;
};

static const struct row rows[NAMI_OPT_COUNT] = {
    [NAMI_OPT_STORE] = {"store", NAMI_OPTION_TEXT, SECRET, "URI", NULL,
                        "where the graph lives: memory://NAME, file:///DIR?ns=NAME", 0},
    [NAMI_OPT_LISTEN] = {"listen", NAMI_OPTION_TEXT, REPEATS, "[PROTO=]ADDR", "127.0.0.1:8080",
                         "address to serve; PROTO is http unless given; port 0 picks one", 0},
    [NAMI_OPT_BOLT_LISTEN] = {"bolt-listen", NAMI_OPTION_TEXT, 0, "ADDR", NULL,
                              "the same as --listen bolt=ADDR", 0},
    [NAMI_OPT_AUTH_TOKEN] = {"auth-token", NAMI_OPTION_TEXT, SECRET, "TOKEN", NULL,
                             "bearer token that every request must carry", 0},
    [NAMI_OPT_AUTH_TOKEN_FILE] = {"auth-token-file", NAMI_OPTION_TEXT, 0, "PATH", NULL,
                                  "read the token from a file, so that no process list shows it",
                                  0},
    [NAMI_OPT_REQUIRE_AUTH] = {"require-auth", FLAG, 0, NULL, NULL,
                               "refuse to start without a token", 0},
    [NAMI_OPT_FLUSH_INTERVAL] = {"flush-interval", NAMI_OPTION_DURATION, 0, "DURATION", "30s",
                                 "time between flushes: 0s (never), 200ms, 30s, 5m", 0},
    [NAMI_OPT_ADVERTISE] = {"advertise", NAMI_OPTION_TEXT, 0, "ADDR", NULL,
                            "HTTP address that other hosts send writers to (default: the bound "
                            "address, unless it is a wildcard)",
                            0},
    [NAMI_OPT_NODE_ID] = {"node-id", NAMI_OPTION_TEXT, 0, "NAME", NULL,
                          "this host's name in the manifest (default: random); the same name "
                          "after a restart takes the lease back at once",
                          0},
    [NAMI_OPT_PLUGIN] = {"plugin", NAMI_OPTION_TEXT, REPEATS, "PATH", NULL,
                         "load one more plugin (.so)", 0},
    [NAMI_OPT_PLUGIN_DIR] = {"plugin-dir", NAMI_OPTION_TEXT, 0, "DIR", NULL,
                             "folder of <kind>-<name>.so files (default: ../lib/namidb beside "
                             "this program)",
                             0},
    [NAMI_OPT_CODEC] = {"codec", NAMI_OPTION_TEXT, 0, "node=NAME,edge=NAME", NULL,
                        "SST codecs; each must be a loaded plugin", 0},
    [NAMI_OPT_QUERY_MEMORY] = {"query-memory", NAMI_OPTION_BYTES, 0, "BYTES", "1g",
                               "most memory one query may use: 64m, 1g", 1 << 16},
    [NAMI_OPT_QUERY_TIMEOUT] = {"query-timeout", NAMI_OPTION_DURATION, 0, "DURATION", "60s",
                                "longest a query may take; 0s: no limit", 0},
    [NAMI_OPT_MEMORY] = {"memory", NAMI_OPTION_BYTES, 0, "BYTES", "4g",
                         "most memory the graph's unflushed part may use; writes beyond it fail",
                         1 << 20},
    [NAMI_OPT_MAX_CONNECTIONS] = {"max-connections", NAMI_OPTION_INT, 0, "N", "1024",
                                  "connections open at once; more are closed at once", 1},
    [NAMI_OPT_WORKERS] = {"workers", NAMI_OPTION_INT, 0, "N", "4",
                          "threads for queries that take longer than about 1 ms", 1},
    [NAMI_OPT_DRAIN_TIMEOUT] = {"drain-timeout", NAMI_OPTION_DURATION, 0, "DURATION", "10s",
                                "after SIGTERM, how long running statements may go on", 0},
    [NAMI_OPT_LOG_LEVEL] = {"log-level", NAMI_OPTION_TEXT, 0, "LEVEL", "info",
                            "error, warn, info or debug; to stderr", 0},
    [NAMI_OPT_HELP] = {"help", FLAG, 0, NULL, NULL, "show this and exit", 0},
    [NAMI_OPT_VERSION] = {"version", FLAG, 0, NULL, NULL, "show the version and exit", 0},
};

static const char PREFIX[] = "NAMIDB_";

/* "query-memory" is NAMIDB_QUERY_MEMORY. */
static void variable_of(const struct row *row, char *out, size_t bytes)
{
    size_t len = (size_t)snprintf(out, bytes, "%s%s", PREFIX, row->name);

    for (size_t i = 0; i < len && i < bytes; i++) {
        if (out[i] == '-') {
            out[i] = '_';
        } else if (out[i] >= 'a' && out[i] <= 'z') {
            out[i] = (char)(out[i] - 'a' + 'A');
        }
    }
}

static int32_t set(struct nami_host_options *out, size_t which, const char *text, bool is_flag,
                   struct nami_error *err)
{
    const struct row *row = &rows[which];
    struct nami_host_option_value *value = &out->values[which];
    const char *said = is_flag ? "--" : "variable ";

    if (row->type == FLAG) {
        if (!nami_option_read(NAMI_OPTION_BOOL, text, &value->number)) {
            return NAMI_FAIL(err, NAMI_E_CONFIG, "%s%s: '%.40s' is neither true nor false", said,
                             row->name, text);
        }
    } else if (!nami_option_read(row->type, text, &value->number) || value->number < row->least) {
        return NAMI_FAIL(err, NAMI_E_CONFIG, "%s%s: '%.40s' is not a valid %s", said, row->name,
                         (row->traits & SECRET) != 0 ? "..." : text, row->value);
    }
    if (row->type == NAMI_OPTION_TEXT && text[0] == '\0') {
        return NAMI_FAIL(err, NAMI_E_CONFIG, "%s%s is empty", said, row->name);
    }
    if (value->count == NAMI_OPT_LIST_MAX || (value->count > 0 && (row->traits & REPEATS) == 0)) {
        return NAMI_FAIL(err, NAMI_E_CONFIG, "%s%s is given %s", said, row->name,
                         value->count == 1 ? "twice" : "too often");
    }
    value->texts[value->count++] = text;
    value->is_given = true;
    return NAMI_OK;
}

static int32_t unknown_flag(struct nami_slice name, struct nami_error *err)
{
    struct nami_suggest suggest;

    nami_suggest_init(&suggest, name, true);
    for (size_t i = 0; i < NAMI_OPT_COUNT; i++) {
        nami_suggest_offer(&suggest, nami_text(rows[i].name));
    }
    if (suggest.nearest.len == 0) {
        return NAMI_FAIL(err, NAMI_E_CONFIG, "unknown flag --%.*s; --help lists them",
                         (int)(name.len < 60 ? name.len : 60), (const char *)name.ptr);
    }
    return NAMI_FAIL(err, NAMI_E_CONFIG, "unknown flag --%.*s: did you mean --%.*s?",
                     (int)(name.len < 60 ? name.len : 60), (const char *)name.ptr,
                     (int)suggest.nearest.len, (const char *)suggest.nearest.ptr);
}

static int32_t read_flags(int argc, char *const *argv, struct nami_host_options *out,
                          struct nami_error *err)
{
    int32_t status = NAMI_OK;

    for (int i = 1; i < argc && status == NAMI_OK; i++) {
        const char *name = argv[i] + 2;
        const char *value = NULL;
        size_t which = 0;
        size_t len = 0;

        if (strcmp(argv[i], "-h") == 0) {
            name = "help";
        } else if (strncmp(argv[i], "--", 2) != 0 || argv[i][2] == '\0') {
            return NAMI_FAIL(err, NAMI_E_CONFIG, "'%.60s' is not a flag; --help lists them",
                             argv[i]);
        }
        len = strcspn(name, "=");
        value = name[len] == '=' ? name + len + 1 : NULL;
        while (which < NAMI_OPT_COUNT &&
               !nami_slice_equal(nami_text(rows[which].name), nami_bytes(name, len))) {
            which++;
        }
        if (which == NAMI_OPT_COUNT) {
            return unknown_flag(nami_bytes(name, len), err);
        }
        if (value == NULL && rows[which].type == FLAG) {
            value = "true";
        } else if (value == NULL && i + 1 < argc) {
            value = argv[++i];
        }
        status = value != NULL ? set(out, which, value, true, err)
                               : NAMI_FAIL(err, NAMI_E_CONFIG, "--%s needs a value: %s",
                                           rows[which].name, rows[which].value);
    }
    return status;
}

static void warn_variable(struct nami_slice name, FILE *warn)
{
    struct nami_suggest suggest;
    char known[NAMI_OPT_COUNT][64];

    nami_suggest_init(&suggest, name, true);
    for (size_t i = 0; i < NAMI_OPT_COUNT; i++) {
        variable_of(&rows[i], known[i], sizeof(known[i]));
        nami_suggest_offer(&suggest, nami_text(known[i]));
    }
    (void)fprintf(warn, "namidb-host: warning: variable %.*s is not known and is ignored",
                  (int)name.len, (const char *)name.ptr);
    if (suggest.nearest.len > 0) {
        (void)fprintf(warn, ": did you mean %.*s?", (int)suggest.nearest.len,
                      (const char *)suggest.nearest.ptr);
    }
    (void)fputc('\n', warn);
}

static int32_t read_variables(char *const *environment, FILE *warn, struct nami_host_options *out,
                              struct nami_error *err)
{
    int32_t status = NAMI_OK;

    for (; environment != NULL && *environment != NULL && status == NAMI_OK; environment++) {
        size_t len = strcspn(*environment, "=");
        size_t which = 0;
        char name[64];

        if (strncmp(*environment, PREFIX, sizeof(PREFIX) - 1) != 0 || (*environment)[len] == '\0') {
            continue;
        }
        for (; which < NAMI_OPT_COUNT; which++) {
            variable_of(&rows[which], name, sizeof(name));
            if (nami_slice_equal(nami_text(name), nami_bytes(*environment, len))) {
                break;
            }
        }
        if (which == NAMI_OPT_COUNT) {
            warn_variable(nami_bytes(*environment, len), warn);
        } else if (!out->values[which].is_given) { /* a flag beats a variable */
            status = set(out, which, *environment + len + 1, false, err);
        }
    }
    return status;
}

int32_t nami_host_options_parse(int argc, char *const *argv, char *const *environment, FILE *warn,
                                struct nami_host_options *out, struct nami_error *err)
{
    int32_t status = NAMI_OK;

    *out = (struct nami_host_options){0};
    status = read_flags(argc, argv, out, err);
    if (status == NAMI_OK) {
        status = read_variables(environment, warn, out, err);
    }
    for (size_t i = 0; i < NAMI_OPT_COUNT && status == NAMI_OK; i++) {
        struct nami_host_option_value *value = &out->values[i];

        if (value->count == 0 && rows[i].fallback != NULL) {
            value->texts[value->count++] = rows[i].fallback;
            if (!nami_option_read(rows[i].type, rows[i].fallback, &value->number)) {
                status = NAMI_FAIL(err, NAMI_E_INTERNAL, "default of --%s", rows[i].name);
            }
        }
    }
    return status;
}

const char *nami_host_option_text(const struct nami_host_options *options,
                                  enum nami_host_option which)
{
    return options->values[which].count > 0 ? options->values[which].texts[0] : NULL;
}

void nami_host_options_help(FILE *out, const char *program)
{
    (void)fprintf(out,
                  "%s serves a property graph whose only durable home is an object store.\n\n"
                  "  %s --store file:///var/lib/namidb?ns=demo --auth-token \"$TOKEN\"\n\n"
                  "Each flag can be given as a variable too: --query-memory is "
                  "NAMIDB_QUERY_MEMORY.\nA flag beats a variable.\n\n",
                  program, program);
    for (size_t i = 0; i < NAMI_OPT_COUNT; i++) {
        char left[64];

        (void)snprintf(left, sizeof(left), "--%s%s%s", rows[i].name,
                       rows[i].value != NULL ? " " : "",
                       rows[i].value != NULL ? rows[i].value : "");
        (void)fprintf(out, "  %-28s %s", left, rows[i].help);
        if (rows[i].fallback != NULL) {
            (void)fprintf(out, " (default %s)", rows[i].fallback);
        }
        if ((rows[i].traits & REPEATS) != 0) {
            (void)fprintf(out, "; repeatable");
        }
        (void)fputc('\n', out);
    }
}
