#include "golden_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *what, const char *name)
{
    fprintf(stderr, "%s: %s\n", what, name);
    exit(2);
}

void golden_open(struct golden_file *file, const char *folder, const char *name)
{
    char path[1024];
    FILE *stream = NULL;
    long size = 0;

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    stream = fopen(path, "rb");
    if (stream == NULL || fseek(stream, 0, SEEK_END) != 0 || (size = ftell(stream)) < 0 ||
        fseek(stream, 0, SEEK_SET) != 0) {
        die("can not open", path);
    }
    *file = (struct golden_file){.text = malloc((size_t)size + 1), .len = (size_t)size};
    if (file->text == NULL || fread(file->text, 1, file->len, stream) != file->len) {
        die("can not read", path);
    }
    file->text[file->len] = '\0';
    (void)fclose(stream);
}

void golden_close(struct golden_file *file)
{
    free(file->text);
}

static void add_line(char *out, size_t size, const char *line, size_t len)
{
    size_t used = strlen(out);

    if (used + len + 2 > size) {
        die("a paragraph is too long", line);
    }
    if (used > 0) {
        out[used++] = '\n';
    }
    memcpy(out + used, line, len);
    out[used + len] = '\0';
}

bool golden_next(struct golden_file *file, struct golden *out)
{
    memset(out, 0, sizeof(*out));
    while (file->at < file->len) {
        const char *line = file->text + file->at;
        size_t len = strcspn(line, "\n");

        file->at += len + 1;
        if (len == 0) {
            if (out->query[0] != '\0') {
                return true;
            }
        } else if (len > 1 && line[0] == '#' && line[1] == ' ' && out->query[0] == '\0') {
            continue;
        } else if ((line[0] == '!' || line[0] == '%') && out->query[0] == '\0') {
            add_line(out->head, sizeof(out->head), line, len);
        } else if (strncmp(line, "=> ", 3) == 0) {
            add_line(out->tail, sizeof(out->tail), line + 3, len - 3);
        } else {
            add_line(out->query, sizeof(out->query), line, len);
        }
    }
    return out->query[0] != '\0';
}
