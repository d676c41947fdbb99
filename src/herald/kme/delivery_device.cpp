// Keys of other vendors' devices (ETSI GS QKD 014, as a client). What ours gives us to share with the one beside a
// peer, the peer takes from its own by the names that we tell; then it is with them as with what came over trusted
// nodes: the end that drew them shows what they must be, and only then are they in the pools.
#include "herald/kme/delivery_state.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace herald::kme {

using store::Records;

namespace {

constexpr std::chrono::milliseconds kShortRest{1000}, kLongRest{60'000};

// The key of one lot, and bytes to prove it by.
bool is_enough(const DeviceKeys& keys) { return keys.bytes.size() > kProofBytes && keys.ids.size() <= kMostDeviceKeys; }

}  // namespace

void Delivery::State::let_rest(const std::string& name) {
  Rest& rest = rests[name];
  rest.pause = std::clamp(2 * rest.pause, kShortRest, kLongRest);
  rest.until = out.now() + rest.pause;
}

void Delivery::State::draw_on_device(const std::string& name) {
  if (giving.contains(name) || !is_ready(name)) return;
  if (const auto rest = rests.find(name); rest != rests.end() && out.now() < rest->second.until) return;
  giving[name] = {0, out.now(), {}, ++last_attempt};
  out.devices.get_keys(name, settings.relay.lot + kProofBytes,
                       [weak = weak_from_this(), name, attempt = last_attempt](Result<DeviceKeys> keys) {
                         const auto self = weak.lock();
                         if (!self) return;
                         const auto at = self->giving.find(name);
                         if (at == self->giving.end() || at->second.attempt != attempt) return;
                         if (keys && is_enough(*keys)) return self->tell_device_lot(name, attempt, std::move(*keys));
                         self->giving.erase(at);
                         self->let_rest(name);
                       });
}

void Delivery::State::tell_device_lot(const std::string& name, std::uint64_t attempt, DeviceKeys keys) {
  giving[name].bytes = std::move(keys.bytes);
  const auto device = settings.devices.find(name);
  DeviceLot named{0, device == settings.devices.end() ? Provenance() : device->second, std::move(keys.ids)};
  named.provenance.origin = std::min(named.provenance.origin, keys.origin);
  run<DeviceLot>(
      [this, name, named = std::move(named)](Records& records) -> Result<DeviceLot> {
        DeviceLot numbered = named;
        HERALD_TRY(numbered.lot, name_lot(records, pool(name, true)));
        HERALD_TRY_VOID(
            note(records, "drawn-from-device", {{"to", name}, {"lot", numbered.lot}, {"keys", numbered.ids.size()}}));
        return numbered;
      },
      [this, name, attempt](const Result<DeviceLot>& numbered) {
        const auto at = giving.find(name);
        if (at == giving.end() || at->second.attempt != attempt) return;
        if (!numbered) {
          giving.erase(at);
          return let_rest(name);
        }
        at->second.lot = numbered->lot;
        send(name, *numbered);
      });
}

void Delivery::State::take_from_device(const std::string& name, const DeviceLot& keys) {
  const auto refuse = [this, name, lot = keys.lot](const std::string& why) { send(name, DeviceRefusal{lot, why}); };
  const auto device = settings.devices.find(name);
  if (device == settings.devices.end()) return refuse(fmt::format("{} has no device for {}", own, name));
  Coming& lot = coming[name];
  if (keys.lot <= lot.lot) return;
  Provenance provenance = keys.provenance;
  provenance.origin = std::min(provenance.origin, device->second.origin);
  lot = {keys.lot, 1, {}, std::move(provenance)};
  const std::uint64_t session = peers[name].session;
  out.devices.get_keys_with_ids(
      name, keys.ids, [weak = weak_from_this(), name, session, number = keys.lot, refuse](Result<DeviceKeys> taken) {
        const auto self = weak.lock();
        if (!self || !self->is_session(name, session)) return;
        Coming& here = self->coming[name];
        if (here.lot != number) return;
        if (!taken) return refuse(taken.error().message);
        if (!is_enough(*taken)) return refuse("the keys under these names are too short");
        here.provenance.origin = std::min(here.provenance.origin, taken->origin);
        here.here[0] = std::move(taken->bytes);
        self->send(name, Arrived{number, here.provenance});
      });
}

void Delivery::State::device_refused(const std::string& name, const DeviceRefusal& refusal) {
  const auto at = giving.find(name);
  if (!settings.devices.contains(name) || at == giving.end() || at->second.lot != refusal.lot || refusal.lot == 0)
    return;
  giving.erase(at);
  drop_given(name, refusal.lot);
  let_rest(name);
  out.devices.refused(name, refusal.why);
}

}  // namespace herald::kme
