#include "herald/protocol/oblivious_transfer/steps.h"

#include <fmt/format.h>

#include <algorithm>

#include "herald/distill/privacy_amplification.h"

namespace herald::oblivious_transfer {
namespace {

BitString hash(BitView bits, BitView set, BitView seeds, bool which, std::size_t length) {
  const BitString raw = at_positions(bits, positions_of(set));
  const std::size_t seed = amplification_seed_bits(raw.size());
  return BitString(amplify(raw, slice(seeds, which ? seed : 0, seed), length).view());
}

bool overlap(BitView a, BitView b) {
  for (std::size_t w = 0; w < a.words().size(); ++w)
    if ((a.words()[w] & b.words()[w]) != 0) return true;
  return false;
}

// The first `count` of a set.
BitString first_of(BitView set, std::size_t count) {
  BitString first(set.size());
  for (const std::uint32_t position : positions_of(set)) {
    if (count-- == 0) break;
    first.set(position, true);
  }
  return first;
}

}  // namespace

void refuse(std::string_view phase, std::string reason) {
  throw PartyFault{Error{ErrorCode::malformed, std::move(reason)}, phase};
}

BitString random_subset(std::size_t size, std::size_t count, SimulationRandom& random) {
  BitString subset(size);
  // Floyd's: Bentley, Floyd, Commun. ACM 30, 754 (1987).
  for (std::size_t last = size - count; last < size; ++last) {
    const std::size_t drawn = random.next_below(last + 1);
    subset.set(subset[drawn] ? last : drawn, true);
  }
  return subset;
}

BitString difference(BitView within, BitView without) {
  BitString rest(within);
  for (std::size_t w = 0; w < rest.words().size(); ++w) rest.words()[w] &= ~without.words()[w];
  return rest;
}

void test(const MeasuredTable& opened, const MeasuredTable& sent, BitView tested, double errors) {
  std::size_t compared = 0, wrong = 0, k = 0;
  for (const std::uint32_t i : positions_of(tested)) {
    if (opened.bases[k] == sent.bases[i]) {
      ++compared;
      wrong += opened.bits[k] != sent.bits[i] ? 1 : 0;
    }
    ++k;
  }
  if (static_cast<double>(wrong) > errors * static_cast<double>(compared))
    refuse(Opening::kName,
           fmt::format("{} of the {} photons that he measured in her bases are wrong", wrong, compared));
}

void check_sets(const PositionSets& sets, BitView tested, const ObliviousTransfer& transfer) {
  const std::size_t n = transfer.photons;
  if (sets.zero.size() != n || sets.one.size() != n)
    refuse(PositionSets::kName,
           fmt::format("sets among {} and {} photons of {}", sets.zero.size(), sets.one.size(), n));
  const std::size_t zero = sets.zero.view().count_ones(), one = sets.one.view().count_ones();
  if (zero != one || zero < transfer.set)
    refuse(PositionSets::kName,
           fmt::format("sets of {} and {} photons; both need as many, at least {}", zero, one, transfer.set));
  if (overlap(sets.zero, sets.one)) refuse(PositionSets::kName, "a photon is in both sets");
  if (overlap(sets.zero, tested) || overlap(sets.one, tested))
    refuse(PositionSets::kName, "a photon that was tested is in a set");
}

MaskedStrings mask(const StringPair& strings, const PositionSets& sets, BitView sent, SimulationRandom& random) {
  const std::size_t seed = amplification_seed_bits(sets.zero.view().count_ones());
  BitString seeds = random_bits(random, 2 * seed);
  BitString zero = hash(sent, sets.zero, seeds, false, strings.zero.size());
  BitString one = hash(sent, sets.one, seeds, true, strings.one.size());
  zero ^= strings.zero;
  one ^= strings.one;
  return {std::move(seeds), std::move(zero), std::move(one)};
}

void check_tested(const TestedPositions& tested, const ObliviousTransfer& transfer) {
  const std::size_t count = tested.positions.view().count_ones();
  if (tested.positions.size() != transfer.photons || count != transfer.tested)
    refuse(TestedPositions::kName, fmt::format("{} of {} photons are to be opened; agreed were {} of {}", count,
                                               tested.positions.size(), transfer.tested, transfer.photons));
}

void check_bases(const BasisTable& announced, const ObliviousTransfer& transfer) {
  if (announced.bases.size() != transfer.photons)
    refuse(BasisTable::kName, fmt::format("{} bases for {} photons", announced.bases.size(), transfer.photons));
}

PositionSets sets_by_choice(BitView known, BitView unknown, bool choice) {
  const std::size_t size = std::min(known.count_ones(), unknown.count_ones());
  BitString good = first_of(known, size), bad = first_of(unknown, size);
  return choice ? PositionSets(std::move(bad), std::move(good)) : PositionSets(std::move(good), std::move(bad));
}

void check_strings(const MaskedStrings& masked, const PositionSets& sets, const ObliviousTransfer& transfer) {
  const std::size_t seeds = 2 * amplification_seed_bits(sets.zero.view().count_ones());
  if (masked.seeds.size() != seeds || masked.zero.size() != transfer.length || masked.one.size() != transfer.length)
    refuse(MaskedStrings::kName,
           fmt::format("seeds of {} bits and strings of {} and {}; agreed were {} and {}", masked.seeds.size(),
                       masked.zero.size(), masked.one.size(), seeds, transfer.length));
}

BitString unmask(const MaskedStrings& masked, const PositionSets& sets, BitView bits, bool which) {
  BitString string = which ? masked.one : masked.zero;
  string ^= hash(bits, which ? sets.one : sets.zero, masked.seeds, which, string.size());
  return string;
}

}  // namespace herald::oblivious_transfer
