# How a module, a program, a test and a fuzz target are declared. Source lists are explicit; the
# tidy tests find a source file that stands in no list.

# Adds those of the named folders that are there, in this order.
function(touchline_add_subdirectories)
  foreach(folder IN LISTS ARGN)
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt)
      add_subdirectory(${folder})
    endif()
  endforeach()
endfunction()

function(_touchline_link target scope)
  foreach(dependency IN LISTS ARGN)
    if(dependency MATCHES "^third_party::(.+)$")
      touchline_find_dependency(${CMAKE_MATCH_1})
    elseif(dependency MATCHES "::" AND NOT TARGET ${dependency})
      message(FATAL_ERROR "${target}: outside libraries are named third_party::NAME, not "
                          "${dependency}; see cmake/dependencies.cmake")
    endif()
  endforeach()
  target_link_libraries(${target} ${scope} ${ARGN})
endfunction()

function(_touchline_check_arguments prefix)
  if(${prefix}_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${${prefix}_NAME}: unknown arguments ${${prefix}_UNPARSED_ARGUMENTS}")
  endif()
endfunction()

# touchline_library(NAME name [SOURCES file.cc...] [DEPS target...])
# A static library, or a header-only one without SOURCES. DEPS are public. Includes are written from
# src/ ("domain/event.h"); libraries under tests/ and bench/ are written from the root
# ("tests/support/broker.h").
function(touchline_library)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES;DEPS")
  _touchline_check_arguments(arg)
  if(arg_SOURCES)
    add_library(${arg_NAME} STATIC ${arg_SOURCES})
    target_link_libraries(${arg_NAME} PRIVATE touchline_warnings)
    set(scope PUBLIC)
  else()
    add_library(${arg_NAME} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${arg_NAME} ${scope} ${PROJECT_SOURCE_DIR}/src)
  if(NOT CMAKE_CURRENT_SOURCE_DIR MATCHES "^${PROJECT_SOURCE_DIR}/src")
    target_include_directories(${arg_NAME} ${scope} ${PROJECT_SOURCE_DIR})
  endif()
  _touchline_link(${arg_NAME} ${scope} Threads::Threads ${arg_DEPS})
  if(TOUCHLINE_CORE_TESTS_ONLY)
    # What no core test needs is then not built.
    set_target_properties(${arg_NAME} PROPERTIES EXCLUDE_FROM_ALL TRUE)
  endif()
endfunction()

# touchline_executable(NAME name SOURCES file.cc... [DEPS target...])
# Stands at the top of the build folder: build/dev/touchline.
function(touchline_executable)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES;DEPS")
  _touchline_check_arguments(arg)
  add_executable(${arg_NAME} ${arg_SOURCES})
  set_target_properties(${arg_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
  target_include_directories(${arg_NAME} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
  _touchline_link(${arg_NAME} PRIVATE touchline_warnings ${arg_DEPS})
  if(TOUCHLINE_CORE_TESTS_ONLY)
    set_target_properties(${arg_NAME} PROPERTIES EXCLUDE_FROM_ALL TRUE)
  endif()
endfunction()

set(TOUCHLINE_KAFKA_LIB ${PROJECT_SOURCE_DIR}/build/kafka/lib)
set(TOUCHLINE_BROKER_SH ${PROJECT_SOURCE_DIR}/deploy/broker/broker.sh)

# touchline_test(NAME name LABEL label SOURCES file.cc... [DEPS target...]
#                [TIMEOUT seconds] [LONG seconds] [EACH_CASE] [NO_MAIN] [ENVIRONMENT VAR=value...])
# A GoogleTest program, and one ctest entry that runs all of it, from the root of the sources.
#   LABEL        unit, property, golden, sim, integration, e2e or tidy
#   TIMEOUT      of the entry; four times as long under a sanitizer
#   LONG         a second entry NAME.long for `./x test --long`, with TOUCHLINE_LONG=1, that may
#                take so long
#   EACH_CASE    one ctest entry per case: for cases of seconds that should run side by side
#   NO_MAIN      the sources have their own main()
# integration and e2e also see TOUCHLINE_BROKER_SH, TOUCHLINE_KAFKA_LIB and TOUCHLINE_PROGRAM (the
# binary `touchline`), and run one at a time: they measure time, and a broker is heavy.
function(touchline_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "EACH_CASE;NO_MAIN" "NAME;LABEL;TIMEOUT;LONG"
                        "SOURCES;DEPS;ENVIRONMENT")
  _touchline_check_arguments(arg)
  set(default_timeout_unit 60)
  set(default_timeout_property 300)
  set(default_timeout_golden 300)
  set(default_timeout_sim 300)
  set(default_timeout_integration 600)
  set(default_timeout_e2e 600)
  set(default_timeout_tidy 120)
  if(NOT DEFINED default_timeout_${arg_LABEL})
    message(FATAL_ERROR "${arg_NAME}: LABEL is '${arg_LABEL}'; use one of unit, property, golden, "
                        "sim, integration, e2e, tidy")
  endif()
  set(is_core TRUE)
  if(arg_LABEL MATCHES "^(integration|e2e|tidy)$")
    set(is_core FALSE)
  endif()
  if(NOT TOUCHLINE_TESTS OR (TOUCHLINE_CORE_TESTS_ONLY AND NOT is_core) OR TOUCHLINE_FUZZ)
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT ${default_timeout_${arg_LABEL}})
  endif()
  if(TOUCHLINE_SANITIZED)
    math(EXPR arg_TIMEOUT "4 * ${arg_TIMEOUT}")
  endif()

  add_executable(${arg_NAME} ${arg_SOURCES})
  target_include_directories(${arg_NAME} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
  _touchline_link(${arg_NAME} PRIVATE touchline_warnings third_party::gtest ${arg_DEPS})
  if(NOT arg_NO_MAIN)
    target_link_libraries(${arg_NAME} PRIVATE GTest::gmock_main)
  endif()

  set(environment ${arg_ENVIRONMENT})
  if(NOT is_core)
    list(APPEND environment TOUCHLINE_BROKER_SH=${TOUCHLINE_BROKER_SH}
         TOUCHLINE_KAFKA_LIB=${TOUCHLINE_KAFKA_LIB})
    if(TARGET touchline)
      list(APPEND environment TOUCHLINE_PROGRAM=$<TARGET_FILE:touchline>)
      add_dependencies(${arg_NAME} touchline)
    endif()
  endif()
  set(properties LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
  if(arg_LABEL MATCHES "^(integration|e2e)$")
    list(APPEND properties RUN_SERIAL TRUE)
  endif()

  if(arg_EACH_CASE)
    include(GoogleTest)
    gtest_discover_tests(
      ${arg_NAME}
      TEST_PREFIX ${arg_NAME}.
      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
      DISCOVERY_TIMEOUT 60
      PROPERTIES ${properties} ENVIRONMENT "${environment}")
  else()
    add_test(NAME ${arg_NAME} COMMAND ${arg_NAME} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${arg_NAME} PROPERTIES ${properties} ENVIRONMENT "${environment}")
  endif()
  if(arg_LONG)
    add_test(NAME ${arg_NAME}.long COMMAND ${arg_NAME} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(
      ${arg_NAME}.long PROPERTIES LABELS "${arg_LABEL};long" TIMEOUT ${arg_LONG} RUN_SERIAL TRUE
                                  ENVIRONMENT "${environment};TOUCHLINE_LONG=1")
  endif()
endfunction()

# touchline_fuzz(NAME name SOURCES file.cc... [DEPS target...] [CORPUS folder] [SECONDS n])
# A libFuzzer target (LLVMFuzzerTestOneInput), built by preset `fuzz` only. Its ctest entry, label
# fuzz, starts from the files of CORPUS (relative to the calling folder) and runs for SECONDS.
function(touchline_fuzz)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;CORPUS;SECONDS" "SOURCES;DEPS")
  _touchline_check_arguments(arg)
  if(NOT TOUCHLINE_FUZZ)
    return()
  endif()
  if(NOT arg_SECONDS)
    set(arg_SECONDS 20)
  endif()
  add_executable(${arg_NAME} ${arg_SOURCES})
  target_include_directories(${arg_NAME} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
  target_link_options(${arg_NAME} PRIVATE -fsanitize=fuzzer)
  _touchline_link(${arg_NAME} PRIVATE touchline_warnings ${arg_DEPS})
  set(found ${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}.found)
  file(MAKE_DIRECTORY ${found})
  set(seeds)
  if(arg_CORPUS)
    set(seeds ${CMAKE_CURRENT_SOURCE_DIR}/${arg_CORPUS})
  endif()
  add_test(NAME ${arg_NAME} COMMAND ${arg_NAME} -max_total_time=${arg_SECONDS} -timeout=10
                                    -artifact_prefix=${found}/ ${found} ${seeds})
  math(EXPR timeout "${arg_SECONDS} + 120")
  set_tests_properties(${arg_NAME} PROPERTIES LABELS fuzz TIMEOUT ${timeout})
endfunction()
