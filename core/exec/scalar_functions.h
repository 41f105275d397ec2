/*
 * core/exec/scalar_functions.h -- the functions that map the arguments of one row to a value.
 *
 * Arguments have types that the language's table allows and are not null, but for exists(),
 * nullIf() and valueType(); the number of arguments is right.
 */
#ifndef NAMI_CORE_EXEC_SCALAR_FUNCTIONS_H
#define NAMI_CORE_EXEC_SCALAR_FUNCTIONS_H

#include "core/exec/expr_internal.h"

#define NAMI_SCALAR(name)                                                                          \
    int32_t name(const struct nami_scalar_call *call, const struct nami_value *args,               \
                 struct nami_value *out)

/* functions_list.c */
NAMI_SCALAR(nami_fn_exists);
NAMI_SCALAR(nami_fn_is_empty);
NAMI_SCALAR(nami_fn_null_if);
NAMI_SCALAR(nami_fn_size);
NAMI_SCALAR(nami_fn_head);
NAMI_SCALAR(nami_fn_last);
NAMI_SCALAR(nami_fn_tail);
NAMI_SCALAR(nami_fn_range);
NAMI_SCALAR(nami_fn_reverse);
NAMI_SCALAR(nami_fn_value_type);

/* functions_entity.c */
NAMI_SCALAR(nami_fn_id);
NAMI_SCALAR(nami_fn_element_id);
NAMI_SCALAR(nami_fn_labels);
NAMI_SCALAR(nami_fn_type);
NAMI_SCALAR(nami_fn_keys);
NAMI_SCALAR(nami_fn_properties);
NAMI_SCALAR(nami_fn_start_node);
NAMI_SCALAR(nami_fn_end_node);
NAMI_SCALAR(nami_fn_nodes);
NAMI_SCALAR(nami_fn_relationships);
NAMI_SCALAR(nami_fn_length);

/* functions_convert.c */
NAMI_SCALAR(nami_fn_to_string);
NAMI_SCALAR(nami_fn_to_string_or_null);
NAMI_SCALAR(nami_fn_to_string_list);
NAMI_SCALAR(nami_fn_to_integer);
NAMI_SCALAR(nami_fn_to_integer_or_null);
NAMI_SCALAR(nami_fn_to_integer_list);
NAMI_SCALAR(nami_fn_to_float);
NAMI_SCALAR(nami_fn_to_float_or_null);
NAMI_SCALAR(nami_fn_to_float_list);
NAMI_SCALAR(nami_fn_to_boolean);
NAMI_SCALAR(nami_fn_to_boolean_or_null);
NAMI_SCALAR(nami_fn_to_boolean_list);

/* functions_string.c */
NAMI_SCALAR(nami_fn_to_lower);
NAMI_SCALAR(nami_fn_to_upper);
NAMI_SCALAR(nami_fn_trim);
NAMI_SCALAR(nami_fn_ltrim);
NAMI_SCALAR(nami_fn_rtrim);
NAMI_SCALAR(nami_fn_left);
NAMI_SCALAR(nami_fn_right);
NAMI_SCALAR(nami_fn_substring);
NAMI_SCALAR(nami_fn_replace);
NAMI_SCALAR(nami_fn_split);

/* functions_math.c */
NAMI_SCALAR(nami_fn_real); /* sqrt, sin, ceil, ...: by the id */
NAMI_SCALAR(nami_fn_is_nan);
NAMI_SCALAR(nami_fn_random_uuid);
NAMI_SCALAR(nami_fn_timestamp);
NAMI_SCALAR(nami_fn_abs);
NAMI_SCALAR(nami_fn_round);
NAMI_SCALAR(nami_fn_sign);
NAMI_SCALAR(nami_fn_rand);
NAMI_SCALAR(nami_fn_e);
NAMI_SCALAR(nami_fn_pi);
NAMI_SCALAR(nami_fn_power);
NAMI_SCALAR(nami_fn_mod);
NAMI_SCALAR(nami_fn_atan2);

#endif /* NAMI_CORE_EXEC_SCALAR_FUNCTIONS_H */
