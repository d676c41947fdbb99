# The rooms of the house and what each may use (docs/architecture.md). scripts/check-layering holds every include against
# these lines. A room is a folder src/herald/NAME; beside its sources stand its tests (*_test.cpp), benchmarks
# (*_bench.cpp) and fuzz targets (*_fuzz.cpp).

if(HERALD_TESTS)
  include(GoogleTest)
  find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
  add_library(herald_test_main OBJECT ${CMAKE_CURRENT_SOURCE_DIR}/tests/test_main.cpp)
  target_link_libraries(herald_test_main PUBLIC GTest::gmock)
endif()
set(HERALD_LIBRARIES fmt::fmt Threads::Threads herald_botan SQLite::SQLite3 ZLIB::ZLIB NLopt::nlopt prometheus-cpp-core)
set(HERALD_HEADER_ONLY nlohmann_json::nlohmann_json spdlog::spdlog CLI11::CLI11 Eigen3::Eigen)

# One library for whoever embeds Herald; the rooms below put their objects into it.
add_library(herald STATIC)
add_library(herald::herald ALIAS herald)
target_include_directories(herald PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/src> $<INSTALL_INTERFACE:include>)
target_link_libraries(herald PUBLIC ${HERALD_LIBRARIES})

# herald_room(NAME USES other rooms...)
function(herald_room name)
  cmake_parse_arguments(ROOM "" "" "USES" ${ARGN})
  set(folder ${CMAKE_CURRENT_SOURCE_DIR}/src/herald/${name})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp ${folder}/*/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/mpi_[a-z_]*\\.cpp$") # the program's alone, below
  foreach(kind test bench fuzz)
    set(${kind}s ${sources})
    list(FILTER ${kind}s INCLUDE REGEX "_${kind}\\.cpp$")
    list(FILTER sources EXCLUDE REGEX "_${kind}\\.cpp$")
  endforeach()
  list(TRANSFORM ROOM_USES PREPEND herald_ OUTPUT_VARIABLE used)

  set(scope PUBLIC)
  if(sources)
    add_library(herald_${name} STATIC ${sources})
    target_sources(herald PRIVATE $<TARGET_OBJECTS:herald_${name}>)
  else()
    set(scope INTERFACE)
    add_library(herald_${name} INTERFACE)
  endif()
  target_include_directories(herald_${name} ${scope} ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_link_libraries(herald_${name} ${scope} ${used} ${HERALD_LIBRARIES} ${HERALD_HEADER_ONLY})

  if(tests AND HERALD_TESTS)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE herald_${name} herald_test_main GTest::gmock GTest::gtest ${RAPIDCHECK_LIBRARY}
                                               ${GF2X_LIBRARY})
    # Suites named Full_… run under `make test-full`, Soak_… under `make soak`.
    gtest_discover_tests(${name}_test TEST_PREFIX ${name}. TEST_LIST ${name}_quick DISCOVERY_MODE PRE_TEST
                         TEST_FILTER "-Full_*:Soak_*" PROPERTIES TIMEOUT 240)
    gtest_discover_tests(${name}_test TEST_PREFIX ${name}. TEST_LIST ${name}_full DISCOVERY_MODE PRE_TEST
                         TEST_FILTER "Full_*" PROPERTIES LABELS full TIMEOUT 1800)
    gtest_discover_tests(${name}_test TEST_PREFIX ${name}. TEST_LIST ${name}_soak DISCOVERY_MODE PRE_TEST
                         TEST_FILTER "Soak_*" PROPERTIES LABELS soak TIMEOUT 86400)
  endif()
  if(benchs AND HERALD_BENCH)
    add_executable(${name}_bench ${benchs})
    target_link_libraries(${name}_bench PRIVATE herald_${name} benchmark::benchmark_main)
  endif()
  if(HERALD_FUZZ)
    foreach(source ${fuzzs})
      get_filename_component(target ${source} NAME_WE)
      add_executable(${target} ${source})
      target_link_libraries(${target} PRIVATE herald_${name})
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    endforeach()
  endif()
endfunction()

herald_room(base)
herald_room(quantum USES base)
herald_room(detections USES base)
herald_room(optics USES base quantum detections)
herald_room(proof USES base quantum)
# Theory values. Not among what protocol uses: a verdict follows from messages and times alone.
herald_room(cheating USES base quantum proof)
herald_room(auth USES base)
herald_room(distill USES base detections proof auth)
herald_room(cipher USES base optics auth)
herald_room(protocol USES base quantum detections optics proof auth distill cipher)
herald_room(study USES base quantum detections optics proof cheating auth distill cipher protocol)
herald_room(net USES base)
herald_room(store USES base auth)
target_link_libraries(herald_store PRIVATE PostgreSQL::PostgreSQL)
herald_room(link USES base quantum detections optics proof auth distill cipher protocol net store)
herald_room(kme USES base auth cipher net store)
herald_room(node USES base quantum detections optics proof cheating auth distill cipher protocol study net store link kme)
herald_room(cli USES base quantum detections optics proof cheating auth distill cipher protocol study net store link kme node)

# The program: one entry point over the room of its commands.
if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/src/main.cpp)
  add_executable(herald_program src/main.cpp)
  set_target_properties(herald_program PROPERTIES OUTPUT_NAME herald RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  target_link_libraries(herald_program PRIVATE herald_cli)
  if(HERALD_SANITIZE)
    target_compile_definitions(herald_program PRIVATE HERALD_SANITIZED) # whose operator delete it keeps
  endif()
  if(HERALD_MPI)
    target_sources(herald_program PRIVATE src/herald/study/mpi_spread.cpp)
    target_compile_definitions(herald_program PRIVATE HERALD_MPI)
    target_link_libraries(herald_program PRIVATE MPI::MPI_CXX)
  endif()
endif()
