/*
 * host/address.h -- "HOST:PORT" to a socket address and back.
 */
#ifndef NAMI_HOST_ADDRESS_H
#define NAMI_HOST_ADDRESS_H

#include <uv.h>

#include <namidb/abi.h>

enum { NAMI_ADDRESS_BYTES = 128 };

/* "127.0.0.1:8080", "[::1]:0", "localhost:1", ":8080" and "*:8080" (all addresses). Names are
 * not looked up. Fails: CONFIG. */
NAMI_CHECKED int32_t nami_address_read(const char *address, struct sockaddr_storage *out,
                                       struct nami_error *err);
/* What a bound socket is bound to. */
void nami_address_of(const uv_tcp_t *tcp, char *out, size_t bytes);

#endif /* NAMI_HOST_ADDRESS_H */
