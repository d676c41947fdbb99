#include <malloc.h>

#include <cstdlib>
#include <new>

#include "herald/base/freed_memory.h"
#include "herald/base/secret_memory.h"
#include "herald/cli/command.h"

#ifdef HERALD_MPI
#include "herald/study/mpi_spread.h"
#endif

#ifndef HERALD_SANITIZED

// Wipe what is freed, where a command asked for it (base/freed_memory.h).
// NOLINTBEGIN(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory,misc-new-delete-overloads): what new is made
// of

void* operator new(std::size_t size) {
  for (;;) {
    if (void* const data = std::malloc(size == 0 ? 1 : size)) return data;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

void operator delete(void* data) noexcept {
  if (herald::is_freed_memory_wiped()) herald::wipe(data, ::malloc_usable_size(data));
  std::free(data);
}

void operator delete(void* data, std::size_t) noexcept { operator delete(data); }
void operator delete[](void* data) noexcept { operator delete(data); }
void operator delete[](void* data, std::size_t) noexcept { operator delete(data); }

// NOLINTEND(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory,misc-new-delete-overloads)

#endif

int main(int argc, char** argv) {
#ifdef HERALD_MPI
  return herald::cli::run(argc, argv, herald::study::join_mpi);
#else
  return herald::cli::run(argc, argv);
#endif
}
