#include <fmt/format.h>

#include <algorithm>

#include "herald/protocol/storage/hashing_transfer.h"
#include "herald/protocol/storage/parity_checks.h"

namespace herald {

void TableOrder::encode(Writer& writer) const {
  writer.varint(bits.size());
  for (const std::uint32_t bit : bits) writer.varint(bit);
}
TableOrder TableOrder::decode(Reader& reader) {
  const std::uint64_t count = reader.varint();
  if (count > reader.remaining()) reader.fault("more places than bytes");
  TableOrder order;
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    const std::uint64_t bit = reader.varint();
    if (bit > UINT32_MAX) reader.fault("no bit of a table");
    order.bits.push_back(static_cast<std::uint32_t>(bit));
  }
  return order;
}

void SetsHashed::encode(Writer& writer) const {
  for (const auto* strings : {&hashes, &syndromes})
    for (const BitString& string : *strings) writer.bits(string);
  writer.fixed(seed);
}
SetsHashed SetsHashed::decode(Reader& reader) {
  SetsHashed told;
  for (auto* strings : {&told.hashes, &told.syndromes})
    for (BitString& string : *strings) string = reader.bits(kMostBits);
  told.seed = reader.fixed<std::uint64_t>();
  return told;
}

namespace hashing_transfer {
namespace {

ParityChecks code(const SetsHashed& told, unsigned which, const HashingTransfer& transfer) {
  return {transfer.set_bits(), ParityChecks::needed(transfer.set_bits(), transfer.errors), told.seed ^ which};
}

}  // namespace

BitString counted_bits(BitView bits, BitView counted) {
  BitString close;
  for (std::size_t i = 0; i < counted.size(); ++i)
    if (counted[i]) close.push_back(bits[i]);
  return close;
}

BitString in_table(BitView counted, const TableOrder& order) {
  BitString table;
  for (const std::uint32_t bit : order.bits) table.push_back(counted[bit]);
  return table;
}

TableOrder order_for(const std::vector<std::size_t>& set, const std::vector<std::uint32_t>& first,
                     const std::vector<std::uint32_t>& others, const HashingTransfer& transfer) {
  TableOrder order;
  std::size_t from_first = 0, from_others = 0;
  for (std::size_t row = 0; row < transfer.rows; ++row) {
    const bool mine = std::ranges::binary_search(set, row);
    for (std::size_t column = 0; column < transfer.columns; ++column)
      order.bits.push_back(mine ? first[from_first++] : others[from_others++]);
  }
  return order;
}

std::string fault(const Bases& told, const HashingTransfer& transfer) {
  if (told.bases.size() != transfer.photons)
    return fmt::format("{} bases for {} photons", told.bases.size(), transfer.photons);
  return {};
}

std::string fault(const TableOrder& order, const HashingTransfer& transfer) {
  if (order.bits.size() != transfer.bits())
    return fmt::format("{} places in a table of {}", order.bits.size(), transfer.bits());
  BitString seen(transfer.bits());
  for (const std::uint32_t bit : order.bits) {
    if (bit >= transfer.bits()) return fmt::format("bit {} of {}", bit, transfer.bits());
    if (seen[bit]) return fmt::format("bit {} stands in two places", bit);
    seen.set(bit, true);
  }
  return {};
}

std::string fault(const SetsHashed& told, const HashingTransfer& transfer) {
  const std::size_t hash = hash_seed_bits(transfer.set_bits(), transfer.length);
  const std::size_t syndrome = ParityChecks::needed(transfer.set_bits(), transfer.errors);
  for (const unsigned which : {0u, 1u}) {
    if (told.hashes[which].size() != hash)
      return fmt::format("a hash function of {} bits where {} are needed", told.hashes[which].size(), hash);
    if (told.syndromes[which].size() != syndrome)
      return fmt::format("a syndrome of {} bits where {} are needed", told.syndromes[which].size(), syndrome);
  }
  return {};
}

BitString set_bits(BitView table, const std::vector<std::size_t>& set, const HashingTransfer& transfer) {
  BitString bits;
  for (const std::size_t row : set) bits.append(slice(table, row * transfer.columns, transfer.columns));
  return bits;
}

SetsHashed hash_sets(const std::array<BitString, 2>& sets, const HashingTransfer& transfer, SimulationRandom& random) {
  SetsHashed told;
  told.seed = random.next_word();
  for (const unsigned which : {0u, 1u}) {
    told.hashes[which] = random_bits(random, hash_seed_bits(transfer.set_bits(), transfer.length));
    told.syndromes[which] = code(told, which, transfer).syndrome(sets[which]);
  }
  return told;
}

BitString strings_of(const std::array<BitString, 2>& sets, const SetsHashed& told, const HashingTransfer& transfer) {
  BitString both = hash_of(sets[0], told.hashes[0], transfer.length);
  both.append(hash_of(sets[1], told.hashes[1], transfer.length));
  return both;
}

BitString corrected_string(const BitString& set, const SetsHashed& told, unsigned which,
                           const HashingTransfer& transfer) {
  if (transfer.errors == 0) return hash_of(set, told.hashes[which], transfer.length);
  return hash_of(code(told, which, transfer).correct(set, told.syndromes[which], transfer.errors), told.hashes[which],
                 transfer.length);
}

}  // namespace hashing_transfer
}  // namespace herald
