#include "core/base/metrics.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/text.h"

enum { NAME_BYTES_MAX = 80, UNIT_BYTES_MAX = 24, BUCKETS = 65 };

/* What a histogram needs beyond a sum; bucket i counts values below 2^i. */
struct buckets {
    _Atomic uint64_t counts[BUCKETS];
};

struct metric {
    char name[NAME_BYTES_MAX + 1];
    char unit[UNIT_BYTES_MAX + 1];
    uint32_t kind;
    _Atomic int64_t value; /* total, level, or sum */
    struct buckets *buckets;
};

struct nami_metrics {
    _Atomic uint32_t count; /* metrics below it are complete and never change place */
    pthread_mutex_t defining;
    struct metric metrics[NAMI_METRICS_MAX];
};

int32_t nami_metrics_create(struct nami_metrics **out)
{
    *out = calloc(1, sizeof(**out));
    if (*out == NULL) {
        return NAMI_E_NOMEM;
    }
    (void)pthread_mutex_init(&(*out)->defining, NULL);
    return NAMI_OK;
}

void nami_metrics_destroy(struct nami_metrics *metrics)
{
    if (metrics == NULL) {
        return;
    }
    for (uint32_t i = 0; i < atomic_load(&metrics->count); i++) {
        free(metrics->metrics[i].buckets);
    }
    (void)pthread_mutex_destroy(&metrics->defining);
    free(metrics);
}

static bool is_name(struct nami_slice name)
{
    if (name.len == 0 || name.len > NAME_BYTES_MAX || (name.ptr[0] >= '0' && name.ptr[0] <= '9')) {
        return false;
    }
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.ptr[i];
        uint8_t lower = c | 0x20;

        if (!(lower >= 'a' && lower <= 'z') && !(c >= '0' && c <= '9') && c != '_') {
            return false;
        }
    }
    return true;
}

static void copy_text(char *to, size_t max, struct nami_slice text)
{
    size_t len = text.len < max ? text.len : max;

    if (len > 0) {
        memcpy(to, text.ptr, len);
    }
    to[len] = '\0';
}

static uint32_t define_locked(struct nami_metrics *metrics, uint32_t kind, struct nami_slice name,
                              struct nami_slice unit)
{
    uint32_t count = atomic_load_explicit(&metrics->count, memory_order_relaxed);
    struct metric *metric = NULL;

    for (uint32_t i = 0; i < count; i++) {
        if (nami_slice_equal(nami_text(metrics->metrics[i].name), name)) {
            return i;
        }
    }
    if (count == NAMI_METRICS_MAX) {
        return NAMI_METRIC_NONE;
    }
    metric = &metrics->metrics[count];
    if (kind == NAMI_METRIC_HISTOGRAM) {
        metric->buckets = calloc(1, sizeof(*metric->buckets));
        if (metric->buckets == NULL) {
            return NAMI_METRIC_NONE;
        }
    }
    metric->kind = kind;
    copy_text(metric->name, NAME_BYTES_MAX, name);
    copy_text(metric->unit, UNIT_BYTES_MAX, unit);
    atomic_store_explicit(&metrics->count, count + 1, memory_order_release);
    return count;
}

uint32_t nami_metrics_define(struct nami_metrics *metrics, uint32_t kind, struct nami_slice name,
                             struct nami_slice unit)
{
    uint32_t metric = NAMI_METRIC_NONE;

    if (kind <= NAMI_METRIC_HISTOGRAM && is_name(name)) {
        (void)pthread_mutex_lock(&metrics->defining);
        metric = define_locked(metrics, kind, name, unit);
        (void)pthread_mutex_unlock(&metrics->defining);
    }
    return metric;
}

static uint32_t bucket_of(int64_t value)
{
    return value <= 0 ? 0 : 64u - (uint32_t)__builtin_clzll((uint64_t)value);
}

void nami_metrics_record(struct nami_metrics *metrics, uint32_t metric, int64_t value)
{
    struct metric *at = NULL;

    if (metric >= atomic_load_explicit(&metrics->count, memory_order_acquire)) {
        return;
    }
    at = &metrics->metrics[metric];
    if (at->kind == NAMI_METRIC_GAUGE) {
        atomic_store_explicit(&at->value, value, memory_order_relaxed);
        return;
    }
    atomic_fetch_add_explicit(&at->value, value, memory_order_relaxed);
    if (at->kind == NAMI_METRIC_HISTOGRAM) {
        atomic_fetch_add_explicit(&at->buckets->counts[bucket_of(value)], 1, memory_order_relaxed);
    }
}

/* Bucket i holds integers up to 2^i - 1. The last one that counts, then +Inf. */
static int32_t print_buckets(const struct metric *metric, struct nami_buf *out)
{
    uint64_t total = 0;
    uint32_t used = 0;
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < BUCKETS; i++) {
        used = atomic_load(&metric->buckets->counts[i]) > 0 ? i + 1 : used;
    }
    for (uint32_t i = 0; i < used && i < BUCKETS - 1 && status == NAMI_OK; i++) {
        total += atomic_load(&metric->buckets->counts[i]);
        status = nami_buf_printf(out, "%s_bucket{le=\"%llu\"} %llu\n", metric->name,
                                 (unsigned long long)((UINT64_C(1) << i) - 1),
                                 (unsigned long long)total);
    }
    if (status != NAMI_OK) {
        return status;
    }
    total += used == BUCKETS ? atomic_load(&metric->buckets->counts[BUCKETS - 1]) : 0;
    return nami_buf_printf(out, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum %lld\n%s_count %llu\n",
                           metric->name, (unsigned long long)total, metric->name,
                           (long long)atomic_load(&metric->value), metric->name,
                           (unsigned long long)total);
}

static int32_t print_one(const struct metric *metric, struct nami_buf *out)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    int32_t status = NAMI_OK;

    if (metric->unit[0] != '\0') {
        status = nami_buf_printf(out, "# HELP %s in %s\n", metric->name, metric->unit);
    }
    if (status == NAMI_OK) {
        status = nami_buf_printf(out, "# TYPE %s %s\n", metric->name, kinds[metric->kind]);
    }
    if (status != NAMI_OK) {
        return status;
    }
    return metric->kind == NAMI_METRIC_HISTOGRAM
               ? print_buckets(metric, out)
               : nami_buf_printf(out, "%s %lld\n", metric->name,
                                 (long long)atomic_load(&metric->value));
}

int32_t nami_metrics_print(struct nami_metrics *metrics, struct nami_buf *out)
{
    uint32_t count = atomic_load_explicit(&metrics->count, memory_order_acquire);
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        status = print_one(&metrics->metrics[i], out);
    }
    return status;
}
