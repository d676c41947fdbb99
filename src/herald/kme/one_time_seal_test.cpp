#include "herald/kme/one_time_seal.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "herald/base/random.h"

namespace herald::kme {
namespace {

SecretBytes secret(const Bytes& bytes) { return SecretBytes(ByteView(bytes)); }

// Uniform: shrunk towards zeros, keys would be weak.
Bytes random_bytes(std::size_t size, std::uint64_t seed) {
  SimulationRandom random(seed);
  Bytes bytes(size);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.next_word());
  return bytes;
}

TEST(OneTimeSeal, OpensWhatWasSealedAndNothingThatWasChanged) {
  rc::check([](Bytes plain, Bytes about) {
    const Bytes pad = random_bytes(sealing_bytes(plain.size()), *rc::gen::arbitrary<std::uint64_t>());
    OneTimeSealed sealed = seal_once(secret(pad), plain, about);
    RC_ASSERT(open_once(secret(pad), sealed, about).value() == secret(plain));
    for (std::size_t i = 0; i < plain.size(); ++i) RC_ASSERT((sealed.ciphertext[i] ^ plain[i]) == pad[32 + i]);

    about.push_back(0);
    RC_ASSERT(open_once(secret(pad), sealed, about).error().code == ErrorCode::authentication);
    about.pop_back();
    const auto at = *rc::gen::inRange<std::size_t>(0, plain.size() + sizeof(Tag));
    (at < plain.size() ? sealed.ciphertext[at] : sealed.tag[at - plain.size()]) ^= 1;
    RC_ASSERT(open_once(secret(pad), sealed, about).error().code == ErrorCode::authentication);
  });
}

TEST(OneTimeSeal, WhatIsBesideAndWhatIsInsideDoNotMix) {
  const SecretBytes pad = secret(random_bytes(40, 1));
  const OneTimeSealed sealed = seal_once(pad, Bytes(8), Bytes(8, 1));
  EXPECT_FALSE(open_once(pad, {Bytes(8, 1), sealed.tag}, Bytes(8)));
  EXPECT_EQ(open_once(SecretBytes(41), sealed, Bytes(8, 1)).error().code, ErrorCode::malformed);
}

}  // namespace
}  // namespace herald::kme
