#pragma once

#include <string>

#include "herald/base/uuid.h"

namespace herald::store {

inline constexpr std::size_t kDigestKeyBitsLeast = 128;

// The first 64 bits of SHA-256(domain ‖ ID ‖ bits of the key), in hexadecimal: equal at both ends when they hold the
// same key, and different otherwise but for 2^-64. Whoever sees it and computes without bounds learns up to 64 bits
// about the key, so a key whose digest was shown hides less than its length: look at keys of which enough is left over,
// or discard them. Errors: insecure (a key of fewer than kDigestKeyBitsLeast bits could be found by trying all).
Result<std::string> key_digest(const IdentifiedKey& key);

}  // namespace herald::store
