#include "herald/store/row_seal.h"

#include <algorithm>

#include <botan/aead.h>
#include <unistd.h>

namespace herald::store {
namespace {

constexpr std::size_t kNonceBytes = 24, kTagBytes = 16;
constexpr std::size_t kNoncesAhead = 64;  // drawn from the random generator at once

}  // namespace

struct RowSeal::State {
  std::unique_ptr<Botan::AEAD_Mode> encrypt, decrypt;
  SecretRandom random;
  Botan::secure_vector<std::uint8_t> buffer;  // plain bytes amid the work; wiped after it
  std::array<std::uint8_t, kNoncesAhead * kNonceBytes> nonces{};
  std::size_t used = kNoncesAhead;
  pid_t owner = ::getpid();

  ByteView next_nonce() {
    HERALD_CHECK(owner == ::getpid());  // a store is not carried across fork: the child would repeat nonces
    if (used == kNoncesAhead) {
      random.fill_bytes(nonces);
      used = 0;
    }
    return ByteView(nonces).subspan(kNonceBytes * used++, kNonceBytes);
  }
};

RowSeal::RowSeal(const SecretBits& key) : m_state(std::make_unique<State>()) {
  HERALD_CHECK(key.size() == 256);
  SecretBytes bytes(32);
  to_bytes(key, bytes.expose_secret_mutable());
  for (auto [mode, direction] : {std::pair{&m_state->encrypt, Botan::Cipher_Dir::Encryption},
                                 std::pair{&m_state->decrypt, Botan::Cipher_Dir::Decryption}}) {
    *mode = Botan::AEAD_Mode::create_or_throw("ChaCha20Poly1305", direction);
    (*mode)->set_key(bytes.expose_secret());
  }
}
RowSeal::~RowSeal() = default;
RowSeal::RowSeal(RowSeal&&) noexcept = default;
RowSeal& RowSeal::operator=(RowSeal&&) noexcept = default;

Bytes RowSeal::seal(ByteView associated, ByteView secret) {
  const ByteView nonce = m_state->next_nonce();
  auto& buffer = m_state->buffer;
  buffer.assign(secret.begin(), secret.end());
  m_state->encrypt->set_associated_data(associated);
  m_state->encrypt->start(nonce);
  m_state->encrypt->finish(buffer);
  Bytes sealed(nonce.size() + buffer.size());
  std::ranges::copy(buffer, std::ranges::copy(nonce, sealed.begin()).out);
  return sealed;
}

bool RowSeal::open(ByteView associated, ByteView sealed, SecretBytes& secret) {
  if (sealed.size() < kNonceBytes + kTagBytes) return false;
  const ByteView body = sealed.subspan(kNonceBytes);
  auto& buffer = m_state->buffer;
  buffer.assign(body.begin(), body.end());
  m_state->decrypt->set_associated_data(associated);
  m_state->decrypt->start(sealed.first(kNonceBytes));
  try {
    m_state->decrypt->finish(buffer);
  } catch (const Botan::Invalid_Authentication_Tag&) {
    return false;
  }
  secret = SecretBytes(ByteView(buffer));
  wipe(buffer.data(), buffer.size());
  return true;
}

}  // namespace herald::store
