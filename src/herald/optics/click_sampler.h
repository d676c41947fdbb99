#pragma once
// Samples what Bob's detectors report and what Alice had set at those pulses, at the cost of the clicks: the pulses
// between are skipped by geometric gaps. The joint law is exactly that of docs/theory/optics.md; pulse_by_pulse.h is
// the slow twin.

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "herald/detections/clicks.h"
#include "herald/optics/alias_table.h"
#include "herald/optics/candidates.h"
#include "herald/optics/click_law.h"

namespace herald {

// Settings at gates in which no detector would have fired, as a function of (seed, block, gate).
struct QuietLaw {
  AliasTable table;  // over GateSettings
  GateSettings settings(CounterStream stream, std::uint64_t gate) const {
    return table.draw(counter_words(stream, gate)[0]);
  }
  // An independent fair coin of the gate.
  static bool coin(CounterStream stream, std::uint64_t gate) { return (counter_words(stream, gate)[1] & 1) != 0; }
};

// Pulses [begin, end) of one block: Bob's clicks, Alice's settings at them, and Alice's memory of all the others.
class ClickBlock {
 public:
  std::uint64_t number = 0;          // of the block, from 0
  std::uint64_t begin = 0, end = 0;  // pulses of the block that this part covers
  Clicks clicks;                     // pulse indices count from the block's first pulse, in every part
  Settings settings;                 // Alice's, at clicks.pulse

  // Alice's settings at any pulses in [begin, end), in any order: those of the clicks where there was one, otherwise a
  // draw from the exact distribution given that there was none, always the same for the same pulse.
  // ErrorCode::invalid_argument for a pulse outside.
  Result<Settings> settings_at(std::span<const std::uint64_t> pulses) const;

 private:
  friend class ClickSampler;
  std::vector<std::uint64_t> m_hidden;  // gates whose detectors would have fired but that report no click, increasing
  std::vector<GateSettings> m_hidden_settings;  // at those
  std::vector<std::uint16_t> m_outcomes;        // at clicks.pulse: settings << 1 | Bob's bit
  std::shared_ptr<const QuietLaw> m_quiet;
  CounterStream m_quiet_stream;
};

class ClickSampler {
 public:
  static constexpr std::uint64_t kLongestBlock = std::uint64_t{1} << 62;

  // Without an action the model's fibre carries the pulses. The action is compiled here and not kept. Errors: those of
  // model.validate().
  static Result<ClickSampler> create(const LinkModel& model, std::uint64_t seed, const ChannelAction* action = nullptr);

  // Begins the next block of `pulses` (1 to kLongestBlock) pulses. Dead times and afterpulses carry over from the one
  // before, whose unread rest is sampled and dropped.
  void begin_block(std::uint64_t pulses);
  // The block's next part, ending as soon as it holds `clicks` clicks (a few more if jitter held some back), or at the
  // block's end. However a block is cut into parts, its content is the same: that of (model, action, seed, block
  // number, the blocks before).
  ClickBlock next_part(std::size_t clicks);
  bool block_done() const { return m_done; }

  // A whole block, which has to fit in memory: about 12 bytes a click.
  ClickBlock sample_block(std::uint64_t pulses);

  // Probability that light or dark counts would fire some detector in a gate.
  double candidate_probability() const { return m_candidate_probability; }
  // Forces one of the available kernels; all give the same clicks.
  void force_kernel(CandidateKernel kernel);

 private:
  struct Release {  // of a trapped carrier: the detector fires in this gate unless it is dead
    std::uint64_t gate;
    unsigned detector;
    bool operator>(const Release& other) const { return gate > other.gate; }
  };
  struct OpenGate {  // a gate whose tags jitter may still change
    std::uint64_t gate;
    unsigned tags;  // bit d: detector d reports here
    bool drawn;     // settings hold a candidate's settings
    GateSettings settings;
  };
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  ClickSampler(const LinkModel& model, std::uint64_t seed, const ChannelAction* action);

  CounterStream stream(const char* name) const;
  void refill();
  void next_candidate();
  std::size_t hoped_clicks(std::size_t clicks) const;
  void sample_memoryless(std::size_t clicks, ClickBlock& part);
  void sample_serial(std::size_t clicks, ClickBlock& part);
  void fire(std::uint64_t gate, unsigned detectors, bool reported);
  OpenGate& open(std::uint64_t gate);
  void close_before(std::uint64_t gate, ClickBlock& part);
  void close(const OpenGate& gate, ClickBlock& part);

  ReceiverModel m_receiver;
  std::uint64_t m_seed;
  double m_candidate_probability;
  bool m_memoryless;      // no afterpulses, dead time or jitter: each candidate is a click
  AliasTable m_outcomes;  // over candidates: settings << 2 | pattern
  std::shared_ptr<const QuietLaw> m_quiet;
  CandidateSource m_source;

  // The block being sampled.
  std::uint64_t m_number = 0, m_pulses = 0, m_begin = 0;
  bool m_done = true, m_fresh = true;
  CounterStream m_candidate_stream, m_quiet_stream, m_avalanche_stream;
  CandidateBatch m_batch{};
  std::uint64_t m_candidates = 0;  // drawn in this block, a multiple of the batch
  std::size_t m_used = CandidateBatch::kSize;
  std::uint64_t m_position = 0;             // first gate not yet passed by a candidate
  std::uint64_t m_candidate_gate = kNever;  // of the candidate at hand; kNever beyond the block's end
  std::uint16_t m_candidate_outcome = 0;
  CandidateBatch m_avalanche_words{};
  std::uint64_t m_avalanches = 0;

  // What blocks hand on.
  std::array<std::uint64_t, 2> m_live_from{};  // first gate in which the detector can fire again
  std::vector<Release> m_releases;             // a heap, the earliest in front
  std::vector<OpenGate> m_open;                // at most three, increasing
};

}  // namespace herald
