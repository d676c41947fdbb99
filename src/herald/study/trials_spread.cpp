#include "herald/study/trials_spread.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <thread>

#include "herald/base/version.h"
#include "herald/protocol/registry.h"
#include "herald/study/module.h"
#include "herald/study/spread_messages.h"
#include "herald/study/words.h"

namespace herald::study {
namespace {

constexpr std::uint64_t kStretch = 1 << 14;  // runs between two looks at what the leader says

std::string error_text(const Error& error) {
  std::string message = error.message;
  std::ranges::replace(message, '\n', ' ');
  return fmt::format("{} {} {}", kError, static_cast<int>(error.code), message);
}

// Any text as a word: "x" and two digits a byte.
std::string hex(std::string_view text) {
  std::string word = "x";
  for (const char each : text) word += fmt::format("{:02x}", static_cast<unsigned char>(each));
  return word;
}
bool from_hex(std::string_view word, std::string& text) {
  if (word.size() % 2 != 1 || word[0] != 'x') return false;
  text.clear();
  for (std::size_t i = 1; i < word.size(); i += 2) {
    unsigned char byte = 0;
    const char* const end = word.data() + i + 2;
    if (std::from_chars(word.data() + i, end, byte, 16).ptr != end) return false;
    text.push_back(static_cast<char>(byte));
  }
  return true;
}

// "tally RUNS INTERRUPTED COUNT…"
std::string tally_text(const Tally& tally) {
  return fmt::format("{} {} {} {}", kTally, tally.runs, tally.interrupted ? 1 : 0, fmt::join(tally.happened, " "));
}

// Whether the leader has enough, and what else it asks.
struct Asked {
  bool stop = false;
  std::optional<Range> play;
};
Asked read(Words words) {
  const std::string_view kind = words.next();
  Range range;
  if (kind == kCompute && words.number(range.begin) && words.number(range.end)) return {false, range};
  HERALD_CHECK(kind == kStop || kind == kHurry);
  return {kind == kStop, std::nullopt};
}

// Plays a range some runs at a go; ends early when the leader is in a hurry.
Result<Tally> play(Spread& spread, const Trials& trials, Range range, unsigned threads, const std::atomic<bool>* stop) {
  Tally tally{0, std::vector<std::uint64_t>(trials.casting.protocol->events.size())};
  while (range.begin < range.end && !tally.interrupted) {
    const std::uint64_t end = std::min(range.begin + kStretch * threads, range.end);
    HERALD_TRY(const Tally more, play_range(trials, range.begin, end, {.threads = threads, .stop = stop}));
    tally.add(more);
    range.begin = end;
    if (const auto message = spread.receive()) {
      HERALD_CHECK(message->text == kHurry || message->text == kStop);
      tally.interrupted = true;
      if (message->text == kStop) return fail(ErrorCode::interrupted, "the leader has stopped");
    }
  }
  return tally;
}

}  // namespace

std::string text_of(const Trials& trials) {
  std::string given;
  for (const GivenText& text : trials.casting.texts) given += fmt::format("{} {} ", hex(text.from), hex(text.content));
  for (const auto& [seat, value] : trials.casting.inputs) given += fmt::format("{} {} ", hex(seat), hex(value));
  return fmt::format("herald {}\n{}\n{}\n{}\n{}\n{}", kVersion,
                     trials.module.empty() ? trials.casting.protocol->name : std::string_view(trials.module),
                     fmt::join(trials.casting.strategies, " "), fmt::join(trials.casting.values, " "), given,
                     trials.seed);
}

Result<Trials> parse_trials(std::string_view text) {
  Words lines(text);
  if (lines.next('\n') != fmt::format("herald {}", kVersion))
    return fail(ErrorCode::version, "the processes of the job are of different versions of Herald");
  const std::string_view name = lines.next('\n');
  const bool module = names_module(name);
  HERALD_TRY(const Protocol* const protocol, module ? load_module(name) : find_protocol(name));
  Trials trials{Casting::standard(*protocol)};
  if (module) trials.module = name;
  Words strategies(lines.next('\n')), values(lines.next('\n')), given(lines.next('\n'));
  bool good = true;
  for (std::size_t i = 0; i < protocol->roles.size(); ++i) {
    std::size_t& strategy = trials.casting.strategies[i];
    good = good && strategies.number(strategy) && strategy < protocol->roles[i].strategies.size();
  }
  for (double& value : trials.casting.values) good = good && values.number(value);
  for (GivenText& each : trials.casting.texts)
    good = good && from_hex(given.next(), each.from) && from_hex(given.next(), each.content);
  for (std::string seat, value; good && !given.rest().empty(); trials.casting.inputs[seat] = value)
    good = from_hex(given.next(), seat) && from_hex(given.next(), value);
  if (!good || !Words::parse(lines.rest(), trials.seed))
    return fail(ErrorCode::malformed, "the leader sends what are no trials");
  return trials;
}

TrialFollowers::TrialFollowers(Spread& spread, const Trials& trials, unsigned threads)
    : m_spread(spread), m_events(trials.casting.protocol->events.size()) {
  for (unsigned rank = 1; rank < spread.size(); ++rank)
    spread.send(rank, fmt::format("{} {}\n{}", kTrials, threads, text_of(trials)));
}

TrialFollowers::~TrialFollowers() {
  for (unsigned rank = 1; rank < m_spread.size(); ++rank) m_spread.send(rank, std::string(kStop));
}

Range TrialFollowers::share_out(std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t share = (end - begin + m_spread.size() - 1) / m_spread.size();
  const auto part = [&](unsigned rank) {
    return Range{std::min(begin + rank * share, end), std::min(begin + (rank + 1) * share, end)};
  };
  for (unsigned rank = 1; rank < m_spread.size(); ++rank)
    m_spread.send(rank, fmt::format("{} {} {}", kCompute, part(rank).begin, part(rank).end));
  return part(0);
}

Result<Tally> TrialFollowers::collect(const std::atomic<bool>* stop) {
  bool hurried = false;
  Tally all{0, std::vector<std::uint64_t>(m_events)};
  std::optional<Error> error;
  for (unsigned waiting = m_spread.size() - 1; waiting > 0;) {
    if (stop != nullptr && stop->load() && !std::exchange(hurried, true))
      for (unsigned rank = 1; rank < m_spread.size(); ++rank) m_spread.send(rank, std::string(kHurry));
    const auto message = m_spread.receive();
    if (!message) {
      std::this_thread::sleep_for(kPatience);
      continue;
    }
    --waiting;
    Words words(message->text);
    const std::string_view kind = words.next();
    Tally tally{0, std::vector<std::uint64_t>(m_events)};
    int code = 0, interrupted = 0;
    bool good = kind == kTally && words.number(tally.runs) && words.number(interrupted);
    for (std::uint64_t& count : tally.happened) good = good && words.number(count);
    tally.interrupted = interrupted != 0;
    if (good) {
      all.add(tally);
    } else if (kind == kError && words.number(code)) {
      error = Error{static_cast<ErrorCode>(code), fmt::format("rank {}: {}", message->from, words.rest())};
    } else {
      error = Error{ErrorCode::malformed, fmt::format("rank {}: sends what is no tally", message->from)};
    }
  }
  if (error) return std::unexpected(std::move(*error));
  return all;
}

void play_along(Spread& spread, std::string_view request, const std::atomic<bool>* stop) {
  Words lines(request), words(lines.next('\n'));
  words.next();
  unsigned threads = 0;
  HERALD_CHECK(words.number(threads) && threads > 0);
  const Result<Trials> trials = parse_trials(lines.rest());
  for (;;) {
    const auto message = spread.receive();
    if (!message) {
      std::this_thread::sleep_for(kPatience);
      continue;
    }
    const Asked asked = read(Words(message->text));
    if (asked.stop) return;
    if (!asked.play) continue;  // a hurry that came after the tally
    const Result<Tally> tally =
        trials ? play(spread, *trials, *asked.play, threads, stop) : std::unexpected(trials.error());
    if (!tally && tally.error().code == ErrorCode::interrupted) return;
    spread.send(0, tally ? tally_text(*tally) : error_text(tally.error()));
  }
}

}  // namespace herald::study
