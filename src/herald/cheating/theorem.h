#pragma once
// What is known of how well a party can cheat: the record that stands beside each formula of this room.

#include <span>
#include <string_view>

#include "herald/proof/claim.h"

namespace herald {

struct CheatingTheorem {
  std::string_view name;  // in the registry: "coin-flip-kitaev"
  std::string_view title;
  std::string_view protocol;  // "coin-flip"; "any" for what holds of a whole family
  std::string_view paper;
  std::string_view equations;  // of the paper, and what stands in for them where we differ
  std::string_view statement;
  std::string_view parameters;  // what the formulas are fed, with units
  std::string_view unsettled;   // what nobody proved, or we could not check; may be empty
  std::span<const Assumption> assumptions;
  std::span<const PublishedPoint> points;
};

}  // namespace herald
