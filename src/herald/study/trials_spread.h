#pragma once
// Trials shared with the other processes of a job: each plays a part of every stretch of runs.

#include <string>

#include "herald/study/spread.h"
#include "herald/study/trials.h"

namespace herald::study {

// All that the runs depend on, for another process; and the trials from it. Errors: version, malformed, not_found;
// those of load_module.
std::string text_of(const Trials& trials);
Result<Trials> parse_trials(std::string_view text);

// The other ranks, as the leader of some trials sees them, as long as it lives.
class TrialFollowers {
 public:
  // `threads` in each of them.
  TrialFollowers(Spread& spread, const Trials& trials, unsigned threads);
  ~TrialFollowers();
  TrialFollowers(const TrialFollowers&) = delete;
  TrialFollowers& operator=(const TrialFollowers&) = delete;

  // Gives away all of [begin, end) but the leader's own part, which is returned.
  Range share_out(std::uint64_t begin, std::uint64_t end);
  // What they played. `stop`, once set: they stop after what they are at. Errors: theirs.
  Result<Tally> collect(const std::atomic<bool>* stop);

 private:
  Spread& m_spread;
  std::size_t m_events;
};

// On another rank: answers the leader's `request`, until it has enough. `stop`: set by a signal handler.
void play_along(Spread& spread, std::string_view request, const std::atomic<bool>* stop);

}  // namespace herald::study
