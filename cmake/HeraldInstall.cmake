# What `cmake --install` lays down: the program, libherald.a with its headers and CMake package, Botan's archive unless it is the
# system's own, licences, documentation and examples.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/herald)

file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/herald/*.h)
list(FILTER headers EXCLUDE REGEX "(_test|/test_store|/test_site|/memory_records|/eigen_view|/string_state|/desk_messages|/remote_requests|/remote_qubits|/toml_parser|/prover_text|/prover_channel|/mpi_spread|/json_reader|/record_keys|/store/postgres|/test_postgres|/delivery_state|/test_world)\\.h$")
target_sources(herald PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${headers})
target_compile_features(herald INTERFACE cxx_std_23)
target_link_libraries(herald PRIVATE spdlog::spdlog PostgreSQL::PostgreSQL) # to link only: no public header shows them
install(TARGETS herald EXPORT herald ARCHIVE FILE_SET HEADERS)
if(TARGET herald_program)
  install(TARGETS herald_program RUNTIME)
endif()

# The rooms' archive needs Botan's to link. One from a cache may be gone tomorrow: it goes along, with its licence.
if(HERALD_BOTAN_BUNDLED)
  install(FILES ${HERALD_BOTAN_LIBRARY} DESTINATION ${CMAKE_INSTALL_LIBDIR}/herald)
  cmake_path(SET botan_licence NORMALIZE ${HERALD_BOTAN_INCLUDE}/../../share/doc/botan-3/license.txt)
  install(FILES ${botan_licence} DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME LICENSE.botan OPTIONAL)
endif()

set(herald_botan_archive ${CMAKE_INSTALL_LIBDIR}/herald/libbotan-3.a)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/herald-config.cmake.in ${PROJECT_BINARY_DIR}/herald-config.cmake
                              INSTALL_DESTINATION ${package_dir} PATH_VARS herald_botan_archive)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/herald-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/herald-config.cmake ${PROJECT_BINARY_DIR}/herald-config-version.cmake
        DESTINATION ${package_dir})
install(EXPORT herald NAMESPACE herald:: FILE herald-targets.cmake DESTINATION ${package_dir})

install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/herald OPTIONAL)
install(DIRECTORY presets DESTINATION ${CMAKE_INSTALL_DATADIR}/herald OPTIONAL)

# The service. Its program is where it is installed, which is known only then.
install(CODE "
  set(herald_bindir \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\")
  set(herald_docdir \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DOCDIR}\")
  configure_file(\"${PROJECT_SOURCE_DIR}/share/systemd/herald-kme@.service.in\" \"${PROJECT_BINARY_DIR}/herald-kme@.service\" @ONLY)")
install(FILES ${PROJECT_BINARY_DIR}/herald-kme@.service DESTINATION lib/systemd/system)
install(FILES share/systemd/herald.sysusers.conf DESTINATION lib/sysusers.d RENAME herald.conf)
