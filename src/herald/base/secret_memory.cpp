#include "herald/base/secret_memory.h"

#include <botan/mem_ops.h>
#include <botan/secmem.h>
#include <sys/mman.h>

#include "herald/base/result.h"

namespace herald {
namespace {

// Below this, Botan's locked pool serves (many small keys in few locked pages); above, pages of our own.
constexpr std::size_t kPoolLimit = 4096;

}  // namespace

void wipe(void* data, std::size_t bytes) { Botan::secure_scrub_memory(data, bytes); }

void* allocate_secret(std::size_t bytes) {
  if (bytes < kPoolLimit) return Botan::allocate_memory(bytes, 1);
  void* data = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  HERALD_CHECK(data != MAP_FAILED);
  (void)mlock(data, bytes);  // bounded by RLIMIT_MEMLOCK: docs/threat-model.md
  (void)madvise(data, bytes, MADV_DONTDUMP);
  return data;
}

void free_secret(void* data, std::size_t bytes) {
  if (data == nullptr) return;
  wipe(data, bytes);
  if (bytes < kPoolLimit) {
    Botan::deallocate_memory(data, bytes, 1);
  } else {
    munmap(data, bytes);
  }
}

bool constant_time_equal(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  return a.size() == b.size() && Botan::constant_time_compare(a, b);
}

}  // namespace herald
