#include "herald/store/record_store.h"

#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sys/stat.h>

#include <optional>

#include "herald/store/memory_records.h"
#include "herald/store/test_postgres.h"
#include "herald/store/test_store.h"

namespace herald::store {
namespace {

SecretBits test_key(std::uint64_t word = 7) {
  SecretBits key(256);
  key.words()[0] = word;
  return key;
}

Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }
std::string text(const SecretBytes& value) { return {value.expose_secret().begin(), value.expose_secret().end()}; }

Result<void> set(Records& records, std::string_view name, std::string_view value) {
  records.put(bytes(name), bytes(value));
  return {};
}

RecordStore open_memory(MemoryRecords::Disk& disk) {
  return must(RecordStore::open(std::make_unique<MemoryRecords>(disk), test_key()));
}
RecordStore open_file(const std::filesystem::path& path) {
  return must(RecordStore::open(must(open_sqlite_records(path.string())), test_key()));
}

// The engines on disk, each with room for as many stores as a test wants.
class EachRecordStore : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!is_postgres()) return;
    if (!PostgresServer::programs()) GTEST_SKIP() << "PostgreSQL is not installed";
    m_server.emplace();
  }
  RecordStore open(const std::string& name) {
    if (!is_postgres()) return open_file(m_directory / name);
    return must(RecordStore::open(must(open_postgres_records({m_server->url(), name})), test_key()));
  }
  bool is_postgres() const { return std::string_view(GetParam()) == "PostgreSQL"; }

 private:
  TestDirectory m_directory;
  std::optional<PostgresServer> m_server;
};
INSTANTIATE_TEST_SUITE_P(Of, EachRecordStore, testing::Values("SQLite", "PostgreSQL"),
                         [](const auto& engine) { return std::string(engine.param); });

std::map<std::string, std::string> all(RecordStore& store, std::string_view prefix = "", std::string_view from = "") {
  std::map<std::string, std::string> seen;
  must(store.transact([&](Records& records) {
    return records.scan(bytes(prefix), bytes(from), [&](ByteView key, SecretBytes value) -> Result<bool> {
      seen[{key.begin(), key.end()}] = text(value);
      return true;
    });
  }));
  return seen;
}

// Engines do as a map does, whatever the order, across transactions kept and given up, and after reopening.
TEST_P(EachRecordStore, IsAnOrderedMapOfWhatWasCommitted) {
  int stores = 0;
  rc::check([this, &stores] {
    if (is_postgres() && stores == 40) return;  // each takes a server longer than a file
    const std::string where = "store " + std::to_string(stores++);
    MemoryRecords::Disk disk;
    const auto names = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab\xff")));
    std::map<std::string, std::string> model;
    for (int round = 0; round < 4; ++round) {
      RecordStore memory = open_memory(disk), file = open(where);
      RC_ASSERT(all(memory) == model);
      RC_ASSERT(all(file) == model);
      const std::string prefix = *names, from = *names;
      auto expected = model;
      std::erase_if(expected, [&](const auto& each) { return !each.first.starts_with(prefix) || each.first < from; });
      RC_ASSERT(all(memory, prefix, from) == expected);
      RC_ASSERT(all(file, prefix, from) == expected);

      const bool keep = *rc::gen::arbitrary<bool>();
      auto changed = model;
      const auto steps = *rc::gen::container<std::vector<std::tuple<bool, std::string, std::string>>>(
          rc::gen::tuple(rc::gen::arbitrary<bool>(), names, names));
      const auto work = [&](Records& records) -> Result<void> {
        for (const auto& [put, name, value] : steps) {
          if (name.empty()) continue;
          if (put) {
            records.put(bytes(name), bytes(value));
            changed[name] = value;
          } else {
            HERALD_TRY(const bool was_there, records.erase(bytes(name)));
            RC_ASSERT(was_there == (changed.erase(name) == 1));
          }
          HERALD_TRY(const auto there, records.get(bytes(name)));
          RC_ASSERT(there.has_value() == put);
        }
        if (!keep) return fail(ErrorCode::interrupted, "given up");
        return {};
      };
      RC_ASSERT(memory.transact(work).has_value() == keep);
      changed = model;
      RC_ASSERT(file.transact(work).has_value() == keep);
      if (keep) model = changed;
      RC_ASSERT(memory.count() == file.count());
    }
  });
}

MemoryRecords::Disk some_records() {
  MemoryRecords::Disk disk;
  RecordStore store = open_memory(disk);
  for (const char* name : {"a", "b", "c"})
    must(store.transact([&](Records& records) { return set(records, name, std::string("value of ") + name); }));
  return disk;
}

ErrorCode reopened(MemoryRecords::Disk disk, std::uint64_t key = 7) {
  const auto store = RecordStore::open(std::make_unique<MemoryRecords>(disk), test_key(key));
  return store ? ErrorCode::aborted : store.error().code;
}

TEST(RecordStore, EveryByteOfEveryRecordIsAuthenticated) {
  const MemoryRecords::Disk disk = some_records();
  EXPECT_EQ(reopened(disk), ErrorCode::aborted);  // it opens
  EXPECT_EQ(reopened(disk, 8), ErrorCode::authentication);
  for (const auto& [name, value] : disk) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      auto changed = disk;
      changed[name][i] ^= 1;
      EXPECT_EQ(reopened(changed), ErrorCode::authentication);
    }
    auto shorter = disk, without = disk, moved = disk;
    shorter[name].pop_back();
    EXPECT_EQ(reopened(shorter), ErrorCode::authentication);
    without.erase(name);
    EXPECT_EQ(reopened(without), ErrorCode::authentication);
    moved["d"] = value;
    EXPECT_EQ(reopened(moved), ErrorCode::authentication);
  }
}

// SQLite's own file with a bit of every byte flipped: the store does not open, or nothing that it holds has changed (a
// byte that SQLite does not use).
TEST(Full_RecordStore, EveryByteOfItsFileMayBeFlipped) {
  const TestDirectory directory;
  const auto path = directory / "records";
  std::map<std::string, std::string> model;
  {
    RecordStore store = open_file(path);
    must(store.transact([&](Records& records) -> Result<void> {
      for (int i = 0; i < 60; ++i) {
        const std::string name = "name " + std::to_string(i * 37 % 61), value(static_cast<std::size_t>(i), 'v');
        model[name] = value;
        HERALD_TRY_VOID(set(records, name, value));
      }
      return {};
    }));
  }
  std::ifstream in(path, std::ios::binary);
  const std::string good{std::istreambuf_iterator<char>(in), {}};
  ASSERT_GT(good.size(), 8192u);  // more than a page: the tree has inner nodes
  std::size_t refused = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char* const with : {"", "-wal", "-shm"}) std::filesystem::remove(path.string() + with);
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
    std::ofstream(path, std::ios::binary) << bad;
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    auto engine = open_sqlite_records(path.string());
    auto store = engine ? RecordStore::open(std::move(*engine), test_key()) : std::unexpected(engine.error());
    if (!store) {
      ++refused;
      continue;
    }
    ASSERT_EQ(all(*store), model) << "byte " << at;
    must(store->transact([&](Records& records) -> Result<void> {
      for (const auto& [name, value] : model) {
        HERALD_TRY(const auto found, records.get(bytes(name)));
        EXPECT_TRUE(found && text(*found) == value) << "byte " << at;
      }
      return {};
    }));
  }
  EXPECT_GT(refused, good.size() / 4);
}

TEST(RecordStore, RecordsOfAnEarlierStateAreFound) {
  MemoryRecords::Disk disk = some_records();
  const MemoryRecords::Disk before = disk;
  {
    RecordStore store = open_memory(disk);
    must(store.transact([](Records& records) -> Result<void> {
      records.put(bytes("a"), bytes("another value"));
      HERALD_TRY_VOID(records.erase(bytes("b")));
      return {};
    }));
    EXPECT_EQ(store.count(), 4u);
  }
  for (const auto& [name, value] : before) {  // any one of them brought back, the head too
    auto changed = disk;
    changed[name] = value;
    EXPECT_EQ(reopened(changed), name == "c" ? ErrorCode::aborted : ErrorCode::authentication);
  }
  // The whole of it opens: only the count shows that it is an earlier state.
  MemoryRecords::Disk whole = before;
  EXPECT_EQ(open_memory(whole).count(), 3u);
}

TEST_P(EachRecordStore, AnAttemptThatFailsLeavesTheRestOfItsTransaction) {
  MemoryRecords::Disk disk;
  for (const bool in_memory : {true, false}) {
    const auto open_it = [&] { return in_memory ? open_memory(disk) : open("records"); };
    {
      RecordStore store = open_it();
      must(store.transact([](Records& records) -> Result<void> {
        records.put(bytes("a"), bytes("1"));
        const auto failed = records.attempt([&]() -> Result<void> {
          records.put(bytes("a"), bytes("2"));
          records.put(bytes("b"), bytes("2"));
          return fail(ErrorCode::exhausted, "no more");
        });
        EXPECT_EQ(failed.error().code, ErrorCode::exhausted);
        EXPECT_EQ(text(*must(records.get(bytes("a")))), "1");
        return records.attempt([&] { return set(records, "c", "3"); });
      }));
    }
    RecordStore store = open_it();
    EXPECT_EQ(all(store), (std::map<std::string, std::string>{{"a", "1"}, {"c", "3"}}));
  }
}

// Names that end with a number, read in a row, some gone and some changed meanwhile, by us or by another.
TEST_P(EachRecordStore, NamesInARowAreReadAsTheyAre) {
  const auto name = [](unsigned i) { return fmt::format("row/{:08}", i); };
  constexpr unsigned kNames = 600;
  RecordStore one = open("records"), two = open("records");
  std::map<unsigned, std::string> model;
  must(one.transact([&](Records& records) -> Result<void> {
    for (unsigned i = 0; i < kNames; i += 1 + i % 3) HERALD_TRY_VOID(set(records, name(i), model[i] = "first"));
    return {};
  }));
  for (unsigned round = 0; round < 8; ++round)
    must((round % 3 == 2 ? two : one).transact([&](Records& records) -> Result<void> {
      for (unsigned i = round; i < kNames; i += 1 + round % 2) {
        HERALD_TRY(const auto value, records.get(bytes(name(i))));
        const auto at = model.find(i);
        EXPECT_EQ(value ? text(*value) : "", at == model.end() ? "" : at->second) << i << " in round " << round;
        if ((i + round) % 5 == 0) HERALD_TRY_VOID(set(records, name(i), model[i] = std::to_string(round)));
        if ((i + round) % 7 == 0) {
          HERALD_TRY(const bool was_there, records.erase(bytes(name(i))));
          EXPECT_EQ(was_there, model.erase(i) == 1);
        }
      }
      return {};
    }));
  RecordStore three = open("records");
  EXPECT_EQ(all(three).size(), model.size());
}

TEST_P(EachRecordStore, TwoMayShareOne) {
  RecordStore one = open("records"), two = open("records");
  for (int i = 0; i < 5; ++i) {
    must(one.transact([&](Records& records) { return set(records, "a", std::to_string(i)); }));
    must(two.transact([&](Records& records) -> Result<void> {
      EXPECT_EQ(text(*must(records.get(bytes("a")))), std::to_string(i));
      return set(records, "b", "x");
    }));
  }
  RecordStore three = open("records");
  EXPECT_EQ(three.count(), 10u);
  EXPECT_EQ(all(three), (std::map<std::string, std::string>{{"a", "4"}, {"b", "x"}}));
}

TEST(RecordStore, AFileIsItsOwnersAndOfItsKind) {
  TestDirectory directory;
  const std::string path = (directory / "records").string();
  {
    open_file(path);
  }
  struct stat status{};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  ASSERT_EQ(chmod(path.c_str(), 0640), 0);
  EXPECT_EQ(open_sqlite_records(path).error().code, ErrorCode::insecure);
  EXPECT_EQ(open_sqlite_records((directory / "no" / "where").string()).error().code, ErrorCode::io);
  const std::string other = (directory / "text").string();
  std::ofstream(other) << "this is no database, and long enough to be read as one that is none at all";
  ASSERT_EQ(chmod(other.c_str(), 0600), 0);
  EXPECT_EQ(open_sqlite_records(other).error().code, ErrorCode::malformed);
}

}  // namespace
}  // namespace herald::store
