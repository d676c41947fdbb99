#include "herald/cipher/kem.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include <botan/mac.h>

#include "herald/base/random.h"

namespace herald::cipher {
namespace {

FillRandom seeded(std::uint64_t seed) {
  return [random = std::make_shared<SimulationRandom>(seed)](std::span<std::uint8_t> bytes) {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random->next_word());
  };
}
Bytes open(const SecretBytes& secret) { return {secret.expose_secret().begin(), secret.expose_secret().end()}; }

TEST(Kem, BothEndsHaveOneSecretAndWhoChangesItsCipherHasAnother) {
  std::set<Bytes> secrets;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const KemKey key = KemKey::generate(seeded(seed));
    ASSERT_EQ(key.public_key().size(), kKemPublicKeyBytes);
    auto made = encapsulate(key.public_key(), seeded(1000 + seed)).value();
    ASSERT_EQ(made.ciphertext.size(), kKemCiphertextBytes);
    EXPECT_EQ(made.secret.size(), kKemSecretBytes);
    EXPECT_TRUE(key.decapsulate(made.ciphertext).value() == made.secret);
    EXPECT_TRUE(secrets.insert(open(made.secret)).second);
    made.ciphertext[seed * 50] ^= 1;
    EXPECT_FALSE(key.decapsulate(made.ciphertext).value() == made.secret);
  }
}

TEST(Kem, WhatIsNoKeyOrNoCipherIsRefused) {
  const KemKey key = KemKey::generate(seeded(1));
  EXPECT_EQ(key.decapsulate(Bytes(kKemCiphertextBytes - 1)).error().code, ErrorCode::malformed);
  EXPECT_EQ(key.decapsulate({}).error().code, ErrorCode::malformed);
  EXPECT_EQ(encapsulate(Bytes(10), seeded(1)).error().code, ErrorCode::malformed);
  // Coefficients beyond the modulus (FIPS 203, section 7.2).
  EXPECT_EQ(encapsulate(Bytes(kKemPublicKeyBytes, 0xff), seeded(1)).error().code, ErrorCode::malformed);
}

// Every byte of either secret, and what it is for, changes all that comes of them.
TEST(Kem, CombinedSecretsNeedBoth) {
  const SecretBytes z(ByteView(Bytes(32, 1))), t(ByteView(Bytes(40, 2)));
  const Bytes info{3, 4};
  std::set<Bytes> all{open(combine_secrets(z, t, info, 64)), open(combine_secrets(z, t, Bytes{3}, 64))};
  for (std::size_t i = 0; i < 72; ++i) {
    SecretBytes other_z(z.expose_secret()), other_t(t.expose_secret());
    (i < 32 ? other_z.expose_secret_mutable()[i] : other_t.expose_secret_mutable()[i - 32]) ^= 0x80;
    all.insert(open(combine_secrets(other_z, other_t, info, 64)));
  }
  EXPECT_EQ(all.size(), 74u);
  for (const std::size_t size : {1u, 31u, 32u, 33u, 8192u}) EXPECT_EQ(combine_secrets(z, t, info, size).size(), size);
}

// Extract and expand by hand: SP 800-56C r2, section 5, with HMAC-SHA-256 and no salt; one block of the expansion is
// that of SP 800-108 in feedback mode: HMAC(K, [1] ‖ label ‖ 0 ‖ [bits]), numbers of 32 bits big-endian.
TEST(Kem, CombinesAsTheStandardSays) {
  const SecretBytes z(ByteView(Bytes(32, 1))), t(ByteView(Bytes(32, 2)));
  const auto hmac = [](ByteView key, const std::vector<Bytes>& parts) {
    const auto mac = Botan::MessageAuthenticationCode::create_or_throw("HMAC(SHA-256)");
    mac->set_key(key);
    for (const Bytes& part : parts) mac->update(part);
    const auto tag = mac->final();
    return Bytes(tag.begin(), tag.end());
  };
  const Bytes key = hmac({}, {Bytes(32, 1), Bytes(32, 2)});
  const Bytes expected = hmac(key, {{0, 0, 0, 1}, {9, 8}, {0}, {0, 0, 1, 0}});
  EXPECT_EQ(open(combine_secrets(z, t, Bytes{9, 8}, 32)), expected);
}

}  // namespace
}  // namespace herald::cipher
