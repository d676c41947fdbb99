#include "herald/protocol/oblivious_transfer/steps.h"

#include <fmt/format.h>

#include <algorithm>

#include "herald/distill/privacy_amplification.h"
#include "herald/protocol/storage/parity_checks.h"

namespace herald::oblivious_transfer {
namespace {

BitString hash(BitView raw, BitView seeds, bool which, std::size_t length) {
  const std::size_t seed = amplification_seed_bits(raw.size());
  return BitString(amplify(raw, slice(seeds, which ? seed : 0, seed), length).view());
}

ParityChecks code(std::size_t bits, double errors, const MaskedStrings& masked, bool which) {
  return {bits, ParityChecks::needed(bits, errors), masked.code ^ (which ? 1 : 0)};
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

BitString all_ones(std::size_t size) {
  BitString ones(size);
  for (std::uint64_t& word : ones.words()) word = ~std::uint64_t{0};
  if (size > 0) ones.trim();
  return ones;
}

BitString difference(BitView within, BitView without) {
  BitString rest(within);
  for (std::size_t w = 0; w < rest.words().size(); ++w) rest.words()[w] &= ~without.words()[w];
  return rest;
}

void check_arrivals(const ArrivedPhotons& arrivals, const ObliviousTransfer& transfer) {
  const std::size_t n = transfer.photons;
  if (arrivals.arrived.size() != n)
    refuse(ArrivedPhotons::kName, fmt::format("arrivals of {} photons of {}", arrivals.arrived.size(), n));
  const std::size_t missing = n - arrivals.arrived.view().count_ones();
  if (static_cast<double>(missing) > transfer.holes * static_cast<double>(n))
    refuse(ArrivedPhotons::kName, fmt::format("{} of {} photons are missing", missing, n));
}

ObliviousTransfer of_arrived(const ArrivedPhotons& arrivals, const ObliviousTransfer& transfer) {
  ObliviousTransfer rest = transfer;
  rest.photons = arrivals.arrived.view().count_ones();
  return rest;
}

MeasuredTable of_arrived(const ArrivedPhotons& arrivals, const MeasuredTable& table) {
  const std::vector<std::uint32_t> came = positions_of(arrivals.arrived);
  if (came.size() == arrivals.arrived.size()) return table;
  return {at_positions(table.bases, came), at_positions(table.bits, came)};
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

MaskedStrings mask(const StringPair& strings, const PositionSets& sets, BitView sent, double errors,
                   SimulationRandom& random) {
  const std::size_t seed = amplification_seed_bits(sets.zero.view().count_ones());
  MaskedStrings masked(random_bits(random, 2 * seed), strings.zero, strings.one);
  const std::array bits{at_positions(sent, positions_of(sets.zero)), at_positions(sent, positions_of(sets.one))};
  masked.zero ^= hash(bits[0], masked.seeds, false, strings.zero.size());
  masked.one ^= hash(bits[1], masked.seeds, true, strings.one.size());
  if (errors > 0) {
    masked.code = random.next_word();
    for (const bool which : {false, true}) {
      const BitString& of = which ? bits[1] : bits[0];
      (which ? masked.syndromes[1] : masked.syndromes[0]) = code(of.size(), errors, masked, which).syndrome(of);
    }
  }
  return masked;
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
  const std::size_t checks = ParityChecks::needed(sets.zero.view().count_ones(), transfer.errors);
  for (const BitString& syndrome : masked.syndromes)
    if (syndrome.size() != checks)
      refuse(MaskedStrings::kName, fmt::format("a syndrome of {} bits where {} are needed", syndrome.size(), checks));
}

BitString unmask(const MaskedStrings& masked, const PositionSets& sets, BitView bits, double errors, bool which) {
  BitString string = which ? masked.one : masked.zero;
  BitString raw = at_positions(bits, positions_of(which ? sets.one : sets.zero));
  if (errors > 0) raw = code(raw.size(), errors, masked, which).correct(raw, masked.syndromes[which ? 1 : 0], errors);
  string ^= hash(raw, masked.seeds, which, string.size());
  return string;
}

}  // namespace herald::oblivious_transfer
