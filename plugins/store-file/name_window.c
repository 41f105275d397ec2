#include "name_window.h"

#include <stdlib.h>

#include <namidb/plugin_util.h>

void nami_file__window_init(struct name_window *window, const struct nami_host *host,
                            size_t bytes_max)
{
    *window = (struct name_window){.host = host, .bytes_max = bytes_max};
}

void nami_file__window_release(struct name_window *window)
{
    window->host->mem_free(window->host, window->bytes);
    window->host->mem_free(window->host, window->names);
    *window = (struct name_window){.host = window->host, .bytes_max = window->bytes_max};
}

void nami_file__window_clear(struct name_window *window)
{
    window->used = 0;
    window->count = 0;
    window->is_cut = false;
}

static int compare(const void *a, const void *b)
{
    const struct nami_slice *left = a;
    const struct nami_slice *right = b;

    return nami_slice_compare(*left, *right);
}

void nami_file__window_finish(struct name_window *window)
{
    if (window->count > 1) {
        qsort(window->names, window->count, sizeof(window->names[0]), compare);
    }
}

/* Move the names that are kept into `bytes`, which replaces what held them. */
static void move_names(struct name_window *window, uint8_t *bytes, size_t room)
{
    size_t used = 0;

    for (size_t i = 0; i < window->count; i++) {
        memcpy(bytes + used, window->names[i].ptr, window->names[i].len);
        window->names[i].ptr = bytes + used;
        used += window->names[i].len;
    }
    window->host->mem_free(window->host, window->bytes);
    window->bytes = bytes;
    window->used = used;
    window->room = room;
}

/* Room for `len` more bytes: grow, or at the bound let the greater half go. */
static int32_t make_room(struct name_window *window, size_t len)
{
    size_t room = window->room > 0 ? window->room : 4096;
    uint8_t *bytes = NULL;

    if (window->used + len <= window->room) {
        return NAMI_OK;
    }
    while (room < window->used + len) {
        room *= 2;
    }
    if (room > window->bytes_max && window->count > 1) {
        nami_file__window_finish(window);
        window->count /= 2;
        window->ceiling = window->count - 1;
        window->is_cut = true;
        room = window->bytes_max;
    }
    bytes = window->host->mem_alloc(window->host, room);
    if (bytes == NULL) {
        return NAMI_E_NOMEM;
    }
    move_names(window, bytes, room);
    return window->used + len <= room ? NAMI_OK : NAMI_E_NOMEM;
}

static int32_t make_name_room(struct name_window *window)
{
    size_t room = window->name_room > 0 ? window->name_room * 2 : 64;
    struct nami_slice *names = NULL;

    if (window->count < window->name_room) {
        return NAMI_OK;
    }
    names = window->host->mem_alloc(window->host, room * sizeof(*names));
    if (names == NULL) {
        return NAMI_E_NOMEM;
    }
    if (window->count > 0) {
        memcpy(names, window->names, window->count * sizeof(*names));
    }
    window->host->mem_free(window->host, window->names);
    window->names = names;
    window->name_room = room;
    return NAMI_OK;
}

/* Smaller names than this were left out, so it must wait for its turn, too. */
static bool must_wait(const struct name_window *window, struct nami_slice name)
{
    return window->is_cut && nami_slice_compare(name, window->names[window->ceiling]) > 0;
}

int32_t nami_file__window_add(struct name_window *window, struct nami_slice name)
{
    int32_t status = must_wait(window, name) ? NAMI_OK : make_room(window, name.len);

    if (status != NAMI_OK || must_wait(window, name)) { /* also if room was made just now */
        return status;
    }
    status = make_name_room(window);
    if (status != NAMI_OK) {
        return status;
    }
    memcpy(window->bytes + window->used, name.ptr, name.len);
    window->names[window->count++] = nami_bytes(window->bytes + window->used, name.len);
    window->used += name.len;
    return NAMI_OK;
}
