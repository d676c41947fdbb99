#include "herald/node/kme_feed.h"

#include <gtest/gtest.h>

#include "herald/kme/pool.h"
#include "herald/store/memory_records.h"
#include "herald/store/test_store.h"

namespace herald::node {
namespace {

using namespace std::chrono_literals;
using store::End;
using store::must;
using Numbers = std::vector<std::uint64_t>;

// One KME whose peer never comes, and Alice's end of a link "lab" to it.
class Feed : public testing::Test {
 protected:
  kme::Delivery::Outside outside() {
    return {[this](auto work, auto done) {
              loop.post([this, work = std::move(work), done = std::move(done)] {
                Result<void> result =
                    is_away ? fail(ErrorCode::unavailable, "no server") : Result<void>(records.transact(work));
                done(std::move(result));
              });
            },
            [](const std::string&, const Bytes&) {},
            [](const std::string&, const Error&) {},
            [] { return kme::Delivery::Time(); },
            [] { return std::uint64_t{1}; },
            [](std::span<std::uint8_t>) {}};
  }
  static kme::DeliverySettings settings() {
    kme::DeliverySettings settings;
    settings.kme = "kme-a";
    return settings;
  }
  void start(KmeFeed::Duration patience) {
    feed.emplace(
        loop, delivery, std::vector<LinkSource>{{"lab", "kme-b", files}},
        [this](const std::string& text) { notes.push_back(text); }, KmeFeed::Times{1ms, patience});
  }
  void until(const std::function<bool()>& reached) {
    loop.run_while([&] { return !reached(); });
  }
  void until_lots(const Numbers& wanted) {
    until([&] { return lots(ours) == wanted && lots(theirs) == wanted; });
  }
  // Time for what should not happen.
  void look() {
    bool waiting = true;
    loop.after(60ms, [&] { waiting = false; });
    loop.run_while([&] { return waiting; });
  }
  Numbers lots(const kme::PoolName& pool) {
    Numbers numbers;
    must(records.transact([&](store::Records& all) {
      return kme::each_lot(all, pool, [&](const kme::Lot& lot) -> Result<bool> {
        numbers.push_back(lot.number);
        EXPECT_EQ(lot.size, 3u * 32);  // three keys of 256 bits
        EXPECT_EQ(lot.provenance.theorem, "bb84-finite");
        return true;
      });
    }));
    return numbers;
  }

  store::TestDirectory directory;
  store::StoreFiles files{directory / "alice.db"};
  store::KeyStore link = store::test_store(files, End::alice);
  store::MemoryRecords::Disk disk;
  store::RecordStore records =
      must(store::RecordStore::open(std::make_unique<store::MemoryRecords>(disk), SecretBits(256)));
  net::EventLoop loop;
  kme::Delivery delivery{settings(), outside()};
  std::vector<std::string> notes;
  bool is_away = false;  // the records
  std::optional<KmeFeed> feed;
  const kme::PoolName ours{"kme-a", "kme-b"}, theirs{"kme-b", "kme-a"};
};

TEST_F(Feed, BringsEachBlockAsALotOfEachDirection) {
  for (const std::uint64_t block : {0, 1, 2}) store::add_block(link, block, 3, 256);
  start(1h);
  until_lots({1, 2, 3});
  EXPECT_EQ(notes, std::vector<std::string>());
  for (const store::KeyInfo& key : store::list_keys(link)) EXPECT_EQ(key.state, store::KeyState::delivered);
}

TEST_F(Feed, WhatIsCommittedOutOfOrderWaitsForWhatIsBeforeIt) {
  must(link.prepare("lab", store::test_block(1, 3, 256)));
  store::add_block(link, 2, 3, 256);
  store::add_block(link, 4, 3, 256);
  start(1h);
  look();
  EXPECT_EQ(lots(ours), Numbers());  // block 0 was never seen
  must(link.drop("lab", 0));
  look();
  EXPECT_EQ(lots(ours), Numbers());  // block 1 is prepared
  must(link.commit("lab", 1));
  until_lots({2, 3});
  look();
  EXPECT_EQ(lots(ours), (Numbers{2, 3}));
  store::add_block(link, 3, 3, 256);
  until_lots({2, 3, 4, 5});
  EXPECT_EQ(notes, std::vector<std::string>());
}

TEST_F(Feed, ABlockThatIsNeverDecidedHoldsOthersUpForAWhileOnly) {
  store::add_block(link, 1, 3, 256);
  start(20ms);
  until_lots({2});
  // It comes after all: its number is past.
  store::add_block(link, 0, 3, 256);
  until([&] { return notes.size() == 2; });  // for each direction
  EXPECT_EQ(lots(ours), (Numbers{2}));
  EXPECT_NE(notes[0].find("block 0 of lab is lost"), std::string::npos) << notes[0];
}

TEST_F(Feed, BlocksWaitWhileTheRecordsAreAwayAndNoneIsLost) {
  Numbers all;
  for (std::uint64_t block = 0; block < 40; ++block) {
    store::add_block(link, block, 3, 256);
    all.push_back(block + 1);
  }
  is_away = true;
  start(1h);
  look();
  EXPECT_EQ(lots(ours), Numbers());
  std::size_t taken = 0;
  for (const store::KeyInfo& key : store::list_keys(link)) taken += key.state == store::KeyState::delivered ? 1 : 0;
  EXPECT_LE(taken, 2u * 16 * 3);  // those of one look, and not all
  is_away = false;
  until_lots(all);
  EXPECT_NE(notes.at(0).find("blocks of lab wait: no server"), std::string::npos) << notes[0];
  for (const KmeFeed::Counts& counts : feed->counts()) EXPECT_EQ(counts.lost, 0u);
}

TEST_F(Feed, TellsOnceOfAStoreThatCannotBeReadAndGoesOnWhenItCan) {
  const auto away = directory / "away.db";
  store::add_block(link, 0, 3, 256);
  std::filesystem::rename(files.key_file, away);
  start(1h);
  until([&] { return !notes.empty(); });
  look();
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].find("alice.db.key"), std::string::npos) << notes[0];
  std::filesystem::rename(away, files.key_file);
  until_lots({1});
  EXPECT_EQ(notes.size(), 1u);
}

}  // namespace
}  // namespace herald::node
