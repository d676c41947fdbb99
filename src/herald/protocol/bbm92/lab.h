#pragma once
// The laboratory at each end of a link of entangled pairs: a party asks for a block's tags, and gets its own. Types 36
// to 39.

#include <cstdint>
#include <string_view>

#include "herald/base/codec.h"
#include "herald/base/key.h"
#include "herald/detections/coincidences.h"
#include "herald/protocol/party.h"
#include "herald/protocol/wire.h"

namespace herald::bbm92 {

struct TagsRequest {
  static constexpr std::uint8_t kType = 36;
  static constexpr std::string_view kName = "tags request";
  std::uint64_t block = 0;
  TagsRequest() = default;
  explicit TagsRequest(std::uint64_t number) : block(number) {}
  void encode(Writer& writer) const { writer.varint(block); }
  static TagsRequest decode(Reader& reader) { return TagsRequest(reader.varint()); }
};

// All tags of the block, and no other party's.
struct TagsReply {
  static constexpr std::uint8_t kType = 37;
  static constexpr std::string_view kName = "tags";
  Origin origin = Origin::simulated;
  Bytes tags;  // a Stretch that holds them all
  void encode(Writer& writer) const;
  static TagsReply decode(Reader& reader);
};

// One block of a party's tags: all of them, and not empty.
struct Recording {
  Origin origin = Origin::recorded;
  Side side = Side::alice;
  TimeTags tags;
  std::uint64_t block = 0;  // the only one that it makes
};

// Answers one end's requests until its wire closes; for another block than the recording's it gives up, saying why.
Party<void> serve_tags(Wire& party, const Recording& recording);

}  // namespace herald::bbm92
