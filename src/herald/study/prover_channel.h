#pragma once
// The channel that a protocol file describes, to compute statistics from.

#include <optional>

#include "herald/proof/prover/standard_protocols.h"
#include "herald/study/prover_text.h"

namespace herald::study {

// In this order.
struct DescribedChannel {
  double misalignment = 0;  // probability that |0> is found as |1>: a rotation of the first two dimensions
  double depolarising = 0;  // probability of being replaced by noise
  std::optional<KrausChannel> kraus;
  std::optional<double> transmittance;  // what is lost goes to one more dimension
};

// From [channel], which may be absent; from `sent` to `received` dimensions. Nothing where there is a fault.
std::optional<DescribedChannel> read_channel(const toml::table* table, std::size_t sent, std::size_t received,
                                             FileFaults& faults);

// Of a state of Alice's `kept` dimensions and those that are sent.
ComplexMatrix through(const DescribedChannel& channel, ComplexMatrix state, std::size_t kept);

}  // namespace herald::study
