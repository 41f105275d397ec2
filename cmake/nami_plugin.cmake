# nami_add_plugin(<folder-name> SOURCES <files...> [LIBS <targets...>] [TEST_URI <uri>])
#
# The one way a plugin is built. Gives every plugin: a .so named after its
# folder, hidden symbols except nami_plugin_entry, no unresolved symbols (it
# can not link back into the host), a static twin <folder-name>-static, and a
# run of its kind's conformance suite. It sees the public headers, nothing else.
function(nami_add_plugin name)
  cmake_parse_arguments(ARG "" "TEST_URI" "SOURCES;LIBS" ${ARGN})
  add_library(${name} MODULE ${ARG_SOURCES})
  set_target_properties(
    ${name}
    PROPERTIES PREFIX "" C_VISIBILITY_PRESET hidden LIBRARY_OUTPUT_DIRECTORY ${NAMI_PLUGIN_OUTPUT_DIR}
  )
  target_link_libraries(${name} PRIVATE nami_abi nami_warnings ${ARG_LIBS})
  target_link_options(
    ${name}
    PRIVATE "LINKER:--version-script=${PROJECT_SOURCE_DIR}/cmake/plugin.map"
  )
  if(NOT NAMI_SANITIZE) # sanitizer runtimes live in the executable
    target_link_options(${name} PRIVATE "LINKER:-z,defs")
  endif()

  if(NAMI_PLUGIN_OUTPUT_DIR STREQUAL "${PROJECT_BINARY_DIR}/lib/namidb") # not those of tests
    install(TARGETS ${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/namidb COMPONENT plugins)
  endif()

  add_library(${name}-static STATIC EXCLUDE_FROM_ALL ${ARG_SOURCES})
  target_compile_definitions(${name}-static PRIVATE NAMI_STATIC)
  target_link_libraries(${name}-static PRIVATE nami_abi nami_warnings ${ARG_LIBS})

  if(BUILD_TESTING AND ARG_TEST_URI AND name MATCHES "^store-")
    add_test(
      NAME conformance/${name}
      COMMAND store_conformance $<TARGET_FILE:${name}> ${ARG_TEST_URI}
    )
  endif()
endfunction()
