#include "space.h"

#include <stdlib.h>

#include <namidb/plugin_util.h>

/* One per process: see nami_host.process_once. */
struct spaces {
    _Atomic uint64_t version;
    struct {
        pthread_mutex_t lock;
        struct space *first;
    } guarded;
};

static int32_t make_spaces(void **out)
{
    struct spaces *spaces = calloc(1, sizeof(*spaces));

    if (spaces == NULL || pthread_mutex_init(&spaces->guarded.lock, NULL) != 0) {
        free(spaces);
        return NAMI_E_NOMEM;
    }
    atomic_init(&spaces->version, 0);
    *out = spaces;
    return NAMI_OK;
}

static struct space *create(struct spaces *spaces, struct nami_slice name)
{
    struct space *fresh = calloc(1, sizeof(*fresh) + name.len);

    if (fresh == NULL || pthread_rwlock_init(&fresh->guarded.lock, NULL) != 0) {
        free(fresh);
        return NULL;
    }
    fresh->spaces = spaces;
    fresh->name_len = name.len;
    if (name.len > 0) {
        memcpy(fresh->name, name.ptr, name.len);
    }
    return fresh;
}

int32_t nami_memory__space_open(const struct nami_host *host, struct nami_slice name,
                                struct space **out, struct nami_error *err)
{
    void *made = NULL;
    struct spaces *spaces = NULL;
    struct space *at = NULL;

    *out = NULL;
    if (host->process_once(host, nami_text("store-memory"), make_spaces, &made) != NAMI_OK) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "table of memory stores");
    }
    spaces = made;
    (void)pthread_mutex_lock(&spaces->guarded.lock);
    at = spaces->guarded.first;
    while (at != NULL && !nami_slice_equal(nami_bytes(at->name, at->name_len), name)) {
        at = at->next;
    }
    if (at == NULL) {
        at = create(spaces, name);
        if (at != NULL) {
            at->next = spaces->guarded.first;
            spaces->guarded.first = at;
        }
    }
    if (at != NULL) {
        at->handles++;
    }
    (void)pthread_mutex_unlock(&spaces->guarded.lock);
    *out = at;
    return at != NULL ? NAMI_OK : NAMI_FAIL(err, NAMI_E_NOMEM, "memory store");
}

void nami_memory__space_close(struct space *space)
{
    struct spaces *spaces = space != NULL ? space->spaces : NULL;
    struct space **at = NULL;
    size_t left = 0;

    if (space == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&spaces->guarded.lock);
    left = --space->handles;
    if (left == 0) {
        at = &spaces->guarded.first;
        while (*at != space) {
            at = &(*at)->next;
        }
        *at = space->next;
    }
    (void)pthread_mutex_unlock(&spaces->guarded.lock);
    if (left == 0) {
        nami_memory__index_release(&space->guarded.index);
        (void)pthread_rwlock_destroy(&space->guarded.lock);
        free(space);
    }
}

uint64_t nami_memory__next_version(struct space *space)
{
    return atomic_fetch_add(&space->spaces->version, 1) + 1;
}
