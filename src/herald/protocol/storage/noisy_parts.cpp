#include <fmt/format.h>

#include <bit>

#include "herald/protocol/fields.h"
#include "herald/protocol/storage/noisy_storage.h"
#include "herald/protocol/storage/parity_checks.h"

namespace herald {

void Syndromes::encode(Writer& writer) const {
  writer.fixed(seed);
  for (const BitString& syndrome : of) writer.bits(syndrome);
}
Syndromes Syndromes::decode(Reader& reader) {
  Syndromes syndromes;
  syndromes.seed = reader.fixed<std::uint64_t>();
  for (BitString& syndrome : syndromes.of) syndrome = reader.bits(kMostBits);
  return syndromes;
}

namespace noisy_transfer {
namespace {

// Of the photons that arrived, those in basis `which`.
template <typename Visit>
void for_each_in_basis(const BasesAndHashes& told, BitView arrived, unsigned which, Visit visit) {
  for (std::size_t w = 0; w < arrived.words().size(); ++w)
    for (std::uint64_t left = arrived.words()[w] & storage::in_basis(told.bases.words()[w], which == 1); left != 0;
         left &= left - 1)
      visit(64 * w + static_cast<std::size_t>(std::countr_zero(left)));
}

std::size_t count(const BasesAndHashes& told, BitView arrived, unsigned which) {
  std::size_t photons = 0;
  for_each_in_basis(told, arrived, which, [&](std::size_t) { ++photons; });
  return photons;
}

ParityChecks code(std::size_t bits, double errors, const Syndromes& syndromes, unsigned which) {
  return {bits, ParityChecks::needed(bits, errors), syndromes.seed ^ which};
}

}  // namespace

std::string fault(const Arrivals& arrivals, const NoisyStorage& transfer) {
  if (arrivals.arrived.size() != transfer.photons)
    return fmt::format("{} arrivals of {} photons", arrivals.arrived.size(), transfer.photons);
  const std::size_t missing = transfer.photons - arrivals.arrived.view().count_ones();
  if (static_cast<double>(missing) > transfer.holes * static_cast<double>(transfer.photons))
    return fmt::format("{} of {} photons are missing", missing, transfer.photons);
  return {};
}

BitString common(BitView bits, BitView arrived) {
  BitString both(bits);
  for (std::size_t w = 0; w < both.words().size(); ++w) both.words()[w] &= arrived.words()[w];
  return both;
}

namespace {

// The bits of the photons in basis `which` that arrived, close together.
BitString close_up(BitView bits, const BasesAndHashes& told, BitView arrived, unsigned which) {
  BitString close;
  for_each_in_basis(told, arrived, which, [&](std::size_t i) { close.push_back(bits[i]); });
  return close;
}

}  // namespace

void correct(BitString& bits, const BasesAndHashes& told, BitView arrived, const Syndromes& syndromes, unsigned which,
             double errors) {
  if (errors <= 0) return;
  const BitString received = close_up(bits, told, arrived, which);
  const BitString corrected =
      code(received.size(), errors, syndromes, which).correct(received, syndromes.of[which], errors);
  std::size_t next = 0;
  for_each_in_basis(told, arrived, which, [&](std::size_t i) { bits.set(i, corrected[next++]); });
}

Syndromes syndromes_of(BitView bits, const BasesAndHashes& told, BitView arrived, double errors, std::uint64_t seed) {
  Syndromes syndromes(seed, {});
  for (const unsigned which : {0u, 1u}) {
    const BitString close = close_up(bits, told, arrived, which);
    syndromes.of[which] = code(close.size(), errors, syndromes, which).syndrome(close);
  }
  return syndromes;
}

std::string fault(const Syndromes& syndromes, const BasesAndHashes& told, BitView arrived, double errors) {
  for (const unsigned which : {0u, 1u}) {
    const std::size_t needed = ParityChecks::needed(count(told, arrived, which), errors);
    if (syndromes.of[which].size() != needed)
      return fmt::format("a syndrome of {} bits where {} are needed", syndromes.of[which].size(), needed);
  }
  return {};
}

std::uint64_t first_bit(BitView bits, BitView arrived) {
  for (std::size_t i = 0; i < arrived.size(); ++i)
    if (arrived[i]) return kFirst | std::uint64_t{bits[i]};
  return 0;
}

}  // namespace noisy_transfer
}  // namespace herald
