#include "herald/protocol/weak_pulses.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace herald {
namespace {

BitString bernoulli_bits(std::size_t size, double probability, SimulationRandom& random) {
  BitString bits(size);
  if (size == 0 || probability <= 0) return bits;
  random.fill_bernoulli(bits.words(), probability);
  bits.trim();
  return bits;
}

}  // namespace

std::size_t photon_orders(double mean_photon_number, std::size_t pulses) {
  // P[more than m] <= mu^(m+1)/(m+1)!.
  double left = static_cast<double>(pulses);
  for (std::size_t m = 0;; ++m) {
    left *= mean_photon_number / static_cast<double>(m + 1);
    if (left < 1e-12) return std::max<std::size_t>(m, 1);
  }
}

std::vector<QubitString> weak_pulses(BitView bits, BitView bases, double mean_photon_number, std::size_t orders,
                                     SimulationRandom& random) {
  std::vector<QubitString> strings;
  BitString present(bits.size());
  // P[n = m], and P[n > m] as a sum of positive terms.
  double exactly = std::exp(-mean_photon_number), more = -std::expm1(-mean_photon_number), at_least = 1;
  for (std::size_t m = 0; m < orders; ++m) {
    BitString further = bernoulli_bits(bits.size(), at_least > 0 ? std::min(1.0, more / at_least) : 0, random);
    for (std::size_t w = 0; m > 0 && w < present.words().size(); ++w) further.words()[w] &= present.words()[w];
    present = std::move(further);
    QubitString string = prepare(bits, bases);
    keep(string, present);
    strings.push_back(std::move(string));
    exactly *= mean_photon_number / static_cast<double>(m + 1);
    at_least = std::exchange(more, std::max(0.0, more - exactly));
  }
  return strings;
}

Detections detect_pulses(std::vector<QubitString> orders, Basis basis, const PulseReceiver& receiver,
                         SimulationRandom& random) {
  const std::size_t pulses = orders.empty() ? 0 : orders.front().size();
  BitString zero = bernoulli_bits(pulses, receiver.dark_count, random);
  BitString one = bernoulli_bits(pulses, receiver.dark_count, random);
  for (QubitString& photons : orders) {
    if (receiver.efficiency < 1) lose(photons, receiver.efficiency, random);
    if (receiver.misalignment > 0) flip(photons, receiver.misalignment, random);
    const Detections seen = measure(std::move(photons), basis, random);
    for (std::size_t w = 0; w < zero.words().size(); ++w) {
      zero.words()[w] |= seen.detected.words()[w] & ~seen.bits.words()[w];
      one.words()[w] |= seen.detected.words()[w] & seen.bits.words()[w];
    }
  }
  Detections clicks{BitString(pulses), BitString(pulses)};
  for (std::size_t w = 0; w < zero.words().size(); ++w) {
    const std::uint64_t both = zero.words()[w] & one.words()[w];
    clicks.detected.words()[w] = zero.words()[w] | one.words()[w];
    clicks.bits.words()[w] = (one.words()[w] & ~both) | (both != 0 ? both & random.next_word() : 0);
  }
  return clicks;
}

}  // namespace herald
