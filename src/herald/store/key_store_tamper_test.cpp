// Stores and key files that other hands have changed, and those that are not what they are taken for.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>

#include "herald/base/file.h"
#include "herald/store/key_digest.h"
#include "herald/store/test_store.h"

namespace herald::store {
namespace {

// A database behind Herald's back.
class Intruder {
 public:
  explicit Intruder(const std::filesystem::path& path) { HERALD_CHECK(sqlite3_open(path.c_str(), &m_db) == SQLITE_OK); }
  ~Intruder() { sqlite3_close(m_db); }
  Intruder(const Intruder&) = delete;
  Intruder& operator=(const Intruder&) = delete;

  bool run(const std::string& sql) {
    sqlite3_exec(m_db, "PRAGMA ignore_check_constraints = ON", nullptr, nullptr, nullptr);
    return sqlite3_exec(m_db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  }
  std::vector<std::string> column(const std::string& sql, int column) {
    std::vector<std::string> values;
    sqlite3_stmt* statement = nullptr;
    HERALD_CHECK(sqlite3_prepare_v2(m_db, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      values.emplace_back(text != nullptr ? text : "",
                          static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    }
    sqlite3_finalize(statement);
    return values;
  }

 private:
  sqlite3* m_db = nullptr;
};

// Every table with at least a row: a delivered key, a prepared block, a spent and a wiped range.
void fill(const StoreFiles& files) {
  KeyStore store = test_store(files, End::alice);
  add_block(store, 0, 2, 256);
  must(store.claim_recording("lab", 0, Bytes(32, 7)));
  must(store.prepare("lab", test_block(1, 1, 64)));
  must(store.take_keys("lab", Pool::alice_to_bob, 1, InsecureSimulated::refuse));
  const auto pads = must(store.pads("lab"));
  auto book = must(PadBook::open(*pads));
  for (int i = 0; i < 2; ++i) must(book.take(must(book.reserve(100, PadPurpose::authentication))));
}

Result<void> check(const StoreFiles& files) {
  HERALD_TRY(KeyStore store, KeyStore::open(files));
  return store.verify();
}

void copy_over(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
}

TEST(KeyStoreTamper, EveryChangedColumnOfEveryRowIsDetected) {
  TestDirectory directory;
  const StoreFiles good(directory / "good"), bad(directory / "bad", good.key_file);
  fill(good);
  must(check(good));
  int changes = 0;
  Intruder look(good.database);
  for (const std::string& table : look.column("SELECT name FROM sqlite_schema WHERE type = 'table'", 0)) {
    const auto columns = look.column(fmt::format("SELECT * FROM pragma_table_info('{}')", table), 1);
    const auto types = look.column(fmt::format("SELECT * FROM pragma_table_info('{}')", table), 2);
    const std::size_t rows = look.column("SELECT 1 FROM " + table, 0).size();
    EXPECT_GT(rows, 0u) << table;
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t column = 0; column < columns.size(); ++column) {
        const std::string& name = columns[column];
        const std::string other = types[column] == "INTEGER" ? name + " + 1"
                                  : types[column] == "REAL"  ? name + " + 0.5"
                                  : types[column] == "TEXT"  ? name + " || 'x'"
                                                             : fmt::format("CAST({} || x'00' AS BLOB)", name);
        copy_over(good.database, bad.database);
        const std::string key = table == "blocks"       ? "number"
                                : table == "pad_chunks" ? "(segment, number)"
                                : table == "pad_use"    ? "(segment, begin)"
                                                        : "rowid";
        if (!Intruder(bad.database)
                 .run(fmt::format("UPDATE {} SET {} = {} WHERE {} = (SELECT {} FROM {} LIMIT 1 OFFSET {})", table, name,
                                  other, key, key.front() == '(' ? key.substr(1, key.size() - 2) : key, table, row)))
          continue;  // two rows with one key: SQLite has refused
        EXPECT_FALSE(check(bad)) << table << "." << name << " of row " << row;
        ++changes;
      }
  }
  EXPECT_GT(changes, 100);
}

TEST(KeyStoreTamper, EveryChangedByteOfASealIsDetected) {
  TestDirectory directory;
  const StoreFiles good(directory / "good"), bad(directory / "bad", good.key_file);
  fill(good);
  for (int byte = 0; byte < 24 + 32 + 16; ++byte) {
    copy_over(good.database, bad.database);
    // The byte is replaced by its successor, through hexadecimal.
    ASSERT_TRUE(Intruder(bad.database)
                    .run(fmt::format(
                        "UPDATE keys SET seal = CAST(substr(seal, 1, {0}) || CASE substr(seal, {0} + 1, 1) WHEN x'00' "
                        "THEN x'01' ELSE x'00' END || substr(seal, {0} + 2) AS BLOB) WHERE state = 0",
                        byte)));
    const auto result = check(bad);
    ASSERT_FALSE(result) << byte;
    EXPECT_EQ(result.error().code, ErrorCode::authentication);
  }
}

TEST(KeyStoreTamper, ForgottenUsesOfAPadAndRowsOfAnotherStoreAreDetected) {
  TestDirectory directory;
  const StoreFiles good(directory / "good"), bad(directory / "bad", good.key_file),
      other(directory / "other", good.key_file);
  fill(good);
  fill(other);
  copy_over(good.database, bad.database);
  ASSERT_TRUE(Intruder(bad.database).run("DELETE FROM pad_use"));
  EXPECT_EQ(check(bad).error().code, ErrorCode::authentication);
  copy_over(good.database, bad.database);
  ASSERT_TRUE(Intruder(bad.database).run("DELETE FROM pad_chunks"));
  EXPECT_EQ(check(bad).error().code, ErrorCode::authentication);
  copy_over(good.database, bad.database);
  ASSERT_TRUE(Intruder(bad.database)
                  .run(fmt::format(
                      "ATTACH '{}' AS other; DELETE FROM main.keys; INSERT INTO main.keys SELECT * FROM other.keys",
                      other.database.string())));
  EXPECT_EQ(check(bad).error().code, ErrorCode::authentication) << "the same key file, another store";
}

TEST(KeyStoreTamper, NoChangedByteOfTheFileGoesUnnoticedOrEndsTheProcess) {
  TestDirectory directory;
  const StoreFiles good(directory / "good"), bad(directory / "bad", good.key_file);
  fill(good);
  KeyStore reference = must(KeyStore::open(good));
  const auto keys = list_keys(reference);
  const Bytes content = must(read_file(good.database));
  SimulationRandom random(7);
  for (int i = 0; i < 300; ++i) {
    Bytes changed = content;
    changed[random.next_below(changed.size())] ^= static_cast<std::uint8_t>(1 + random.next_below(255));
    must(write_file(bad.database, changed, FileMode::secret));
    auto store = KeyStore::open(bad);
    if (!store || !store->verify()) continue;
    // Bytes that hold nothing, or only an index that misses rows: whatever is still there is as it was.
    for (const KeyInfo& key : keys) {
      const auto found = store->find(key.id);
      EXPECT_TRUE(!found || found->state == key.state);
    }
  }
}

TEST(KeyStoreTamper, AnotherVersionAnotherKeyFileAndNoStoreAreNamed) {
  TestDirectory directory;
  const StoreFiles files(directory / "s"), other(directory / "other");
  fill(files);
  must(KeyStore::create(other));
  const auto open_error = [](const StoreFiles& which) { return KeyStore::open(which).error(); };

  const Error wrong_key = open_error(StoreFiles(files.database, other.key_file));
  EXPECT_EQ(wrong_key.code, ErrorCode::authentication);
  EXPECT_NE(wrong_key.message.find("another store"), std::string::npos);
  EXPECT_EQ(open_error(StoreFiles(files.database, directory / "none")).code, ErrorCode::not_found);

  std::filesystem::permissions(files.key_file, std::filesystem::perms::group_read, std::filesystem::perm_options::add);
  EXPECT_EQ(open_error(files).code, ErrorCode::insecure);
  std::filesystem::permissions(files.key_file, std::filesystem::perms::group_read,
                               std::filesystem::perm_options::remove);
  std::filesystem::permissions(files.database, std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  EXPECT_EQ(open_error(files).code, ErrorCode::insecure);
  std::filesystem::permissions(files.database, std::filesystem::perms::others_write,
                               std::filesystem::perm_options::remove);

  ASSERT_TRUE(Intruder(files.database).run("UPDATE header SET version = 2"));
  const Error version = open_error(files);
  EXPECT_EQ(version.code, ErrorCode::version);
  EXPECT_NE(version.message.find("herald key init"), std::string::npos);

  ASSERT_TRUE(Intruder(directory / "foreign").run("CREATE TABLE bookmarks(x)"));
  std::filesystem::permissions(directory / "foreign", std::filesystem::perms(0600));
  EXPECT_EQ(open_error(StoreFiles(directory / "foreign", files.key_file)).code, ErrorCode::malformed);
  must(write_file(directory / "text", Bytes(5000, 'x'), FileMode::secret));
  EXPECT_EQ(open_error(StoreFiles(directory / "text", files.key_file)).code, ErrorCode::malformed);
  must(write_file(directory / "empty", {}, FileMode::secret));
  EXPECT_EQ(open_error(StoreFiles(directory / "empty", files.key_file)).code, ErrorCode::malformed);
}

TEST(SecretFile, ComesBackAndAnyChangeOrCutIsRefused) {
  TestDirectory directory;
  SecretRandom random;
  const auto path = directory / "psk";
  must(create_secret_file(path, SecretFileKind::pre_shared_key, 128, random));
  EXPECT_EQ(create_secret_file(path, SecretFileKind::pre_shared_key, 128, random).error().code,
            ErrorCode::invalid_argument);
  EXPECT_EQ(create_secret_file(directory / "odd", SecretFileKind::pre_shared_key, 127, random).error().code,
            ErrorCode::invalid_argument);
  EXPECT_EQ(must(read_secret_file(path, SecretFileKind::pre_shared_key)).bits.size(), 128u);
  EXPECT_EQ(read_secret_file(path, SecretFileKind::store_key).error().code, ErrorCode::malformed);
  EXPECT_EQ(read_secret_file("/dev/null", SecretFileKind::store_key).error().code, ErrorCode::malformed);
  const Bytes content = must(read_file(path));
  const auto parse = [](ByteView bytes) { return parse_secret_file(bytes, SecretFileKind::pre_shared_key, "psk"); };
  ASSERT_TRUE(parse(content));
  for (std::size_t size = 0; size < content.size(); ++size) EXPECT_FALSE(parse(ByteView(content).first(size))) << size;
  for (std::size_t bit = 0; bit < 8 * content.size(); ++bit) {
    Bytes changed = content;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
    EXPECT_FALSE(parse(changed)) << bit;
  }
}

TEST(KeyDigest, IsTheSameForTheSameKeyAndRefusesShortOnes) {
  SimulationRandom random(1);
  const auto key = [&](std::uint64_t seed, std::size_t bits) {
    SimulationRandom own(seed);
    return IdentifiedKey{key_id("lab", 0, 0), 0,
                         SecretKey::restored(SecretBits::duplicate_secret(random_bits(own, bits)), Provenance{})};
  };
  EXPECT_EQ(must(key_digest(key(1, 256))), must(key_digest(key(1, 256))));
  EXPECT_NE(must(key_digest(key(1, 256))), must(key_digest(key(2, 256))));
  EXPECT_EQ(must(key_digest(key(1, 256))).size(), 16u);
  EXPECT_EQ(key_digest(key(1, 127)).error().code, ErrorCode::insecure);
}

}  // namespace
}  // namespace herald::store
