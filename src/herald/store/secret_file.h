#pragma once
// Secrets in files of their own: the key file that a store is encrypted under, and the pre-shared key that two ends
// first know each other by. Layout: docs/file-formats.md.

#include <filesystem>

#include "herald/base/bits.h"
#include "herald/base/codec.h"
#include "herald/base/random.h"
#include "herald/base/result.h"
#include "herald/base/uuid.h"

namespace herald::store {

enum class SecretFileKind : std::uint8_t {
  store_key = 1,       // 256 bits
  pre_shared_key = 2,  // any number of bytes
};

struct SecretFile {
  Uuid id;  // random, public, the same in every copy
  SecretBits bits;
};

inline constexpr std::size_t kStoreKeyBits = 256;
inline constexpr std::size_t kGateKeyBits = 256;  // at the front of a pre-shared key, for the link; the rest are pads
inline constexpr std::size_t kPreSharedKeyBitsLimit = std::size_t{1} << 30;

// Makes a file of mode 0600 with `bits` fresh random bits. Errors: io, invalid_argument (the file exists, or `bits` is
// no multiple of 8, or out of range).
Result<void> create_secret_file(const std::filesystem::path& path, SecretFileKind kind, std::size_t bits,
                                SecretRandom& random);

// Errors: not_found, io, insecure (others than its owner may read or write it), malformed, version.
Result<SecretFile> read_secret_file(const std::filesystem::path& path, SecretFileKind kind);

// The parser behind it: `name` is what errors call the content.
Result<SecretFile> parse_secret_file(ByteView content, SecretFileKind kind, std::string_view name);

}  // namespace herald::store
