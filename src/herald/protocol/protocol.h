#pragma once
// Protocols by name: who takes part, honest or not, in which steps, under which parameters; and what a run of one comes
// to. `herald run`, `herald protocols`, the documentation and the tests walk the registry (registry.h).

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "herald/base/result.h"
#include "herald/protocol/party.h"
#include "herald/protocol/transcript.h"
#include "herald/protocol/verdict.h"

namespace herald {

// A way to play a role.
struct Strategy {
  std::string_view name;  // "cheat-epr"
  std::string_view summary;
};

struct Role {
  std::string_view name;                 // "alice"
  std::span<const Strategy> strategies;  // the first is "honest"
};

// A step of the paper.
struct Step {
  std::string_view who;  // a role, or several
  std::string_view what;
};

struct ProtocolParameter {
  std::string_view name;  // "photons"; those of the light (transmittance, depolarising, holes) are alike everywhere
  std::string_view unit;  // "km", "s"; empty for plain numbers
  std::string_view meaning;
  double standard;
  double least, most;  // what is permitted, both included
  bool whole = false;  // a whole number
};

// A text that a protocol may be given, such as a circuit: `herald run` has an option of this name for its file.
struct ProtocolText {
  std::string_view name;  // "circuit"
  std::string_view meaning;
};
struct GivenText {
  std::string from;  // a file's name, for reports and errors; empty: not given
  std::string content;
};

// Something that a run may have come to.
struct Event {
  std::string_view name;  // "alice-wins"
  std::string_view meaning;
  std::string_view given = {};  // an event: the probability is taken among the runs that had it; empty: among all
};

// Bit k: the protocol's event k happened.
using Events = std::uint64_t;
constexpr Events event_if(bool happened, unsigned index) { return Events{happened} << index; }

class Meeting;
class Seat;

// A program that knows nothing of the protocol, whoever's seat it takes.
using Stranger = Party<Verdict> (*)(Seat&);

// A protocol with its parties chosen and its parameters set; for one thread.
class Game {
 public:
  virtual ~Game() = default;
  // One run, from nothing: the same seed and number give the same run.
  virtual Events play(std::uint64_t seed, std::uint64_t run, MeetingTranscript* transcript = nullptr) = 0;
  // What the parties of the last run came to, by seat.
  virtual std::span<const Verdict> verdicts() const = 0;
  // By seat; of a role that has agents, each of them.
  virtual std::vector<std::string> seats() const = 0;
  // The meeting, and the program that sits in a seat of it, for whoever holds it over wires of their own. Nothing: the
  // protocol plays in one process only.
  virtual Meeting* meeting() { return nullptr; }
  virtual std::optional<Party<Verdict>> program(std::size_t seat);
  // Why there is none under these parameters, where there would be under others.
  virtual std::string_view one_process() const { return {}; }
  // What the verdict of a seat comes to in the protocol's own words, such as a result in hexadecimal; empty: its value
  // says it.
  virtual std::string tells(std::size_t seat, const Verdict& verdict) const;
  // From the next run on.
  virtual void seat_stranger(std::size_t seat, Stranger stranger) = 0;
};

struct Protocol;

// Who plays, and under which parameters.
struct Casting {
  const Protocol* protocol = nullptr;
  std::vector<std::size_t> strategies;                          // by role
  std::vector<double> values;                                   // as Protocol::parameters
  std::vector<GivenText> texts = {};                            // as Protocol::texts
  std::map<std::string, std::string, std::less<>> inputs = {};  // by seat, as written; who has none draws its own

  // All honest, under the standard parameters.
  static Casting standard(const Protocol& protocol);
  // Errors: not_found, with the nearest names.
  Result<void> cast(std::string_view role, std::string_view strategy);
  // Errors: not_found; invalid_argument, with the permitted range.
  Result<void> set(std::string_view parameter, double value);
  // Errors: not_found.
  Result<void> give(std::string_view text, GivenText given);
  // Errors: invalid_argument, for a protocol whose parties draw their inputs.
  Result<void> input(std::string_view seat, std::string value);

  // Of a parameter that the protocol has.
  double real(std::string_view parameter) const;
  std::size_t whole(std::string_view parameter) const { return static_cast<std::size_t>(real(parameter)); }
  // Index and name of who plays a role that the protocol has.
  std::size_t strategy(std::string_view role) const;
  std::string_view strategy_name(std::string_view role) const;
};

struct Protocol {
  std::string_view name;    // "coin-flip"
  std::string_view family;  // "coin flipping"
  std::string_view title;
  std::string_view paper;
  std::string_view summary;  // what it is for, what it promises, and what breaks the promise
  std::span<const Step> steps;
  std::span<const Role> roles;
  std::span<const ProtocolParameter> parameters;
  std::span<const Event> events;
  std::string_view source;  // its folder or file under src/herald/protocol
  // Why its parties cannot meet from different processes (`herald run --as`); empty: two can.
  std::string_view one_process = {};
  std::span<const ProtocolText> texts = {};
  bool inputs = false;  // parties may be given theirs
  // What a report is to say of runs of this casting, such as what their security rests on.
  std::string (*remark)(const Casting& casting) = nullptr;
  // Errors: invalid_argument, for values that cannot go together.
  Result<std::unique_ptr<Game>> (*set_up)(const Casting& casting);
};

}  // namespace herald
