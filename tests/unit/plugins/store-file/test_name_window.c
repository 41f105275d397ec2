/* Unit tests for store-file's name_window.c: in order, whole, and within its bytes. */
#include "tests/support/run_suite.h"

#include <namidb/plugin_util.h>

#include "plugins/store-file/name_window.h"
#include "tests/support/test_host.h"

enum { NAMES = 5000 };

/* Passes over NAMES names in a scattered order, as file_list.c makes them. */
static void test_window__passes_give_every_name_once_in_order(void)
{
    static struct test_host host;
    struct name_window window;
    char floor[16] = "";
    size_t seen = 0;
    int passes = 0;

    test_host_init(&host);
    nami_file__window_init(&window, &host.table, 16384);
    do {
        nami_file__window_clear(&window);
        for (unsigned i = 0; i < NAMES; i++) {
            char name[16];

            (void)snprintf(name, sizeof(name), "n%04u", i * 2731u % NAMES);
            if (nami_slice_compare(nami_text(name), nami_text(floor)) > 0) {
                CU_ASSERT_EQUAL_FATAL(nami_file__window_add(&window, nami_text(name)), NAMI_OK);
            }
        }
        nami_file__window_finish(&window);
        CU_ASSERT(window.room <= 16384);
        for (size_t i = 0; i < window.count; i++) {
            char expected[16];

            (void)snprintf(expected, sizeof(expected), "n%04zu", seen++);
            CU_ASSERT(nami_slice_equal(window.names[i], nami_text(expected)));
        }
        CU_ASSERT_FATAL(window.count > 0);
        (void)snprintf(floor, sizeof(floor), "%.*s", (int)window.names[window.count - 1].len,
                       (const char *)window.names[window.count - 1].ptr);
        passes++;
    } while (window.is_cut && passes < 100);
    CU_ASSERT_EQUAL(seen, NAMES);
    CU_ASSERT(passes > 1); /* else the bound was not met */
    nami_file__window_release(&window);
    CU_ASSERT_EQUAL(atomic_load(&host.live), 0);
    test_host_release(&host);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"window: passes give every name once, in order",
         test_window__passes_give_every_name_once_in_order},
        CU_TEST_INFO_NULL,
    };

    return run_suite("plugins/store-file/name_window", NULL, NULL, tests);
}
