#include "herald/protocol/outcome.h"

namespace herald {

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::detection: return "detection";
    case Phase::sifting: return "sifting";
    case Phase::estimation: return "estimation";
    case Phase::reconciliation: return "reconciliation";
    case Phase::verification: return "verification";
    case Phase::amplification: return "amplification";
    case Phase::authentication: return "authentication";
  }
  return "unknown";
}

}  // namespace herald
