# equipoise_room(<folder> [NAME <name>] [DEPENDS <room>...] [PACKAGES <package>...]
#                [PUBLIC_LIBRARIES <target>...] [PRIVATE_LIBRARIES <target>...])
#
# One room of the house: every .cpp below <folder> becomes the static library equipoise_<name>, known as
# equipoise::<name>; a room of headers alone becomes an interface library. Headers are reached by their address from the
# root of the tree.
#
# PUBLIC_LIBRARIES are those that the room's headers show, PRIVATE_LIBRARIES those that only its .cpp files use. PACKAGES
# are what somebody who links an installed room must find, in the words of find_package: "HDF5 COMPONENTS C HL".
# A library of headers alone that only .cpp files use is wrapped in $<BUILD_INTERFACE:> and needs no package.

include(GNUInstallDirs)

function(equipoise_room folder)
  cmake_parse_arguments(ROOM "" "NAME" "DEPENDS;PACKAGES;PUBLIC_LIBRARIES;PRIVATE_LIBRARIES" ${ARGN})
  if(NOT ROOM_NAME)
    set(ROOM_NAME ${folder})
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp)
  set(target equipoise_${ROOM_NAME})
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:equipoise_warnings> ${ROOM_PRIVATE_LIBRARIES})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(equipoise::${ROOM_NAME} ALIAS ${target})
  target_include_directories(${target} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/equipoise>)
  target_compile_features(${target} ${scope} cxx_std_20)
  target_link_libraries(${target} ${scope} equipoise_settings ${ROOM_PUBLIC_LIBRARIES})
  foreach(room IN LISTS ROOM_DEPENDS)
    target_link_libraries(${target} ${scope} equipoise::${room})
  endforeach()
  set_property(TARGET ${target} PROPERTY EXPORT_NAME ${ROOM_NAME})

  # For EquipoiseInstall and for the tests of the house itself.
  set_property(GLOBAL APPEND PROPERTY EQUIPOISE_ROOMS ${ROOM_NAME})
  set_property(GLOBAL PROPERTY EQUIPOISE_DEPENDS_OF_${ROOM_NAME} "${ROOM_DEPENDS}")
  set_property(GLOBAL PROPERTY EQUIPOISE_PACKAGES_OF_${ROOM_NAME} "${ROOM_PACKAGES}")
  cmake_path(ABSOLUTE_PATH folder BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
  set_property(GLOBAL PROPERTY EQUIPOISE_FOLDER_OF_${ROOM_NAME} "${folder}")
endfunction()
