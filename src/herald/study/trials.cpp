#include "herald/study/trials.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <thread>

#include "herald/base/statistics.h"
#include "herald/study/trials_spread.h"

namespace herald::study {
namespace {

constexpr std::uint64_t kFirstLook = 1024, kBlock = 256;

// Of look number k = 1, 2, …: they add up to no more than all of it.
FailureProbability share_of_doubt(const Trials& trials, unsigned look) {
  if (trials.precision == 0) return trials.doubt;
  return FailureProbability(trials.doubt.value / (static_cast<double>(look) * (look + 1.0)));
}

std::optional<std::size_t> given(const Protocol& protocol, std::size_t event) {
  const std::string_view name = protocol.events[event].given;
  if (name.empty()) return std::nullopt;
  const auto found = std::ranges::find(protocol.events, name, &Event::name);
  HERALD_CHECK(found != protocol.events.end());
  return static_cast<std::size_t>(found - protocol.events.begin());
}

bool precise_enough(const Trials& trials, const Tally& tally) {
  for (std::size_t event = 0; event < tally.happened.size(); ++event) {
    const Estimate now = estimate(trials, tally, event);
    if (now.among != 0 && std::max(now.high - now.probability, now.probability - now.low) > trials.precision)
      return false;
  }
  return true;
}

// Plays a range of runs, some at a go.
class Table {
 public:
  Table(const Trials& trials, const TrialOptions& options, std::uint64_t begin, std::uint64_t end)
      : m_trials(trials), m_options(options), m_next(begin), m_begin(begin), m_end(end) {}

  Result<Tally> play() {
    Tally all{0, std::vector<std::uint64_t>(m_trials.casting.protocol->events.size())};
    const unsigned wanted = m_options.threads != 0 ? m_options.threads : std::thread::hardware_concurrency();
    const std::uint64_t blocks = (m_end - m_begin + kBlock - 1) / kBlock;
    if (blocks == 0) return all;
    const auto threads = static_cast<unsigned>(std::clamp<std::uint64_t>(wanted, 1, blocks));
    std::vector<Result<Tally>> tallies(threads, all);
    {
      std::vector<std::jthread> others;
      for (unsigned i = 1; i < threads; ++i) others.emplace_back([&, i] { tallies[i] = work(all, false); });
      tallies[0] = work(all, true);
    }
    for (const Result<Tally>& tally : tallies) {
      if (!tally) return tally;
      all.add(*tally);
    }
    return all;
  }

 private:
  bool stopped() const { return m_options.stop != nullptr && m_options.stop->load(); }

  Result<Tally> work(Tally tally, bool reports) {
    HERALD_TRY(const std::unique_ptr<Game> game, m_trials.casting.protocol->set_up(m_trials.casting));
    auto reported = std::chrono::steady_clock::now();
    for (;;) {
      if (stopped()) {
        tally.interrupted = true;
        return tally;
      }
      const std::uint64_t begin = m_next.fetch_add(kBlock);
      if (begin >= m_end) return tally;
      const std::uint64_t end = std::min(begin + kBlock, m_end);
      for (std::uint64_t run = begin; run < end; ++run)
        for (Events events = game->play(m_trials.seed, run); events != 0; events &= events - 1)
          ++tally.happened[static_cast<std::size_t>(std::countr_zero(events))];
      tally.runs += end - begin;
      if (!reports || !m_options.progress) continue;
      const auto now = std::chrono::steady_clock::now();
      if (now - reported < std::chrono::milliseconds(100)) continue;
      reported = now;
      m_options.progress(std::min(m_next.load(), m_end), m_trials.most);
    }
  }

  const Trials& m_trials;
  const TrialOptions& m_options;
  std::atomic<std::uint64_t> m_next;
  std::uint64_t m_begin, m_end;
};

}  // namespace

void Tally::add(const Tally& other) {
  runs += other.runs;
  for (std::size_t i = 0; i < happened.size(); ++i) happened[i] += other.happened[i];
  interrupted = interrupted || other.interrupted;
}

Estimate estimate(const Trials& trials, const Tally& tally, std::size_t event) {
  const auto condition = given(*trials.casting.protocol, event);
  Estimate result{tally.happened[event], condition ? tally.happened[*condition] : tally.runs};
  if (result.among == 0) {
    result.probability = std::numeric_limits<double>::quiet_NaN();
    return result;
  }
  result.probability = static_cast<double>(result.happened) / static_cast<double>(result.among);
  const auto [low, high] = binomial_interval(result.happened, result.among, share_of_doubt(trials, tally.looks));
  result.low = low.value;
  result.high = high.value;
  return result;
}

Result<Tally> play_range(const Trials& trials, std::uint64_t begin, std::uint64_t end, const TrialOptions& options) {
  return Table(trials, options, begin, end).play();
}

Result<Tally> run(const Trials& trials, const TrialOptions& options) {
  TrialOptions here = options;
  std::optional<TrialFollowers> followers;
  if (options.spread != nullptr && options.spread->size() > 1) {
    here.threads = std::max(options.threads, 1U);
    followers.emplace(*options.spread, trials, here.threads);
  }
  Tally tally{0, std::vector<std::uint64_t>(trials.casting.protocol->events.size())};
  std::uint64_t until = trials.precision > 0 ? std::min(kFirstLook, trials.most) : trials.most;
  for (;;) {
    const Range own = followers ? followers->share_out(tally.runs, until) : Range{tally.runs, until};
    HERALD_TRY(const Tally more, play_range(trials, own.begin, own.end, here));
    tally.add(more);
    if (followers) {
      HERALD_TRY(const Tally theirs, followers->collect(options.stop));
      tally.add(theirs);
    }
    if (tally.interrupted || until == trials.most || precise_enough(trials, tally)) return tally;
    until = std::min(2 * until, trials.most);
    ++tally.looks;
  }
}

}  // namespace herald::study
