#include "herald/cipher/sealed_file.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "herald/auth/one_time_tag.h"
#include "herald/base/random.h"

namespace herald::cipher {
namespace {

constexpr auto kRefuse = InsecureSimulated::refuse;
constexpr auto kAccept = InsecureSimulated::accept;

// Keys of 100 bits, three a block; the same for the same seed.
std::vector<IdentifiedKey> keys_for(std::uint64_t content_bytes, Origin origin = Origin::device,
                                    std::uint64_t seed = 1) {
  SimulationRandom random(seed);
  std::vector<IdentifiedKey> keys;
  for (std::uint64_t bits = 0, i = 0; bits < sealed_key_bits(content_bytes); bits += 100, ++i) {
    Provenance provenance;
    provenance.origin = origin;
    provenance.theorem = "bb84-finite";
    keys.push_back({key_id("lab", i / 3, i % 3), i / 3,
                    SecretKey::amplified(SecretBits::duplicate_secret(random_bits(random, 100)), provenance)});
  }
  return keys;
}

Bytes sealed(ByteView content, Origin origin = Origin::device) {
  return seal(content, keys_for(content.size(), origin), kAccept).value();
}

ErrorCode refusal(ByteView container, std::uint64_t content_bytes) {
  const auto opened = open_sealed(container, keys_for(content_bytes), kRefuse, "file");
  HERALD_CHECK(!opened.has_value());
  return opened.error().code;
}

TEST(SealedFile, OpensToWhatWasSealedAndIsAsLongAsThat) {
  EXPECT_TRUE(rc::check([](const Bytes& content) {
    const Bytes container = sealed(content);
    const auto header = read_sealed_header(container, "file").value();
    RC_ASSERT(header.content_bytes == content.size());
    RC_ASSERT(header.key_count() == keys_for(content.size()).size());
    const SecretBytes opened = open_sealed(container, keys_for(content.size()), kRefuse, "file").value();
    RC_ASSERT(std::ranges::equal(opened.expose_secret(), content));
    RC_ASSERT(container.size() - sealed({}).size() >= content.size());
  }));
}

TEST(SealedFile, AnyChangedBitIsRefused) {
  const Bytes content = {'q', 'u', 'a', 'n', 't', 'u', 'm'};
  const Bytes container = sealed(content);
  for (std::size_t bit = 0; bit < 8 * container.size(); ++bit) {
    Bytes changed = container;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
    EXPECT_FALSE(open_sealed(changed, keys_for(content.size()), kAccept, "file")) << bit;
  }
}

TEST(SealedFile, AnyCutOrAnythingBehindItIsRefused) {
  const Bytes content(20, 7);
  Bytes container = sealed(content);
  for (std::size_t size = 0; size < container.size(); ++size)
    EXPECT_EQ(refusal(ByteView(container).first(size), content.size()), ErrorCode::malformed) << size;
  container.push_back(0);
  EXPECT_EQ(refusal(container, content.size()), ErrorCode::malformed);
}

TEST(SealedFile, AnotherFormatIsNamed) {
  Bytes container = sealed({});
  container[8] = 2;
  EXPECT_EQ(refusal(container, 0), ErrorCode::version);
}

TEST(SealedFile, OtherKeysAreRefused) {
  const Bytes content(30, 1);
  const Bytes container = sealed(content);
  const auto under = [&](std::vector<IdentifiedKey> keys) {
    return open_sealed(container, keys, kRefuse, "file").error().code;
  };
  EXPECT_EQ(under(keys_for(30, Origin::device, 2)), ErrorCode::authentication);
  EXPECT_EQ(under(keys_for(0)), ErrorCode::disagreement);
  auto swapped = keys_for(30);
  std::swap(swapped[0], swapped[1]);
  EXPECT_EQ(under(std::move(swapped)), ErrorCode::disagreement);
  EXPECT_EQ(seal(content, keys_for(0), kRefuse).error().code, ErrorCode::exhausted);
}

TEST(SealedFile, SimulatedKeysAreMarkedAndRefusedAtBothEnds) {
  const Bytes content(5, 1);
  EXPECT_EQ(seal(content, keys_for(5, Origin::simulated), kRefuse).error().code, ErrorCode::insecure);
  auto mixed = keys_for(5);
  mixed.back() = {mixed.back().id, mixed.back().block,
                  SecretKey::amplified(SecretBits::duplicate_secret(mixed.back().key.expose_secret()), Provenance{})};
  const Bytes container = seal(content, std::move(mixed), kAccept).value();
  EXPECT_EQ(read_sealed_header(container, "file")->origin, Origin::simulated);
  EXPECT_EQ(refusal(container, 5), ErrorCode::insecure) << "the container's mark alone suffices";
  EXPECT_TRUE(open_sealed(container, keys_for(5), kAccept, "file"));
  EXPECT_EQ(open_sealed(sealed(content), keys_for(5, Origin::simulated), kRefuse, "file").error().code,
            ErrorCode::insecure)
      << "so does the store's";
}

TEST(SealedFile, EpsilonIsSpentOncePerBlock) {
  const Bytes container = sealed(Bytes(100));  // 1056 bits: 11 keys, 4 blocks
  const auto header = read_sealed_header(container, "file").value();
  EXPECT_EQ(header.groups.size(), 4u);
  EXPECT_DOUBLE_EQ(header.epsilon().value,
                   4 * Epsilon{}.total().value + tag_failure(container.size() - sizeof(Tag)).value);
}

}  // namespace
}  // namespace herald::cipher
