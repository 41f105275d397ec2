#include "host/auth.h"

#include <namidb/plugin_util.h>

/* No early exit: the time tells the length of what was sent, and nothing of the token. */
static bool same(struct nami_slice token, struct nami_slice sent)
{
    size_t differs = token.len ^ sent.len;

    for (size_t i = 0; i < sent.len; i++) {
        differs |= (size_t)(sent.ptr[i] ^ token.ptr[i % token.len]);
    }
    return differs == 0;
}

bool nami_auth_accepts(const struct nami_auth *auth, const struct nami_credentials *credentials)
{
    if (auth->token.len == 0) {
        return true; /* an open host takes whoever comes, as its warning said */
    }
    if (nami_slice_equal(credentials->scheme, nami_text("bearer"))) {
        return same(auth->token, credentials->secret);
    }
    return nami_slice_equal(credentials->scheme, nami_text("basic")) &&
           nami_slice_equal(credentials->principal, nami_text("namidb")) &&
           same(auth->token, credentials->secret);
}
