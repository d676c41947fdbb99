#include "herald/kme/forget.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "herald/kme/journal.h"
#include "herald/kme/pool.h"
#include "herald/kme/record_keys.h"
#include "herald/kme/stream_records.h"

namespace herald::kme {
namespace {

using Json = nlohmann::json;
using store::Records;

RecordKey generation_key(std::string_view peer) { return RecordKey(RecordKind::generation).name(peer); }

// How often two have begun anew, and whether they have met since.
struct Beginning {
  std::uint64_t number = 0;
  bool have_met = false;
};

Result<Beginning> beginning(Records& records, std::string_view peer) {
  HERALD_TRY(const auto bytes, records.get(generation_key(peer)));
  Beginning known;
  if (!bytes) return known;
  Reader reader(bytes->expose_secret());
  known.number = reader.fixed<std::uint64_t>();
  known.have_met = reader.fixed<std::uint8_t>() != 0;
  HERALD_TRY_VOID(reader.finish("a generation"));
  return known;
}

void keep(Records& records, std::string_view peer, const Beginning& now) {
  Writer writer;
  writer.fixed(now.number);
  writer.fixed(static_cast<std::uint8_t>(now.have_met ? 1 : 0));
  records.put(generation_key(peer), writer.bytes());
}

std::array<PoolName, 2> pools_of(std::string_view own, std::string_view peer) {
  const std::string one(own), other(peer);
  return {PoolName{one, other}, PoolName{other, one}};
}

Result<void> note(Records& records, std::string_view did, std::uint64_t unix_time, const Dropped& dropped, Json entry) {
  entry["at"] = unix_time;
  entry["did"] = did;
  if (!dropped.keys.empty()) {
    Json& ids = entry["keys"] = Json::array();
    for (const Uuid& id : dropped.keys) ids.push_back(to_string(id));
  }
  HERALD_TRY_VOID(append_to_journal(records, entry.dump()));
  return {};
}

}  // namespace

Result<Dropped> drop_pools(Records& records, std::string_view own, std::string_view peer, std::uint64_t unix_time) {
  Dropped dropped;
  for (const PoolName& pool : pools_of(own, peer)) {
    HERALD_TRY(const std::uint64_t bytes, empty_pool(records, pool));
    dropped.bytes += bytes;
  }
  HERALD_TRY_VOID(note(records, "emptied", unix_time, dropped, {{"peer", peer}, {"bytes", dropped.bytes}}));
  return dropped;
}

Result<Dropped> drop_held_keys(Records& records, const std::function<bool(const HeldKey&)>& which,
                               std::uint64_t unix_time) {
  Dropped dropped;
  HERALD_TRY(dropped.keys, erase_held(records, which));
  if (!dropped.keys.empty()) {
    HERALD_TRY_VOID(note(records, "destroyed", unix_time, dropped, Json::object()));
  }
  return dropped;
}

Result<Dropped> forget_peer(Records& records, std::string_view own, std::string_view peer, std::uint64_t unix_time) {
  Dropped dropped;
  for (const PoolName& pool : pools_of(own, peer)) {
    HERALD_TRY(const std::uint64_t bytes, empty_pool(records, pool));
    dropped.bytes += bytes;
    HERALD_TRY_VOID(forget_pool(records, pool));
  }
  HERALD_TRY(dropped.keys, erase_held(records, [&](const HeldKey& key) { return key.master_kme == peer; }));
  HERALD_TRY_VOID(erase_streams_with(records, peer));
  HERALD_TRY_VOID(forget_witnessed(records, peer));
  HERALD_TRY(const std::uint64_t before, generation(records, peer));
  keep(records, peer, {before + 1, false});
  HERALD_TRY_VOID(note(records, "forgot", unix_time, dropped,
                       {{"peer", peer}, {"bytes", dropped.bytes}, {"generation", before + 1}}));
  return dropped;
}

Result<std::uint64_t> generation(Records& records, std::string_view peer) {
  HERALD_TRY(const Beginning known, beginning(records, peer));
  return known.number;
}

Result<void> have_met(Records& records, std::string_view peer) {
  HERALD_TRY(Beginning known, beginning(records, peer));
  if (!std::exchange(known.have_met, true)) keep(records, peer, known);
  return {};
}

Result<void> agree_on_generation(Records& records, std::string_view peer, std::uint64_t theirs) {
  HERALD_TRY(const Beginning known, beginning(records, peer));
  const std::uint64_t ours = known.number;
  if (theirs == ours) return {};
  if (!known.have_met) {  // nothing was shared since we forgot the peer, or ever
    if (theirs > ours) keep(records, peer, {theirs, false});
    return {};
  }
  if (theirs > ours)
    return fail(ErrorCode::insecure,
                fmt::format("{} has forgotten this site and begins anew: run `herald kme forget {}` here too, which "
                            "destroys what both shared; nothing is delivered before",
                            peer, peer));
  return fail(ErrorCode::insecure,
              fmt::format("{} is at an earlier beginning ({}, here {}): it has not forgotten this site yet, or was put "
                          "back to an earlier state: run `herald kme forget` at both",
                          peer, theirs, ours));
}

}  // namespace herald::kme
