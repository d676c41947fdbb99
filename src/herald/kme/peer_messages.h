#pragma once
// What two KMEs say to each other, over a connection that knows who is at its other end. Version 2.
//
// A request that removes keys is carried out at the asking side first, told with that side's journal head, carried out
// at the other side, which bears witness to the head, and answered: what then leaves is removed at both ends, and
// neither can be put back to an earlier state unnoticed.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "herald/base/codec.h"
#include "herald/base/uuid.h"
#include "herald/kme/etsi004.h"
#include "herald/kme/journal.h"
#include "herald/kme/one_time_seal.h"
#include "herald/kme/pool.h"
#include "herald/kme/topology.h"

namespace herald::kme {

inline constexpr std::uint16_t kPeerVersion = 2;

struct LotName {
  std::uint64_t number = 0, size = 0, used = 0;  // bytes
  bool operator==(const LotName&) const = default;
};

// The first message of each side.
struct Hello {
  std::uint16_t version = kPeerVersion;
  std::string kme;
  JournalHead head;              // of the sender
  JournalHead witnessed;         // the receiver's, as the sender knows it
  Bytes kem;                     // a public key of ML-KEM-768, for this connection
  std::uint64_t generation = 0;  // how often the two have begun anew, as the sender counts
};
// The sender's journal goes on from what the receiver knew of it: `head` is what the receiver's Hello called witnessed,
// found in the sender's own journal. Only now may the receiver take the sender's present head for its word: a site put
// back to an earlier state may have written on since, and by number be ahead of what is known.
struct Agreed {
  JournalHead head;
};
// All lots that the sender has, of the pool from the sender or of the pool to it, whose numbers lie in (after, last].
struct Lots {
  bool from_sender = false;
  std::uint64_t after = 0, last = 0;
  std::vector<LotName> lots;
};
inline constexpr std::size_t kMostLots = 4096;  // a message
// A secret of 32 bytes for the receiver alone: under what `ciphertext` encapsulates for the key of its Hello.
struct Encapsulation {
  Bytes ciphertext;
  std::array<std::uint8_t, 32> wrapped{};
};
// The sender has drawn these keys for `master`: the receiver is to hold them for the slaves.
struct Assign {
  struct Key {
    Uuid id;
    std::vector<Draw> draws;  // of the pool from sender to receiver: the key itself
    // Or what unseals it, where the slaves of one key are at several KMEs.
    std::optional<OneTimeSealed> sealed = {};
  };
  std::uint64_t request = 0;
  JournalHead head;
  std::string master;
  std::vector<std::string> slaves;
  std::uint64_t until = 0;  // seconds since 1970
  std::vector<Key> keys;
  std::optional<Encapsulation> hybrid = {};  // what all keys are combined with
};
// The sender has taken keys that the receiver drew, for a slave.
struct Fetched {
  std::uint64_t request = 0;
  JournalHead head;
};
// The answer to either: done, or why not.
struct Done {
  std::uint64_t request = 0;
  JournalHead head;
  std::string refusal;
};
// What the tag of a key that is sealed is over, besides the key.
Bytes about_sealed(const Assign& assign, const Uuid& id);

// A share of a lot of the pool from `origin` to `destination`, on its way over trusted nodes.
struct Relay {
  JournalHead head;  // of the sender
  std::string origin, destination;
  std::vector<std::string> route;  // after the receiver, the destination at the end
  std::uint64_t lot = 0;
  std::uint64_t share = 0, shares = 1;  // the lot is the sum of all of them
  Provenance provenance;                // of all pads so far
  std::vector<Draw> draws;              // of the pool from sender to receiver
  OneTimeSealed sealed;
};
inline constexpr std::size_t kMostShares = 16, kMostHops = 64;
// What the tag of a relay is over, besides the share.
Bytes about_sealed(const Relay& relay);
// The destination has every share of this lot; to the origin.
struct Arrived {
  std::uint64_t lot = 0;
  Provenance provenance;
};
// The origin's word of what the lot is, chosen after it arrived: the tag of the lot's bytes behind the first 16, under
// the key `point` ‖ those 16. Who changed the bytes on their way does not know it beforehand.
struct Proof {
  std::uint64_t lot = 0;
  std::array<std::uint8_t, 16> point{};
  Tag tag{};
};
inline constexpr std::size_t kProofBytes = 16;  // of a lot, which are no key then

// The sender's device gave it these keys, one after the other a lot of the pool from sender to receiver, whose device
// has them too. When the receiver has them, they have arrived.
struct DeviceLot {
  std::uint64_t lot = 0;
  Provenance provenance;
  std::vector<Uuid> ids;
};
inline constexpr std::size_t kMostDeviceKeys = 1024;
// Or not, and why.
struct DeviceRefusal {
  std::uint64_t lot = 0;
  std::string why;
};

// An application of the sender's has opened a key stream (ETSI GS QKD 004) to one of the receiver's. Answered by Done.
struct StreamOffer {
  std::uint64_t request = 0;
  Uuid stream, salt;
  std::string master, slave;
  Qos qos;
  std::uint64_t until = 0;  // seconds since 1970
};
// It has opened the stream, or closed it. Answered by Done.
struct StreamNews {
  std::uint64_t request = 0;
  Uuid stream;
  bool is_open = false;
  std::uint64_t next = 0;  // the lowest index that it was not given
};

using PeerMessage = std::variant<Hello, Agreed, Lots, Assign, Fetched, Done, Relay, Arrived, Proof, LinkState,
                                 DeviceLot, DeviceRefusal, StreamOffer, StreamNews>;

Bytes encode(const PeerMessage& message);
// Errors: malformed (also: a text too long, too many of anything).
Result<PeerMessage> decode_peer_message(ByteView bytes);

}  // namespace herald::kme
