#include "herald/cheating/puf.h"

#include <algorithm>
#include <cmath>

#include "herald/base/tail_bounds.h"
#include "herald/cheating/arguments.h"

namespace herald {

Result<double> puf_binding_failure(double bits, double tolerated, double others) {
  HERALD_TRY_VOID(permitted("a response in bits", bits, 1, 1e6));
  HERALD_TRY_VOID(permitted("a number of tolerated bits", tolerated, 0, bits));
  HERALD_TRY_VOID(permitted("a number of challenges", others, 0, kMostCounted));
  const double volume = log2_hamming_ball(static_cast<std::int64_t>(bits), static_cast<std::int64_t>(tolerated));
  return std::min(1.0, others * std::exp2(volume - bits));
}

double puf_guess() { return 0.5; }

namespace {

constexpr Assumption kAssumptions[] = {
    {"unpredictable-responses", "Responses to different challenges are independent and uniform, for their maker too."},
    {"unclonable", "There is one device, and at the opening it is the receiver who asks it."}};
constexpr PublishedPoint kPoints[] = {{"64 bits, one other challenge: 2^-64", "theory sheet 8.6", 5.421010862427522e-20,
                                       1e-9, [] { return puf_binding_failure(64, 0, 1).value_or(-1); }}};

}  // namespace

const CheatingTheorem& puf_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "commitment-puf",
      .title = "Commitment by a physical unclonable function",
      .protocol = "commit-puf",
      .paper = "Nikolopoulos, Opt. Express 27, 29367 (2019)",
      .equations = "binding by the distance of random responses, hiding by a one-time pad",
      .statement =
          "who has committed opens the other bit with probability at most (other challenges) V(lambda, t) 2^-lambda; "
          "who asks the device first, and commits to what suits, with at most (pairs of challenges) V(lambda, 2t) "
          "2^-lambda; hiding is perfect",
      .parameters = "lambda, bits of a response; t, wrong bits that are tolerated; challenges tried",
      .unsettled = "No figure was published to compare with.",
      .assumptions = kAssumptions,
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
