#include "herald/kme/commit_thread.h"

#include <gtest/gtest.h>

#include "herald/net/event_loop.h"
#include "herald/store/test_store.h"

namespace herald::kme {
namespace {

store::RecordStore open(const store::TestDirectory& directory) {
  return store::must(store::RecordStore::open(store::must(store::open_sqlite_records((directory / "records").string())),
                                              SecretBits(256)));
}

Bytes name(std::uint64_t i) { return {1, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)}; }

TEST(CommitThread, CarriesOutInOrderManyTogetherAndFailuresAlone) {
  const store::TestDirectory directory;
  constexpr std::uint64_t kCount = 1000;
  std::vector<std::uint64_t> carried_out, heard;
  std::uint64_t refused = 0;
  net::EventLoop loop;
  {
    CommitThread thread(open(directory), [&](std::function<void()> what) { loop.post(std::move(what)); });
    for (std::uint64_t i = 0; i < kCount; ++i)
      thread.commit(
          [&, i](store::Records& records) -> Result<void> {
            carried_out.push_back(i);
            records.put(name(i), Bytes{1});
            if (i % 7 == 3) return fail(ErrorCode::exhausted, "no");
            return {};
          },
          [&, i](const Result<void>& done) {
            heard.push_back(i);
            EXPECT_EQ(done.has_value(), i % 7 != 3);
            if (!done) ++refused;
          });
  }
  loop.run_while([&] { return heard.size() < kCount; });
  ASSERT_EQ(heard.size(), kCount);
  EXPECT_TRUE(std::ranges::is_sorted(heard));
  EXPECT_EQ(carried_out, heard);
  EXPECT_EQ(refused, 143u);
  auto store = open(directory);
  EXPECT_LT(store.count(), kCount / 2);
  store::must(store.transact([&](store::Records& records) -> Result<void> {
    std::uint64_t there = 0;
    HERALD_TRY_VOID(records.scan({}, {}, [&](ByteView, const SecretBytes&) -> Result<bool> {
      ++there;
      return true;
    }));
    EXPECT_EQ(there, kCount - refused);
    return {};
  }));
}

TEST(CommitThread, WhatIsAskedForTogetherIsOneTransaction) {
  const store::TestDirectory directory;
  net::EventLoop loop;
  std::vector<std::uint64_t> heard;
  {
    CommitThread thread(open(directory), [&](std::function<void()> what) { loop.post(std::move(what)); });
    std::vector<CommitThread::Asked> asked;
    for (std::uint64_t i = 0; i < 100; ++i)
      asked.push_back({[i](store::Records& records) -> Result<void> {
                         records.put(name(i), Bytes{1});
                         return {};
                       },
                       [&heard, i](const Result<void>& done) {
                         if (done) heard.push_back(i);
                       }});
    thread.commit(std::move(asked));
  }
  loop.run_while([&] { return heard.size() < 100; });
  EXPECT_EQ(heard.size(), 100u);
  EXPECT_TRUE(std::ranges::is_sorted(heard));
  EXPECT_EQ(open(directory).count(), 1u);
}

}  // namespace
}  // namespace herald::kme
