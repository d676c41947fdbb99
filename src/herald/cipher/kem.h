#pragma once
// A secret that rests on lattices, beside a quantum key that rests on trusted nodes: who would know what comes of both
// must break both. ML-KEM-768 (FIPS 203), combined as SP 800-56C r2 says.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "herald/base/codec.h"
#include "herald/base/result.h"
#include "herald/base/secret_memory.h"

namespace herald::cipher {

// Fills bytes with secret randomness.
using FillRandom = std::function<void(std::span<std::uint8_t>)>;

inline constexpr std::string_view kKem = "ML-KEM-768";
inline constexpr std::size_t kKemPublicKeyBytes = 1184, kKemCiphertextBytes = 1088, kKemSecretBytes = 32;

class KemKey {
 public:
  static KemKey generate(const FillRandom& random);
  ~KemKey();
  KemKey(KemKey&&) noexcept;
  KemKey& operator=(KemKey&&) noexcept;

  Bytes public_key() const;
  // What encapsulate() gave; of a ciphertext that was changed, something else. Errors: malformed (another size).
  Result<SecretBytes> decapsulate(ByteView ciphertext) const;

 private:
  struct State;
  explicit KemKey(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

struct Encapsulated {
  Bytes ciphertext;
  SecretBytes secret;  // kKemSecretBytes
};
// Errors: malformed (no public key).
Result<Encapsulated> encapsulate(ByteView public_key, const FillRandom& random);

// `size` bytes that are as secret as the better of the two (SP 800-56C r2, section 2 and 5: Z' = Z ‖ T, extracted and
// expanded with HMAC-SHA-256); `info` says what they are for. Secret against whoever cannot search 2^256 keys; the
// quantum key's security without conditions does not survive the derivation.
SecretBytes combine_secrets(const SecretBytes& computational, const SecretBytes& quantum, ByteView info,
                            std::size_t size);

}  // namespace herald::cipher
