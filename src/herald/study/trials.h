#pragma once
// A protocol, run many times: how often what happened, with intervals. Run k of a seed is the same whoever plays it.

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "herald/base/units.h"
#include "herald/protocol/protocol.h"

namespace herald::study {

class Spread;

struct Trials {
  Casting casting;
  std::uint64_t seed = 1;
  std::uint64_t most = 100'000;  // runs
  // An interval misses its probability with at most this probability.
  FailureProbability doubt{0.01};
  // Stops when every interval reaches at most so far to either side; 0: never before `most`. The doubt is then shared
  // among all the looks at the tally, so that stopping early costs no confidence.
  double precision = 0;
  std::string module = {};  // the file that the protocol is from, where it is not in the registry
};

struct Tally {
  std::uint64_t runs = 0;
  std::vector<std::uint64_t> happened;  // by event of the protocol
  unsigned looks = 1;                   // how often the intervals were looked at
  bool interrupted = false;             // before all were played: those played count

  void add(const Tally& other);
};

struct Estimate {
  std::uint64_t happened = 0, among = 0;  // runs; those that had the event that this one is given
  double probability = 0;                 // NaN: there were none
  double low = 0, high = 1;               // Clopper-Pearson
};
Estimate estimate(const Trials& trials, const Tally& tally, std::size_t event);

struct TrialOptions {
  unsigned threads = 0;                                                      // 0: as many as the machine has
  const std::atomic<bool>* stop = nullptr;                                   // set by a signal handler
  std::function<void(std::uint64_t done, std::uint64_t all)> progress = {};  // about ten times a second
  Spread* spread = nullptr;  // other processes that play too, each with as many threads: 0 is one, then
};

// Runs [begin, end) on this process alone.
Result<Tally> play_range(const Trials& trials, std::uint64_t begin, std::uint64_t end, const TrialOptions& options);

// Errors: those of the protocol's set_up, here or there.
Result<Tally> run(const Trials& trials, const TrialOptions& options = {});

}  // namespace herald::study
