// Any messages of the other end, each after its length: both ends of a change refuse or follow them, and what a slave
// has in force is the key it had, or one that it fetched.
#include "herald/kme/psk_rotation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald;
  using namespace herald::kme;
  std::uint8_t in_force[2]{}, drawn = 1;
  const auto key_of = [](std::uint8_t number) { return SecretBytes(ByteView(Bytes(kPskBytes, number))); };
  const auto events = [&](unsigned end) {
    RotationEvents events;
    events.send = [](const Bytes&) {};
    events.draw = [&](const RotationEvents::OnKey& done) {
      Uuid id;
      id.bytes[0] = ++drawn;
      done(DeliveredKey{id, key_of(drawn), {}});
    };
    events.fetch = [&](const Uuid& id, const RotationEvents::OnKey& done) {
      if (id.bytes[0] % 2 == 1) return done(fail(ErrorCode::not_found, "no such key"));
      done(DeliveredKey{id, key_of(id.bytes[0]), {}});
    };
    events.put_in_force = [&in_force, end](const SecretBytes& key) -> Result<void> {
      HERALD_CHECK(end == 0 || key.expose_secret()[0] % 2 == 0);
      in_force[end] = key.expose_secret()[0];
      return {};
    };
    events.in_force = [&, end] { return Result<SecretBytes>(key_of(in_force[end])); };
    events.rotated = [](const Uuid&) {};
    events.failed = [](const Error&) {};
    return events;
  };
  RotationMaster master(events(0));
  RotationSlave slave(events(1));
  master.connected();
  slave.connected();
  while (size > 0) {
    const std::size_t length = std::min<std::size_t>(data[0], size - 1);
    const ByteView message(data + 1, length);
    if (!master.received(message)) {
      master.disconnected();
      master.connected();
    }
    if (!slave.received(message)) {
      slave.disconnected();
      slave.connected();
    }
    data += 1 + length;
    size -= 1 + length;
  }
  return 0;
}
