#include "herald/kme/schema.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "herald/kme/forget.h"
#include "herald/kme/held_key.h"
#include "herald/kme/journal.h"
#include "herald/kme/pool.h"
#include "herald/kme/record_keys.h"
#include "herald/kme/test_version_1.h"
#include "herald/store/memory_records.h"
#include "herald/store/test_store.h"

namespace herald::kme {
namespace {

using store::must;
using store::Records;
using store::RecordStore;

// Ends the process at its `last` call.
class Mortal final : public store::RecordEngine {
 public:
  Mortal(std::unique_ptr<RecordEngine> engine, int last) : m_engine(std::move(engine)), m_left(last) {}
  Result<void> begin() override { return live(), m_engine->begin(); }
  Result<void> begin_reading() override { return live(), m_engine->begin_reading(); }
  Result<void> commit() override { return live(), m_engine->commit(); }
  void rollback() override { live(), m_engine->rollback(); }
  Result<std::optional<Bytes>> read(ByteView key) override { return live(), m_engine->read(key); }
  Result<void> write(ByteView key, ByteView value) override { return live(), m_engine->write(key, value); }
  Result<bool> insert(ByteView key, ByteView value) override { return live(), m_engine->insert(key, value); }
  Result<void> remove(ByteView key) override { return live(), m_engine->remove(key); }
  Result<void> scan(ByteView prefix, ByteView from, const Each& each) override {
    return live(), m_engine->scan(prefix, from, each);
  }

 private:
  void live() {
    if (m_left-- == 0) ::_exit(9);
  }
  std::unique_ptr<RecordEngine> m_engine;
  int m_left;
};

class Schema : public testing::Test {
 protected:
  std::unique_ptr<store::RecordEngine> engine() { return must(store::open_sqlite_records((directory / "r").string())); }
  RecordStore open() { return must(RecordStore::open(engine(), SecretBits(256))); }
  // Records as programs of version 1 left them.
  void make_version_1() {
    must(open().transact([](Records& records) -> Result<void> {
      const PoolName pool{"kme-a", "kme-b"};
      HERALD_TRY_VOID(add_lot(records, pool, 1, Bytes(100, 1), {}));
      HERALD_TRY_VOID(append_to_journal(records, "{}"));
      return witness(records, "kme-b", {3, {}});
    }));
  }
  std::uint64_t version() {
    std::uint64_t version = 0;
    must(open().transact([&](Records& records) -> Result<void> {
      HERALD_TRY(version, schema_version(records));
      return {};
    }));
    return version;
  }
  // What it holds besides what version 2 brought.
  std::map<std::string, std::string> content() {
    std::map<std::string, std::string> all;
    const auto note = [&](ByteView key, const SecretBytes& value) -> Result<bool> {
      const auto bytes = value.expose_secret();
      if (key[0] != static_cast<std::uint8_t>(RecordKind::schema) &&
          key[0] != static_cast<std::uint8_t>(RecordKind::generation))
        all[{key.begin(), key.end()}] = {bytes.begin(), bytes.end()};
      return true;
    };
    must(open().transact([&](Records& records) { return records.scan({}, {}, note); }));
    return all;
  }

  store::TestDirectory directory;
};

TEST_F(Schema, IsSaidByTheRecordsOnceTheyAreOpened) {
  EXPECT_EQ(version(), 0u);
  RecordStore records = open();
  EXPECT_EQ(must(migrate(records)), 0u);
  EXPECT_EQ(version(), kSchemaVersion);
  EXPECT_EQ(must(migrate(records)), kSchemaVersion);
}

TEST_F(Schema, RecordsThatSaidNothingHaveAllTheyHadAfterwards) {
  make_version_1();
  EXPECT_EQ(version(), 1u);
  const auto before = content();
  RecordStore records = open();
  EXPECT_EQ(must(migrate(records)), 1u);
  EXPECT_EQ(version(), kSchemaVersion);
  EXPECT_EQ(content(), before);
}

Bytes from_hex(std::string_view text) {
  Bytes bytes;
  for (std::size_t at = 0; at < text.size(); at += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(std::string(text.substr(at, 2)), nullptr, 16)));
  return bytes;
}

TEST_F(Schema, RecordsThatAProgramOfVersion1WroteAreUsedOn) {
  store::MemoryRecords::Disk disk;
  for (const auto& [key, value] : kVersion1) {
    const Bytes name = from_hex(key);
    disk[{name.begin(), name.end()}] = from_hex(value);
  }
  RecordStore records = must(RecordStore::open(std::make_unique<store::MemoryRecords>(disk), SecretBits(256)));
  EXPECT_EQ(must(migrate(records)), 1u);
  must(records.transact([](Records& all) -> Result<void> {
    HERALD_TRY(const DrawnBytes drawn, draw(all, {"kme-a", "kme-b"}, 64, InsecureSimulated::accept));
    EXPECT_EQ(drawn.draws, (std::vector<Draw>{{7, 0, 64}}));
    for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(drawn.bytes.expose_secret()[i], i);
    const Uuid id{{1, 2, 3}};
    HERALD_TRY(const std::vector<HeldKey> held, take_held(all, {&id, 1}, "a1", "b1"));
    EXPECT_EQ(held.at(0).bytes, SecretBytes(ByteView(Bytes(32, 9))));
    // It met kme-b, and does not follow it to another beginning; nobody else was met.
    EXPECT_FALSE(agree_on_generation(all, "kme-b", 1));
    EXPECT_TRUE(agree_on_generation(all, "kme-c", 1));
    HERALD_TRY(const JournalHead known, witnessed(all, "kme-b"));
    EXPECT_EQ(known.entries, 3u);
    std::vector<std::string> entries;
    HERALD_TRY_VOID(read_journal(all, 1, [&](const JournalEntry& entry) {
      entries.push_back(entry.text);
      return true;
    }));
    EXPECT_EQ(entries,
              (std::vector<std::string>{R"({"at":1764000000,"did":"drawn"})", R"({"at":1764000001,"did":"held"})"}));
    return {};
  }));
}

TEST_F(Schema, OfALaterProgramIsRefusedAndLeftAsItIs) {
  RecordStore records = open();
  must(records.transact([](Records& all) -> Result<void> {
    Writer writer;
    writer.fixed(kSchemaVersion + 1);
    all.put(RecordKey(RecordKind::schema), writer.bytes());
    return {};
  }));
  const auto refused = migrate(records);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::version);
  EXPECT_NE(refused.error().message.find("a later program"), std::string::npos);
  EXPECT_EQ(version(), kSchemaVersion + 1);
  must(records.transact([](Records& all) -> Result<void> {
    all.put(RecordKey(RecordKind::schema), Bytes(3, 1));
    return {};
  }));
  EXPECT_EQ(migrate(records).error().code, ErrorCode::malformed);
}

TEST_F(Schema, AKillAmidAMigrationLeavesTheOneOrTheOther) {
  make_version_1();
  const auto before = content();
  bool is_over = false;
  std::set<std::uint64_t> seen;
  for (int calls = 0; !is_over; ++calls) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto records = RecordStore::open(std::make_unique<Mortal>(engine(), calls), SecretBits(256));
      ::_exit(records && migrate(*records) ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    ASSERT_TRUE(WEXITSTATUS(status) == 9 || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
    is_over = WEXITSTATUS(status) == 0;
    seen.insert(version());
    EXPECT_EQ(content(), before);
    ASSERT_LT(calls, 1000);
  }
  EXPECT_EQ(seen, (std::set<std::uint64_t>{1, kSchemaVersion}));
}

}  // namespace
}  // namespace herald::kme
