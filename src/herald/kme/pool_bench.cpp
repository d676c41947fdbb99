// What a delivery costs in the records of both ends, with SQLite, `range(0)` deliveries a transaction; the disk's part
// (two transactions at each end) aside.
#include <benchmark/benchmark.h>

#include "herald/kme/held_key.h"
#include "herald/kme/journal.h"
#include "herald/kme/pool.h"
#include "herald/store/test_store.h"

namespace {

using namespace herald;
using namespace herald::kme;
using store::must;
using store::Records;
using store::RecordStore;

const PoolName kPool{"kme-a", "kme-b"};
constexpr std::string_view kEntry =
    R"({"at":1763900000,"did":"drawn","key":"bc490419-7d60-487f-adc1-4ddcc177c139","master":"vpn-1","slaves":["vpn-2"]})";

RecordStore filled(const store::TestDirectory& directory, std::string_view name, std::size_t lots) {
  RecordStore records =
      must(RecordStore::open(must(store::open_sqlite_records((directory / name).string())), SecretBits(256)));
  const Bytes bytes(std::size_t{1} << 20, 1);
  Provenance provenance;
  provenance.origin = Origin::device;
  must(records.transact([&](Records& all) -> Result<void> {
    for (std::uint64_t lot = 1; lot <= lots; ++lot) {
      HERALD_TRY_VOID(add_lot(all, kPool, lot, bytes, provenance));
      HERALD_TRY_VOID(share_lot(all, kPool, lot, bytes.size()));
    }
    return {};
  }));
  return records;
}

void deliveries(benchmark::State& state) {
  const store::TestDirectory directory;
  RecordStore a = filled(directory, "a", 8), b = filled(directory, "b", 8);
  const auto batch = static_cast<std::size_t>(state.range(0));
  std::uint64_t number = 0;
  for (auto _ : state) {
    std::vector<DrawnBytes> drawn;
    JournalHead head;
    must(a.transact([&](Records& records) -> Result<void> {
      for (std::size_t i = 0; i < batch; ++i) {
        HERALD_TRY(DrawnBytes key, draw(records, kPool, 32, InsecureSimulated::refuse));
        HERALD_TRY(head, append_to_journal(records, kEntry));
        drawn.push_back(std::move(key));
      }
      return {};
    }));
    std::vector<Uuid> ids;
    must(b.transact([&](Records& records) -> Result<void> {
      HERALD_TRY_VOID(witness(records, "kme-a", head));
      for (const DrawnBytes& key : drawn) {
        HERALD_TRY(DrawnBytes same, draw_at(records, kPool, key.draws));
        ids.push_back(key_id("kme-a>kme-b", number++, 0));
        HERALD_TRY_VOID(
            hold(records, {ids.back(), "vpn-1", "kme-a", {"vpn-2"}, 1, same.provenance, std::move(same.bytes)}));
        HERALD_TRY(head, append_to_journal(records, kEntry));
      }
      return {};
    }));
    must(b.transact([&](Records& records) -> Result<void> {
      for (const Uuid& id : ids) {
        HERALD_TRY(const auto keys, take_held(records, std::span(&id, 1), "vpn-2", "vpn-1"));
        HERALD_TRY(head, append_to_journal(records, kEntry));
      }
      return {};
    }));
    must(a.transact([&](Records& records) { return witness(records, "kme-b", head); }));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(deliveries)->Arg(1)->Arg(32)->Iterations(300);

}  // namespace
