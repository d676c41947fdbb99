#pragma once
// Which version of their layout a KME's records are of. They say it themselves, in a record as authentic as the others.
//
//   1   said nothing
//   2   says so, and which peers were met (forget.h)

#include <cstdint>

#include "herald/store/record_store.h"

namespace herald::kme {

inline constexpr std::uint64_t kSchemaVersion = 2;

// 0: there are no records. Errors: malformed.
Result<std::uint64_t> schema_version(store::Records& records);

// Brings records of an earlier version to this program's, in one transaction: whatever happens amid it, they are of the
// one or of the other. The version they were of. Errors: version (they are of a later program), malformed.
Result<std::uint64_t> migrate(store::RecordStore& records);

}  // namespace herald::kme
