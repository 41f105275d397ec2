#include "host/address.h"

#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

int32_t nami_address_read(const char *address, struct sockaddr_storage *out, struct nami_error *err)
{
    char host[NAMI_ADDRESS_BYTES];
    const char *colon = strrchr(address, ':');
    char *end = NULL;
    long port = colon != NULL ? strtol(colon + 1, &end, 10) : -1;
    size_t len = colon != NULL ? (size_t)(colon - address) : 0;
    const char *from = address;

    if (colon == NULL || end == colon + 1 || *end != '\0' || port < 0 || port > 65535 ||
        len >= sizeof(host)) {
        return NAMI_FAIL(err, NAMI_E_CONFIG,
                         "'%.80s' is not an address: use HOST:PORT, such as 127.0.0.1:8080",
                         address);
    }
    if (len >= 2 && address[0] == '[' && address[len - 1] == ']') {
        from++;
        len -= 2;
    }
    (void)snprintf(host, sizeof(host), "%.*s", (int)len, from);
    if (host[0] == '\0' || strcmp(host, "*") == 0) {
        (void)snprintf(host, sizeof(host), "0.0.0.0");
    } else if (strcmp(host, "localhost") == 0) {
        (void)snprintf(host, sizeof(host), "127.0.0.1");
    }
    if (uv_ip4_addr(host, (int)port, (struct sockaddr_in *)(void *)out) != 0 &&
        uv_ip6_addr(host, (int)port, (struct sockaddr_in6 *)(void *)out) != 0) {
        return NAMI_FAIL(err, NAMI_E_CONFIG, "'%.80s' is not an IP address of this machine", host);
    }
    return NAMI_OK;
}

void nami_address_of(const uv_tcp_t *tcp, char *out, size_t bytes)
{
    struct sockaddr_storage name;
    int len = sizeof(name);
    char host[46] = "?";

    (void)memset(&name, 0, sizeof(name));
    (void)uv_tcp_getsockname(tcp, (struct sockaddr *)&name, &len);
    if (name.ss_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)&name;

        (void)uv_ip6_name(in6, host, sizeof(host));
        (void)snprintf(out, bytes, "[%s]:%d", host, ntohs(in6->sin6_port));
    } else {
        const struct sockaddr_in *in4 = (const struct sockaddr_in *)(const void *)&name;

        (void)uv_ip4_name(in4, host, sizeof(host));
        (void)snprintf(out, bytes, "%s:%d", host, ntohs(in4->sin_port));
    }
}
