#pragma once
// The laboratory at each end of a BB84 link: what stands between a party and its light. Alice's modulators remember
// what they did; Bob's receiver reports what it saw. A simulated fibre, a recording or a device serves both through the
// same messages (types 32 to 39), each end over a wire of its own that the other end cannot see.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "herald/base/codec.h"
#include "herald/base/key.h"
#include "herald/base/result.h"
#include "herald/detections/clicks.h"
#include "herald/protocol/party.h"
#include "herald/protocol/wire.h"

namespace herald::bb84 {

// One block of light, seen from either end. A block's content is fixed once either end has asked for it.
class Light {
 public:
  virtual ~Light() = default;
  virtual Origin origin() const = 0;
  // Bob's clicks in a block. Errors: exhausted when there is no such block (a recording's end).
  virtual Result<Clicks> clicks(std::uint64_t block) = 0;
  // Alice's settings at any pulses of the block, those that nobody saw included.
  virtual Result<Settings> settings(std::uint64_t block, std::span<const std::uint64_t> pulses) = 0;
};

// Bob asks for a block's detections, once its last pulse has passed.
struct ClicksRequest {
  static constexpr std::uint8_t kType = 32;
  static constexpr std::string_view kName = "clicks request";
  std::uint64_t block = 0;
  ClicksRequest() = default;
  explicit ClicksRequest(std::uint64_t number) : block(number) {}
  void encode(Writer& writer) const { writer.varint(block); }
  static ClicksRequest decode(Reader& reader) { return ClicksRequest(reader.varint()); }
};

struct ClicksReply {
  static constexpr std::uint8_t kType = 33;
  static constexpr std::string_view kName = "clicks";
  Origin origin = Origin::simulated;
  Clicks clicks;
  void encode(Writer& writer) const;
  static ClicksReply decode(Reader& reader);
};

// Alice asks what she sent at some pulses.
struct SettingsRequest {
  static constexpr std::uint8_t kType = 34;
  static constexpr std::string_view kName = "settings request";
  std::uint64_t block = 0;
  std::vector<std::uint64_t> pulses;  // strictly increasing
  void encode(Writer& writer) const;
  static SettingsRequest decode(Reader& reader);
};

struct SettingsReply {
  static constexpr std::uint8_t kType = 35;
  static constexpr std::string_view kName = "settings";
  Origin origin = Origin::simulated;
  Settings settings;
  void encode(Writer& writer) const;
  static SettingsReply decode(Reader& reader);
};

// Answer one end's requests until its wire closes or the light has an end.
Party<void> serve_transmitter(Wire& alice, Light& light);
Party<void> serve_receiver(Wire& bob, Light& light);

}  // namespace herald::bb84
