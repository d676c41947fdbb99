#include "herald/study/followers.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "herald/study/point_text.h"
#include "herald/study/spread_messages.h"
#include "herald/study/words.h"

namespace herald::study {

Followers::Followers(Spread& spread, const Sweep& sweep, unsigned threads)
    : m_spread(spread), m_sweep(sweep), m_threads(threads), m_followers(spread.size()) {
  HERALD_CHECK(spread.rank() == 0);
  const std::string text = sweep.text();
  for (unsigned rank = 1; rank < spread.size(); ++rank) {
    m_followers[rank].window = threads;
    spread.send(rank, fmt::format("{} {}\n{}", kSweep, threads, text));
  }
}

Followers::~Followers() {
  dismiss();
  while (!at_rest()) {  // what else they send nobody needs
    const auto message = m_spread.receive();
    if (!message || !take(*message)) std::this_thread::sleep_for(kPatience);
  }
}

Result<std::vector<Stretch>> Followers::exchange(Crew& crew) {
  std::vector<Stretch> stretches;
  while (const auto message = m_spread.receive()) {
    HERALD_TRY(auto stretch, take(*message));
    if (stretch) stretches.push_back(std::move(*stretch));
  }
  for (unsigned rank = 1; rank < m_followers.size() && !m_dismissed; ++rank) supply(rank, crew);
  return stretches;
}

void Followers::dismiss() {
  if (std::exchange(m_dismissed, true)) return;
  for (unsigned rank = 1; rank < m_followers.size(); ++rank) m_spread.send(rank, std::string(kStop));
}

bool Followers::at_rest() const {
  return std::all_of(m_followers.begin() + 1, m_followers.end(), [](const Follower& each) { return each.at_rest; });
}

Result<std::optional<Stretch>> Followers::take(const Spread::Message& message) {
  const auto whose = [&](std::string_view what) { return fmt::format("rank {}: {}", message.from, what); };
  Words lines(message.text), words(lines.next('\n'));
  const std::string_view kind = words.next();
  Follower& follower = m_followers.at(message.from);
  if (kind == kAtRest) {
    follower.at_rest = true;
    follower.outstanding = 0;
    return std::nullopt;
  }
  int code = 0;
  if (kind == kError && words.number(code)) {
    if (static_cast<ErrorCode>(code) != ErrorCode::interrupted)
      return fail(static_cast<ErrorCode>(code), whose(words.rest()));
    m_interrupted = true;
    return std::nullopt;
  }
  Stretch stretch;
  bool good = kind == kPoints && words.number(stretch.begin);
  for (std::uint64_t index = stretch.begin; good && !lines.rest().empty(); ++index) {
    const std::string_view line = lines.next('\n');
    auto point = decode_index(line) == index ? decode_point(line, m_sweep) : std::nullopt;
    good = point.has_value() && follower.outstanding > 0;
    if (!good) break;
    stretch.points.push_back(std::move(*point));
    --follower.outstanding;
  }
  if (!good) return fail(ErrorCode::malformed, whose("sends what is no result of this sweep"));
  return stretch;
}

void Followers::supply(unsigned rank, Crew& crew) {
  Follower& follower = m_followers[rank];
  if (follower.outstanding > follower.window / 2) return;
  constexpr std::chrono::milliseconds kShort(40), kLong(200);
  constexpr std::uint64_t kWidest = 4096;
  const auto now = Clock::now();
  if (now - follower.supplied < kShort) follower.window = std::min(2 * follower.window, kWidest);
  if (now - follower.supplied > kLong) follower.window = std::max<std::uint64_t>(follower.window / 2, m_threads);
  // Towards the end the portions become small, so that all end at the same time.
  const std::uint64_t share = crew.unclaimed() / (2 * m_spread.size()) + 1;
  const auto range = crew.give_away(std::min(follower.window - follower.outstanding, share));
  if (!range) return;
  follower.supplied = now;
  follower.outstanding += range->end - range->begin;
  m_spread.send(rank, fmt::format("{} {} {}", kCompute, range->begin, range->end));
}

}  // namespace herald::study
