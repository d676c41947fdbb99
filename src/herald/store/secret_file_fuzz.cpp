// Any bytes as a key file or a pre-shared key: the secret or an error.

#include "herald/store/secret_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald::store;
  for (const SecretFileKind kind : {SecretFileKind::store_key, SecretFileKind::pre_shared_key}) {
    const auto file = parse_secret_file({data, size}, kind, "fuzz");
    HERALD_CHECK(!file || file->bits.size() <= 8 * size);
  }
  return 0;
}
