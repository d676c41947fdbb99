#include "herald/proof/epsilon_budget.h"

#include <fmt/format.h>

#include <cmath>

namespace herald {

Result<EpsilonBudget> EpsilonBudget::of(FailureProbability lifetime) {
  if (!(lifetime.value > 0 && lifetime.value < 1))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a lifetime budget of {} is not a probability between 0 and 1", lifetime.value));
  return EpsilonBudget(lifetime, FailureProbability(0), 0);
}

Result<EpsilonBudget> EpsilonBudget::restored(FailureProbability lifetime, FailureProbability spent,
                                              std::uint64_t blocks) {
  if (!(lifetime.value > 0 && lifetime.value < 1) || !(spent.value >= 0 && spent <= lifetime) ||
      (blocks == 0) != (spent.value == 0))
    return fail(ErrorCode::malformed, fmt::format("an epsilon budget of {} with {} spent on {} blocks cannot be",
                                                  lifetime.value, spent.value, blocks));
  return EpsilonBudget(lifetime, spent, blocks);
}

Result<void> EpsilonBudget::spend(const Epsilon& epsilon) {
  const double total = epsilon.total().value;
  if (!(total > 0 && total < 1))
    return fail(ErrorCode::invalid_argument, fmt::format("a block's epsilon of {} is not between 0 and 1", total));
  const FailureProbability after(std::nextafter(m_spent.value + total, 1.0));
  if (after > m_lifetime)
    return fail(
        ErrorCode::exhausted,
        fmt::format("the link's lifetime budget of failure probability is spent: {} of {} after {} blocks, and a block "
                    "takes {}; start a new lifetime with a fresh pre-shared key, or raise the budget",
                    m_spent.value, m_lifetime.value, m_blocks, total));
  m_spent = after;
  ++m_blocks;
  return {};
}

}  // namespace herald
