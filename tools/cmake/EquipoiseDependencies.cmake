# The external libraries, each found once. Which room may use which is in tests/architecture.

find_package(Boost 1.74 REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(TBB REQUIRED)
find_package(fmt REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Threads REQUIRED)
if(NOT TARGET hdf5::hdf5)
  enable_language(C)
  find_package(HDF5 REQUIRED COMPONENTS C HL)
endif()

# Random123 is headers alone and has no CMake package.
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)
if(NOT TARGET equipoise_random123)
  add_library(equipoise_random123 INTERFACE)
  target_include_directories(equipoise_random123 SYSTEM INTERFACE $<BUILD_INTERFACE:${RANDOM123_INCLUDE_DIR}>)
endif()

if(EQUIPOISE_BUILD_TESTS)
  find_package(GTest REQUIRED)
endif()
if(EQUIPOISE_BUILD_BENCH)
  find_package(benchmark REQUIRED)
endif()
