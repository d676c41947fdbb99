#pragma once
// The book of which pad bits are spent. A bit is given out once in its life, whatever is killed when: it is durably
// marked as spent before anybody sees it, and a mark is never taken back. Pads are shared with the peer; each segment
// has one end that reserves from it and tells the other, which claims, so that the two never draw the same bits.

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "herald/base/bits.h"
#include "herald/base/codec.h"
#include "herald/base/result.h"
#include "herald/base/uuid.h"

namespace herald {

// Bits [offset, offset + length) of a segment.
struct PadRange {
  Uuid segment;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;

  bool operator==(const PadRange&) const = default;
  void encode(Writer& writer) const;
  static PadRange decode(Reader& reader);
};

enum class PadPurpose : std::uint8_t {
  authentication = 0,  // the key of a one-time tag
  encryption = 1,      // a one-time pad
};
std::string_view to_string(PadPurpose purpose);

enum class PadOwner : std::uint8_t {
  self = 0,  // this end reserves
  peer = 1,  // the peer reserves, this end claims
};

struct PadSegment {
  Uuid id;                   // the same at both ends
  std::uint64_t length = 0;  // bits
  PadOwner owner = PadOwner::self;

  bool operator==(const PadSegment&) const = default;
};

// Where the book is written. Every call that changes something has made it durable when it returns without an error.
class PadStore {
 public:
  struct State {
    std::vector<PadSegment> segments;  // in the order of append(), the order in which they are used
    std::vector<PadRange> spent;       // in any order, whole or merged
  };

  virtual ~PadStore() = default;
  virtual Result<State> load() = 0;
  virtual Result<void> append(const PadSegment& segment, BitView pad) = 0;
  virtual Result<void> spend(const PadRange& range, PadPurpose purpose) = 0;
  // The bits of a spent range, for their one use; the store may destroy its copy.
  virtual Result<SecretBits> take(const PadRange& range) = 0;
};

class PadBook {
 public:
  PadBook(PadBook&&) noexcept = default;  // never copied: two books over one store would give bits twice
  PadBook& operator=(PadBook&&) noexcept = default;

  // Reads the marks back. Errors: the store's; malformed (marks outside their segments).
  static Result<PadBook> open(PadStore& store);

  // The next `bits` unspent bits of one of our own segments, spent before they are returned. Errors: exhausted;
  // invalid_argument (no bits asked for); the store's, after which the bits count as spent.
  Result<PadRange> reserve(std::uint64_t bits, PadPurpose purpose);

  // Takes the peer's word that it reserved `range` of one of its segments. Only these bits are marked, so that a forged
  // claim burns no others. Errors: not_found (segment), malformed (beyond its end, empty), insecure (a bit of it was
  // spent before, or the segment is ours to reserve from), the store's.
  Result<void> claim(const PadRange& range, PadPurpose purpose);

  // The bits of a range that this book reserved or claimed since it was opened; once. A range that was only marked
  // before a crash is never given out. Errors: insecure (taken before, or not from this book), the store's.
  Result<SecretBits> take(const PadRange& range);

  // A new segment: a pre-shared key, or secret key set aside. Errors: invalid_argument (empty, or an id in use), the
  // store's.
  Result<void> append(const PadSegment& segment, BitView pad);

  // Bits that reserve() can still give, in all and in one piece.
  std::uint64_t remaining() const;
  std::uint64_t largest_piece() const;
  // Bits ever reserved or claimed.
  std::uint64_t spent() const;

 private:
  struct Page {
    PadSegment segment;
    std::map<std::uint64_t, std::uint64_t> spent;  // begin → end; disjoint, not adjacent

    std::uint64_t high_water() const { return spent.empty() ? 0 : spent.rbegin()->second; }
    std::uint64_t left() const { return segment.owner == PadOwner::self ? segment.length - high_water() : 0; }
    bool overlaps(std::uint64_t begin, std::uint64_t end) const;
    void mark(std::uint64_t begin, std::uint64_t end);
  };

  explicit PadBook(PadStore& store) : m_store(&store) {}
  Page* find(const Uuid& segment);
  Result<void> spend(Page& page, const PadRange& range, PadPurpose purpose);

  PadStore* m_store;
  std::vector<Page> m_pages;
  std::vector<PadRange> m_untaken;
};

}  // namespace herald
