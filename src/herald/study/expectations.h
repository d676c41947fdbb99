#pragma once
// What theory says of a protocol's events: cheating/ beside protocol/. The parties never see it.

#include <string_view>
#include <vector>

#include "herald/protocol/protocol.h"

namespace herald::study {

enum class Relation : std::uint8_t { equal, at_most, at_least };
std::string_view sign(Relation relation);  // "=", "<=", ">="

struct Expectation {
  std::string_view event;
  Relation relation = Relation::equal;
  double value = 0;
  std::string_view source;  // formula and paper

  // Whether an interval leaves it possible.
  bool possible(double low, double high) const {
    return relation == Relation::equal     ? low <= value && value <= high
           : relation == Relation::at_most ? low <= value
                                           : high >= value;
  }
};

// None where theory has no closed word on who plays how under these parameters.
std::vector<Expectation> expectations(const Casting& casting);

}  // namespace herald::study
