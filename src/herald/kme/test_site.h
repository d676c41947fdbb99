#pragma once
// A site's records in memory, for tests.

#include <utility>

#include "herald/store/memory_records.h"

namespace herald::kme {

struct TestSite {
  store::MemoryRecords::Disk disk;
  store::RecordStore store =
      store::RecordStore::open(std::make_unique<store::MemoryRecords>(disk), SecretBits(256)).value();

  // One transaction; what `work` returns.
  template <typename F>
  auto operator()(F&& work) {
    decltype(work(std::declval<store::Records&>())) result;
    const auto done = store.transact([&](store::Records& records) -> Result<void> {
      result = work(records);
      return result ? Result<void>() : std::unexpected(result.error());
    });
    HERALD_CHECK(done.has_value() == result.has_value());
    return result;
  }
};

}  // namespace herald::kme
