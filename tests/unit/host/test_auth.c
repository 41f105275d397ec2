/* host/auth.c: who is let in. */
#include "tests/support/run_suite.h"

#include <namidb/plugin_util.h>

#include "host/auth.h"

static bool accepts(const char *token, const char *scheme, const char *principal,
                    const char *secret)
{
    struct nami_auth auth = {.token = nami_text(token)};
    struct nami_credentials credentials = {.struct_size = sizeof(credentials),
                                           .scheme = nami_text(scheme),
                                           .principal = nami_text(principal),
                                           .secret = nami_text(secret)};

    return nami_auth_accepts(&auth, &credentials);
}

static void test_accepts__the_token_and_nothing_else(void)
{
    CU_ASSERT_TRUE(accepts("secret", "bearer", "", "secret"));
    CU_ASSERT_TRUE(accepts("secret", "basic", "namidb", "secret"));
    CU_ASSERT_FALSE(accepts("secret", "bearer", "", "secre"));
    CU_ASSERT_FALSE(accepts("secret", "bearer", "", "secretsecret"));
    CU_ASSERT_FALSE(accepts("secret", "bearer", "", "secreT"));
    CU_ASSERT_FALSE(accepts("secret", "bearer", "", ""));
    CU_ASSERT_FALSE(accepts("secret", "basic", "somebody", "secret"));
    CU_ASSERT_FALSE(accepts("secret", "none", "", "secret"));
}

static void test_accepts__everybody_where_there_is_no_token(void)
{
    CU_ASSERT_TRUE(accepts("", "none", "", ""));
    CU_ASSERT_TRUE(accepts("", "bearer", "", "whatever"));
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"accepts: the token and nothing else", test_accepts__the_token_and_nothing_else},
        {"accepts: everybody where there is no token",
         test_accepts__everybody_where_there_is_no_token},
        CU_TEST_INFO_NULL,
    };

    return run_suite("auth", NULL, NULL, tests);
}
