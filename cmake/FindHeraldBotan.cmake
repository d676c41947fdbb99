# Botan >= 3.7 as the target herald_botan. From HERALD_BOTAN_PREFIX if that is set; else where scripts/setup put one; else the
# system's own. HERALD_BOTAN_BUNDLED is true unless it is the system's: then an installed Herald brings the library along.
set(HERALD_BOTAN_PREFIX "" CACHE PATH "Where a Botan >= 3.7 is installed; empty: scripts/setup knows")

block(PROPAGATE HERALD_BOTAN_BUNDLED HERALD_BOTAN_LIBRARY HERALD_BOTAN_INCLUDE HERALD_BOTAN_VERSION)
  set(prefix "${HERALD_BOTAN_PREFIX}")
  if(NOT prefix)
    cmake_path(SET scripts NORMALIZE ${CMAKE_CURRENT_LIST_DIR}/../scripts)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${scripts}/setup ${scripts}/botan-modules.txt)
    execute_process(COMMAND ${scripts}/setup --botan-prefix OUTPUT_VARIABLE prefix OUTPUT_STRIP_TRAILING_WHITESPACE
                    COMMAND_ERROR_IS_FATAL ANY)
  endif()

  # Not find_library: what it finds is remembered, and a changed list of modules is another prefix.
  if(prefix)
    set(HERALD_BOTAN_BUNDLED TRUE)
    set(HERALD_BOTAN_LIBRARY ${prefix}/lib/libbotan-3.a)
    set(HERALD_BOTAN_INCLUDE ${prefix}/include/botan-3)
  else()
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(HERALD_SYSTEM_BOTAN REQUIRED botan-3>=3.7)
    set(HERALD_BOTAN_BUNDLED FALSE)
    set(HERALD_BOTAN_LIBRARY ${HERALD_SYSTEM_BOTAN_LINK_LIBRARIES})
    set(HERALD_BOTAN_INCLUDE ${HERALD_SYSTEM_BOTAN_INCLUDEDIR})
  endif()
  if(NOT EXISTS "${HERALD_BOTAN_INCLUDE}/botan/build.h")
    message(FATAL_ERROR "There is no Botan at ${HERALD_BOTAN_INCLUDE}. Run scripts/setup, or set HERALD_BOTAN_PREFIX.")
  endif()

  file(STRINGS ${HERALD_BOTAN_INCLUDE}/botan/build.h numbers REGEX "^#define BOTAN_VERSION_(MAJOR|MINOR|PATCH) ")
  list(TRANSFORM numbers REPLACE ".* " "")
  list(JOIN numbers "." HERALD_BOTAN_VERSION)
  if(HERALD_BOTAN_VERSION VERSION_LESS 3.7)
    message(FATAL_ERROR "Botan ${HERALD_BOTAN_VERSION} at ${HERALD_BOTAN_INCLUDE} is too old: Herald needs 3.7.")
  endif()
endblock()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(HeraldBotan REQUIRED_VARS HERALD_BOTAN_LIBRARY VERSION_VAR HERALD_BOTAN_VERSION)
if(NOT TARGET herald_botan)
  add_library(herald_botan INTERFACE IMPORTED)
  target_include_directories(herald_botan INTERFACE ${HERALD_BOTAN_INCLUDE})
  target_link_libraries(herald_botan INTERFACE ${HERALD_BOTAN_LIBRARY})
endif()
