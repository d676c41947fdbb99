#include "herald/cli/command.h"

#ifdef HERALD_MPI
#include "herald/study/mpi_spread.h"
#endif

int main(int argc, char** argv) {
#ifdef HERALD_MPI
  return herald::cli::run(argc, argv, herald::study::join_mpi);
#else
  return herald::cli::run(argc, argv);
#endif
}
