#pragma once
// The other processes' part in a sweep, as its leader sees it.

#include <chrono>
#include <vector>

#include "herald/study/crew.h"
#include "herald/study/spread.h"

namespace herald::study {

// Each is kept supplied with some hundredths of a second of work beyond what it computes.
class Followers {
 public:
  // `threads` in each of them.
  Followers(Spread& spread, const Sweep& sweep, unsigned threads);
  ~Followers();
  Followers(const Followers&) = delete;
  Followers& operator=(const Followers&) = delete;

  // Gives them points that the crew has not claimed, and takes what they have computed. Errors: theirs.
  Result<std::vector<Stretch>> exchange(Crew& crew);
  // Tells them to stop after their points. exchange() still takes what they had.
  void dismiss();
  // After dismiss(): they have stopped, and exchange() has taken all there is.
  bool at_rest() const;
  // One of them was asked to stop by a signal.
  bool interrupted() const { return m_interrupted; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Follower {
    std::uint64_t outstanding = 0, window = 1;  // points given and not returned; the most that may be
    Clock::time_point supplied;
    bool at_rest = false;
  };
  Result<std::optional<Stretch>> take(const Spread::Message& message);
  void supply(unsigned rank, Crew& crew);

  Spread& m_spread;
  const Sweep& m_sweep;
  unsigned m_threads;
  std::vector<Follower> m_followers;  // by rank; the first is the leader's, unused
  bool m_dismissed = false, m_interrupted = false;
};

}  // namespace herald::study
