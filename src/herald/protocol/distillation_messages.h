#pragma once
// The conversation that turns two sifted strings into one secret key; the same for every key distribution protocol
// (docs/wire-format.md). Types 48 to 63. A frame is a stretch of the sifted key that is reconciled and verified by
// itself.

#include <cstdint>
#include <string_view>
#include <vector>

#include "herald/base/codec.h"
#include "herald/distill/cascade.h"
#include "herald/distill/verification.h"

namespace herald {

// Alice to Bob: how each frame is reconciled.
struct ReconciliationStart {
  static constexpr std::uint8_t kType = 48;
  static constexpr std::string_view kName = "reconciliation start";
  std::vector<CascadeParameters> frames;
  void encode(Writer& writer) const;
  static ReconciliationStart decode(Reader& reader);
};

// Bob to Alice: the next round's queries of every frame that is still running; none when all are done.
struct ParityQueries {
  static constexpr std::uint8_t kType = 49;
  static constexpr std::string_view kName = "parity queries";
  struct Frame {
    std::uint64_t frame;
    Bytes queries;  // CascadeQueries
  };
  std::vector<Frame> frames;
  void encode(Writer& writer) const;
  static ParityQueries decode(Reader& reader);
};

// Alice to Bob: her parities, frame by frame in the order of the queries.
struct Parities {
  static constexpr std::uint8_t kType = 50;
  static constexpr std::string_view kName = "parities";
  std::vector<BitString> frames;
  void encode(Writer& writer) const;
  static Parities decode(Reader& reader);
};

// Alice to Bob: a fresh hash of each frame.
struct VerificationTags {
  static constexpr std::uint8_t kType = 51;
  static constexpr std::string_view kName = "verification tags";
  struct Frame {
    VerificationSeed seed;
    BitString tag;
  };
  std::vector<Frame> frames;
  void encode(Writer& writer) const;
  static VerificationTags decode(Reader& reader);
};

// Bob to Alice: which frames failed.
struct VerificationReply {
  static constexpr std::uint8_t kType = 52;
  static constexpr std::string_view kName = "verification reply";
  BitString failed;
  VerificationReply() = default;
  explicit VerificationReply(BitString frames) : failed(std::move(frames)) {}
  void encode(Writer& writer) const { writer.bits(failed); }
  static VerificationReply decode(Reader& reader) { return VerificationReply(reader.bits(8 * reader.remaining())); }
};

// Alice to Bob: a frame that failed, in clear. It stays in the block, and all its bits count as leaked.
struct OpenedFrames {
  static constexpr std::uint8_t kType = 53;
  static constexpr std::string_view kName = "opened frames";
  BitString bits;  // of all failed frames, in order
  void encode(Writer& writer) const { writer.bits(bits); }
  static OpenedFrames decode(Reader& reader);
};

// Alice to Bob: the length of the key, and the fresh seed of the hash that makes it.
struct AmplificationSeed {
  static constexpr std::uint8_t kType = 54;
  static constexpr std::string_view kName = "amplification seed";
  std::uint64_t length = 0;
  BitString seed;
  void encode(Writer& writer) const;
  static AmplificationSeed decode(Reader& reader);
};

}  // namespace herald
