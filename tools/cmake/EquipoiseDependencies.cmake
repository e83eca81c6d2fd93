# The external libraries, each found once. Which room may use which is in tests/architecture; why each was chosen is in
# engine/decisions/0002-libraries.md. The package names of apt, dnf and brew are in tools/dev/dependencies.sh.

find_package(Boost 1.74 REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(TBB REQUIRED)
find_package(fmt REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(NLopt REQUIRED)
find_package(Threads REQUIRED)

# CMake asks the C compiler for HDF5's C interface.
enable_language(C)
find_package(HDF5 REQUIRED COMPONENTS C HL)

# Random123 is headers alone and has no CMake package. Only the .cpp files of engine/random see it, so that it leaves no
# trace in an installed Equipoise.
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)
add_library(equipoise_random123 INTERFACE)
target_include_directories(equipoise_random123 SYSTEM INTERFACE $<BUILD_INTERFACE:${RANDOM123_INCLUDE_DIR}>)

if(EQUIPOISE_BUILD_TESTS)
  find_package(GTest REQUIRED)
endif()
if(EQUIPOISE_BUILD_BENCH)
  find_package(benchmark REQUIRED)
endif()
