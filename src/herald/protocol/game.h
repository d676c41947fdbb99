#pragma once
// A game of parties that are each one coroutine in one seat.

#include <array>
#include <utility>

#include "herald/protocol/meeting.h"
#include "herald/protocol/protocol.h"

namespace herald {

// What a party of kind P's protocol is: a program of its seat and the parameters.
template <typename P>
using Program = Party<Verdict> (*)(Seat&, const P&);

template <typename P, std::size_t kSeats>
class SeatedGame final : public Game {
 public:
  using Programs = std::array<Program<P>, kSeats>;
  using Score = Events (*)(const std::array<Verdict, kSeats>&, const P&);

  SeatedGame(std::unique_ptr<Meeting> meeting, Programs programs, P parameters, Score score)
      : m_meeting(std::move(meeting)), m_programs(programs), m_parameters(std::move(parameters)), m_score(score) {
    HERALD_CHECK(m_meeting->seats() == kSeats);
  }

  Events play(std::uint64_t seed, std::uint64_t run, MeetingTranscript* transcript) override {
    m_meeting->begin(seed, run, transcript);
    play_seats(std::make_index_sequence<kSeats>());
    return m_score(m_verdicts, m_parameters);
  }
  std::span<const Verdict> verdicts() const override { return m_verdicts; }
  Meeting* meeting() override { return m_meeting.get(); }
  std::optional<Party<Verdict>> program(std::size_t seat) override { return sit(seat); }
  void seat_stranger(std::size_t seat, Stranger stranger) override { m_strangers[seat] = stranger; }
  std::vector<std::string> seats() const override {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kSeats; ++i) names.push_back(m_meeting->seat(i).name());
    return names;
  }

 private:
  Party<Verdict> sit(std::size_t seat) {
    Seat& taken = m_meeting->seat(seat);
    return m_strangers[seat] != nullptr ? m_strangers[seat](taken) : m_programs[seat](taken, m_parameters);
  }
  template <std::size_t... seat>
  void play_seats(std::index_sequence<seat...>) {
    std::array<Party<Verdict>, kSeats> parties{sit(seat)...};
    m_meeting->hold(parties, m_verdicts);
  }

  std::unique_ptr<Meeting> m_meeting;
  Programs m_programs;
  std::array<Stranger, kSeats> m_strangers{};
  P m_parameters;
  Score m_score;
  std::array<Verdict, kSeats> m_verdicts;
};

// A game that plays in one process only, because its parties hand over what cannot be sent as bytes: `why`.
class LocalGame final : public Game {
 public:
  LocalGame(std::unique_ptr<Game> game, std::string_view why) : m_game(std::move(game)), m_why(why) {}
  Events play(std::uint64_t seed, std::uint64_t run, MeetingTranscript* transcript) override {
    return m_game->play(seed, run, transcript);
  }
  std::span<const Verdict> verdicts() const override { return m_game->verdicts(); }
  std::vector<std::string> seats() const override { return m_game->seats(); }
  void seat_stranger(std::size_t seat, Stranger stranger) override { m_game->seat_stranger(seat, stranger); }
  std::string_view one_process() const override { return m_why; }

 private:
  std::unique_ptr<Game> m_game;
  std::string_view m_why;  // of static storage
};

// A game of Alice (seat 0) and Bob (seat 1).
template <typename P>
std::unique_ptr<Game> alice_and_bob(Program<P> alice, Program<P> bob, P parameters,
                                    typename SeatedGame<P, 2>::Score score, const PathNoise& noise = {}) {
  static constexpr std::array<std::string_view, 2> kNames{"alice", "bob"};
  auto meeting = std::make_unique<Meeting>(kNames);
  meeting->set_noise(noise);
  return std::make_unique<SeatedGame<P, 2>>(std::move(meeting), std::array{alice, bob}, std::move(parameters), score);
}

}  // namespace herald
