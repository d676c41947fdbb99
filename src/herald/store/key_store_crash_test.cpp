// Processes that are killed, that share a store, and disks that are full.

#include <gtest/gtest.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <set>

#include "herald/store/test_store.h"

namespace herald::store {
namespace {

// Runs `body` in a process of its own, which never returns into the test.
template <typename Body>
pid_t in_child(Body body) {
  const pid_t child = ::fork();
  HERALD_CHECK(child >= 0);
  if (child == 0) {
    body();
    ::_exit(0);
  }
  return child;
}

int status_of(pid_t child) {
  int status = 0;
  HERALD_CHECK(::waitpid(child, &status, 0) == child);
  return status;
}

// An end of a link whose blocks never stop: every step is told to `diary`, which the parent reads, after it was done.
void run_blocks(const StoreFiles& files, int diary) {
  auto opened = KeyStore::open(files);
  HERALD_CHECK(opened.has_value());
  KeyStore store = std::move(*opened);
  const auto pads = store.pads("lab").value();
  auto book = PadBook::open(*pads).value();
  const auto tell = [&](char what, std::uint64_t a, std::uint64_t b) {
    const std::uint64_t entry[3] = {static_cast<std::uint64_t>(what), a, b};
    HERALD_CHECK(::write(diary, entry, sizeof entry) == sizeof entry);
  };
  const auto prepared = store.prepared("lab").value();
  for (const std::uint64_t block : prepared) HERALD_CHECK(store.commit("lab", block).has_value());
  for (std::uint64_t n = store.link("lab")->next_block;; ++n) {
    HERALD_CHECK(store.claim_block("lab", n).has_value());
    const auto range = book.reserve(100, PadPurpose::authentication);
    HERALD_CHECK(range.has_value());
    tell('u', range->offset, range->length);
    HERALD_CHECK(book.take(*range).has_value());
    HERALD_CHECK(store.prepare("lab", test_block(n, 2, 256)).has_value());
    tell('p', n, 0);
    if (n % 5 == 4) {
      HERALD_CHECK(store.drop("lab", n).has_value());
      tell('d', n, 0);
      continue;
    }
    HERALD_CHECK(store.commit("lab", n).has_value());
    tell('c', n, 0);
    const auto keys = store.take_keys("lab", Pool::alice_to_bob, 1, InsecureSimulated::refuse);
    HERALD_CHECK(keys.has_value());
    tell('t', keys->front().block, keys->front().id.bytes[0]);
  }
}

struct Diary {
  std::set<std::uint64_t> prepared, committed, dropped, used;
  std::uint64_t taken = 0, kills = 0;

  // All that is there, or up to the first commit. Fails the test where a step tells of something that happened before.
  void read(int from, bool until_commit = false) {
    std::uint64_t entry[3];
    while (!(until_commit && !committed.empty()) && ::read(from, entry, sizeof entry) == sizeof entry) {
      const char what = static_cast<char>(entry[0]);
      if (what == 'p') {
        EXPECT_TRUE(prepared.insert(entry[1]).second) << "block " << entry[1] << " twice";
      }
      if (what == 'c') committed.insert(entry[1]);
      if (what == 'd') dropped.insert(entry[1]);
      if (what == 't') ++taken;
      if (what == 'u') {
        for (std::uint64_t bit = entry[1]; bit < entry[1] + entry[2]; ++bit)
          EXPECT_TRUE(used.insert(bit).second) << "pad bit " << bit << " twice";
      }
    }
  }
};

void check_store(KeyStore& store, const Diary& diary) {
  must(store.verify());
  std::map<std::uint64_t, std::size_t> keys;
  std::uint64_t delivered = 0;
  for (const KeyInfo& key : list_keys(store)) {
    ++keys[key.block];
    delivered += key.state == KeyState::delivered;
  }
  for (const auto& [block, count] : keys) {
    EXPECT_EQ(count, 4u) << "a block's keys come together";
    EXPECT_EQ(must(store.decision("lab", block)), BlockState::committed);
  }
  for (const std::uint64_t block : diary.committed) EXPECT_EQ(keys.count(block), 1u) << "what was committed stays";
  for (const std::uint64_t block : diary.dropped) EXPECT_EQ(must(store.decision("lab", block)), BlockState::dropped);
  for (const std::uint64_t block : diary.prepared)
    EXPECT_NE(must(store.decision("lab", block)), BlockState::unknown) << "what was prepared stays";
  EXPECT_GE(delivered, diary.taken) << "a key that was handed out is used";
  EXPECT_LE(delivered, diary.taken + diary.kills) << "one a kill at the most is lost";
  EXPECT_DOUBLE_EQ(must(store.link("lab")).epsilon_spent.value, 0x1p-30 * static_cast<double>(keys.size()));
}

void kill_again_and_again(int times) {
  TestDirectory directory;
  const StoreFiles files(directory / "s");
  {
    KeyStore store = test_store(files, End::alice);
    SecretRandom random;
    must(create_secret_file(directory / "psk", SecretFileKind::pre_shared_key, 4'000'000, random));
    must(store.import_pre_shared_key("lab", must(read_secret_file(directory / "psk", SecretFileKind::pre_shared_key))));
  }
  SimulationRandom random(20251);
  Diary diary;
  std::uint64_t longest = 60'000;  // microseconds
  for (int i = 0; i < times; ++i) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const auto start = std::chrono::steady_clock::now();
    const pid_t child = in_child([&] { run_blocks(files, ends[1]); });
    ::close(ends[1]);
    if (i == 0) {  // however slow this machine is
      diary.read(ends[0], true);
      const auto first = std::chrono::steady_clock::now() - start;
      longest = std::max(longest, 2 * static_cast<std::uint64_t>(first / std::chrono::microseconds(1)));
    } else {
      ::usleep(static_cast<useconds_t>(5'000 + random.next_below(longest)));
    }
    ::kill(child, SIGKILL);
    ASSERT_EQ(WTERMSIG(status_of(child)), SIGKILL);
    ++diary.kills;
    diary.read(ends[0]);
    ::close(ends[0]);
    if (i % 5 != 0) continue;
    KeyStore store = must(KeyStore::open(files));
    check_store(store, diary);
  }
  KeyStore store = must(KeyStore::open(files));
  check_store(store, diary);
  EXPECT_GT(diary.committed.size(), 1u);
}

TEST(KeyStoreCrash, KilledAtAnyMomentItHoldsWholeBlocksAndUsesNothingTwice) { kill_again_and_again(20); }
TEST(Full_KeyStoreCrash, KilledTwoHundredTimesItHoldsWholeBlocksAndUsesNothingTwice) { kill_again_and_again(200); }

TEST(KeyStoreCrash, TwoProcessesNeverGetTheSameKey) {
  TestDirectory directory;
  const StoreFiles files(directory / "s");
  constexpr std::uint64_t kKeys = 200;
  {
    KeyStore store = test_store(files, End::alice);
    add_block(store, 0, kKeys, 64);
  }
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::vector<pid_t> children;
  for (int i = 0; i < 3; ++i)
    children.push_back(in_child([&] {
      auto store = KeyStore::open(files);
      HERALD_CHECK(store.has_value());
      for (;;) {
        const auto taken = store->take_keys("lab", Pool::alice_to_bob, 7, InsecureSimulated::refuse);
        if (!taken && taken.error().code == ErrorCode::exhausted) return;
        HERALD_CHECK(taken.has_value());
        for (const auto& key : *taken) HERALD_CHECK(::write(ends[1], key.id.bytes.data(), 16) == 16);
      }
    }));
  ::close(ends[1]);
  std::set<Uuid> seen;
  Uuid id;
  while (::read(ends[0], id.bytes.data(), 16) == 16) EXPECT_TRUE(seen.insert(id).second) << to_string(id);
  ::close(ends[0]);
  for (const pid_t child : children) EXPECT_EQ(status_of(child), 0);
  EXPECT_EQ(seen.size(), kKeys - kKeys % 7);
}

// A file that may not grow stands for a disk that is full.
TEST(KeyStoreCrash, AFullDiskIsAnErrorThatChangesNothing) {
  TestDirectory directory;
  const StoreFiles files(directory / "s");
  {
    KeyStore store = test_store(files, End::alice);
    add_block(store, 0, 3, 256);
  }
  const pid_t child = in_child([&] {
    auto store = KeyStore::open(files);
    HERALD_CHECK(store.has_value());
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{200'000, 200'000};
    HERALD_CHECK(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    std::uint64_t n = 1;
    Result<void> done;
    for (; done; ++n) done = store->prepare("lab", test_block(n, 20, 2048));
    HERALD_CHECK(done.error().code == ErrorCode::io);
    HERALD_CHECK(store->decision("lab", n - 1).value() == BlockState::unknown);
    HERALD_CHECK(store->prepared("lab")->size() == n - 2);
    HERALD_CHECK(store->verify().has_value());
  });
  EXPECT_EQ(status_of(child), 0);
  KeyStore store = must(KeyStore::open(files));
  EXPECT_EQ(list_keys(store).size(), 6u);
  must(store.verify());
}

TEST(KeyStoreCrash, AStoreWithoutRoomForItselfIsNotMade) {
  TestDirectory directory;
  const StoreFiles files(directory / "s");
  const pid_t child = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{8'000, 8'000};
    HERALD_CHECK(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    const auto made = KeyStore::create(files);
    HERALD_CHECK(!made && made.error().code == ErrorCode::io);
  });
  EXPECT_EQ(status_of(child), 0);
  EXPECT_FALSE(std::filesystem::exists(files.database));
  must(KeyStore::create(files));
}

}  // namespace
}  // namespace herald::store
