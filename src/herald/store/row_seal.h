#pragma once
// Encryption and authentication of a store's rows: XChaCha20-Poly1305 under the key file, a fresh 192-bit nonce a row,
// every other column of the row as associated data.

#include <memory>

#include "herald/base/bits.h"
#include "herald/base/codec.h"
#include "herald/base/random.h"

namespace herald::store {

class RowSeal {
 public:
  explicit RowSeal(const SecretBits& key);  // 256 bits
  ~RowSeal();
  RowSeal(RowSeal&&) noexcept;
  RowSeal& operator=(RowSeal&&) noexcept;

  // nonce (24 bytes) ‖ ciphertext ‖ tag (16 bytes)
  Bytes seal(ByteView associated, ByteView secret);
  // False when anything of it was changed, or sealed under another key; `secret` is wiped and filled otherwise.
  [[nodiscard]] bool open(ByteView associated, ByteView sealed, SecretBytes& secret);

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace herald::store
