#include "herald/base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace herald {
namespace {

class File : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "herald-file-test-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    m_folder = name;
  }
  void TearDown() override { std::filesystem::remove_all(m_folder); }
  std::filesystem::path in(const char* name) const { return m_folder / name; }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(m_folder), {}));
  }
  std::filesystem::path m_folder;
};

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 0777;
}

TEST_F(File, WhatIsWrittenIsReadBackAtAnySize) {
  for (const std::size_t size : {0u, 1u, 65535u, 65536u, 65537u, 1000000u}) {
    Bytes content(size);
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<std::uint8_t>(i * 131 + (i >> 8));
    ASSERT_TRUE(write_file(in("data"), content, FileMode::shared));
    EXPECT_EQ(read_file(in("data")), content);
  }
  EXPECT_EQ(entries(), 1u);  // nothing left beside it
}

TEST_F(File, SecretsAreForTheirOwnerOnlyWhateverTheUmask) {
  const mode_t before = ::umask(0);
  EXPECT_TRUE(write_file(in("secret"), Bytes{1, 2, 3}, FileMode::secret));
  EXPECT_TRUE(write_file(in("shared"), Bytes{1, 2, 3}, FileMode::shared));
  ::umask(before);
  EXPECT_EQ(mode_of(in("secret")), 0600u);
  EXPECT_EQ(mode_of(in("shared")), 0644u);
  // A secret that takes a public file's place does not take its mode.
  EXPECT_TRUE(write_file(in("shared"), Bytes{4}, FileMode::secret));
  EXPECT_EQ(mode_of(in("shared")), 0600u);
}

TEST_F(File, AFileLargerThanTheLimitIsRefused) {
  ASSERT_TRUE(write_file(in("data"), Bytes(1001), FileMode::shared));
  EXPECT_TRUE(read_file(in("data"), 1001));
  const auto refused = read_file(in("data"), 1000);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::malformed);
  EXPECT_NE(refused.error().message.find("1000"), std::string::npos);
}

TEST_F(File, WhatIsMissingIsNotFoundAndNamed) {
  const auto missing = read_file(in("nothing"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_NE(missing.error().message.find("nothing"), std::string::npos);
  EXPECT_FALSE(read_file(m_folder));  // a folder
  const auto unwritable = write_file(in("no/such/folder"), Bytes{1}, FileMode::shared);
  ASSERT_FALSE(unwritable);
  EXPECT_EQ(unwritable.error().code, ErrorCode::not_found);
  EXPECT_EQ(sync_directory(in("nowhere")).error().code, ErrorCode::not_found);
  EXPECT_TRUE(sync_directory(m_folder));
}

TEST_F(File, AFailedWriteLeavesTheOldContentAndNothingBeside) {
  std::filesystem::create_directory(in("target"));  // a folder cannot be replaced by a file
  ASSERT_FALSE(write_file(in("target"), Bytes{1}, FileMode::shared));
  EXPECT_TRUE(std::filesystem::is_directory(in("target")));
  EXPECT_EQ(entries(), 1u);
}

TEST_F(File, AFullDiskIsAnError) {
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "there is no /dev/full";
  EXPECT_EXIT(
      {
        FILE* full = std::freopen("/dev/full", "w", stdout);
        const auto done = write_file("-", Bytes{1, 2, 3}, FileMode::shared);
        std::_Exit(full != nullptr && !done && done.error().code == ErrorCode::io ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST_F(File, ALinkBesideIsNotFollowed) {
  ASSERT_TRUE(write_file(in("victim"), Bytes{7}, FileMode::shared));
  const std::string beside = "data." + std::to_string(::getpid()) + ".part";
  std::filesystem::create_symlink(in("victim"), in(beside.c_str()));
  EXPECT_FALSE(write_file(in("data"), Bytes{1, 2, 3}, FileMode::secret));
  EXPECT_EQ(read_file(in("victim")), Bytes{7});
}

}  // namespace
}  // namespace herald
