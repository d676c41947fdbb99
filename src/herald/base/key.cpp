#include "herald/base/key.h"

#include <algorithm>

namespace herald {

std::string_view to_string(Origin origin) {
  switch (origin) {
    case Origin::simulated: return "simulated";
    case Origin::recorded: return "recorded";
    case Origin::device: return "device";
  }
  return "unknown";
}

Result<Origin> origin_from_string(std::string_view text) {
  for (Origin origin : {Origin::simulated, Origin::recorded, Origin::device})
    if (text == to_string(origin)) return origin;
  return fail(ErrorCode::malformed, "unknown origin \"" + std::string(text) + "\"; known: simulated, recorded, device");
}

namespace {

FailureProbability either(FailureProbability a, FailureProbability b) {
  return FailureProbability(std::min(1.0, a.value + b.value));
}

}  // namespace

Provenance combined(const Provenance& a, const Provenance& b) {
  Provenance both = a;
  both.origin = std::min(a.origin, b.origin);
  if (a.theorem != b.theorem) both.theorem = "several";
  both.epsilon = {either(a.epsilon.secrecy, b.epsilon.secrecy), either(a.epsilon.correctness, b.epsilon.correctness),
                  either(a.epsilon.authentication, b.epsilon.authentication)};
  for (const std::string& assumption : b.violated)
    if (std::ranges::find(both.violated, assumption) == both.violated.end()) both.violated.push_back(assumption);
  return both;
}

SecretKey SecretKey::amplified(SecretBits bits, Provenance provenance) {
  return {std::move(bits), std::move(provenance)};
}
SecretKey SecretKey::restored(SecretBits bits, Provenance provenance) {
  return {std::move(bits), std::move(provenance)};
}

SecretKey SecretKey::split_front(std::size_t size) {
  HERALD_CHECK(size <= m_bits.size());
  SecretKey front(secret_slice(m_bits, 0, size), m_provenance);
  m_bits = secret_slice(m_bits, size, m_bits.size() - size);
  return front;
}

Result<void> require_real(const Provenance& provenance, InsecureSimulated word) {
  if (provenance.origin == Origin::simulated && word == InsecureSimulated::refuse)
    return fail(ErrorCode::insecure,
                "this key comes from simulated light and protects nothing; for trials, say --insecure-simulated");
  return {};
}

}  // namespace herald
