#include "herald/optics/click_sampler.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "herald/base/random.h"

namespace herald {
namespace {

// A candidate's outcome: settings << 2 | pattern, with a double click's random bit already drawn.
enum Pattern : std::uint16_t { kOnly0 = 0, kOnly1 = 1, kBoth0 = 2, kBoth1 = 3 };
constexpr GateSettings settings_of(std::uint16_t outcome) { return static_cast<GateSettings>(outcome >> 2); }
constexpr unsigned detectors_of(std::uint16_t outcome) { return (outcome & 2) != 0 ? 3u : 1u << (outcome & 1); }
// What a click shows: settings << 1 | bit.
constexpr std::uint16_t shown(GateSettings settings, bool bit) {
  return static_cast<std::uint16_t>(settings << 1 | bit);
}

AliasTable outcome_table(const GateLaw& law) {
  std::vector<double> weights;
  for (const GateLaw::Entry& entry : law.gates) {
    const double both = entry.pattern.both / 2;
    for (const double p : {entry.pattern.only_0, entry.pattern.only_1, both, both}) weights.push_back(entry.prior * p);
  }
  if (law.candidate == 0) weights.front() = 1;  // never drawn
  return AliasTable(weights);
}

AliasTable quiet_table(const GateLaw& law) {
  std::vector<double> weights;
  for (const GateLaw::Entry& entry : law.gates) weights.push_back(entry.prior * entry.pattern.none);
  if (std::ranges::all_of(weights, [](double w) { return w <= 0; })) weights.front() = 1;  // never drawn
  return AliasTable(weights);
}

// Bit `at` of four packed values.
constexpr std::uint64_t gather4(std::uint64_t four, unsigned at) {
  return (((four >> at) & 0x0001000100010001) * 0x0001000200040008) >> 48 & 0xf;
}

// Bit `at` of each value, as a bit string.
BitString bits_at(std::span<const std::uint16_t> values, unsigned at) {
  BitString bits(values.size());
  const std::span<std::uint64_t> words = bits.words();
  for (std::size_t w = 0; w < words.size(); ++w) {
    const std::size_t begin = 64 * w, end = std::min(values.size(), begin + 64);
    std::uint64_t word = 0;
    std::size_t i = begin;
    for (; i + 4 <= end; i += 4) {
      const std::uint64_t four = values[i] | std::uint64_t{values[i + 1]} << 16 | std::uint64_t{values[i + 2]} << 32 |
                                 std::uint64_t{values[i + 3]} << 48;
      word |= gather4(four, at) << (i - begin);
    }
    for (; i < end; ++i) word |= static_cast<std::uint64_t>((values[i] >> at) & 1) << (i - begin);
    words[w] = word;
  }
  return bits;
}

// Alice's settings out of what clicks show (settings << 1 | bit).
Settings settings_shown(std::span<const std::uint16_t> outcomes) {
  Settings settings;
  settings.intensity.resize(outcomes.size());
  for (std::size_t i = 0; i < outcomes.size(); ++i) settings.intensity[i] = static_cast<std::uint8_t>(outcomes[i] >> 4);
  settings.basis = bits_at(outcomes, 3);
  settings.bit = bits_at(outcomes, 2);
  return settings;
}

}  // namespace

Result<Settings> ClickBlock::settings_at(std::span<const std::uint64_t> pulses) const {
  std::vector<std::uint16_t> outcomes(pulses.size());
  for (std::size_t i = 0; i < pulses.size(); ++i) {
    const std::uint64_t pulse = pulses[i];
    if (pulse < begin || pulse >= end)
      return fail(
          ErrorCode::invalid_argument,
          fmt::format("pulse {} was asked for, of a part of a block that holds pulses {} to {}", pulse, begin, end));
    const auto click = std::ranges::lower_bound(clicks.pulse, pulse);
    if (click != clicks.pulse.end() && *click == pulse) {
      outcomes[i] = m_outcomes[static_cast<std::size_t>(click - clicks.pulse.begin())];
      continue;
    }
    const auto hidden = std::ranges::lower_bound(m_hidden, pulse);
    const GateSettings at_pulse = hidden != m_hidden.end() && *hidden == pulse
                                      ? m_hidden_settings[static_cast<std::size_t>(hidden - m_hidden.begin())]
                                      : m_quiet->settings(m_quiet_stream, pulse);
    outcomes[i] = shown(at_pulse, false);
  }
  return settings_shown(outcomes);
}

Result<ClickSampler> ClickSampler::create(const LinkModel& model, std::uint64_t seed, const ChannelAction* action) {
  HERALD_TRY_VOID(model.validate());
  return ClickSampler(model, seed, action);
}

ClickSampler::ClickSampler(const LinkModel& model, std::uint64_t seed, const ChannelAction* action)
    : m_receiver(model.receiver), m_seed(seed), m_source(1) {
  const GateLaw law = gate_law(model, action);
  m_candidate_probability = std::min(1.0, law.candidate);
  m_memoryless = m_receiver.afterpulse.value == 0 && m_receiver.dead_gates == 0 && m_receiver.jitter.value == 0;
  m_outcomes = outcome_table(law);
  m_quiet = std::make_shared<const QuietLaw>(QuietLaw{quiet_table(law)});
  if (m_candidate_probability > 0) m_source = CandidateSource(m_candidate_probability);
}

void ClickSampler::force_kernel(CandidateKernel kernel) {
  if (m_candidate_probability > 0) m_source = CandidateSource(m_candidate_probability, kernel);
}

CounterStream ClickSampler::stream(const char* name) const {
  return {m_seed, SimulationRandom(m_seed).substream(name, m_number).next_word()};
}

void ClickSampler::begin_block(std::uint64_t pulses) {
  HERALD_CHECK(pulses >= 1 && pulses <= kLongestBlock);
  while (!m_done) next_part(std::size_t{1} << 16);
  if (!m_fresh) {
    // Times count from the new block's first gate.
    for (std::uint64_t& gate : m_live_from) gate -= std::min(gate, m_pulses);
    for (Release& release : m_releases) release.gate -= m_pulses;
    ++m_number;
  }
  m_fresh = m_done = false;
  m_pulses = pulses;
  m_begin = m_position = m_candidates = m_avalanches = 0;
  m_candidate_stream = stream("optics candidates");
  m_quiet_stream = stream("optics quiet gates");
  m_avalanche_stream = stream("optics avalanches");
  m_used = CandidateBatch::kSize;
  if (!m_memoryless) next_candidate();
}

ClickBlock ClickSampler::next_part(std::size_t clicks) {
  HERALD_CHECK(!m_done && clicks > 0);
  ClickBlock part;
  part.number = m_number;
  part.begin = m_begin;
  part.m_quiet = m_quiet;
  part.m_quiet_stream = m_quiet_stream;
  if (m_memoryless) {
    sample_memoryless(clicks, part);
  } else {
    sample_serial(clicks, part);
  }
  m_begin = part.end;
  m_done = part.end == m_pulses;
  part.settings = settings_shown(part.m_outcomes);
  part.clicks.basis = bits_at(part.m_outcomes, 1);
  part.clicks.bit = bits_at(part.m_outcomes, 0);
  return part;
}

ClickBlock ClickSampler::sample_block(std::uint64_t pulses) {
  begin_block(pulses);
  return next_part(std::numeric_limits<std::size_t>::max());
}

void ClickSampler::refill() {
  m_source.fill(m_candidate_stream, m_candidates, m_batch);
  m_candidates += CandidateBatch::kSize;
  m_used = 0;
}

// Room for a part that ends after that many clicks or with its block.
std::size_t ClickSampler::hoped_clicks(std::size_t clicks) const {
  const double expected = static_cast<double>(m_pulses - m_begin) * m_candidate_probability;
  return CandidateBatch::kSize +
         static_cast<std::size_t>(std::min({expected + 6 * std::sqrt(expected), static_cast<double>(clicks), 1e8}));
}

// Each candidate is a click: nothing but gaps and outcomes.
void ClickSampler::sample_memoryless(std::size_t clicks, ClickBlock& part) {
  std::vector<std::uint64_t>& pulse = part.clicks.pulse;
  std::vector<std::uint16_t>& outcomes = part.m_outcomes;
  part.end = m_pulses;
  if (m_candidate_probability == 0) return;
  pulse.reserve(hoped_clicks(clicks));
  outcomes.reserve(pulse.capacity());
  while (pulse.size() < clicks) {
    if (m_used == CandidateBatch::kSize) refill();
    const std::size_t take = std::min(CandidateBatch::kSize - m_used, clicks - pulse.size());
    const std::size_t old = pulse.size();
    pulse.resize(old + take);
    outcomes.resize(old + take);
    std::size_t size = old;
    for (std::size_t i = 0; i < take; ++i, ++m_used) {
      m_position += m_batch.gap[m_used];
      if (m_position >= m_pulses) {
        pulse.resize(size);
        outcomes.resize(size);
        return;
      }
      if (m_batch.gap[m_used] == kLongestGap) continue;
      const std::uint16_t outcome = m_outcomes.draw(m_batch.word[m_used]);
      pulse[size] = m_position++;
      outcomes[size++] = shown(settings_of(outcome), (outcome & 1) != 0);
    }
    pulse.resize(size);
    outcomes.resize(size);
  }
  part.end = m_position;
}

void ClickSampler::next_candidate() {
  m_candidate_gate = kNever;
  if (m_candidate_probability == 0) return;
  for (;;) {
    if (m_used == CandidateBatch::kSize) refill();
    const std::uint64_t gap = m_batch.gap[m_used], word = m_batch.word[m_used];
    ++m_used;
    m_position += gap;
    if (m_position >= m_pulses) return;
    if (gap == kLongestGap) continue;
    m_candidate_gate = m_position++;
    m_candidate_outcome = m_outcomes.draw(word);
    return;
  }
}

// Candidates and released carriers in the order of time, through dead time and jitter.
void ClickSampler::sample_serial(std::size_t clicks, ClickBlock& part) {
  part.clicks.pulse.reserve(hoped_clicks(clicks));
  part.m_outcomes.reserve(part.clicks.pulse.capacity());
  while (part.clicks.pulse.size() < clicks) {
    const std::uint64_t release = m_releases.empty() ? kNever : m_releases.front().gate;
    const std::uint64_t gate = std::min(m_candidate_gate, release);
    if (gate >= m_pulses) {
      close_before(kNever, part);
      part.end = m_pulses;
      return;
    }
    close_before(gate, part);
    OpenGate& here = open(gate);
    unsigned would_fire = 0;
    if (gate == m_candidate_gate) {
      would_fire = detectors_of(m_candidate_outcome);
      here.drawn = true;
      here.settings = settings_of(m_candidate_outcome);
      next_candidate();
    }
    while (!m_releases.empty() && m_releases.front().gate == gate) {
      would_fire |= 1u << m_releases.front().detector;
      std::ranges::pop_heap(m_releases, std::greater{});
      m_releases.pop_back();
    }
    const unsigned live = (gate >= m_live_from[0] ? 1u : 0u) | (gate >= m_live_from[1] ? 2u : 0u);
    if ((would_fire & live) != 0) fire(gate, would_fire & live, live == 3);
    part.end = m_open.front().gate;
  }
}

// Avalanches of some detectors in a gate: dead time, a trapped carrier perhaps, and a tag if the gate is reported.
void ClickSampler::fire(std::uint64_t gate, unsigned detectors, bool reported) {
  for (unsigned d = 0; d < 2; ++d) {
    if ((detectors >> d & 1) == 0) continue;
    m_live_from[d] = gate + m_receiver.dead_gates + 1;
    std::uint64_t tagged = gate;
    if (m_receiver.afterpulse.value > 0 || m_receiver.jitter.value > 0) {
      const std::size_t at = m_avalanches % CandidateBatch::kSize;
      if (at == 0) m_source.fill_words(m_avalanche_stream, m_avalanches, m_avalanche_words);
      ++m_avalanches;
      const double trap = (static_cast<double>(m_avalanche_words.gap[at] >> 11) + 0.5) * 0x1p-53;
      if (trap < m_receiver.afterpulse.value) {
        // What is left of the draw is uniform again; P(delay > j) = exp(-j / decay), j = 0, 1, ...
        const double delay =
            std::floor(-std::log(trap / m_receiver.afterpulse.value) * m_receiver.afterpulse_decay_gates);
        m_releases.push_back({m_live_from[d] + static_cast<std::uint64_t>(delay), d});
        std::ranges::push_heap(m_releases, std::greater{});
      }
      const double shift = (static_cast<double>(m_avalanche_words.word[at] >> 11) + 0.5) * 0x1p-53;
      if (shift < m_receiver.jitter.value / 2) {
        --tagged;  // wraps to no gate at all before the first
      } else if (shift < m_receiver.jitter.value) {
        ++tagged;
      }
    }
    if (reported && tagged < m_pulses) open(tagged).tags |= 1u << d;
  }
}

ClickSampler::OpenGate& ClickSampler::open(std::uint64_t gate) {
  if (m_open.empty() || m_open.back().gate < gate) return m_open.emplace_back(OpenGate{gate, 0, false, 0});
  const auto at = std::ranges::lower_bound(m_open, gate, {}, &OpenGate::gate);
  if (at != m_open.end() && at->gate == gate) return *at;
  return *m_open.insert(at, OpenGate{gate, 0, false, 0});
}

// Closes the gates that a detection in `gate` or later cannot be tagged in.
void ClickSampler::close_before(std::uint64_t gate, ClickBlock& part) {
  const std::uint64_t reach = m_receiver.jitter.value > 0 ? 1 : 0;
  std::size_t closed = 0;
  while (closed < m_open.size() && m_open[closed].gate + reach < gate) close(m_open[closed++], part);
  if (closed == m_open.size()) return m_open.clear();
  m_open.erase(m_open.begin(), m_open.begin() + static_cast<std::ptrdiff_t>(closed));
}

void ClickSampler::close(const OpenGate& gate, ClickBlock& part) {
  if (gate.tags != 0) {
    const GateSettings settings = gate.drawn ? gate.settings : m_quiet->settings(m_quiet_stream, gate.gate);
    const bool bit = gate.tags == 3 ? QuietLaw::coin(m_quiet_stream, gate.gate) : gate.tags == 2;
    part.clicks.pulse.push_back(gate.gate);
    part.m_outcomes.push_back(shown(settings, bit));
  } else if (gate.drawn) {
    part.m_hidden.push_back(gate.gate);
    part.m_hidden_settings.push_back(gate.settings);
  }
}

}  // namespace herald
