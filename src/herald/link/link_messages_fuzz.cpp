// Any bytes as each message of a link, and as a connection to a fibre: an error, or what encodes to the same bytes.
#include "herald/link/fibre.h"
#include "herald/link/messages.h"

namespace {

using namespace herald;

template <Message M>
void read_as(ByteView bytes) {
  Bytes frame{M::kType};
  frame.insert(frame.end(), bytes.begin(), bytes.end());
  const auto message = decode_frame<M>(frame);
  if (!message) return;
  const Bytes again = encode_frame(*message);
  if constexpr (std::same_as<M, link::Notice>) {
    // What a terminal would act upon is taken out of its reason; once.
    HERALD_CHECK(encode_frame(decode_frame<M>(again).value()) == again);
  } else {
    HERALD_CHECK(again == frame);
  }
}

// One click a block.
class Dim final : public bb84::Light {
 public:
  Origin origin() const override { return Origin::simulated; }
  Result<Clicks> clicks(std::uint64_t block) override {
    Clicks clicks;
    clicks.pulse = {block % 7};
    clicks.basis = clicks.bit = BitString(1);
    return clicks;
  }
  Result<Settings> settings(std::uint64_t, std::span<const std::uint64_t> pulses) override {
    Settings settings;
    settings.intensity.resize(pulses.size());
    settings.basis = settings.bit = BitString(pulses.size());
    return settings;
  }
};

// Frames: stream, length, that many bytes.
Bytes connection(ByteView bytes) {
  Bytes wire = net::greeting();
  for (Reader reader(bytes); reader.remaining() >= 2;) {
    const std::uint64_t stream = reader.fixed<std::uint8_t>() % 100;
    const std::size_t size = reader.fixed<std::uint8_t>() % (reader.remaining() + 1);
    net::append_frame(stream, reader.raw(size), wire);
  }
  return wire;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  read_as<link::Hello>(bytes);
  read_as<link::Gate>(bytes);
  read_as<link::Standing>(bytes);
  read_as<link::Resolution>(bytes);
  read_as<link::TagMessage>(bytes);
  read_as<link::BlockStart>(bytes);
  read_as<link::Notice>(bytes);
  read_as<link::LabHello>(bytes);

  Dim light;
  link::FibreServer raw(light), framed(light);
  const bool understood = raw.receive(bytes).has_value();
  HERALD_CHECK(!understood || raw.take_output().size() < (std::size_t{1} << 26));
  const Bytes wire = connection(bytes);
  for (std::size_t at = 0; at < wire.size(); at += 97)
    if (const auto heard = framed.receive(ByteView(wire).subspan(at, std::min<std::size_t>(97, wire.size() - at)));
        !heard)
      break;
  static_cast<void>(framed.take_output());
  return 0;
}
