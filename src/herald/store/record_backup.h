#pragma once
// Copies of records that are in use meanwhile.

#include <cstdint>
#include <filesystem>

#include "herald/store/record_store.h"

namespace herald::store {

struct RecordBackup {
  std::uint64_t records = 0, count = 0;  // count: RecordStore::count() of the copy
};

// All records as they are at one moment, sealed as they are, into a new SQLite file of mode 0600, which is then read
// again and authenticated under `key`. The file is there when all is well, and else is not. Errors: invalid_argument
// (there is such a file), authentication, those of the engines.
Result<RecordBackup> back_up_records(RecordEngine& from, const SecretBits& key, const std::filesystem::path& file);

}  // namespace herald::store
