#include "herald/base/secret_memory.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace herald {
namespace {

TEST(SecretMemory, WipingWritesZeros) {
  std::array<std::uint8_t, 100> data{};
  std::ranges::fill(data, std::uint8_t{0xA5});
  wipe(data.data() + 10, 80);
  for (std::size_t i = 0; i < data.size(); ++i) EXPECT_EQ(data[i], i < 10 || i >= 90 ? 0xA5 : 0);
  wipe(nullptr, 0);
}

TEST(SecretMemory, FreshMemoryIsZeroEvenWhereASecretWasBefore) {
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{32}, std::size_t{4095}, std::size_t{4096}, std::size_t{100000}}) {
    for (int round = 0; round < 50; ++round) {
      auto* data = static_cast<std::uint8_t*>(allocate_secret(size));
      EXPECT_TRUE(std::all_of(data, data + size, [](std::uint8_t byte) { return byte == 0; })) << size;
      std::fill(data, data + size, std::uint8_t{0xEE});
      free_secret(data, size);
    }
  }
  free_secret(nullptr, 5000);
}

TEST(SecretMemory, LargeAllocationsAreWholePagesLeftOutOfCoreDumps) {
  const std::size_t size = 1 << 20;
  void* data = allocate_secret(size);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(data) % static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE)), 0u);
  // The mapping that holds it says "dd" (do not dump) among its flags.
  std::ifstream maps("/proc/self/smaps");
  std::string line;
  bool inside = false, shown = false, left_out = false;
  while (std::getline(maps, line)) {
    unsigned long begin = 0, end = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &begin, &end) == 2)
      inside = begin <= reinterpret_cast<std::uintptr_t>(data) && reinterpret_cast<std::uintptr_t>(data) < end;
    if (inside && line.starts_with("VmFlags:")) {
      shown = true;
      left_out = line.find(" dd") != std::string::npos;
    }
  }
  free_secret(data, size);
  if (!shown) GTEST_SKIP() << "this system does not show its mappings";
  EXPECT_TRUE(left_out);
}

// Every pair of strings of up to two bytes over a small alphabet.
TEST(SecretMemory, ConstantTimeEqualityIsEquality) {
  std::vector<std::vector<std::uint8_t>> strings = {{}};
  for (const auto a : std::array<std::uint8_t, 4>{0, 1, 128, 255}) {
    strings.push_back({a});
    for (const auto b : std::array<std::uint8_t, 4>{0, 1, 128, 255}) strings.push_back({a, b});
  }
  for (const auto& a : strings) {
    for (const auto& b : strings) {
      EXPECT_EQ(constant_time_equal(a, b), a == b);
      EXPECT_EQ(SecretBytes(a) == SecretBytes(b), a == b);
    }
  }
}

TEST(SecretMemory, SecretBytesMoveAndLeaveNothingBehind) {
  static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>);
  std::vector<std::uint8_t> source(5000);
  std::iota(source.begin(), source.end(), std::uint8_t{0});
  SecretBytes bytes{std::span<const std::uint8_t>(source)};
  const std::uint8_t* where = bytes.expose_secret().data();
  SecretBytes moved = std::move(bytes);
  EXPECT_EQ(moved.expose_secret().data(), where);
  EXPECT_EQ(bytes.size(), 0u);  // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move): what is left is empty
  EXPECT_TRUE(std::ranges::equal(moved.expose_secret(), source));
  moved.expose_secret_mutable()[0] = 9;
  EXPECT_FALSE(moved == SecretBytes{std::span<const std::uint8_t>(source)});
  const SecretBytes zeros(10);
  EXPECT_TRUE(std::ranges::all_of(zeros.expose_secret(), [](std::uint8_t byte) { return byte == 0; }));
}

}  // namespace
}  // namespace herald
