#pragma once
// Sealed files: a one-time pad over the content and a one-time tag (Poly1305 under a key of its own) over everything,
// both from keys that two ends share. Nothing in it rests on computation being hard: who has not the keys learns the
// content's length and nothing else, and a changed file passes with probability tag_failure(size). Layout:
// docs/file-formats.md.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "herald/base/codec.h"
#include "herald/base/key.h"
#include "herald/base/uuid.h"

namespace herald::cipher {

// The keys of one block, in the order in which their bits are used, and why they are believed to be secret.
struct KeyGroup {
  Provenance provenance;
  std::vector<Uuid> keys;
};

struct SealedHeader {
  Origin origin = Origin::simulated;  // the weakest of the groups
  std::uint64_t content_bytes = 0;
  std::vector<KeyGroup> groups;

  std::vector<Uuid> keys() const;
  std::uint64_t key_count() const;
  // What the keys' theorems and the tag grant together: the union bound over the blocks and the forgery.
  FailureProbability epsilon() const;
};

// Key bits that content of this size needs: those of the tag's key first, then the pad.
std::uint64_t sealed_key_bits(std::uint64_t content_bytes);

// Uses the keys up. Their bits together are at least sealed_key_bits; those beyond are discarded. Errors: insecure (a
// key from simulated light, and `word` refuses), exhausted (too few bits).
Result<Bytes> seal(ByteView content, std::vector<IdentifiedKey> keys, InsecureSimulated word);

// The header alone, of a container whose tag nobody has checked yet. `name` is what errors call it. Errors: malformed,
// version.
Result<SealedHeader> read_sealed_header(ByteView container, std::string_view name);

// The content, after the tag was found right. `keys` are those of the header, in its order. Errors: malformed, version,
// insecure, disagreement (other keys than the header's), exhausted, authentication (the file was changed, or the keys
// are others).
Result<SecretBytes> open_sealed(ByteView container, std::span<const IdentifiedKey> keys, InsecureSimulated word,
                                std::string_view name);

}  // namespace herald::cipher
