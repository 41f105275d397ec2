/* host/address.c: what --listen understands. */
#include "tests/support/run_suite.h"

#include "host/address.h"

static void test_read__forms(void)
{
    static const struct {
        const char *text;
        int family;
        int port;
    } cases[] = {
        {"127.0.0.1:8080", AF_INET, 8080}, {":0", AF_INET, 0},       {"*:1", AF_INET, 1},
        {"localhost:7687", AF_INET, 7687}, {"[::1]:9", AF_INET6, 9},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sockaddr_storage name = {0};

        CU_ASSERT_EQUAL(nami_address_read(cases[i].text, &name, NULL), NAMI_OK);
        CU_ASSERT_EQUAL(name.ss_family, cases[i].family);
        CU_ASSERT_EQUAL(ntohs(((const struct sockaddr_in *)(const void *)&name)->sin_port),
                        cases[i].port); /* at the same place in both families */
    }
}

static void test_read__refuses(void)
{
    static const char *const wrong[] = {
        "",          "8080",          "127.0.0.1",  "127.0.0.1:",    "a.b.c.d:1",
        "1.2.3.4:x", "1.2.3.4:65536", "1.2.3.4:-1", "example.org:80"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct sockaddr_storage name = {0};

        CU_ASSERT_EQUAL(nami_address_read(wrong[i], &name, NULL), NAMI_E_CONFIG);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"read: forms", test_read__forms},
        {"read: refuses", test_read__refuses},
        CU_TEST_INFO_NULL,
    };

    return run_suite("address", NULL, NULL, tests);
}
