/*
 * tests/unit/core/cypher/golden_file.h -- paragraphs of a golden file.
 *
 * A paragraph ends with an empty line. Its lines that begin with "# " are comments, a first line
 * that begins with ! or % is its head, and lines that begin with "=> " are its tail.
 */
#ifndef NAMI_TESTS_GOLDEN_FILE_H
#define NAMI_TESTS_GOLDEN_FILE_H

#include <stdbool.h>

#include <namidb/abi.h>

struct golden_file {
    char *text;
    size_t len;
    size_t at;
};

struct golden {
    char head[128];
    char query[4096];
    char tail[4096];
};

/* Ends the program if the file can not be read. */
void golden_open(struct golden_file *file, const char *folder, const char *name);
void golden_close(struct golden_file *file);
/* false: there is no more. */
bool golden_next(struct golden_file *file, struct golden *out);

#endif /* NAMI_TESTS_GOLDEN_FILE_H */
