#pragma once
// Where parties meet: seats, and wires of both kinds between every two of them. A meeting is held again and again, each
// time as new.
//
// Seats may stand at places. A message then takes its time, by light in vacuum unless the path is slower; what would be
// faster than light is refused.

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "herald/protocol/quantum_wire.h"
#include "herald/protocol/transcript.h"
#include "herald/protocol/verdict.h"
#include "herald/protocol/wire.h"

namespace herald {

inline constexpr double kSpeedOfLight = 299'792'458;  // m/s

struct Place {
  double x = 0, y = 0, z = 0;  // m
};
double distance(Place a, Place b);  // m

// What one party shares with another: a wire for messages and one for light.
class Peer {
 public:
  Peer(Scheduler& scheduler, const std::string& name) : messages(scheduler, name), light(scheduler, name) {}

  template <Message M>
  void send(M message) {
    messages.send(std::move(message));
  }
  void send(QubitString qubits) { light.send(std::move(qubits)); }
  template <Message M>
  auto receive(Deadline deadline = Deadline()) {
    return messages.receive<M>(deadline);
  }
  auto receive_light(std::size_t qubits, Deadline deadline = Deadline()) { return light.receive(qubits, deadline); }

  Wire messages;
  QuantumWire light;
};

// All that a party sees.
class Seat {
 public:
  Seat(Scheduler& scheduler, std::string name) : m_scheduler(&scheduler), m_name(std::move(name)) {}

  SimulationRandom random{0};  // its own
  const std::string& name() const { return m_name; }
  // The others, in their order at the meeting, itself left out; of two, the other.
  Peer& peer(std::size_t index = 0) { return *m_peers[index]; }
  std::size_t peers() const { return m_peers.size(); }

  // Its clock: seconds since the meeting began.
  double now() const { return m_scheduler->now(); }
  // `co_await seat.until(t)`; at once when t is past.
  auto until(double time) { return Until{m_scheduler, time}; }

 private:
  friend class Meeting;
  struct Until {
    Scheduler* scheduler;
    double time;
    bool await_ready() const { return !(scheduler->now() < time); }  // nor for what is no time
    void await_suspend(std::coroutine_handle<> party) const { scheduler->ready_at(time, party); }
    void await_resume() const {}
  };

  Scheduler* m_scheduler;
  std::string m_name;
  std::vector<std::unique_ptr<Peer>> m_peers;
};

struct SeatPlan {
  std::string name;
  Place place = {};
};

class Meeting {
 public:
  // Signals travel at `speed` between places, m/s. Errors: invalid_argument, when that is faster than light, or not
  // positive.
  static Result<std::unique_ptr<Meeting>> at(std::vector<SeatPlan> seats, double speed = kSpeedOfLight);
  // All in one place.
  explicit Meeting(std::span<const std::string_view> names);
  Meeting(const Meeting&) = delete;
  Meeting& operator=(const Meeting&) = delete;

  Seat& seat(std::size_t index) { return *m_seats[index]; }
  std::size_t seats() const { return m_seats.size(); }
  Scheduler& scheduler() { return m_scheduler; }
  // On every way that light takes.
  void set_noise(const PathNoise& noise) { m_noise = noise; }
  const PathNoise& noise() const { return m_noise; }
  // Errors: invalid_argument, for a delay (s) shorter than light needs between their places.
  Result<void> set_delay(std::size_t a, std::size_t b, double delay);

  // As new, with the randomness of this run; what is sent goes into `transcript` too, if there is one.
  void begin(std::uint64_t seed, std::uint64_t run, MeetingTranscript* transcript = nullptr);
  // Until every party has come to its verdict: who waits for what never comes gets a fault. Party k sits in seat k.
  void hold(std::span<Party<Verdict>> parties, std::span<Verdict> verdicts);

 private:
  Peer& between(std::size_t seat, std::size_t other) { return seat_peer(seat, other - (other > seat ? 1 : 0)); }
  Peer& seat_peer(std::size_t seat, std::size_t index) { return *m_seats[seat]->m_peers[index]; }
  void connect(std::size_t a, std::size_t b, double delay);
  bool end_one_wait();

  Scheduler m_scheduler;
  std::vector<Place> m_places;
  std::vector<std::unique_ptr<Seat>> m_seats;
  PathNoise m_noise;
  bool m_recorded = false;
};

}  // namespace herald
