#include "host/wiring.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/plugin/plugin_dir.h"
#include "host/door.h"

enum { POOL_THREADS = 16, LISTENERS_MAX = NAMI_OPT_LIST_MAX + 1, ADDRESS_BYTES = 128 };

struct listening {
    const struct nami_known_plugin *proto;
    char address[ADDRESS_BYTES]; /* as asked, then as bound */
};

struct nami_wiring {
    const struct nami_host_options *options;
    struct nami_process_host *process;
    const struct nami_host *host;
    struct nami_registry registry;
    struct nami_auth auth;
    char token[NAMI_TOKEN_BYTES_MAX];
    struct nami_database *database;
    struct nami_services_shared services;
    struct nami_door *door;
    struct listening listening[LISTENERS_MAX];
    size_t listening_count;
};

static void say(const struct nami_wiring *wiring, uint32_t level, const char *line)
{
    wiring->host->log(wiring->host, level, nami_text("namidb-host"), nami_text(line));
}

static int32_t start_process(struct nami_wiring *wiring, struct nami_error *err)
{
    static const char *const levels[] = {"error", "warn", "info", "debug"};
    const char *level = nami_host_option_text(wiring->options, NAMI_OPT_LOG_LEVEL);
    struct nami_process_host_config config = {.pool_threads = POOL_THREADS};

    while (config.log_level < 4 && strcmp(levels[config.log_level], level) != 0) {
        config.log_level++;
    }
    if (config.log_level == 4) {
        return NAMI_FAIL(err, NAMI_E_CONFIG, "--log-level %.20s: use error, warn, info or debug",
                         level);
    }
    if (nami_process_host_create(&config, &wiring->process) != NAMI_OK) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "no memory or threads to start with");
    }
    wiring->host = nami_process_host_table(wiring->process);
    return NAMI_OK;
}

struct plugin_log {
    struct nami_plugin_dir_listener listener; /* first: callbacks are given its address */
    const struct nami_wiring *wiring;
};

static void plugin_refused(struct nami_plugin_dir_listener *listener, const struct nami_error *err)
{
    const struct plugin_log *log = (const struct plugin_log *)(const void *)listener;

    say(log->wiring, NAMI_LOG_ERROR, err->message);
}

static void plugin_passed_over(struct nami_plugin_dir_listener *listener, const char *path)
{
    const struct plugin_log *log = (const struct plugin_log *)(const void *)listener;
    char line[512];

    (void)snprintf(line, sizeof(line), "%.400s is not loaded: another name, or there already",
                   path);
    say(log->wiring, NAMI_LOG_DEBUG, line);
}

/* Those that were named come first: they stand in for files of the same name in the folder. */
static int32_t load_plugins(struct nami_wiring *wiring, struct nami_error *err)
{
    const struct nami_host_option_value *more = &wiring->options->values[NAMI_OPT_PLUGIN];
    const char *dir = nami_host_option_text(wiring->options, NAMI_OPT_PLUGIN_DIR);
    struct plugin_log log = {
        .listener = {.refused = plugin_refused, .passed_over = plugin_passed_over},
        .wiring = wiring};
    char folder[4096];
    int32_t status = NAMI_OK;

    for (size_t i = 0; i < more->count && status == NAMI_OK; i++) {
        status = nami_plugin_load(&wiring->registry, more->texts[i], err);
    }
    if (status == NAMI_OK && dir == NULL) {
        status = nami_plugin_dir_default(folder, sizeof(folder), err);
    }
    if (status != NAMI_OK) {
        return status;
    }
    status =
        nami_plugin_dir_load(&wiring->registry, dir != NULL ? dir : folder, &log.listener, err);
    return dir == NULL && status == NAMI_E_NOT_FOUND ? NAMI_OK : status;
}

/* "node=parquet,edge=csr": each must be there; what is written with it comes with flush. */
static int32_t check_codecs(const struct nami_wiring *wiring, struct nami_error *err)
{
    const char *at = nami_host_option_text(wiring->options, NAMI_OPT_CODEC);

    while (at != NULL && *at != '\0') {
        size_t len = strcspn(at, ",");
        size_t form = strcspn(at, "=");
        struct nami_slice name;

        if (form >= len || (!nami_slice_equal(nami_bytes(at, form), nami_text("node")) &&
                            !nami_slice_equal(nami_bytes(at, form), nami_text("edge")))) {
            return NAMI_FAIL(err, NAMI_E_CONFIG,
                             "--codec %.*s: write node=NAME or edge=NAME, separated by commas",
                             (int)(len < 40 ? len : 40), at);
        }
        name = nami_bytes(at + form + 1, len - form - 1);
        if (nami_registry_codec(&wiring->registry, name) == NULL) {
            return NAMI_FAIL(err, NAMI_E_CONFIG, "--codec: there is no plugin sst-%.*s.so",
                             (int)(name.len < 40 ? name.len : 40), (const char *)name.ptr);
        }
        at += len + (at[len] == ',');
    }
    return NAMI_OK;
}

static int32_t read_token_file(struct nami_wiring *wiring, const char *path, struct nami_error *err)
{
    FILE *file = fopen(path, "re");
    size_t len = 0;

    if (file == NULL) {
        return NAMI_FAIL(err, NAMI_E_CONFIG, "--auth-token-file %.120s can not be read", path);
    }
    len = fread(wiring->token, 1, sizeof(wiring->token), file);
    (void)fclose(file);
    if (len == sizeof(wiring->token)) {
        return NAMI_FAIL(err, NAMI_E_CONFIG, "the token in %.120s is too long", path);
    }
    while (len > 0 && (wiring->token[len - 1] == '\n' || wiring->token[len - 1] == '\r' ||
                       wiring->token[len - 1] == ' ')) {
        len--;
    }
    if (len == 0) {
        return NAMI_FAIL(err, NAMI_E_CONFIG, "%.120s holds no token", path);
    }
    wiring->auth.token = nami_bytes(wiring->token, len);
    return NAMI_OK;
}

static int32_t read_auth(struct nami_wiring *wiring, struct nami_error *err)
{
    const char *token = nami_host_option_text(wiring->options, NAMI_OPT_AUTH_TOKEN);
    const char *path = nami_host_option_text(wiring->options, NAMI_OPT_AUTH_TOKEN_FILE);
    int32_t status = NAMI_OK;

    if (token != NULL && path != NULL) {
        return NAMI_FAIL(err, NAMI_E_CONFIG, "give --auth-token or --auth-token-file, not both");
    }
    if (path != NULL) {
        status = read_token_file(wiring, path, err);
    } else if (token != NULL) {
        wiring->auth.token = nami_text(token);
    } else if (wiring->options->values[NAMI_OPT_REQUIRE_AUTH].number != 0) {
        return NAMI_FAIL(err, NAMI_E_CONFIG,
                         "--require-auth: no token; give --auth-token or --auth-token-file");
    } else {
        say(wiring, NAMI_LOG_WARN,
            "NO AUTH TOKEN: anybody who reaches this port may read and write everything. "
            "Give --auth-token, and never expose this port.");
    }
    return status;
}

/* "[PROTO=]ADDR" */
static int32_t add_listener(struct nami_wiring *wiring, const char *text, const char *proto,
                            struct nami_error *err)
{
    struct listening *one = &wiring->listening[wiring->listening_count];
    const char *equals = strchr(text, '=');
    struct nami_slice name = nami_text(proto);

    if (equals != NULL) {
        name = nami_bytes(text, (size_t)(equals - text));
        text = equals + 1;
    }
    one->proto = nami_registry_proto(&wiring->registry, name);
    if (one->proto == NULL) {
        return nami_plugin_missing_proto(&wiring->registry, name, err);
    }
    (void)snprintf(one->address, sizeof(one->address), "%s", text);
    wiring->listening_count++;
    return NAMI_OK;
}

static int32_t plan_listeners(struct nami_wiring *wiring, struct nami_error *err)
{
    const struct nami_host_option_value *listen = &wiring->options->values[NAMI_OPT_LISTEN];
    const char *bolt = nami_host_option_text(wiring->options, NAMI_OPT_BOLT_LISTEN);
    int32_t status = NAMI_OK;

    for (size_t i = 0; i < listen->count && status == NAMI_OK; i++) {
        status = add_listener(wiring, listen->texts[i], "http", err);
    }
    if (status == NAMI_OK && bolt != NULL) {
        status = add_listener(wiring, bolt, "bolt", err);
    }
    return status;
}

static bool is_wildcard(const char *address)
{
    return strncmp(address, "0.0.0.0:", 8) == 0 || strncmp(address, "[::]:", 5) == 0;
}

static int32_t bind_all(struct nami_wiring *wiring, struct nami_error *err)
{
    int32_t status = NAMI_OK;

    for (size_t i = 0; i < wiring->listening_count && status == NAMI_OK; i++) {
        struct listening *one = &wiring->listening[i];
        char asked[ADDRESS_BYTES];

        memcpy(asked, one->address, sizeof(asked));
        status = nami_door_listen(wiring->door, one->proto, asked, one->address,
                                  sizeof(one->address), err);
    }
    return status;
}

/* Where other hosts send writers: what was said, else the first HTTP address that has a name. */
static struct nami_slice advertised(const struct nami_wiring *wiring)
{
    const char *given = nami_host_option_text(wiring->options, NAMI_OPT_ADVERTISE);

    if (given != NULL) {
        return nami_text(given);
    }
    for (size_t i = 0; i < wiring->listening_count; i++) {
        const struct listening *one = &wiring->listening[i];

        if (strcmp(one->proto->desc->proto->name, "http") == 0 && !is_wildcard(one->address)) {
            return nami_text(one->address);
        }
    }
    return nami_text("");
}

static int32_t open_database(struct nami_wiring *wiring, struct nami_error *err)
{
    const struct nami_host_options *options = wiring->options;
    const char *store = nami_host_option_text(options, NAMI_OPT_STORE);
    struct nami_diagnostic diag = {0};
    struct nami_database_config config = {
        .runtime = nami_process_runtime(wiring->process),
        .registry = &wiring->registry,
        .uri = nami_text(store),
        .node_id = nami_text(nami_host_option_text(options, NAMI_OPT_NODE_ID)),
        .address = advertised(wiring),
        .query_memory_bytes = (uint64_t)options->values[NAMI_OPT_QUERY_MEMORY].number,
        .query_timeout_ms = (uint64_t)options->values[NAMI_OPT_QUERY_TIMEOUT].number,
        .memtable_bytes_max = (uint64_t)options->values[NAMI_OPT_MEMORY].number,
    };
    int32_t status = nami_database_open(&config, &wiring->database, &diag);

    return status == NAMI_OK ? NAMI_OK : NAMI_FAIL(err, status, "--store: %s", diag.message);
}

static int32_t open_door(struct nami_wiring *wiring, struct nami_error *err)
{
    struct nami_door_config config = {
        .host = wiring->host,
        .services = &wiring->services,
        .connections_max = (size_t)wiring->options->values[NAMI_OPT_MAX_CONNECTIONS].number,
        .workers = (size_t)wiring->options->values[NAMI_OPT_WORKERS].number,
        .drain_timeout_ms = (uint64_t)wiring->options->values[NAMI_OPT_DRAIN_TIMEOUT].number,
    };
    int32_t status = nami_door_create(&config, &wiring->door, err);

    return status == NAMI_OK ? bind_all(wiring, err) : status;
}

int32_t nami_wiring_create(const struct nami_host_options *options, struct nami_wiring **out,
                           struct nami_error *err)
{
    struct nami_wiring *wiring = calloc(1, sizeof(*wiring));
    int32_t (*const steps[])(struct nami_wiring *, struct nami_error *) = {
        start_process, load_plugins, read_auth, plan_listeners, open_door, open_database};
    int32_t status = NAMI_OK;

    *out = NULL;
    if (wiring == NULL) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "no memory");
    }
    wiring->options = options;
    nami_registry_init(&wiring->registry);
    if (nami_host_option_text(options, NAMI_OPT_STORE) == NULL) {
        status = NAMI_FAIL(err, NAMI_E_CONFIG,
                           "no --store; for a try: --store memory://demo, to keep it: "
                           "--store \"file:///var/lib/namidb?ns=demo\"");
    }
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && status == NAMI_OK; i++) {
        status = steps[i](wiring, err);
    }
    if (status == NAMI_OK) {
        status = check_codecs(wiring, err);
    }
    if (status != NAMI_OK) {
        nami_wiring_destroy(wiring);
        return status;
    }
    wiring->services = (struct nami_services_shared){.host = wiring->host,
                                                     .database = wiring->database,
                                                     .auth = &wiring->auth,
                                                     .process = wiring->process};
    *out = wiring;
    return NAMI_OK;
}

void nami_wiring_run(struct nami_wiring *wiring)
{
    if (wiring->options->values[NAMI_OPT_FLUSH_INTERVAL].number > 0) {
        say(wiring, NAMI_LOG_INFO,
            "flush is not there yet: --flush-interval is read, everything stays in the log");
    }
    for (size_t i = 0; i < wiring->listening_count; i++) {
        (void)printf("listening %s %s\n", wiring->listening[i].proto->desc->proto->name,
                     wiring->listening[i].address);
    }
    (void)fflush(stdout);
    nami_door_run(wiring->door);
    say(wiring, NAMI_LOG_INFO, "stopped; nothing is running any more");
}

void nami_wiring_destroy(struct nami_wiring *wiring)
{
    sigset_t signals;

    if (wiring == NULL) {
        return;
    }
    /* The door catches signals: it goes last, when no other thread is left to be given one. */
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
    nami_database_close(wiring->database);
    nami_registry_release(&wiring->registry);
    nami_process_host_destroy(wiring->process);
    nami_door_destroy(wiring->door);
    free(wiring);
}
