#pragma once
// Open MPI, or another, under a sweep's spread. Only the program is built with it (HERALD_MPI), never the library.

#include <memory>

#include "herald/study/spread.h"

namespace herald::study {

// Joins the job that this process was started in, until the end of the object's life. Once a process.
std::unique_ptr<Spread> join_mpi();

}  // namespace herald::study
