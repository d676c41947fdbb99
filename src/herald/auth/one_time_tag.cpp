#include "herald/auth/one_time_tag.h"

#include <algorithm>

#include <botan/mac.h>

namespace herald {

struct OneTimeTag::State {
  std::unique_ptr<Botan::MessageAuthenticationCode> poly1305 =
      Botan::MessageAuthenticationCode::create_or_throw("Poly1305");
};

FailureProbability tag_failure(std::uint64_t bytes) {
  return FailureProbability(8.0 * std::ceil(static_cast<double>(bytes) / 16.0) * 0x1p-106);
}

bool constant_time_equal(const Tag& a, const Tag& b) {
  return constant_time_equal(std::span<const std::uint8_t>(a), std::span<const std::uint8_t>(b));
}

OneTimeTag::OneTimeTag(SecretBits key) : m_state(std::make_unique<State>()) {
  HERALD_CHECK(key.size() == kTagKeyBits);
  SecretBytes bytes(kTagKeyBits / 8);
  to_bytes(key, bytes.expose_secret_mutable());
  m_state->poly1305->set_key(bytes.expose_secret());
}
OneTimeTag::~OneTimeTag() = default;
OneTimeTag::OneTimeTag(OneTimeTag&&) noexcept = default;
OneTimeTag& OneTimeTag::operator=(OneTimeTag&&) noexcept = default;

void OneTimeTag::absorb(ByteView bytes) {
  HERALD_CHECK(m_state != nullptr);
  m_state->poly1305->update(bytes);
  m_bytes += bytes.size();
}

Tag OneTimeTag::tag() && {
  HERALD_CHECK(m_state != nullptr);
  Tag tag;
  m_state->poly1305->final(tag);
  m_state.reset();
  return tag;
}

bool OneTimeTag::verify(const Tag& received) && { return constant_time_equal(std::move(*this).tag(), received); }

}  // namespace herald
