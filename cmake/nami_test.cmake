# After nami_warnings: CUnit's asserts do not tell the compiler what holds behind them.
add_library(nami_test_warnings INTERFACE)
target_compile_options(nami_test_warnings INTERFACE -Wno-null-dereference)

# nami_add_test(<name> SOURCES <files...> [LIBS <targets...>] [ARGS <args...>])
#
# A CUnit binary test_<name>, slashes as underscores. Its file mirrors the path of what it tests.
function(nami_add_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;ARGS" ${ARGN})
  string(REPLACE "/" "_" target test/${name})
  add_executable(${target} ${ARG_SOURCES})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  target_link_libraries(
    ${target}
    PRIVATE test_support nami_warnings nami_test_warnings cunit ${ARG_LIBS}
  )
  add_test(NAME ${name} COMMAND ${target} ${ARG_ARGS})
  set_tests_properties(${name} PROPERTIES TIMEOUT 120)
endfunction()

add_custom_target(fuzzers) # all of them

# nami_add_fuzz(<name> SOURCES <files...> [LIBS <targets...>] [MAX_LEN <bytes>])
#
# A libFuzzer target fuzz_<name> over the corpus tests/fuzz/corpus/<name>; CI runs each for 20 s.
function(nami_add_fuzz name)
  cmake_parse_arguments(ARG "" "MAX_LEN" "SOURCES;LIBS" ${ARGN})
  if(NOT NAMI_FUZZ)
    return()
  endif()
  if(NOT ARG_MAX_LEN)
    set(ARG_MAX_LEN 4096)
  endif()
  add_executable(fuzz_${name} ${ARG_SOURCES})
  add_dependencies(fuzzers fuzz_${name})
  target_link_libraries(fuzz_${name} PRIVATE test_support nami_warnings ${ARG_LIBS})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  set(corpus ${PROJECT_BINARY_DIR}/corpus/${name}) # new finds go here, the seeds are read only
  file(MAKE_DIRECTORY ${corpus})
  set(seeds ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
  if(NOT EXISTS ${seeds})
    set(seeds)
  endif()
  add_test(
    NAME fuzz/${name}
    COMMAND
      fuzz_${name} ${corpus} ${seeds} -max_total_time=20 -timeout=10 -rss_limit_mb=2048
      -max_len=${ARG_MAX_LEN} -seed=1 -print_final_stats=1
  )
  set_tests_properties(fuzz/${name} PROPERTIES TIMEOUT 120 LABELS fuzz)
endfunction()
