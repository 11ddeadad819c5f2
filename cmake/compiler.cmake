# The language, the warnings, and the helpers (ccache, a quick linker) that are used when the
# machine has them. Flags that differ between builds (optimisation, sanitizers) are in the presets.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

# Without a preset: as shipped. CMake's own default for this type would add NDEBUG, and assertions
# stay on in production.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()
if(CMAKE_CXX_FLAGS_RELWITHDEBINFO MATCHES "NDEBUG")
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
endif()

# Every target of the project links this; it carries nothing but compile options.
add_library(touchline_warnings INTERFACE)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(
    touchline_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
  # Designated initialisers leave out what has a default; -Wextra would ask for each field.
  target_compile_options(touchline_warnings INTERFACE -Wno-missing-field-initializers)
endif()

find_package(Threads REQUIRED)

find_program(TOUCHLINE_CCACHE ccache)
mark_as_advanced(TOUCHLINE_CCACHE)
if(TOUCHLINE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${TOUCHLINE_CCACHE})
endif()

find_program(TOUCHLINE_MOLD mold)
find_program(TOUCHLINE_LLD ld.lld)
mark_as_advanced(TOUCHLINE_MOLD TOUCHLINE_LLD)
if(TOUCHLINE_MOLD)
  add_link_options(-fuse-ld=mold)
elseif(TOUCHLINE_LLD)
  add_link_options(-fuse-ld=lld)
endif()
