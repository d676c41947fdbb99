#pragma once
// Bytes on their way between two KMEs under a one-time pad and a one-time tag, both from the pool between them: secret,
// and unchanged, whatever an adversary can compute.

#include <string_view>

#include "herald/auth/one_time_tag.h"
#include "herald/base/codec.h"
#include "herald/base/secret_memory.h"

namespace herald::kme {

struct OneTimeSealed {
  Bytes ciphertext;
  Tag tag{};
};

// Bytes of the pool that `size` bytes take.
constexpr std::uint64_t sealing_bytes(std::uint64_t size) { return size + kTagKeyBits / 8; }

// `pad`: sealing_bytes(plain.size()) bytes, uniform, and used for nothing else. The tag is over `about` too.
OneTimeSealed seal_once(const SecretBytes& pad, ByteView plain, ByteView about);
// Errors: malformed (the pad is of another size), authentication.
Result<SecretBytes> open_once(const SecretBytes& pad, const OneTimeSealed& sealed, ByteView about);

// The tag of `bytes` under a key of 32 bytes.
Tag one_time_tag(ByteView key, ByteView bytes);

}  // namespace herald::kme
