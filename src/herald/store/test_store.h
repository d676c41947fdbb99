#pragma once
// Stores for tests and benchmarks: in a directory of their own that goes with the test.

#include <cstdio>
#include <filesystem>
#include <string>

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp

#include "herald/store/key_store.h"

namespace herald::store {

// In memory where the system has such a place: a killed process loses no write there either, and syncing costs nothing.
class TestDirectory {
 public:
  TestDirectory() {
    std::string name = "/dev/shm/herald-test-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) {
      name = (std::filesystem::temp_directory_path() / "herald-test-XXXXXX").string();
      HERALD_CHECK(mkdtemp(name.data()) != nullptr);
    }
    m_path = name;
  }
  ~TestDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;
  std::filesystem::path operator/(std::string_view name) const { return m_path / name; }

 private:
  std::filesystem::path m_path;
};

// The value, or the end of the process with the error's message.
template <typename T>
T must(Result<T> result) {
  if (!result) std::fprintf(stderr, "%s\n", result.error().message.c_str());
  HERALD_CHECK(result.has_value());
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

// A store that serves one end of the link "lab".
inline KeyStore test_store(const StoreFiles& files, End end) {
  KeyStore store = must(KeyStore::open_or_create(files));
  must(store.add_link("lab", end));
  return store;
}

inline Provenance test_provenance(Origin origin) {
  Provenance provenance;
  provenance.origin = origin;
  provenance.theorem = "bb84-finite";
  provenance.violated = {"equal-efficiencies"};
  return provenance;
}

// What a block leaves at both ends: `keys` keys a pool and a pad for each end, all of its number and nothing else.
inline BlockRecord test_block(std::uint64_t number, std::size_t keys, std::size_t bits,
                              Origin origin = Origin::device) {
  SimulationRandom random(number);
  BlockRecord record;
  record.number = number;
  record.epsilon = FailureProbability(0x1p-30);
  for (std::size_t i = 0; i < 2 * keys; ++i)
    record.keys.push_back(
        {i % 2 == 0 ? Pool::alice_to_bob : Pool::bob_to_alice,
         SecretKey::amplified(SecretBits::duplicate_secret(random_bits(random, bits)), test_provenance(origin))});
  for (const End end : {End::alice, End::bob})
    record.pads.push_back({end, SecretBits::duplicate_secret(random_bits(random, 1000))});
  return record;
}

inline void add_block(KeyStore& store, std::uint64_t number, std::size_t keys, std::size_t bits,
                      Origin origin = Origin::device) {
  must(store.prepare("lab", test_block(number, keys, bits, origin)));
  must(store.commit("lab", number));
}

inline std::vector<KeyInfo> list_keys(KeyStore& store) {
  std::vector<KeyInfo> keys;
  must(store.list([&](const KeyInfo& key) { keys.push_back(key); }));
  return keys;
}

}  // namespace herald::store
