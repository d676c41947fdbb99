#include "herald/store/record_backup.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <thread>

#include "herald/store/memory_records.h"
#include "herald/store/test_store.h"

namespace herald::store {
namespace {

namespace fs = std::filesystem;

SecretBits test_key(std::uint64_t word = 7) {
  SecretBits key(256);
  key.words()[0] = word;
  return key;
}

Bytes number(std::uint64_t value) {
  Writer writer;
  writer.fixed(value);
  return std::move(writer).take();
}
std::uint64_t number_of(const std::optional<SecretBytes>& value) {
  Reader reader(value->expose_secret());
  return reader.fixed<std::uint64_t>();
}

class RecordBackups : public testing::Test {
 protected:
  RecordStore open(const fs::path& path, std::uint64_t key = 7) {
    return must(RecordStore::open(must(open_sqlite_records(path.string())), test_key(key)));
  }
  Result<RecordBackup> back_up(const fs::path& from, const fs::path& to, std::uint64_t key = 7) {
    return back_up_records(*must(open_sqlite_records(from.string())), test_key(key), to);
  }
  std::vector<std::string> files() const {
    std::vector<std::string> all;
    for (const auto& each : fs::directory_iterator(directory / "")) all.push_back(each.path().filename().string());
    std::ranges::sort(all);
    return all;
  }

  TestDirectory directory;
};

TEST_F(RecordBackups, AreOfOneMomentWhileTheRecordsAreWritten) {
  // Every transaction sets all records to one number and adds another.
  constexpr std::uint64_t kSame = 50;
  RecordStore records = open(directory / "records");
  const auto step = [&](std::uint64_t i) {
    must(records.transact([&](Records& all) -> Result<void> {
      for (std::uint64_t each = 0; each < kSame; ++each) all.put(number(each), number(i));
      all.put(number(kSame + i), number(i));
      return {};
    }));
  };
  step(0);
  std::atomic<bool> is_over = false;
  std::atomic<std::uint64_t> steps = 1;
  std::thread writer([&] {
    for (; !is_over; ++steps) step(steps);
  });
  for (int copy = 0; copy < 5; ++copy) {
    const fs::path file = directory / fmt::format("copy-{}", copy);
    const std::uint64_t before = steps;
    const RecordBackup made = must(back_up(directory / "records", file));
    EXPECT_GE(made.count, before);
    struct stat status{};
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    RecordStore copied = open(file);
    EXPECT_EQ(copied.count(), made.count);
    EXPECT_EQ(made.records, kSame + made.count);
    must(copied.transact([&](Records& all) -> Result<void> {
      for (std::uint64_t each = 0; each < kSame; ++each)
        EXPECT_EQ(number_of(must(all.get(number(each)))), made.count - 1);
      return {};
    }));
    while (steps == before) std::this_thread::yield();
  }
  is_over = true;
  writer.join();
}

TEST_F(RecordBackups, TakeNoFileThatIsThereAndLeaveNothingWhenTheyFail) {
  must(open(directory / "records").transact([&](Records& all) -> Result<void> {
    all.put(number(1), number(2));
    return {};
  }));
  std::ofstream(directory / "there") << "something";
  EXPECT_EQ(back_up(directory / "records", directory / "there").error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(back_up(directory / "records", directory / "copy", 8).error().code, ErrorCode::authentication);
  EXPECT_EQ(back_up(directory / "records", directory / "none" / "copy").error().code, ErrorCode::io);
  EXPECT_EQ(files(), (std::vector<std::string>{"records", "there"}));
}

TEST_F(RecordBackups, ShowThatTheRecordsWereChanged) {
  MemoryRecords::Disk disk;
  must(must(RecordStore::open(std::make_unique<MemoryRecords>(disk), test_key()))
           .transact([&](Records& all) -> Result<void> {
             for (std::uint64_t i = 0; i < 3; ++i) all.put(number(i), number(i));
             return {};
           }));
  const auto good = disk;
  MemoryRecords engine(disk);
  for (const auto& [name, value] : good) {
    disk.erase(name);
    EXPECT_EQ(back_up_records(engine, test_key(), directory / "copy").error().code, ErrorCode::authentication);
    disk = good;
  }
  EXPECT_EQ(must(back_up_records(engine, test_key(), directory / "copy")).records, 3u);
}

}  // namespace
}  // namespace herald::store
