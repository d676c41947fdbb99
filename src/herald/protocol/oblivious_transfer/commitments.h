#pragma once
// Commitments to a table of bases and outcomes, bit by bit, behind one face: a transfer takes whichever it is given.
//
//   trusted_box  ideal: a box that shows what its key opens, and whose contents nobody changes. It comes from the game,
//                as qubits do: neither party can cheat it, and nobody has to believe that it can be built
//   hash         a BLAKE2b-256 digest a position, of 128 random bits and the values: computational
//   quantum      Bennett and Brassard's: a string of photons in the basis that is the bit. Hides perfectly; a party who
//                keeps halves of pairs opens it as it likes (Mayers, PRL 78, 3414 (1997); Lo, Chau, PRL 78, 3410
//                (1997))
//   readable     the values in clear: it binds and does not hide

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "herald/protocol/meeting.h"

namespace herald::oblivious_transfer {

enum class CommitmentKind : std::uint8_t { trusted_box, hash, quantum, readable };

// What is committed to, position by position.
struct MeasuredTable {
  BitString bases, bits;

  bool operator==(const MeasuredTable&) const = default;
};

// The ideal commitment, as the verifier has it.
class TrustedBox {
 public:
  // None: what stands in a box that was moved away, or never came.
  TrustedBox() = default;
  TrustedBox(const TrustedBox&) = delete;
  TrustedBox& operator=(const TrustedBox&) = delete;
  TrustedBox(TrustedBox&&) noexcept = default;
  TrustedBox& operator=(TrustedBox&&) noexcept = default;
  ~TrustedBox() = default;

  // No value where nothing was opened.
  struct Seen {
    bool opened = false, basis = false, bit = false;
  };
  Seen look(std::size_t position) const;
  std::size_t size() const;  // positions; of none 0

 private:
  friend struct SealedTable;
  struct Contents {
    MeasuredTable table;
    BitString opened;
  };
  explicit TrustedBox(std::shared_ptr<const Contents> contents) : m_contents(std::move(contents)) {}
  std::shared_ptr<const Contents> m_contents;

 public:
  // What the committer keeps.
  class Key {
   public:
    Key() = default;
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;
    Key(Key&&) noexcept = default;
    Key& operator=(Key&&) noexcept = default;
    ~Key() = default;
    // Who has the box may see these positions from now on.
    void open(BitView positions);

   private:
    friend struct SealedTable;
    explicit Key(std::shared_ptr<Contents> contents) : m_contents(std::move(contents)) {}
    std::shared_ptr<Contents> m_contents;
  };
};

struct SealedTable {
  TrustedBox box;
  TrustedBox::Key key;
  // The only way to a box. A table of more bases than bits, or fewer, is none.
  explicit SealedTable(MeasuredTable table);
};

// The box goes to the verifier. It travels as an object: from bytes there is none.
struct BoxHandover {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "commitments in the box";
  static constexpr bool kAnyValue = true;  // the verifier looks at its size
  TrustedBox box;

  BoxHandover() = default;
  explicit BoxHandover(TrustedBox sealed) : box(std::move(sealed)) {}
  void encode(Writer&) const {}
  static BoxHandover decode(Reader& reader);
};

struct HashCommitments {
  static constexpr std::uint8_t kType = 2;
  static constexpr std::string_view kName = "hash commitments";
  static constexpr std::size_t kMost = 1 << 20;
  using Digest = std::array<std::uint8_t, 32>;
  std::vector<Digest> digests;

  HashCommitments() = default;
  explicit HashCommitments(std::vector<Digest> all) : digests(std::move(all)) {}
  void encode(Writer& writer) const;
  static HashCommitments decode(Reader& reader);
};

struct ReadableCommitments {
  static constexpr std::uint8_t kType = 3;
  static constexpr std::string_view kName = "commitments in clear";
  static constexpr std::size_t kMost = 1 << 20;
  MeasuredTable table;

  ReadableCommitments() = default;
  explicit ReadableCommitments(MeasuredTable values) : table(std::move(values)) {}
  void encode(Writer& writer) const;
  static ReadableCommitments decode(Reader& reader);
};

// The values at the positions that were asked for, in order, and what proves them: the digests' random bits, or the
// strings of the photons.
struct Opening {
  static constexpr std::uint8_t kType = 4;
  static constexpr std::string_view kName = "opening";
  static constexpr std::size_t kMost = 1 << 20, kMostProof = 1 << 27;
  MeasuredTable table;
  BitString proof;

  Opening() = default;
  Opening(MeasuredTable values, BitString shown) : table(std::move(values)), proof(std::move(shown)) {}
  void encode(Writer& writer) const;
  static Opening decode(Reader& reader);
};

struct CommitmentPlan {
  CommitmentKind kind = CommitmentKind::trusted_box;
  std::size_t strength = 16;  // quantum: photons a bit
};

// Indices of the bits that are 1.
std::vector<std::uint32_t> positions_of(BitView set);
// The bits at these positions, in order.
BitString at_positions(BitView bits, std::span<const std::uint32_t> positions);

// Who commits. The plan outlives it.
class Committer {
 public:
  explicit Committer(const CommitmentPlan& plan) : m_plan(&plan) {}

  // Sends what commits to the table.
  void commit(MeasuredTable table, Peer& verifier, SimulationRandom& random);
  // Quantum commitments alone: halves of pairs, which commit to nothing.
  void commit_to_nothing(std::size_t positions, Peer& verifier);
  // As committed; of the pairs the proof of whatever `claim` says at these positions.
  Opening open(BitView positions);
  Opening open_as(BitView positions, const MeasuredTable& claim, SimulationRandom& random);

 private:
  const CommitmentPlan* m_plan;
  MeasuredTable m_table;
  BitString m_secret;  // random bits of the digests, or of the photons
  QubitString m_halves;
  TrustedBox::Key m_key;
};

// What the verifier holds of them.
class Commitments {
 public:
  explicit Commitments(const CommitmentPlan& plan) : m_plan(&plan) {}
  // Sees that the opening is of these positions and as committed; else ends the party, naming what is wrong.
  void check(BitView positions, const Opening& opening) const;
  // What can be read before anything is opened: of readable commitments.
  const MeasuredTable* readable() const;

 private:
  friend Party<Commitments> receive_commitments(Peer& committer, SimulationRandom& random, const CommitmentPlan& plan,
                                                std::size_t positions);
  const CommitmentPlan* m_plan;
  std::vector<HashCommitments::Digest> m_digests;
  MeasuredTable m_table;
  TrustedBox m_box;
  BitString m_bases;  // of the verifier's measurement
  Detections m_seen;
};

Party<Commitments> receive_commitments(Peer& committer, SimulationRandom& random, const CommitmentPlan& plan,
                                       std::size_t positions);

}  // namespace herald::oblivious_transfer
