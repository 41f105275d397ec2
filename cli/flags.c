#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "cli/cli.h"
#include "core/base/suggest.h"

static int unknown(const struct cli_flag *flags, size_t flag_count, const char *name, size_t len)
{
    struct nami_suggest suggest;

    nami_suggest_init(&suggest, nami_bytes(name, len), true);
    for (size_t i = 0; i < flag_count; i++) {
        nami_suggest_offer(&suggest, nami_text(flags[i].name));
    }
    if (suggest.nearest.len > 0) {
        (void)fprintf(stderr, "namidb: unknown flag --%.*s: did you mean --%.*s?\n", (int)len, name,
                      (int)suggest.nearest.len, (const char *)suggest.nearest.ptr);
    } else {
        (void)fprintf(stderr, "namidb: unknown flag --%.*s\n", (int)len, name);
    }
    return CLI_USAGE;
}

static int set(const struct cli_flag *flag, struct cli_given *given, const char *text)
{
    if (given->count == CLI_LIST_MAX || (given->count > 0 && !flag->repeats)) {
        (void)fprintf(stderr, "namidb: --%s is given %s\n", flag->name,
                      flag->repeats ? "too often" : "twice");
        return CLI_USAGE;
    }
    given->texts[given->count++] = text;
    return CLI_OK;
}

/* argv[*at] is a flag; steps over its value. */
static int read_flag(const struct cli_flag *flags, size_t flag_count, int argc, char *const *argv,
                     int *at, struct cli_args *out)
{
    const char *name = argv[*at] + 2;
    size_t len = strcspn(name, "=");
    const char *value = name[len] == '=' ? name + len + 1 : NULL;
    size_t i = 0;

    while (i < flag_count && !nami_slice_equal(nami_text(flags[i].name), nami_bytes(name, len))) {
        i++;
    }
    if (i == flag_count) {
        return unknown(flags, flag_count, name, len);
    }
    if (flags[i].value == NULL) {
        if (value != NULL) {
            (void)fprintf(stderr, "namidb: --%s takes no value\n", flags[i].name);
            return CLI_USAGE;
        }
        value = "";
    } else if (value == NULL && *at + 1 < argc) {
        value = argv[++*at];
    }
    if (value == NULL) {
        (void)fprintf(stderr, "namidb: --%s needs a value: %s\n", flags[i].name, flags[i].value);
        return CLI_USAGE;
    }
    return set(&flags[i], &out->flags[i], value);
}

int cli_parse(const struct cli_flag *flags, size_t flag_count, int argc, char *const *argv,
              struct cli_args *out)
{
    bool is_rest = false; /* after "--" */
    int code = CLI_OK;

    *out = (struct cli_args){0};
    for (int i = 0; i < argc && code == CLI_OK; i++) {
        if (!is_rest && strcmp(argv[i], "--") == 0) {
            is_rest = true;
        } else if (!is_rest && strncmp(argv[i], "--", 2) == 0) {
            code = read_flag(flags, flag_count, argc, argv, &i, out);
        } else if (out->word_count < CLI_LIST_MAX) {
            out->words[out->word_count++] = argv[i];
        } else {
            (void)fprintf(stderr, "namidb: too many words\n");
            code = CLI_USAGE;
        }
    }
    for (size_t i = 0; i < flag_count && code == CLI_OK; i++) {
        const char *value = flags[i].variable != NULL ? getenv(flags[i].variable) : NULL;

        if (out->flags[i].count == 0 && value != NULL && value[0] != '\0') {
            code = set(&flags[i], &out->flags[i], value);
        }
    }
    return code;
}

void cli_help(FILE *out, const struct cli_flag *flags, size_t flag_count)
{
    for (size_t i = 0; i < flag_count; i++) {
        char left[64];

        (void)snprintf(left, sizeof(left), "--%s %s", flags[i].name,
                       flags[i].value != NULL ? flags[i].value : "");
        (void)fprintf(out, "  %-28s %s%s", left, flags[i].help,
                      flags[i].repeats ? "; repeatable" : "");
        if (flags[i].variable != NULL) {
            (void)fprintf(out, " (or %s)", flags[i].variable);
        }
        (void)fputc('\n', out);
    }
}

const char *cli_text(const struct cli_args *args, size_t flag)
{
    return args->flags[flag].count > 0 ? args->flags[flag].texts[0] : NULL;
}
