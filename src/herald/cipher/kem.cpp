#include "herald/cipher/kem.h"

#include <algorithm>

#include <botan/kdf.h>
#include <botan/ml_kem.h>
#include <botan/pubkey.h>
#include <botan/rng.h>

namespace herald::cipher {
namespace {

constexpr std::string_view kRaw = "Raw";  // the secret as FIPS 203 gives it

class FromFunction final : public Botan::RandomNumberGenerator {
 public:
  explicit FromFunction(const FillRandom& fill) : m_fill(fill) {}
  std::string name() const override { return "of the caller"; }
  void clear() override {}
  bool accepts_input() const override { return false; }
  bool is_seeded() const override { return true; }

 private:
  void fill_bytes_with_input(std::span<std::uint8_t> output, std::span<const std::uint8_t> /*input*/) override {
    if (!output.empty()) m_fill(output);
  }
  const FillRandom& m_fill;
};

constexpr Botan::ML_KEM_Mode::Mode kMode = Botan::ML_KEM_Mode::ML_KEM_768;

SecretBytes secret(const Botan::secure_vector<std::uint8_t>& bytes) { return SecretBytes(ByteView(bytes)); }

}  // namespace

struct KemKey::State {
  explicit State(Botan::RandomNumberGenerator& rng) : key(rng, kMode) {}
  Botan::ML_KEM_PrivateKey key;
  Botan::Null_RNG unused;  // decapsulation needs none
};

KemKey::KemKey(std::unique_ptr<State> state) : m_state(std::move(state)) {}
KemKey::~KemKey() = default;
KemKey::KemKey(KemKey&&) noexcept = default;
KemKey& KemKey::operator=(KemKey&&) noexcept = default;

KemKey KemKey::generate(const FillRandom& random) {
  FromFunction rng(random);
  return KemKey(std::make_unique<State>(rng));
}

Bytes KemKey::public_key() const { return m_state->key.public_key_bits(); }

Result<SecretBytes> KemKey::decapsulate(ByteView ciphertext) const {
  if (ciphertext.size() != kKemCiphertextBytes) return fail(ErrorCode::malformed, "no ciphertext of ML-KEM-768");
  try {
    Botan::PK_KEM_Decryptor decryptor(m_state->key, m_state->unused, kRaw);
    return secret(decryptor.decrypt(ciphertext, kKemSecretBytes));
  } catch (const Botan::Exception& error) {
    return fail(ErrorCode::malformed, error.what());
  }
}

Result<Encapsulated> encapsulate(ByteView public_key, const FillRandom& random) {
  if (public_key.size() != kKemPublicKeyBytes) return fail(ErrorCode::malformed, "no public key of ML-KEM-768");
  try {
    FromFunction rng(random);
    const Botan::ML_KEM_PublicKey key(public_key, kMode);
    const auto made = Botan::PK_KEM_Encryptor(key, kRaw).encrypt(rng, kKemSecretBytes);
    const auto& ciphertext = made.encapsulated_shared_key();
    return Encapsulated{{ciphertext.begin(), ciphertext.end()}, secret(made.shared_key())};
  } catch (const Botan::Exception& error) {
    return fail(ErrorCode::malformed, error.what());
  }
}

SecretBytes combine_secrets(const SecretBytes& computational, const SecretBytes& quantum, ByteView info,
                            std::size_t size) {
  SecretBytes both(computational.size() + quantum.size());
  const auto end = std::ranges::copy(computational.expose_secret(), both.expose_secret_mutable().begin()).out;
  std::ranges::copy(quantum.expose_secret(), end);
  const auto kdf = Botan::KDF::create_or_throw("SP800-56C(HMAC(SHA-256))");
  return secret(kdf->derive_key(size, both.expose_secret(), {}, info));
}

}  // namespace herald::cipher
