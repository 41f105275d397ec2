/*
 * plugins/store-file/name_window.h -- the smallest names of a folder, in order.
 *
 * A file system gives the names of a folder in no order, and there may be millions. A window
 * keeps the smallest that are greater than a floor, within a bound of memory; what did not
 * fit comes with the next pass over the folder, with the last name given as the floor.
 */
#ifndef NAMI_PLUGINS_STORE_FILE_NAME_WINDOW_H
#define NAMI_PLUGINS_STORE_FILE_NAME_WINDOW_H

#include <stdbool.h>

#include <namidb/host.h>

struct name_window {
    const struct nami_host *host;
    size_t bytes_max; /* of names; at least a few of the longest */
    uint8_t *bytes;
    size_t used, room;
    struct nami_slice *names; /* into bytes; sorted by finish() */
    size_t count, name_room;
    size_t ceiling; /* if is_cut: the index of the greatest name that is wanted; until finish() */
    bool is_cut;    /* greater names were left out */
};

void nami_file__window_init(struct name_window *window, const struct nami_host *host,
                            size_t bytes_max);
void nami_file__window_release(struct name_window *window);
/* Empty, for the next pass; memory stays. */
void nami_file__window_clear(struct name_window *window);
/* Copies the name. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_file__window_add(struct name_window *window, struct nami_slice name);
/* Sort; then window->names can be read. */
void nami_file__window_finish(struct name_window *window);

#endif /* NAMI_PLUGINS_STORE_FILE_NAME_WINDOW_H */
