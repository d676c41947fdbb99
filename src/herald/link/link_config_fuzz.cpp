// Any bytes as the file of an end or of a fibre: an error that says where, or a configuration.
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "herald/link/link_config.h"

namespace {

template <typename Config>
void look(const herald::Result<Config>& config) {
  HERALD_CHECK(config || !config.error().message.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const int file = ::memfd_create("config", MFD_CLOEXEC);
  HERALD_CHECK(file >= 0 && ::ftruncate(file, 0) == 0 && ::pwrite(file, data, size, 0) == static_cast<ssize_t>(size));
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  look(herald::link::read_end_config(path, "alice", {}));
  look(herald::link::read_end_config(path, "bob", {}));
  look(herald::link::read_fibre_config(path, {}));
  const std::string override_text(reinterpret_cast<const char*>(data), size);
  HERALD_CHECK(::ftruncate(file, 0) == 0);
  look(herald::link::read_fibre_config(path, std::span(&override_text, 1)));
  return 0;
}
