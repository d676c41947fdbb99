#pragma once
// What runs of all commitments between Alice and Bob come to: she commits to a bit and opens it later.

#include <array>

#include "herald/protocol/protocol.h"

namespace herald::commitment {

// Alice's verdict is the bit that she opens; with kChanged when she had not committed to it.
inline constexpr std::uint64_t kChanged = 2;
inline std::uint64_t opens(bool bit, bool changed) { return (bit ? 1 : 0) | (changed ? kChanged : 0); }

// Bob's verdict is the bit that was opened; one who looked before adds kGuessed, and kGuessedOne when he took it for 1.
inline constexpr std::uint64_t kGuessed = 2, kGuessedOne = 4;
inline std::uint64_t guesses(bool opened, bool guess) {
  return (opened ? 1 : 0) | kGuessed | (guess ? kGuessedOne : 0);
}

enum : unsigned { kOpened, kBobRejects, kAliceChanges, kChangePasses, kBobLooks, kGuessRight };
inline constexpr std::array<Event, 6> kEvents{{
    {"opened", "Bob accepts the bit that Alice is told to open after she committed"},
    {"bob-rejects", "Bob gives up, or does not believe the opening"},
    {"alice-changes", "Alice opens a bit that she had not committed to"},
    {"change-passes", "Bob accepts it", "alice-changes"},
    {"bob-looks", "Bob tries to read the bit before it is opened"},
    {"guess-right", "what he reads is the bit", "bob-looks"},
}};

inline Events events(const Verdict& alice, const Verdict& bob) {
  const bool changed = alice.accepted && (alice.value & kChanged) != 0;
  const bool looked = bob.accepted && (bob.value & kGuessed) != 0;
  const bool right = ((bob.value & kGuessedOne) != 0) == ((bob.value & 1) != 0);
  return event_if(bob.accepted, kOpened) | event_if(!bob.accepted, kBobRejects) | event_if(changed, kAliceChanges) |
         event_if(changed && bob.accepted, kChangePasses) | event_if(looked, kBobLooks) |
         event_if(looked && right, kGuessRight);
}

}  // namespace herald::commitment
