/* Rows as a table, as the JSON of the HTTP endpoint, or as CSV (RFC 4180). */
#include <stdlib.h>
#include <string.h>

#include <namidb/batch_util.h>

#include "cli/cli.h"
#include "core/base/json_write.h"
#include "core/base/utf8.h"
#include "plugins/common/json_rows.h"

enum { TEXT_BYTES_MAX = 1 << 30, WIDTH_MAX = 60 };

void cli_print_problem(FILE *out, const struct namidb_problem *problem)
{
    (void)fprintf(out, "namidb: %s", problem->message);
    if (problem->line > 0) {
        (void)fprintf(out, " (line %u, column %u)", problem->line, problem->column);
    }
    (void)fputc('\n', out);
    if (problem->excerpt[0] != '\0') {
        (void)fprintf(out, "%s\n", problem->excerpt);
    }
    if (problem->hint[0] != '\0') {
        (void)fprintf(out, "hint: %s\n", problem->hint);
    }
    if (problem->code[0] != '\0') {
        (void)fprintf(out, "code: %s\n", problem->code);
    }
}

/* A cell as text: strings as they are, nothing for null, JSON for the rest. */
static int32_t cell_text(struct nami_cell cell, struct nami_buf *out)
{
    struct nami_json_writer json;
    int32_t status = NAMI_OK;

    nami_buf_clear(out);
    if (cell.column == NULL) {
        return NAMI_OK;
    }
    if (cell.column->type == NAMI_TYPE_STRING) {
        return nami_buf_append(out, nami_cell_bytes(cell));
    }
    nami_json_writer_init(&json, out);
    status = nami_json_cell(&json, cell, NULL);
    return status == NAMI_OK ? json.status : status;
}

static struct nami_slice column_name(const struct nami_fields *columns, uint32_t i)
{
    return NAMI_AT_CONST(struct nami_field, columns->at, (size_t)columns->stride, i)->name;
}

/* ---- table ---- */

static void put_padded(FILE *out, struct nami_slice text, size_t width)
{
    size_t chars = nami_utf8_count(text);
    size_t bytes = chars > width ? nami_utf8_offset(text, width - 1) : text.len;

    for (size_t i = 0; i < bytes; i++) { /* one row is one line */
        (void)fputc(text.ptr[i] < 0x20 ? ' ' : text.ptr[i], out);
    }
    if (chars > width) {
        (void)fputs("\xe2\x80\xa6", out);
        chars = width;
    }
    for (; chars < width; chars++) {
        (void)fputc(' ', out);
    }
}

/* Widths come from the first batch: a long result need not be held to be shown. */
static int32_t measure(const struct nami_fields *columns, const struct nami_batch *batch,
                       size_t *widths, struct nami_buf *text)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < columns->count; i++) {
        widths[i] = nami_utf8_count(column_name(columns, i));
        for (size_t row = 0; row < batch->row_count && status == NAMI_OK; row++) {
            size_t chars = 0;

            status = cell_text(nami_cell_at(nami_batch_column(batch, i), row), text);
            chars = nami_utf8_count(nami_buf_view(text));
            widths[i] = chars > widths[i] ? chars : widths[i];
        }
        widths[i] = widths[i] > WIDTH_MAX ? WIDTH_MAX : widths[i];
        widths[i] = widths[i] == 0 ? 1 : widths[i];
    }
    return status;
}

static int32_t put_row(FILE *out, const struct nami_fields *columns, const struct nami_batch *batch,
                       size_t row, const size_t *widths, struct nami_buf *text)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < columns->count && status == NAMI_OK; i++) {
        status = cell_text(nami_cell_at(nami_batch_column(batch, i), row), text);
        (void)fputs(i == 0 ? "" : " | ", out);
        put_padded(out, nami_buf_view(text), widths[i]);
    }
    (void)fputc('\n', out);
    return status;
}

static void put_head(FILE *out, const struct nami_fields *columns, const size_t *widths)
{
    for (uint32_t i = 0; i < columns->count; i++) {
        (void)fputs(i == 0 ? "" : " | ", out);
        put_padded(out, column_name(columns, i), widths[i]);
    }
    (void)fputc('\n', out);
    for (uint32_t i = 0; i < columns->count; i++) {
        (void)fputs(i == 0 ? "" : "-+-", out);
        for (size_t j = 0; j < widths[i]; j++) {
            (void)fputc('-', out);
        }
    }
    (void)fputc('\n', out);
}

/* ---- CSV ---- */

static void put_csv(FILE *out, struct nami_slice text)
{
    bool must_quote = false;

    for (size_t i = 0; i < text.len; i++) {
        must_quote = must_quote || memchr(",\"\r\n", text.ptr[i], 4) != NULL;
    }
    if (!must_quote) {
        (void)fwrite(text.ptr, 1, text.len, out);
        return;
    }
    (void)fputc('"', out);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') {
            (void)fputc('"', out);
        }
        (void)fputc(text.ptr[i], out);
    }
    (void)fputc('"', out);
}

static int32_t put_csv_row(FILE *out, const struct nami_fields *columns,
                           const struct nami_batch *batch, size_t row, struct nami_buf *text)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < columns->count && status == NAMI_OK; i++) {
        status = batch != NULL ? cell_text(nami_cell_at(nami_batch_column(batch, i), row), text)
                               : NAMI_OK;
        (void)fputs(i == 0 ? "" : ",", out);
        put_csv(out, batch != NULL ? nami_buf_view(text) : column_name(columns, i));
    }
    (void)fputs("\r\n", out);
    return status;
}

/* ---- JSON ---- */

static int32_t put_json_row(FILE *out, const struct nami_fields *columns,
                            const struct nami_batch *batch, size_t row, struct nami_buf *text)
{
    struct nami_json_writer json;
    int32_t status = NAMI_OK;

    nami_buf_clear(text);
    nami_json_writer_init(&json, text);
    status = batch != NULL ? nami_json_row(&json, columns, batch, row, NULL) : NAMI_OK;
    if (batch == NULL) {
        nami_json_columns(&json, columns);
    }
    (void)fwrite(text->ptr, 1, text->len, out);
    return status == NAMI_OK ? json.status : status;
}

static void put_counters(FILE *out, enum cli_format format, const struct nami_counters *counters)
{
    const struct {
        const char *json;
        const char *people;
        uint64_t count;
    } all[] = {
        {"nodes_created", "nodes created", counters->nodes_created},
        {"edges_created", "relationships created", counters->relationships_created},
        {"nodes_deleted", "nodes deleted", counters->nodes_deleted},
        {"edges_deleted", "relationships deleted", counters->relationships_deleted},
        {"properties_set", "properties set", counters->properties_set},
        {NULL, "labels added", counters->labels_added},
        {NULL, "labels removed", counters->labels_removed},
        {NULL, "constraints added", counters->constraints_added},
        {NULL, "constraints removed", counters->constraints_removed},
        {NULL, "indexes added", counters->indexes_added},
        {NULL, "indexes removed", counters->indexes_removed},
    };
    const char *separator = "";

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (format == CLI_JSON && all[i].json != NULL) {
            (void)fprintf(out, "%s\"%s\":%llu", separator, all[i].json,
                          (unsigned long long)all[i].count);
            separator = ",";
        } else if (format == CLI_TABLE && all[i].count > 0) {
            (void)fprintf(out, "%s%llu %s", separator, (unsigned long long)all[i].count,
                          all[i].people);
            separator = ", ";
        }
    }
    (void)fputs(format == CLI_TABLE && separator[0] == '\0' ? "nothing changed" : "", out);
}

/* ---- all of it ---- */

struct printing {
    FILE *out;
    enum cli_format format;
    struct nami_fields columns;
    size_t *widths;
    struct nami_buf text;
    uint64_t rows;
};

static int32_t begin(struct printing *p, const struct nami_batch *first)
{
    int32_t status = NAMI_OK;

    if (p->format == CLI_JSON) {
        (void)fputs("{\"columns\":", p->out);
        status = put_json_row(p->out, &p->columns, NULL, 0, &p->text);
        (void)fputs(",\"rows\":[", p->out);
    } else if (p->columns.count > 0 && p->format == CLI_CSV) {
        status = put_csv_row(p->out, &p->columns, NULL, 0, &p->text);
    } else if (p->columns.count > 0) {
        status = measure(&p->columns, first, p->widths, &p->text);
        put_head(p->out, &p->columns, p->widths);
    }
    return status;
}

static int32_t put_batch(struct printing *p, const struct nami_batch *batch)
{
    int32_t status = NAMI_OK;

    for (size_t row = 0; row < batch->row_count && status == NAMI_OK; row++) {
        if (p->format == CLI_JSON) {
            (void)fputs(p->rows > 0 ? "," : "", p->out);
            status = put_json_row(p->out, &p->columns, batch, row, &p->text);
        } else if (p->format == CLI_CSV) {
            status = put_csv_row(p->out, &p->columns, batch, row, &p->text);
        } else {
            status = put_row(p->out, &p->columns, batch, row, p->widths, &p->text);
        }
        p->rows++;
    }
    return status;
}

static void end(struct printing *p, const struct nami_summary *summary)
{
    if (p->format == CLI_JSON) {
        (void)fputc(']', p->out);
        if (summary->counters != NULL) {
            (void)fputs(",\"write_outcome\":{", p->out);
            put_counters(p->out, p->format, summary->counters);
            (void)fputc('}', p->out);
        }
        (void)fputs("}\n", p->out);
    } else if (p->format == CLI_TABLE) {
        if (p->columns.count > 0) {
            (void)fprintf(p->out, "(%llu row%s)\n", (unsigned long long)p->rows,
                          p->rows == 1 ? "" : "s");
        }
        if (summary->counters != NULL) {
            put_counters(p->out, p->format, summary->counters);
            (void)fputc('\n', p->out);
        }
    }
}

/* Remarks go to stderr, so that the output stays what it is. */
static void put_notifications(const struct nami_summary *summary)
{
    struct nami_buf text;
    struct nami_json_writer json;

    if (summary->notifications == NULL) {
        return;
    }
    nami_buf_init(&text, TEXT_BYTES_MAX);
    nami_json_writer_init(&json, &text);
    if (nami_json_cell(&json, nami_cell_at(summary->notifications, 0), NULL) == NAMI_OK) {
        (void)fprintf(stderr, "note: %.*s\n", (int)text.len, (const char *)text.ptr);
    }
    nami_buf_release(&text);
}

int cli_print_result(FILE *out, enum cli_format format, struct namidb_result *result)
{
    struct namidb_problem problem = {.struct_size = sizeof(problem)};
    struct printing p = {.out = out, .format = format};
    struct nami_summary summary = {0};
    const struct nami_batch *batch = NULL;
    int32_t status = NAMI_OK;
    bool has_begun = false;

    p.columns = namidb_result_columns(result);
    p.widths = calloc((size_t)p.columns.count + 1, sizeof(*p.widths));
    nami_buf_init(&p.text, TEXT_BYTES_MAX);
    status = p.widths != NULL ? NAMI_OK : NAMI_E_NOMEM;
    while (status == NAMI_OK) {
        status = namidb_result_next(result, &batch, &problem);
        if (status == NAMI_OK && !has_begun) {
            status = begin(&p, batch);
            has_begun = true;
        }
        if (status == NAMI_OK && batch->row_count == 0) {
            break;
        }
        status = status == NAMI_OK ? put_batch(&p, batch) : status;
    }
    if (status == NAMI_OK) {
        status = namidb_result_summary(result, &summary, &problem);
    }
    if (status == NAMI_OK) {
        end(&p, &summary);
        put_notifications(&summary);
    } else {
        (void)fputc('\n', out);
        cli_print_problem(stderr, &problem);
    }
    free(p.widths);
    nami_buf_release(&p.text);
    return status == NAMI_OK && fflush(out) == 0 ? CLI_OK : CLI_FAILED;
}
