# Install the headers to a prefix of its own, build the example on them, run the suite on it.
file(REMOVE_RECURSE ${WORK})
execute_process(
  COMMAND
    ${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix --component headers
  COMMAND_ERROR_IS_FATAL ANY
)
execute_process(
  COMMAND
    ${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/build -G ${GENERATOR}
    -DCMAKE_C_COMPILER=${COMPILER} -DCMAKE_PREFIX_PATH=${WORK}/prefix
  COMMAND_ERROR_IS_FATAL ANY
)
file(STRINGS ${WORK}/build/CMakeCache.txt found REGEX "^NAMIDB_INCLUDE_DIR:")
if(NOT found MATCHES "=${WORK}/prefix/include$")
  message(FATAL_ERROR "built against other headers than the installed ones: ${found}")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK}/build COMMAND_ERROR_IS_FATAL ANY)
execute_process(
  COMMAND ${CONFORMANCE} ${WORK}/build/store-ram.so ram://example?ns=test
  COMMAND_ERROR_IS_FATAL ANY
)
