#include "herald/protocol/oblivious_transfer/commitments.h"

#include <botan/hash.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace herald::oblivious_transfer {
namespace {

constexpr std::size_t kNonceBits = 128;

[[noreturn]] void refuse(std::string_view phase, std::string reason) {
  throw PartyFault{Error{ErrorCode::malformed, std::move(reason)}, phase};
}

void encode_table(Writer& writer, const MeasuredTable& table) {
  writer.bits(table.bases);
  writer.bits(table.bits);
}

MeasuredTable decode_table(Reader& reader, std::size_t most) {
  MeasuredTable table;
  table.bases = reader.bits(most);
  table.bits = reader.bits(most);
  if (table.bases.size() != table.bits.size()) reader.fault("as many bases as bits are expected");
  return table;
}

HashCommitments::Digest digest(std::size_t position, bool basis, bool bit, BitView nonce) {
  thread_local const auto kHash = Botan::HashFunction::create_or_throw("BLAKE2b(256)");
  Writer writer;
  writer.fixed<std::uint64_t>(position);
  writer.fixed<std::uint8_t>(static_cast<std::uint8_t>((basis ? 2 : 0) | (bit ? 1 : 0)));
  writer.bits(nonce);
  HashCommitments::Digest digest;
  kHash->update(writer.bytes());
  kHash->final(digest);
  return digest;
}

// The bases of photons that commit to a table: `strength` for the basis, then as many for the bit, position by
// position.
BitString photon_bases(const MeasuredTable& table, std::size_t strength) {
  BitString bases(2 * table.bits.size() * strength);
  for (std::size_t i = 0; i < table.bits.size(); ++i)
    for (std::size_t k = 0; k < strength; ++k) {
      bases.set(2 * i * strength + k, table.bases[i]);
      bases.set((2 * i + 1) * strength + k, table.bits[i]);
    }
  return bases;
}

// Each position's part of what proves a table.
BitString proof_at(BitView secret, std::span<const std::uint32_t> positions, std::size_t each) {
  BitString proof;
  proof.reserve(positions.size() * each);
  for (const std::uint32_t position : positions) proof.append(slice(secret, position * each, each));
  return proof;
}

}  // namespace

SealedTable::SealedTable(MeasuredTable table) {
  if (table.bases.size() != table.bits.size()) table = {};
  const std::size_t size = table.bases.size();
  const auto contents = std::make_shared<TrustedBox::Contents>(std::move(table), BitString(size));
  box = TrustedBox(contents);
  key = TrustedBox::Key(contents);
}

void TrustedBox::Key::open(BitView positions) {
  if (m_contents == nullptr || m_contents->opened.empty()) return;
  BitString& opened = m_contents->opened;
  const std::size_t words = std::min(positions.words().size(), opened.words().size());
  for (std::size_t w = 0; w < words; ++w) opened.words()[w] |= positions.words()[w];
  opened.trim();
}

TrustedBox::Seen TrustedBox::look(std::size_t position) const {
  if (position >= size() || !m_contents->opened[position]) return {};
  return {true, m_contents->table.bases[position], m_contents->table.bits[position]};
}

std::size_t TrustedBox::size() const { return m_contents == nullptr ? 0 : m_contents->opened.size(); }

BoxHandover BoxHandover::decode(Reader& reader) {
  reader.fault("a box cannot be sent as bytes");
  return {};
}

void HashCommitments::encode(Writer& writer) const {
  writer.varint(digests.size());
  for (const Digest& each : digests) writer.raw(each);
}
HashCommitments HashCommitments::decode(Reader& reader) {
  const std::uint64_t count = reader.varint();
  if (count > kMost || reader.remaining() != count * sizeof(Digest)) {
    reader.fault("its digests do not fill it");
    return {};
  }
  std::vector<Digest> digests(count);
  for (Digest& each : digests) std::ranges::copy(reader.raw(sizeof(Digest)), each.begin());
  return HashCommitments(std::move(digests));
}

void ReadableCommitments::encode(Writer& writer) const { encode_table(writer, table); }
ReadableCommitments ReadableCommitments::decode(Reader& reader) {
  return ReadableCommitments(decode_table(reader, kMost));
}

void Opening::encode(Writer& writer) const {
  encode_table(writer, table);
  writer.bits(proof);
}
Opening Opening::decode(Reader& reader) {
  MeasuredTable table = decode_table(reader, kMost);
  return {std::move(table), reader.bits(kMostProof)};
}

std::vector<std::uint32_t> positions_of(BitView set) {
  std::vector<std::uint32_t> positions;
  positions.reserve(set.count_ones());
  for (std::size_t w = 0; w < set.words().size(); ++w)
    for (std::uint64_t word = set.words()[w]; word != 0; word &= word - 1)
      positions.push_back(static_cast<std::uint32_t>(64 * w) + static_cast<std::uint32_t>(std::countr_zero(word)));
  return positions;
}

BitString at_positions(BitView bits, std::span<const std::uint32_t> positions) {
  BitString chosen(positions.size());
  for (std::size_t i = 0; i < positions.size(); ++i) chosen.set(i, bits[positions[i]]);
  return chosen;
}

void Committer::commit(MeasuredTable table, Peer& verifier, SimulationRandom& random) {
  m_table = std::move(table);
  const std::size_t positions = m_table.bits.size();
  switch (m_plan->kind) {
    case CommitmentKind::trusted_box: {
      SealedTable sealed(m_table);
      m_key = std::move(sealed.key);
      verifier.send(BoxHandover(std::move(sealed.box)));
      break;
    }
    case CommitmentKind::hash: {
      m_secret = random_bits(random, positions * kNonceBits);
      std::vector<HashCommitments::Digest> digests(positions);
      for (std::size_t i = 0; i < positions; ++i)
        digests[i] = digest(i, m_table.bases[i], m_table.bits[i], slice(m_secret, i * kNonceBits, kNonceBits));
      verifier.send(HashCommitments(std::move(digests)));
      break;
    }
    case CommitmentKind::quantum:
      m_secret = random_bits(random, 2 * positions * m_plan->strength);
      verifier.send(prepare(m_secret, photon_bases(m_table, m_plan->strength)));
      break;
    case CommitmentKind::readable: verifier.send(ReadableCommitments(m_table)); break;
  }
}

void Committer::commit_to_nothing(std::size_t positions, Peer& verifier) {
  HERALD_CHECK(m_plan->kind == CommitmentKind::quantum);
  auto [mine, theirs] = epr_pairs(2 * positions * m_plan->strength);
  m_halves = std::move(mine);
  verifier.send(std::move(theirs));
}

Opening Committer::open(BitView positions) {
  const std::vector<std::uint32_t> asked = positions_of(positions);
  MeasuredTable table{at_positions(m_table.bases, asked), at_positions(m_table.bits, asked)};
  switch (m_plan->kind) {
    case CommitmentKind::trusted_box: m_key.open(positions); break;
    case CommitmentKind::hash: return {std::move(table), proof_at(m_secret, asked, kNonceBits)};
    case CommitmentKind::quantum: return {std::move(table), proof_at(m_secret, asked, 2 * m_plan->strength)};
    case CommitmentKind::readable: break;
  }
  return {std::move(table), {}};
}

Opening Committer::open_as(BitView positions, const MeasuredTable& claim, SimulationRandom& random) {
  if (m_halves.size() != 0) {
    const BitString bases = photon_bases(claim, m_plan->strength);
    m_secret = measure(std::move(m_halves), bases, random).bits;
    m_halves = QubitString();
  }
  m_table = claim;
  return open(positions);
}

const MeasuredTable* Commitments::readable() const {
  return m_plan->kind == CommitmentKind::readable ? &m_table : nullptr;
}

void Commitments::check(BitView positions, const Opening& opening) const {
  const std::vector<std::uint32_t> asked = positions_of(positions);
  const std::size_t strength = m_plan->strength;
  const std::size_t each = m_plan->kind == CommitmentKind::hash      ? kNonceBits
                           : m_plan->kind == CommitmentKind::quantum ? 2 * strength
                                                                     : 0;
  const auto& [bases, bits] = opening.table;
  if (bases.size() != asked.size() || bits.size() != asked.size() || opening.proof.size() != asked.size() * each)
    refuse(Opening::kName, fmt::format("it opens {} positions with {} bits of proof; asked were {} with {}",
                                       bases.size(), opening.proof.size(), asked.size(), asked.size() * each));
  BitString photons;
  if (m_plan->kind == CommitmentKind::quantum) photons = photon_bases(opening.table, strength);
  for (std::size_t k = 0; k < asked.size(); ++k) {
    const std::size_t i = asked[k];
    bool same = false;
    switch (m_plan->kind) {
      case CommitmentKind::trusted_box: {
        const TrustedBox::Seen seen = m_box.look(i);
        same = seen.opened && seen.basis == bases[k] && seen.bit == bits[k];
        break;
      }
      case CommitmentKind::hash:
        same = digest(i, bases[k], bits[k], slice(opening.proof, k * each, each)) == m_digests[i];
        break;
      case CommitmentKind::quantum:
        same = true;
        for (std::size_t p = 0; p < each && same; ++p) {
          const std::size_t held = i * each + p, shown = k * each + p;
          same = m_bases[held] != photons[shown] || m_seen.bits[held] == opening.proof[shown];
        }
        break;
      case CommitmentKind::readable: same = m_table.bases[i] == bases[k] && m_table.bits[i] == bits[k]; break;
    }
    if (!same) refuse(Opening::kName, fmt::format("position {} is not opened as it was committed to", i));
  }
}

Party<Commitments> receive_commitments(Peer& committer, SimulationRandom& random, const CommitmentPlan& plan,
                                       std::size_t positions) {
  Commitments held(plan);
  switch (plan.kind) {
    case CommitmentKind::trusted_box: {
      auto handover = co_await committer.receive<BoxHandover>();
      if (handover.box.size() != positions) refuse(BoxHandover::kName, "no box that holds a table of that size");
      held.m_box = std::move(handover.box);
      break;
    }
    case CommitmentKind::hash: {
      auto message = co_await committer.receive<HashCommitments>();
      if (message.digests.size() != positions)
        refuse(HashCommitments::kName, fmt::format("{} digests for {} positions", message.digests.size(), positions));
      held.m_digests = std::move(message.digests);
      break;
    }
    case CommitmentKind::quantum: {
      auto photons = co_await committer.receive_light(2 * positions * plan.strength);
      held.m_bases = random_bits(random, 2 * positions * plan.strength);
      held.m_seen = measure(std::move(photons), held.m_bases, random);
      if (held.m_seen.detected.view().count_ones() != held.m_bases.size())
        refuse("commitments by photons", "photons are missing: who may lose them opens what it likes");
      break;
    }
    case CommitmentKind::readable: {
      auto message = co_await committer.receive<ReadableCommitments>();
      if (message.table.bits.size() != positions)
        refuse(ReadableCommitments::kName,
               fmt::format("{} values for {} positions", message.table.bits.size(), positions));
      held.m_table = std::move(message.table);
      break;
    }
  }
  co_return held;
}

}  // namespace herald::oblivious_transfer
