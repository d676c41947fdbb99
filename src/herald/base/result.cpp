#include "herald/base/result.h"

#include <cstdio>
#include <cstdlib>

namespace herald {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return "invalid argument";
    case ErrorCode::malformed: return "malformed";
    case ErrorCode::not_found: return "not found";
    case ErrorCode::io: return "input/output";
    case ErrorCode::version: return "version";
    case ErrorCode::disagreement: return "disagreement";
    case ErrorCode::authentication: return "authentication";
    case ErrorCode::exhausted: return "exhausted";
    case ErrorCode::unavailable: return "unavailable";
    case ErrorCode::insecure: return "insecure";
    case ErrorCode::interrupted: return "interrupted";
    case ErrorCode::aborted: return "aborted";
  }
  return "unknown";
}

void bug(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "herald: bug: %s does not hold at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace herald
