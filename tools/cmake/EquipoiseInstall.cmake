# What `cmake --install` copies, and the package that find_package(equipoise) reads. Every room is a component with an
# export file of its own, so that a program which links only the analyses is not asked for HDF5.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(equipoise_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/equipoise)
set(equipoise_export_dir ${PROJECT_BINARY_DIR}/package)

install(TARGETS equipoise_settings EXPORT equipoise-settings)
install(EXPORT equipoise-settings NAMESPACE equipoise:: DESTINATION ${equipoise_package_dir}
  FILE equipoise-settings.cmake)

get_property(equipoise_rooms GLOBAL PROPERTY EQUIPOISE_ROOMS)
set(EQUIPOISE_ROOM_TABLE "")
foreach(room IN LISTS equipoise_rooms)
  install(TARGETS equipoise_${room} EXPORT equipoise-${room} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT equipoise-${room} NAMESPACE equipoise:: DESTINATION ${equipoise_package_dir}
    FILE equipoise-${room}.cmake)
  get_property(depends GLOBAL PROPERTY EQUIPOISE_DEPENDS_OF_${room})
  get_property(packages GLOBAL PROPERTY EQUIPOISE_PACKAGES_OF_${room})
  string(APPEND EQUIPOISE_ROOM_TABLE "set(equipoise_depends_of_${room} \"${depends}\")\n"
    "set(equipoise_packages_of_${room} \"${packages}\")\n")
endforeach()

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/equipoise-config.cmake.in
  ${equipoise_export_dir}/equipoise-config.cmake INSTALL_DESTINATION ${equipoise_package_dir}
  NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${equipoise_export_dir}/equipoise-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${equipoise_export_dir}/equipoise-config.cmake ${equipoise_export_dir}/equipoise-config-version.cmake
  DESTINATION ${equipoise_package_dir})

# boost_policy.hpp serves the .cpp files of its room alone: installed, it would make Boost a dependency of everybody.
install(DIRECTORY engine models DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/equipoise
  FILES_MATCHING PATTERN "*.hpp" PATTERN "boost_policy.hpp" EXCLUDE)

# The data: conditions and scenarios.
install(DIRECTORY models scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/equipoise
  FILES_MATCHING PATTERN "*.toml" PATTERN "README.md")
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

if(TARGET equipoise_cli)
  install(TARGETS equipoise_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
