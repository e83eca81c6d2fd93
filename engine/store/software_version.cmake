# Tells software_version.cpp what is being built. The commit is looked up when CMake configures and again whenever HEAD
# has moved; only that one file is compiled anew.

set(equipoise_git_hash "unknown")
find_package(Git QUIET)
if(GIT_FOUND)
  # A copy of the tree inside somebody else's repository must not take that repository's commit for its own.
  execute_process(COMMAND ${GIT_EXECUTABLE} -c safe.directory=* rev-parse --show-toplevel --absolute-git-dir
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE equipoise_git_places RESULT_VARIABLE equipoise_git_failed
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  string(REPLACE "\n" ";" equipoise_git_places "${equipoise_git_places}")
  if(NOT equipoise_git_failed)
    list(GET equipoise_git_places 0 equipoise_git_top)
    list(GET equipoise_git_places 1 equipoise_git_folder)
    file(REAL_PATH "${equipoise_git_top}" equipoise_git_top)
    file(REAL_PATH "${PROJECT_SOURCE_DIR}" equipoise_source_top)
    if(equipoise_git_top STREQUAL equipoise_source_top)
      execute_process(COMMAND ${GIT_EXECUTABLE} -c safe.directory=* --no-optional-locks
          describe --always --dirty --abbrev=40 --exclude=*
        WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE equipoise_git_described
        OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
      if(equipoise_git_described)
        set(equipoise_git_hash "${equipoise_git_described}")
      endif()
      if(EXISTS "${equipoise_git_folder}/logs/HEAD")
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${equipoise_git_folder}/logs/HEAD")
      endif()
    endif()
  endif()
endif()

set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/software_version.cpp PROPERTIES COMPILE_DEFINITIONS
  "EQUIPOISE_VERSION=\"${PROJECT_VERSION}\";EQUIPOISE_GIT_HASH=\"${equipoise_git_hash}\"")
