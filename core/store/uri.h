/*
 * core/store/uri.h -- scheme://authority/path?ns=NAME&option=value
 *
 *   memory://NAME             the namespace is NAME
 *   file:///abs/dir?ns=NAME   objects in /abs/dir/NAME/
 *   file://./rel?ns=NAME      objects in ./rel/NAME/
 *   s3://bucket/data?ns=NAME  objects data/NAME/... of the bucket
 *   other://...?ns=NAME       what its plugin makes of authority and path
 *
 * `namespace` is another name of `ns`. A namespace is 1 to 63 of [a-z0-9-] and begins with
 * none of the dashes. Authority, path, names and values are percent-decoded; a "+" is a plus.
 * Nothing is ignored: what is left over after `ns` are options of the plugin, which refuses
 * what it does not know.
 */
#ifndef NAMI_CORE_STORE_URI_H
#define NAMI_CORE_STORE_URI_H

#include "core/plugin/options.h"

enum { NAMI_URI_BYTES_MAX = 8192, NAMI_URI_OPTIONS_MAX = 64, NAMI_NAMESPACE_BYTES_MAX = 63 };

struct nami_uri {
    char *text; /* what the slices point to */
    struct nami_slice scheme;
    struct nami_slice authority;
    struct nami_slice path; /* empty, or begins with a slash and does not end in one */
    struct nami_slice ns;
    struct nami_option_pair options[NAMI_URI_OPTIONS_MAX]; /* without the namespace */
    size_t option_count;
    char key_prefix[NAMI_NAMESPACE_BYTES_MAX + 2]; /* "NAME/": in front of every key */
};

/*
 * On failure *out is empty. Fails: CONFIG (the message names the place), NOMEM. The message
 * shows no value of an option: it may be secret.
 */
NAMI_CHECKED int32_t nami_uri_parse(struct nami_slice text, struct nami_uri *out,
                                    struct nami_error *err);
/* What is before "://"; empty if the text does not begin with a scheme. */
struct nami_slice nami_uri_scheme(struct nami_slice text);
void nami_uri_release(struct nami_uri *uri);

#endif /* NAMI_CORE_STORE_URI_H */
