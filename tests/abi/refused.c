/*
 * Plugins that export the right symbol and are refused, one for each value of REFUSED:
 * a torn descriptor, a torn table of ops, a scheme that another has, no schemes at all.
 */
#include <namidb/store.h>

#define TORN_DESCRIPTOR 1
#define TORN_OPS        2
#define TAKEN_SCHEME    3
#define NO_SCHEMES      4

static void nothing_to_close(struct nami_store *self)
{
    (void)self;
}

static void no_list(struct nami_store *self, const struct nami_call *call, struct nami_list *req)
{
    (void)self;
    (void)call;
    (void)req;
}

static void no_read(struct nami_store *self, const struct nami_call *call, struct nami_read *reqs,
                    size_t count, size_t stride)
{
    (void)self;
    (void)call;
    (void)reqs;
    (void)count;
    (void)stride;
}

static void no_write(struct nami_store *self, const struct nami_call *call, struct nami_write *reqs,
                     size_t count, size_t stride)
{
    (void)self;
    (void)call;
    (void)reqs;
    (void)count;
    (void)stride;
}

static void no_name(struct nami_store *self, const struct nami_call *call, struct nami_name *reqs,
                    size_t count, size_t stride)
{
    (void)self;
    (void)call;
    (void)reqs;
    (void)count;
    (void)stride;
}

static int32_t no_open(const struct nami_host *host, const struct nami_call *call,
                       const struct nami_store_config *config, struct nami_store **out,
                       struct nami_error *err)
{
    (void)host;
    (void)call;
    (void)config;
    (void)err;
    *out = NULL;
    return NAMI_E_UNSUPPORTED;
}

static const struct nami_store_ops ops = {
#if REFUSED == TORN_OPS
    .struct_size = (uint32_t)offsetof(struct nami_store_ops, list) + 3,
#else
    .struct_size = sizeof(struct nami_store_ops),
#endif
    .open = no_open,
    .close = nothing_to_close,
    .read = no_read,
    .write = no_write,
    .head = no_name,
    .remove = no_name,
    .list = no_list,
};

#if REFUSED != NO_SCHEMES
#if REFUSED == TAKEN_SCHEME
static const char *const schemes[] = {"other", "memory", NULL};
#else
static const char *const schemes[] = {"refused", NULL};
#endif
#endif

static const struct nami_store_desc store = {
    .struct_size = sizeof(struct nami_store_desc),
#if REFUSED != NO_SCHEMES
    .schemes = schemes,
#endif
    .ops = &ops,
};

static const struct nami_plugin plugin = {
    .magic = NAMI_PLUGIN_MAGIC,
#if REFUSED == TORN_DESCRIPTOR
    .struct_size = (uint32_t)offsetof(struct nami_plugin, codec) + 1,
#else
    .struct_size = sizeof(struct nami_plugin),
#endif
    .abi_major = NAMI_ABI_MAJOR,
    .abi_minor = NAMI_ABI_MINOR,
    .name = "store-refused",
    .version = "0.1.0",
    .build_id = "",
    .store = &store,
};

NAMI_PLUGIN_ENTRY(refused)
{
    return &plugin;
}
