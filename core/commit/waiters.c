/* Queues of waiters and of frames. All of it under the lock. */
#include "core/commit/commit_internal.h"

static struct waiter_list *list_of(struct nami_commit *c, enum waiter_place place)
{
    switch (place) {
    case PLACE_TOKEN:
    case PLACE_TOKEN_LEASE:
        return &c->guarded.token_queue;
    case PLACE_REFUSED:
        return &c->guarded.refused;
    case PLACE_SETTLE_NOW:
        return &c->guarded.settle_now;
    case PLACE_SETTLE_LATER:
        return &c->guarded.settle_later;
    case PLACE_REFRESH_NEW:
        return &c->guarded.refresh_new;
    case PLACE_REFRESH_NOW:
        return &c->guarded.refresh_now;
    case PLACE_COUNT:
        break;
    }
    return NULL;
}

void nami_commit__enqueue_locked(struct nami_commit *c, struct waiter_list *list,
                                 struct nami_waiter *waiter, enum waiter_place place)
{
    waiter->next = NULL;
    waiter->queue = &c->places[place];
    if (list->tail != NULL) {
        list->tail->next = waiter;
    } else {
        list->head = waiter;
    }
    list->tail = waiter;
}

bool nami_commit__is_in(const struct nami_commit *c, const struct nami_waiter *waiter,
                        enum waiter_place place)
{
    return waiter->queue == &c->places[place];
}

void nami_commit__unlink_locked(struct nami_commit *c, struct nami_waiter *waiter)
{
    struct waiter_list *list = NULL;
    struct nami_waiter *before = NULL;
    struct nami_waiter *at = NULL;

    for (int place = 0; place < PLACE_COUNT && list == NULL; place++) {
        if (nami_commit__is_in(c, waiter, (enum waiter_place)place)) {
            list = list_of(c, (enum waiter_place)place);
        }
    }
    if (list == NULL) {
        return;
    }
    for (at = list->head; at != NULL && at != waiter; at = at->next) {
        before = at;
    }
    if (at == waiter) {
        if (before != NULL) {
            before->next = waiter->next;
        } else {
            list->head = waiter->next;
        }
        if (list->tail == waiter) {
            list->tail = before;
        }
    }
    waiter->next = NULL;
    waiter->queue = NULL;
}

struct nami_waiter *nami_commit__pop_locked(struct waiter_list *list)
{
    struct nami_waiter *first = list->head;

    if (first != NULL) {
        list->head = first->next;
        list->tail = list->head != NULL ? list->tail : NULL;
        first->next = NULL;
        first->queue = NULL;
    }
    return first;
}

void nami_commit__wake_all_locked(struct waiter_list *list)
{
    struct waiter_list woken = *list; /* who waits again in between waits for the next time */

    *list = (struct waiter_list){0};
    while (woken.head != NULL) {
        struct nami_waiter *waiter = nami_commit__pop_locked(&woken);

        waiter->wake(waiter);
    }
}

void nami_commit__move_locked(struct nami_commit *c, struct waiter_list *from,
                              struct waiter_list *to, enum waiter_place place)
{
    while (from->head != NULL) {
        nami_commit__enqueue_locked(c, to, nami_commit__pop_locked(from), place);
    }
}

void nami_commit__frames_append(struct frame_list *to, struct frame_list *from)
{
    if (from->head == NULL) {
        return;
    }
    if (to->tail != NULL) {
        to->tail->next = from->head;
    } else {
        to->head = from->head;
    }
    to->tail = from->tail;
    to->count += from->count;
    to->bytes += from->bytes;
    *from = (struct frame_list){0};
}

void nami_commit__frames_free(const struct nami_commit *c, struct frame_list *list)
{
    while (list->head != NULL) {
        struct staged_frame *gone = list->head;

        list->head = gone->next;
        c->host->mem_free(c->host, gone);
    }
    *list = (struct frame_list){0};
}
