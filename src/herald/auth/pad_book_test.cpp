#include "herald/auth/pad_book.h"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "herald/auth/memory_pad_store.h"
#include "herald/base/random.h"

namespace herald {
namespace {

Uuid segment_id(std::uint8_t number) {
  Uuid id;
  id.bytes[15] = number;
  return id;
}

// A store whose writes fail when told, before or after they have taken effect.
class FaultyStore : public MemoryPadStore {
 public:
  enum class Fault { none, before, after } next = Fault::none;
  Result<void> spend(const PadRange& range, PadPurpose purpose) override {
    const Fault fault = std::exchange(next, Fault::none);
    if (fault == Fault::before) return fail(ErrorCode::io, "disk full");
    HERALD_TRY_VOID(MemoryPadStore::spend(range, purpose));
    if (fault == Fault::after) return fail(ErrorCode::io, "killed");
    return {};
  }
};

void append(PadBook& book, std::uint8_t number, std::uint64_t bits, PadOwner owner) {
  SimulationRandom random(number);
  ASSERT_TRUE(book.append({segment_id(number), bits, owner}, random_bits(random, bits)));
}

TEST(PadBook, GivesEachBitOnceWhateverIsKilledWhen) {
  EXPECT_TRUE(rc::check("no pad bit twice", [] {
    FaultyStore store;
    auto book = PadBook::open(store).value();
    append(book, 1, 1000, PadOwner::self);
    append(book, 2, 1000, PadOwner::peer);
    std::set<std::pair<Uuid, std::uint64_t>> given;
    const int steps = *rc::gen::inRange(1, 60);
    for (int step = 0; step < steps; ++step) {
      const int what = *rc::gen::inRange(0, 10);
      std::optional<PadRange> range;
      store.next = static_cast<FaultyStore::Fault>(*rc::gen::weightedElement<int>({{6, 0}, {1, 1}, {1, 2}}));
      if (what < 4) {
        const auto reserved = book.reserve(*rc::gen::inRange(1, 90), PadPurpose::authentication);
        if (reserved) range = *reserved;
      } else if (what < 8) {
        const PadRange wanted{segment_id(*rc::gen::element<std::uint8_t>(1, 2, 3)),
                              *rc::gen::inRange<std::uint64_t>(0, 1100), *rc::gen::inRange<std::uint64_t>(0, 90)};
        if (book.claim(wanted, PadPurpose::encryption)) range = wanted;
      } else {
        book = PadBook::open(store).value();
      }
      if (!range) continue;
      for (std::uint64_t i = 0; i < range->length; ++i)
        RC_ASSERT(given.emplace(range->segment, range->offset + i).second);
      // A process killed here must not get the bits when it comes back.
      if (*rc::gen::inRange(0, 3) == 0) {
        book = PadBook::open(store).value();
        RC_ASSERT(!book.take(*range));
      } else {
        RC_ASSERT(book.take(*range).has_value());
        RC_ASSERT(book.take(*range).error().code == ErrorCode::insecure);
      }
    }
    RC_ASSERT(PadBook::open(store).value().spent() >= given.size());
  }));
}

TEST(PadBook, ReservesInOrderAndSaysWhatIsLeft) {
  MemoryPadStore store;
  auto book = PadBook::open(store).value();
  EXPECT_EQ(book.reserve(1, PadPurpose::authentication).error().code, ErrorCode::exhausted);
  append(book, 1, 500, PadOwner::self);
  append(book, 2, 300, PadOwner::self);
  append(book, 3, 700, PadOwner::peer);
  EXPECT_EQ(book.remaining(), 800u);
  EXPECT_EQ(book.reserve(256, PadPurpose::authentication).value(), (PadRange{segment_id(1), 0, 256}));
  EXPECT_EQ(book.reserve(256, PadPurpose::authentication).value(), (PadRange{segment_id(2), 0, 256}));
  EXPECT_EQ(book.reserve(244, PadPurpose::authentication).value(), (PadRange{segment_id(1), 256, 244}));
  EXPECT_EQ(book.remaining(), 44u);
  EXPECT_EQ(book.largest_piece(), 44u);
  const auto none = book.reserve(45, PadPurpose::authentication);
  EXPECT_EQ(none.error().code, ErrorCode::exhausted);
  EXPECT_NE(none.error().message.find("new pre-shared key"), std::string::npos);
  EXPECT_EQ(book.reserve(0, PadPurpose::authentication).error().code, ErrorCode::invalid_argument);
}

TEST(PadBook, RefusesClaimsThatAPeerMustNotMake) {
  MemoryPadStore store;
  auto book = PadBook::open(store).value();
  append(book, 1, 500, PadOwner::self);
  append(book, 2, 500, PadOwner::peer);
  const auto claim = [&](std::uint8_t segment, std::uint64_t offset, std::uint64_t length) {
    return book.claim({segment_id(segment), offset, length}, PadPurpose::authentication);
  };
  EXPECT_TRUE(claim(2, 100, 100));
  EXPECT_EQ(claim(2, 199, 2).error().code, ErrorCode::insecure);
  EXPECT_EQ(claim(2, 50, 51).error().code, ErrorCode::insecure);
  EXPECT_EQ(claim(2, 0, 500).error().code, ErrorCode::insecure);
  EXPECT_TRUE(claim(2, 200, 100)) << "adjacent";
  EXPECT_TRUE(claim(2, 0, 100)) << "what a lost claim left unspent";
  EXPECT_EQ(claim(1, 0, 10).error().code, ErrorCode::insecure) << "ours";
  EXPECT_EQ(claim(9, 0, 10).error().code, ErrorCode::not_found);
  EXPECT_EQ(claim(2, 400, 0).error().code, ErrorCode::malformed);
  EXPECT_EQ(claim(2, 400, 101).error().code, ErrorCode::malformed);
  EXPECT_EQ(claim(2, ~std::uint64_t{0}, 2).error().code, ErrorCode::malformed);
  EXPECT_EQ(claim(2, 2, ~std::uint64_t{0}).error().code, ErrorCode::malformed);
  EXPECT_EQ(book.remaining(), 500u);
}

TEST(PadBook, BothEndsTakeTheSameBits) {
  MemoryPadStore alices, bobs;
  auto alice = PadBook::open(alices).value(), bob = PadBook::open(bobs).value();
  append(alice, 1, 1000, PadOwner::self);
  append(bob, 1, 1000, PadOwner::peer);
  for (int i = 0; i < 3; ++i) {
    const PadRange range = alice.reserve(300, PadPurpose::encryption).value();
    Writer writer;
    range.encode(writer);
    Reader reader(writer.bytes());
    const PadRange told = PadRange::decode(reader);
    ASSERT_TRUE(reader.finish("range"));
    ASSERT_TRUE(bob.claim(told, PadPurpose::encryption));
    EXPECT_EQ(alice.take(range).value(), bob.take(told).value());
  }
}

TEST(PadBook, RefusesAStoreWhoseMarksDoNotFit) {
  MemoryPadStore store;
  ASSERT_TRUE(store.spend({segment_id(7), 0, 10}, PadPurpose::authentication));
  EXPECT_EQ(PadBook::open(store).error().code, ErrorCode::malformed);
}

TEST(PadBook, RefusesASegmentTwice) {
  MemoryPadStore store;
  auto book = PadBook::open(store).value();
  append(book, 1, 10, PadOwner::self);
  EXPECT_EQ(book.append({segment_id(1), 10, PadOwner::self}, BitString(10)).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(book.append({segment_id(2), 0, PadOwner::self}, BitString(0)).error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace herald
