// Keys that rest on lattices too: a secret for each request, which every KME that holds its keys gets by ML-KEM.
#include "herald/kme/delivery_state.h"

#include <algorithm>

namespace herald::kme {
namespace {

constexpr std::string_view kWrap = "herald kme: wrapped secret 1", kKey = "herald kme: hybrid key 1";

ByteView view(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

// XORed with what only the two ends of an encapsulation derive.
SecretBytes wrapped(const SecretBytes& kem, ByteView secret) {
  SecretBytes all = cipher::combine_secrets(kem, {}, view(kWrap), secret.size());
  const auto bytes = all.expose_secret_mutable();
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] ^= secret[i];
  return all;
}

}  // namespace

SecretBytes hybrid_key(const SecretBytes& secret, const SecretBytes& quantum, const Uuid& id) {
  Writer info;
  info.text(kKey);
  info.raw(id.bytes);
  return cipher::combine_secrets(secret, quantum, info.bytes(), quantum.size());
}

Result<SecretBytes> Delivery::State::encapsulate_for(std::vector<Part>& parts) {
  SecretBytes secret(cipher::kKemSecretBytes);
  out.random(secret.expose_secret_mutable());
  for (Part& part : parts) {
    HERALD_TRY(auto made, cipher::encapsulate(peers[part.kme].kem_public, out.random));
    Encapsulation hybrid{std::move(made.ciphertext), {}};
    const SecretBytes cover = wrapped(made.secret, secret.expose_secret());
    std::ranges::copy(cover.expose_secret(), hybrid.wrapped.begin());
    part.assign.hybrid = std::move(hybrid);
  }
  return secret;
}

Result<SecretBytes> Delivery::State::decapsulate(const std::string& name, const Encapsulation& hybrid) const {
  const auto& kem = peers.at(name).kem;
  if (!kem) return fail(ErrorCode::unavailable, "no key for this connection");
  HERALD_TRY(const SecretBytes secret, kem->decapsulate(hybrid.ciphertext));
  return wrapped(secret, hybrid.wrapped);
}

}  // namespace herald::kme
