# Compiler settings shared by every target.

option(EQUIPOISE_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(EQUIPOISE_BUILD_BENCH "Build the benchmarks" ${PROJECT_IS_TOP_LEVEL})
option(EQUIPOISE_WARNINGS_AS_ERRORS "Treat warnings as errors" ${PROJECT_IS_TOP_LEVEL})
set(EQUIPOISE_SANITIZE "" CACHE STRING "Sanitizers, separated by commas: address,undefined or thread")
set(EQUIPOISE_ARCH "auto" CACHE STRING
    "Instruction set for -march; auto takes x86-64-v3 where this machine has it, empty the compiler's own default")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

if(EQUIPOISE_ARCH STREQUAL "auto")
  set(EQUIPOISE_ARCH_RESOLVED "")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND EXISTS /proc/cpuinfo)
    file(STRINGS /proc/cpuinfo equipoise_cpu_flags REGEX "^flags" LIMIT_COUNT 1)
    if(equipoise_cpu_flags MATCHES " avx2 " AND equipoise_cpu_flags MATCHES " bmi2 "
       AND equipoise_cpu_flags MATCHES " fma ")
      set(EQUIPOISE_ARCH_RESOLVED "x86-64-v3")
    endif()
  endif()
else()
  set(EQUIPOISE_ARCH_RESOLVED "${EQUIPOISE_ARCH}")
endif()

add_library(equipoise_settings INTERFACE)
add_library(equipoise::settings ALIAS equipoise_settings)
set_property(TARGET equipoise_settings PROPERTY EXPORT_NAME settings)
# No fused multiply-add behind the source's back: a sum means the same whatever the instruction set.
target_compile_options(equipoise_settings INTERFACE -ffp-contract=off)
# Eigen would align to the widest vector of the instruction set. A program that links an installed Equipoise may be built
# for another one, and the two must agree on how memory is handed over: always the width of x86-64-v3.
target_compile_definitions(equipoise_settings INTERFACE EIGEN_MAX_ALIGN_BYTES=32)
if(EQUIPOISE_ARCH_RESOLVED)
  target_compile_options(equipoise_settings INTERFACE $<BUILD_INTERFACE:-march=${EQUIPOISE_ARCH_RESOLVED}>)
endif()

add_library(equipoise_warnings INTERFACE)
target_compile_options(equipoise_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion $<$<BOOL:${EQUIPOISE_WARNINGS_AS_ERRORS}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees overlap in any "literal" + std::string (GCC bug 105651) and unset strings in aggregates that are thrown.
  target_compile_options(equipoise_warnings INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()

if(EQUIPOISE_SANITIZE)
  add_compile_options(-fsanitize=${EQUIPOISE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${EQUIPOISE_SANITIZE})
  # An index beyond the end of a span or a vector is found even where its memory is somebody else's.
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()

find_program(EQUIPOISE_CCACHE ccache)
if(EQUIPOISE_CCACHE AND PROJECT_IS_TOP_LEVEL)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${EQUIPOISE_CCACHE})
endif()
