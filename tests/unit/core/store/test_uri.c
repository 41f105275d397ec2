/* Unit tests for core/store/uri.c: what a store URI may be, and what it is told if it is not. */
#include "tests/support/run_suite.h"

#include <string.h>

#include <namidb/plugin_util.h>

#include "core/store/uri.h"

static int equals(struct nami_slice slice, const char *text)
{
    return nami_slice_equal(slice, nami_text(text));
}

static void test_parse__parts_are_told_apart(void)
{
    static const struct {
        const char *uri, *scheme, *authority, *path, *ns, *key_prefix;
    } cases[] = {
        {"memory://demo", "memory", "demo", "", "demo", "demo/"},
        {"file:///var/lib/x?ns=prod", "file", "", "/var/lib/x", "prod", "prod/"},
        {"file:///?ns=p", "file", "", "/", "p", "p/"},
        {"file:///a/b///?ns=p", "file", "", "/a/b", "p", "p/"},
        {"file://./rel/dir?namespace=a-1", "file", ".", "/rel/dir", "a-1", "a-1/"},
        {"file://../rel?ns=0", "file", "..", "/rel", "0", "0/"},
        {"file:///a%20b%2Fc+d/%3F?ns=p", "file", "", "/a b/c+d/?", "p", "p/"},
        {"s3://bucket?ns=p", "s3", "bucket", "", "p", "p/"},
        {"s3://bucket/?ns=p", "s3", "bucket", "", "p", "p/"},
        {"s3://bucket/data/x?ns=p", "s3", "bucket", "/data/x", "p", "p/"},
        {"az://account/container/x/?x=1&ns=p", "az", "account", "/container/x", "p", "p/"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct nami_uri uri;

        CU_ASSERT_EQUAL_FATAL(nami_uri_parse(nami_text(cases[i].uri), &uri, NULL), NAMI_OK);
        CU_ASSERT(equals(uri.scheme, cases[i].scheme));
        CU_ASSERT(equals(uri.authority, cases[i].authority));
        CU_ASSERT(equals(uri.path, cases[i].path));
        CU_ASSERT(equals(uri.ns, cases[i].ns));
        CU_ASSERT_STRING_EQUAL(uri.key_prefix, cases[i].key_prefix);
        nami_uri_release(&uri);
    }
}

static void test_parse__options_are_decoded_after_they_are_split(void)
{
    struct nami_uri uri;

    CU_ASSERT_EQUAL_FATAL(
        nami_uri_parse(nami_text("s3://b?endpoint=http%3a%2F%2Fh%3A1/x%26y&ns=p&a+b=c+d&empty="),
                       &uri, NULL),
        NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(uri.option_count, 3);
    CU_ASSERT(equals(uri.options[0].name, "endpoint"));
    CU_ASSERT(equals(uri.options[0].value, "http://h:1/x&y"));
    CU_ASSERT(equals(uri.options[1].name, "a+b"));
    CU_ASSERT(equals(uri.options[1].value, "c+d"));
    CU_ASSERT(equals(uri.options[2].name, "empty"));
    CU_ASSERT_EQUAL(uri.options[2].value.len, 0);
    nami_uri_release(&uri);
}

static void test_parse__nonsense_is_told_by_name(void)
{
    static const struct {
        const char *uri, *message;
    } cases[] = {
        {"", "begins with a scheme"},
        {"demo", "begins with a scheme"},
        {"://x", "begins with a scheme"},
        {"FILE:///x?ns=p", "begins with a scheme"},
        {"memory:/x", "begins with a scheme"},
        {"memory://", "namespace ''"},
        {"memory://Demo", "namespace 'Demo'"},
        {"memory://-a", "namespace '-a'"},
        {"memory://a_b", "namespace 'a_b'"},
        {"memory://a/b", "has no path"},
        {"memory://a?ns=b", "'ns' is too much"},
        {"file://?ns=p", "takes a folder"},
        {"file://", "takes a folder"},
        {"file://rel/x?ns=p", "file:///abs/dir or file://./rel"},
        {"file:///x", "add ?ns=NAME"},
        {"s3://b?region=x", "the namespace is missing"},
        {"s3://b?ns=", "namespace ''"},
        {"s3://b?ns=a&ns=a", "given twice"},
        {"s3://b?ns=a&namespace=a", "given twice"},
        {"s3://b?ns=a&x=1&x=2", "'x' is given twice"},
        {"s3://b?ns=a&x", "'x' is not name=value"},
        {"s3://b?ns=a&=1", "is not name=value"},
        {"s3://b?ns=a&&x=1", "is not name=value"},
        {"s3://b?ns=a%00", "control character"},
        {"file:///a%00b?ns=p", "control character"},
        {"file:///a\nb?ns=p", "control character"},
        {"s3://b?ns=a&x\ny", "control character"},
        {"file:///a%2?ns=p", "without two hex digits"},
        {"file:///a%zz?ns=p", "without two hex digits"},
        {"file:///a%?ns=p", "without two hex digits"},
        {"file:///a#b?ns=p", "%23"},
        {"s3://b?ns=prod\xc2\xae"
         "ion=eu",
         "'&region=' became"},
        {"s3://b?ns=prod%C2%AEion=eu", "mangled by HTML"},
        {"s3://b?ns=prod&amp;region=eu", "'&' became '&amp;'"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct nami_uri uri;
        struct nami_error err = {.struct_size = sizeof(err)};

        CU_ASSERT_EQUAL(nami_uri_parse(nami_text(cases[i].uri), &uri, &err), NAMI_E_CONFIG);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.message, cases[i].message));
        CU_ASSERT_PTR_NULL(strchr(err.message, '\n'));
        CU_ASSERT_PTR_NULL(uri.text);
    }
}

static void test_parse__namespace_has_at_most_63_characters(void)
{
    char text[100] = "memory://";
    struct nami_uri uri;

    memset(text + 9, 'a', 64);
    CU_ASSERT_EQUAL(nami_uri_parse(nami_text(text), &uri, NULL), NAMI_E_CONFIG);
    text[9 + 63] = '\0';
    CU_ASSERT_EQUAL(nami_uri_parse(nami_text(text), &uri, NULL), NAMI_OK);
    nami_uri_release(&uri);
}

static void test_parse__length_and_count_are_bounded(void)
{
    static char text[NAMI_URI_BYTES_MAX + 2];
    struct nami_uri uri;
    size_t len = 0;

    memset(text, 'a', sizeof(text) - 1);
    memcpy(text, "file:///", 8);
    CU_ASSERT_EQUAL(nami_uri_parse(nami_text(text), &uri, NULL), NAMI_E_CONFIG);
    len = (size_t)snprintf(text, sizeof(text), "s3://b?ns=p");
    for (int i = 0; i <= NAMI_URI_OPTIONS_MAX; i++) {
        len += (size_t)snprintf(text + len, sizeof(text) - len, "&x%d=1", i);
    }
    CU_ASSERT_EQUAL(nami_uri_parse(nami_text(text), &uri, NULL), NAMI_E_CONFIG);
}

/* No prefix of a good URI reads past its end: the sanitizers watch. */
static void test_parse__every_prefix_is_safe(void)
{
    static const char text[] = "file://./a%20b/c?ns=prod&x=%41&namespace=\xc2\xae";

    for (size_t len = 0; len < sizeof(text); len++) {
        struct nami_uri uri;
        char *exact = malloc(len > 0 ? len : 1);
        int32_t status = NAMI_OK;

        CU_ASSERT_PTR_NOT_NULL_FATAL(exact);
        memcpy(exact, text, len);
        status = nami_uri_parse(nami_bytes(exact, len), &uri, NULL);
        CU_ASSERT(status == NAMI_OK || status == NAMI_E_CONFIG);
        nami_uri_release(&uri);
        free(exact);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"parse: parts are told apart", test_parse__parts_are_told_apart},
        {"parse: options are decoded after they are split",
         test_parse__options_are_decoded_after_they_are_split},
        {"parse: nonsense is told by name", test_parse__nonsense_is_told_by_name},
        {"parse: namespace has at most 63 characters",
         test_parse__namespace_has_at_most_63_characters},
        {"parse: length and count are bounded", test_parse__length_and_count_are_bounded},
        {"parse: every prefix is safe", test_parse__every_prefix_is_safe},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/store/uri", NULL, NULL, tests);
}
