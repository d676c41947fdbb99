// The main of every room's tests. RapidCheck's seed follows from the tests that are asked for, so that a run repeats;
// RC_PARAMS=seed=N (as a failure prints it) sets another.

#include <gmock/gmock.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): setenv

#include <cstdint>
#include <iostream>
#include <string>

namespace {

// FNV-1a.
std::uint64_t hash_of(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char letter : text) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
  return hash;
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  const std::string seed = "seed=" + std::to_string(hash_of(testing::GTEST_FLAG(filter)));
  setenv("RC_PARAMS", seed.c_str(), 0);
  std::cout << "RC_PARAMS=" << getenv("RC_PARAMS") << '\n';
  return RUN_ALL_TESTS();
}
