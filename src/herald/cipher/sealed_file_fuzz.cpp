// Any bytes as a sealed file: a header or an error, and never a content without its keys.

#include "herald/cipher/sealed_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald;
  const ByteView container(data, size);
  const auto header = cipher::read_sealed_header(container, "fuzz");
  if (!header) return 0;
  HERALD_CHECK(header->key_count() <= size / 16 && header->content_bytes <= size);
  std::vector<IdentifiedKey> keys;
  for (const Uuid& id : header->keys()) {
    SecretBits bits(256);
    bits.flip(id.bytes[0]);
    keys.push_back({id, 0, SecretKey::restored(std::move(bits), {})});
  }
  const auto opened = cipher::open_sealed(container, keys, InsecureSimulated::accept, "fuzz");
  return opened || !opened.error().message.empty() ? 0 : 1;
}
