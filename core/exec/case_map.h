/*
 * core/exec/case_map.h -- upper and lower case of any text, whatever the locale.
 *
 * What:   Unicode's simple mappings, and of its SpecialCasing those that hold in every language:
 *         one character may become several (ß to SS), sigma at the end of a word is ς.
 * Source: Unicode Standard 15.0, section 3.13 and SpecialCasing.txt.
 * Thread: no state.
 */
#ifndef NAMI_CORE_EXEC_CASE_MAP_H
#define NAMI_CORE_EXEC_CASE_MAP_H

#include <namidb/abi.h>

/* Room that the mapped text needs at most. */
size_t nami_case_map_bytes_max(struct nami_slice text);
/* Bytes written. `text` is valid UTF-8. */
size_t nami_case_map_upper(struct nami_slice text, uint8_t *out);
size_t nami_case_map_lower(struct nami_slice text, uint8_t *out);

#endif /* NAMI_CORE_EXEC_CASE_MAP_H */
