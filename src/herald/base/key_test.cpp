#include "herald/base/key.h"

#include <gtest/gtest.h>

#include <concepts>
#include <ostream>
#include <type_traits>

#include "herald/base/random.h"

namespace herald {
namespace {

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };
template <typename From, typename To>
concept Makes = std::constructible_from<To, From>;

TEST(Key, AStageIsATypeAndNoStageTurnsIntoAnotherByItself) {
  static_assert(!Makes<RawKey, SiftedKey> && !Makes<SiftedKey, CorrectedKey> && !Makes<CorrectedKey, SecretKey>);
  static_assert(!Makes<SecretBits, SecretKey> && !std::is_default_constructible_v<SecretKey>);
  static_assert(!std::is_copy_constructible_v<SecretKey> && !std::is_copy_assignable_v<SecretKey>);
  static_assert(!std::is_copy_constructible_v<CorrectedKey> && std::is_nothrow_move_constructible_v<SecretBits>);
  static_assert(!Printable<SecretKey> && !Printable<SecretBits> && !Printable<SecretBytes> && !Printable<CorrectedKey>);
  SUCCEED();
}

SecretBits secret(std::size_t size, std::uint64_t seed) {
  SimulationRandom random(seed);
  return SecretBits::duplicate_secret(random_bits(random, size));
}

TEST(Key, AStagedKeyGivesItsBitsUpOnce) {
  SiftedKey key(secret(100, 1), Origin::recorded);
  EXPECT_EQ(key.size(), 100u);
  EXPECT_EQ(key.origin(), Origin::recorded);
  const SecretBits bits = std::move(key).take();
  EXPECT_EQ(bits, secret(100, 1));
  EXPECT_EQ(key.size(), 0u);  // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move): what is left is empty
}

TEST(Key, ASecretKeyRemembersWhereItCameFrom) {
  const Provenance provenance{Origin::recorded, "bbm92-finite", {}, {"memoryless-detectors"}};
  const SecretKey key = SecretKey::amplified(secret(256, 2), provenance);
  EXPECT_EQ(key.size(), 256u);
  EXPECT_EQ(key.provenance().theorem, "bbm92-finite");
  EXPECT_EQ(key.provenance().violated, std::vector<std::string>{"memoryless-detectors"});
  EXPECT_EQ(key, SecretKey::restored(secret(256, 2), {}));
  EXPECT_FALSE(key == SecretKey::restored(secret(256, 3), provenance));
  EXPECT_FALSE(key == SecretKey::restored(secret(255, 2), provenance));
}

TEST(Key, EachBitLeavesOnceWhereverItIsSplit) {
  for (std::size_t cut = 0; cut <= 200; ++cut) {
    SecretKey key = SecretKey::amplified(secret(200, 4), {Origin::device, "t", {}, {}});
    const SecretKey front = key.split_front(cut);
    EXPECT_EQ(front.size(), cut);
    EXPECT_EQ(key.size(), 200 - cut);
    EXPECT_EQ(front.provenance().origin, Origin::device);
    SecretBits joined = SecretBits::duplicate_secret(front.expose_secret());
    joined.append(key.expose_secret());
    EXPECT_EQ(joined, secret(200, 4));
  }
}

TEST(KeyDeathTest, MoreThanThereIsCannotBeTaken) {
  SecretKey key = SecretKey::amplified(secret(10, 5), {});
  EXPECT_DEATH(key.split_front(11), "bug");
}

TEST(Key, SimulatedKeysAreRefusedUnlessTheUserSaysOtherwise) {
  for (const Origin origin : {Origin::simulated, Origin::recorded, Origin::device}) {
    const Provenance provenance{origin, "bb84-finite", {}, {}};
    EXPECT_EQ(require_real(provenance, InsecureSimulated::refuse).has_value(), origin != Origin::simulated);
    EXPECT_TRUE(require_real(provenance, InsecureSimulated::accept));
  }
  const auto refused = require_real({}, InsecureSimulated::refuse);
  EXPECT_EQ(refused.error().code, ErrorCode::insecure);
  EXPECT_NE(refused.error().message.find("--insecure-simulated"), std::string::npos);
}

TEST(Key, OriginsHaveNames) {
  for (const Origin origin : {Origin::simulated, Origin::recorded, Origin::device})
    EXPECT_EQ(origin_from_string(to_string(origin)), origin);
  EXPECT_EQ(origin_from_string("dreamt").error().code, ErrorCode::malformed);
}

TEST(Key, EpsilonsAddUp) { EXPECT_DOUBLE_EQ(Epsilon{}.total().value, 1e-10 + 1e-15 + 1e-12); }

}  // namespace
}  // namespace herald
