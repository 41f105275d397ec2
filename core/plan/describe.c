/* A plan as text: one line per step, the first to run first. */
#include "core/base/text.h"
#include "core/plan/plan.h"

const char *nami_step_name(const struct nami_step *step)
{
    static const char *const names[NAMI_STEP_KIND_COUNT] = {
        [NAMI_STEP_ARGUMENT] = "Argument",
        [NAMI_STEP_COUNT_STORE] = "CountStore",
        [NAMI_STEP_UNION] = "Union",
        [NAMI_STEP_SCHEMA] = "Schema",
        [NAMI_STEP_NODE_SCAN] = "NodeScan",
        [NAMI_STEP_INDEX_SEEK] = "IndexSeek",
        [NAMI_STEP_EXPAND] = "Expand",
        [NAMI_STEP_REL_ENDS] = "RelEnds",
        [NAMI_STEP_REL_UNIQUE] = "RelUnique",
        [NAMI_STEP_FILTER] = "Filter",

        [NAMI_STEP_PATH] = "Path",
        [NAMI_STEP_PROJECT] = "Project",
        [NAMI_STEP_UNWIND] = "Unwind",
        [NAMI_STEP_CROSS] = "Cross",
        [NAMI_STEP_AGGREGATE] = "Aggregate",
        [NAMI_STEP_DISTINCT] = "Distinct",
        [NAMI_STEP_SORT] = "Sort",
        [NAMI_STEP_TOP] = "Top",
        [NAMI_STEP_SKIP_LIMIT] = "SkipLimit",
        [NAMI_STEP_CREATE] = "Create",
        [NAMI_STEP_SET] = "Set",
        [NAMI_STEP_DELETE] = "Delete",
        [NAMI_STEP_MERGE] = "Merge",
        [NAMI_STEP_PRODUCE] = "Produce",
    };

    if (step->kind == NAMI_STEP_EXPAND && step->as.expand.is_into) {
        return "ExpandInto";
    }
    if (step->kind == NAMI_STEP_INDEX_SEEK && step->as.seek.is_unique) {
        return "UniqueIndexSeek";
    }
    return names[step->kind];
}

static int32_t append_names(struct nami_buf *out, struct nami_ast_names names)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < names.count && status == NAMI_OK; i++) {
        status = nami_buf_append_text(out, i == 0 ? " :" : "|");
        if (status == NAMI_OK) {
            status = nami_buf_append(out, names.items[i]);
        }
    }
    return status;
}

static int32_t describe_detail(const struct nami_step *step, struct nami_buf *out)
{
    static const char *const arrows[] = {
        [NAMI_AST_OUTGOING] = " -->", [NAMI_AST_INCOMING] = " <--", [NAMI_AST_BOTH] = " --"};
    int32_t status = NAMI_OK;

    if (step->kind == NAMI_STEP_NODE_SCAN && step->as.scan.label.len > 0) {
        return append_names(
            out, (struct nami_ast_names){.items = (struct nami_slice[]){step->as.scan.label},
                                         .count = 1});
    }
    if (step->kind == NAMI_STEP_INDEX_SEEK) {
        status =
            append_names(out, (struct nami_ast_names){
                                  .items = (struct nami_slice[]){step->as.seek.label}, .count = 1});
        if (status == NAMI_OK) {
            status = nami_buf_printf(out, "(%.*s)", (int)step->as.seek.key.len,
                                     (const char *)step->as.seek.key.ptr);
        }
        return status;
    }
    if (step->kind == NAMI_STEP_EXPAND) {
        status = nami_buf_append_text(out, arrows[step->as.expand.direction]);
        return status == NAMI_OK ? append_names(out, step->as.expand.types) : status;
    }
    return NAMI_OK;
}

static int32_t describe_steps(struct nami_steps steps, int indent, struct nami_buf *out)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < steps.count && status == NAMI_OK; i++) {
        const struct nami_step *step = &steps.items[i];

        status = nami_buf_printf(out, "%*s%s", indent, "", nami_step_name(step));
        if (status == NAMI_OK) {
            status = describe_detail(step, out);
        }
        if (status == NAMI_OK) {
            status = nami_buf_append_text(out, "\n");
        }
        if (status == NAMI_OK && step->kind == NAMI_STEP_CROSS) {
            status = describe_steps(step->as.cross.other, indent + 2, out);
        }
        if (status == NAMI_OK && step->kind == NAMI_STEP_MERGE) {
            status = describe_steps(step->as.merge.match, indent + 2, out);
        }
        for (uint32_t b = 0;
             step->kind == NAMI_STEP_UNION && status == NAMI_OK && b < step->as.union_.branch_count;
             b++) {
            status = describe_steps(step->as.union_.branches[b], indent + 2, out);
        }
    }
    return status;
}

int32_t nami_plan_describe(const struct nami_plan *plan, struct nami_buf *out)
{
    return describe_steps(plan->steps, 0, out);
}
