#pragma once
// What went over the wires of one run, in the order in which it was sent.

#include <string_view>
#include <vector>

#include "herald/base/codec.h"

namespace herald {

struct Passage {
  double time = 0;            // when it was sent, seconds since the meeting began
  std::string_view from, to;  // as long as the meeting lives
  std::string_view what;      // the message's name, or "light"
  Bytes frame = {};           // of a message
  std::size_t qubits = 0;     // of light, as they left
};

using MeetingTranscript = std::vector<Passage>;

}  // namespace herald
