#include "core/base/process_once.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

struct thing {
    struct thing *next;
    void *made;
    bool is_made; /* else somebody is at it */
    size_t name_len;
    uint8_t name[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct thing *things;

static struct thing *find_locked(struct nami_slice name)
{
    struct thing *thing = things;

    while (thing != NULL && !nami_slice_equal(nami_bytes(thing->name, thing->name_len), name)) {
        thing = thing->next;
    }
    return thing;
}

static void forget_locked(struct thing *thing)
{
    struct thing **link = &things;

    while (*link != thing) {
        link = &(*link)->next;
    }
    *link = thing->next;
    free(thing);
}

int32_t nami_process_once(struct nami_slice name, int32_t (*make)(void **out), void **out)
{
    int32_t status = NAMI_OK;
    struct thing *thing = NULL;

    (void)pthread_mutex_lock(&lock);
    while ((thing = find_locked(name)) != NULL && !thing->is_made) {
        (void)pthread_cond_wait(&changed, &lock);
    }
    if (thing != NULL) {
        goto out;
    }
    thing = calloc(1, sizeof(*thing) + name.len);
    if (thing == NULL) {
        status = NAMI_E_NOMEM;
        goto out;
    }
    thing->name_len = name.len;
    if (name.len > 0) {
        memcpy(thing->name, name.ptr, name.len);
    }
    thing->next = things;
    things = thing;
    (void)pthread_mutex_unlock(&lock);
    status = make(&thing->made);
    (void)pthread_mutex_lock(&lock);
    if (status != NAMI_OK) {
        forget_locked(thing);
    } else {
        thing->is_made = true;
    }
    (void)pthread_cond_broadcast(&changed);

out:
    if (status == NAMI_OK) {
        *out = thing->made;
    }
    (void)pthread_mutex_unlock(&lock);
    return status;
}
