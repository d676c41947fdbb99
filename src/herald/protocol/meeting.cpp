#include "herald/protocol/meeting.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace herald {
namespace {

// Streams of one run: those of the seats, and nature's on their quantum wires.
constexpr std::uint64_t kStreams = 256, kNature = 128;

}  // namespace

double distance(Place a, Place b) { return std::hypot(a.x - b.x, a.y - b.y, a.z - b.z); }

Meeting::Meeting(std::span<const std::string_view> names) : m_places(names.size()) {
  HERALD_CHECK(names.size() * (names.size() - 1) <= kStreams - kNature);
  for (const std::string_view name : names) m_seats.push_back(std::make_unique<Seat>(m_scheduler, std::string(name)));
  for (std::size_t i = 0; i < names.size(); ++i)
    for (std::size_t j = 0; j < names.size(); ++j)
      if (j != i) m_seats[i]->m_peers.push_back(std::make_unique<Peer>(m_scheduler, std::string(names[j])));
  for (std::size_t i = 0; i < names.size(); ++i)
    for (std::size_t j = i + 1; j < names.size(); ++j) connect(i, j, 0);
}

Result<std::unique_ptr<Meeting>> Meeting::at(std::vector<SeatPlan> seats, double speed) {
  if (!(speed > 0 && speed <= kSpeedOfLight))
    return fail(ErrorCode::invalid_argument,
                fmt::format("signals at {:g} m/s: possible is more than 0 and at most {:g}, the speed of light", speed,
                            kSpeedOfLight));
  std::vector<std::string_view> names;
  for (const SeatPlan& seat : seats) names.push_back(seat.name);
  auto meeting = std::make_unique<Meeting>(names);
  for (std::size_t i = 0; i < seats.size(); ++i) meeting->m_places[i] = seats[i].place;
  for (std::size_t i = 0; i < seats.size(); ++i)
    for (std::size_t j = i + 1; j < seats.size(); ++j)
      HERALD_TRY_VOID(meeting->set_delay(i, j, distance(seats[i].place, seats[j].place) / speed));
  return meeting;
}

Result<void> Meeting::set_delay(std::size_t a, std::size_t b, double delay) {
  const double least = distance(m_places[a], m_places[b]) / kSpeedOfLight;
  if (!(delay >= least && std::isfinite(delay)))
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} to {} in {:g} s would be faster than light, which takes {:g} s", m_seats[a]->name(),
                            m_seats[b]->name(), delay, least));
  connect(a, b, delay);
  return {};
}

void Meeting::connect(std::size_t a, std::size_t b, double delay) {
  Peer &at_a = between(a, b), &at_b = between(b, a);
  Wire::join(at_a.messages, at_b.messages, delay);
  QuantumWire::join(at_a.light, at_b.light, delay);
}

void Meeting::begin(std::uint64_t seed, std::uint64_t run, MeetingTranscript* transcript) {
  m_scheduler.reset();
  const std::uint64_t first = run * kStreams;
  std::uint64_t nature = first + kNature;
  const bool noisy = !m_noise.none(), record = m_recorded || transcript != nullptr;
  m_recorded = transcript != nullptr;
  for (std::size_t i = 0; i < m_seats.size(); ++i) {
    Seat& seat = *m_seats[i];
    seat.random = SimulationRandom(seed, first + i);
    for (const auto& peer : seat.m_peers) {
      peer->messages.reset();
      peer->light.reset();
      if (noisy) peer->light.disturb(m_noise, SimulationRandom(seed, nature++));
      if (record) {
        peer->messages.record(transcript, seat.name());
        peer->light.record(transcript, seat.name());
      }
    }
  }
}

void Meeting::hold(std::span<Party<Verdict>> parties, std::span<Verdict> verdicts) {
  for (Party<Verdict>& party : parties) party.start(m_scheduler);
  const auto done = [&] { return std::ranges::all_of(parties, &Party<Verdict>::done); };
  m_scheduler.run();
  while (!done() && end_one_wait()) m_scheduler.run();
  for (std::size_t i = 0; i < parties.size(); ++i)
    verdicts[i] = !parties[i].done() ? Verdict::reject("waiting", "came to no end")
                                     : parties[i].settle<Verdict>([](PartyFault& fault) {
                                         return Verdict::reject(fault.phase, std::move(fault.error.message));
                                       });
}

bool Meeting::end_one_wait() {
  for (const auto& seat : m_seats)
    for (const auto& peer : seat->m_peers) {
      const Error nothing{ErrorCode::unavailable, peer->messages.name() + " sent nothing"};
      if (peer->messages.starved()) return peer->messages.close(nothing), true;
      if (peer->light.starved()) return peer->light.close(nothing), true;
    }
  return false;
}

}  // namespace herald
