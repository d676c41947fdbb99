#pragma once
// Parties with agents at two places, and the clock that everybody goes by.

#include <span>

#include "herald/protocol/meeting.h"

namespace herald {

// What clocks and distances are trusted to, s.
inline constexpr double kClockError = 1e-9;

// On the line of both places; in m.
inline Place at_kilometre(double along) { return {along * 1e3, 0, 0}; }
inline double light_seconds(double kilometres) { return kilometres * 1e3 / kSpeedOfLight; }

// Whether what arrived last did so before `time`.
inline bool arrived_before(const Peer& peer, double time) { return peer.messages.last_arrival() < time - kClockError; }

}  // namespace herald
