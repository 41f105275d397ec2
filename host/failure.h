/*
 * host/failure.h -- a diagnostic as a protocol tells it to a client.
 */
#ifndef NAMI_HOST_FAILURE_H
#define NAMI_HOST_FAILURE_H

#include <namidb/services.h>

#include "core/base/diagnostic.h"

/* Views into the diagnostic and the condition table. */
void nami_failure_from(const struct nami_diagnostic *diag, struct nami_failure *out);

#endif /* NAMI_HOST_FAILURE_H */
