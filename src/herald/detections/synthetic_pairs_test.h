#pragma once
// Pairs of entangled photons as two recorders with clocks of their own would tag them, for tests.

#include <algorithm>
#include <cmath>

#include "herald/base/random.h"
#include "herald/detections/delays.h"
#include "herald/detections/time_tags.h"

namespace herald {

struct SyntheticPairs {
  std::uint64_t duration = 100'000'000;  // ticks
  double pair_rate = 1e-4;               // detected pairs per tick
  double noise_rate = 5e-5;              // unpaired clicks per tick and party
  double visibility = 0.9;
  double z_probability = 0.7;
  double jitter = 3;              // standard deviation of each side, ticks
  double source_period = 0;       // 0: pairs at any time; otherwise at multiples of this
  std::uint64_t dead_time = 300;  // each detector's own
  Delays delays{};
  double wander = 0;  // amplitude of a slow sine on top of the linear drift, ticks
};

struct SyntheticRecording {
  TimeTags alice, bob;
  std::vector<std::uint64_t> emitted;  // times of emission of all pairs
};

namespace synthetic {
struct Click {
  double time;
  unsigned channel;
};
inline TimeTags tagged(std::vector<Click>& clicks, std::uint64_t dead_time) {
  std::ranges::sort(clicks, {}, &Click::time);
  std::array<double, kChannels> free{};
  free.fill(-1e300);
  TimeTags tags;
  for (const Click& click : clicks) {
    if (click.time < 0 || click.time < free[click.channel]) continue;
    const auto time = static_cast<std::uint64_t>(click.time);
    free[click.channel] = click.time + static_cast<double>(dead_time);
    tags.push_back(click.channel, tags.empty() ? time : std::max(time, tags.time.back()));
  }
  return tags;
}
inline double gaussian(SimulationRandom& random) {
  return std::sqrt(-2 * std::log(random.next_double())) * std::cos(6.283185307179586 * random.next_double());
}
}  // namespace synthetic

inline SyntheticRecording synthetic_recording(const SyntheticPairs& p, SimulationRandom& random) {
  using synthetic::Click;
  std::vector<Click> alice, bob;
  SyntheticRecording out;
  const auto length = static_cast<double>(p.duration);
  const auto bob_clock = [&](double t) {
    return t + p.delays.clock.offset + p.delays.clock.drift * t + p.wander * std::sin(6.283185307179586 * t / length);
  };
  const auto add = [&](Side side, double t, unsigned basis, unsigned bit, double jitter) {
    const unsigned d = 2 * basis + bit;
    const auto& delays = side == Side::alice ? p.delays.alice : p.delays.bob;
    const double when = (side == Side::alice ? t : bob_clock(t)) + static_cast<double>(delays[d]) +
                        jitter * synthetic::gaussian(random);
    (side == Side::alice ? alice : bob).push_back({when, d + (side == Side::bob ? kDetectors : 0)});
  };
  for (double t = 0; (t += -std::log(random.next_double()) / p.pair_rate) < length;) {
    const double when = p.source_period > 0 ? std::round(t / p.source_period) * p.source_period : t;
    out.emitted.push_back(static_cast<std::uint64_t>(when));
    const unsigned a = random.next_bernoulli(p.z_probability) ? 0 : 1,
                   b = random.next_bernoulli(p.z_probability) ? 0 : 1;
    const auto bit = static_cast<unsigned>(random.next_word() & 1);
    const bool equal = a == b ? random.next_bernoulli((1 + p.visibility) / 2) : random.next_bernoulli(0.5);
    add(Side::alice, when, a, bit, p.jitter);
    add(Side::bob, when, b, equal ? bit : 1 - bit, p.jitter);
  }
  for (const Side side : {Side::alice, Side::bob})
    for (double t = 0; (t += -std::log(random.next_double()) / p.noise_rate) < length;) {
      const unsigned basis = random.next_bernoulli(p.z_probability) ? 0 : 1;
      add(side, t, basis, static_cast<unsigned>(random.next_word() & 1), 0);
    }
  out.alice = synthetic::tagged(alice, p.dead_time);
  out.bob = synthetic::tagged(bob, p.dead_time);
  return out;
}

}  // namespace herald
