#pragma once
// The failure probability that a link may spend in its lifetime. Epsilons of blocks add up (composability), so that the
// keys of all blocks together fail with probability at most what was spent; when the next block would exceed the
// budget, the link stops.

#include <cstdint>

#include "herald/base/key.h"
#include "herald/base/result.h"
#include "herald/base/units.h"

namespace herald {

class EpsilonBudget {
 public:
  // lifetime in (0, 1). Errors: invalid_argument.
  static Result<EpsilonBudget> of(FailureProbability lifetime);
  // What was saved of one: its three figures. Errors: malformed, when more is spent than there was or a figure is none.
  static Result<EpsilonBudget> restored(FailureProbability lifetime, FailureProbability spent, std::uint64_t blocks);

  // Takes one block's whole epsilon. Errors: exhausted, and then nothing is taken; invalid_argument for one not in (0,
  // 1).
  Result<void> spend(const Epsilon& epsilon);

  FailureProbability lifetime() const { return m_lifetime; }
  FailureProbability spent() const { return m_spent; }  // rounded up
  FailureProbability remaining() const { return m_lifetime - m_spent; }
  std::uint64_t blocks() const { return m_blocks; }

 private:
  EpsilonBudget(FailureProbability lifetime, FailureProbability spent, std::uint64_t blocks)
      : m_lifetime(lifetime), m_spent(spent), m_blocks(blocks) {}
  FailureProbability m_lifetime;
  FailureProbability m_spent;
  std::uint64_t m_blocks;
};

}  // namespace herald
