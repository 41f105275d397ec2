# nami_add_module(<name> [SOURCES <files...>] [DEPS <modules...>] [LIBS <targets...>])
#
# One folder of core, as one static library nami_<name>. DEPS are the modules
# below it, the only ones whose headers it may include (script/check-arrows).
function(nami_add_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LIBS" ${ARGN})
  list(TRANSFORM ARG_DEPS PREPEND nami_)
  if(NOT ARG_SOURCES)
    add_library(nami_${name} INTERFACE)
    target_include_directories(nami_${name} INTERFACE ${PROJECT_SOURCE_DIR})
    target_link_libraries(nami_${name} INTERFACE nami_abi ${ARG_DEPS})
    return()
  endif()
  add_library(nami_${name} STATIC ${ARG_SOURCES})
  target_include_directories(nami_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(nami_${name} PUBLIC nami_abi ${ARG_DEPS} PRIVATE ${ARG_LIBS} nami_warnings)
  set_target_properties(nami_${name} PROPERTIES C_VISIBILITY_PRESET hidden)
  set_property(GLOBAL APPEND PROPERTY NAMI_MODULES nami_${name})
endfunction()
