/*
 * host/auth.h -- who is asking: one bearer token, compared in constant time.
 */
#ifndef NAMI_HOST_AUTH_H
#define NAMI_HOST_AUTH_H

#include <stdbool.h>

#include <namidb/services.h>

enum { NAMI_TOKEN_BYTES_MAX = 4096 };

/* `token` empty: the host is open to everybody. Borrowed. */
struct nami_auth {
    struct nami_slice token;
};

/* May these credentials enter? Takes the same time wherever they differ. */
bool nami_auth_accepts(const struct nami_auth *auth, const struct nami_credentials *credentials);

#endif /* NAMI_HOST_AUTH_H */
