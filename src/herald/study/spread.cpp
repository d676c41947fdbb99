#include "herald/study/spread.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "herald/study/crew.h"
#include "herald/study/point_text.h"
#include "herald/study/spread_messages.h"
#include "herald/study/trials_spread.h"
#include "herald/study/words.h"

namespace herald::study {
namespace {

constexpr unsigned kLeader = 0;

void send_error(Spread& spread, ErrorCode code, std::string message) {
  std::ranges::replace(message, '\n', ' ');
  spread.send(kLeader, fmt::format("{} {} {}", kError, static_cast<int>(code), message));
}

void send_finished(Spread& spread, Crew& crew) {
  for (const Stretch& stretch : crew.finished(kPatience)) {
    if (stretch.points.empty()) continue;
    std::string text = fmt::format("{} {}", kPoints, stretch.begin);
    for (std::uint64_t i = 0; i < stretch.points.size(); ++i)
      text += "\n" + encode_point(stretch.begin + i, stretch.points[i]);
    spread.send(kLeader, std::move(text));
  }
}

// Until the leader has enough of it.
void compute(Spread& spread, const Sweep& sweep, unsigned threads, const std::atomic<bool>* stop) {
  Crew crew(sweep, stop, threads);
  bool told = false;
  for (;;) {
    send_finished(spread, crew);
    if (stop != nullptr && stop->load() && !std::exchange(told, true))
      send_error(spread, ErrorCode::interrupted, "interrupted");
    while (const auto message = spread.receive()) {
      Words words(message->text);
      const std::string_view kind = words.next();
      Range range;
      if (kind == kCompute && words.number(range.begin) && words.number(range.end)) {
        crew.assign(range);
      } else {
        HERALD_CHECK(kind == kStop);
        crew.dismiss();
        send_finished(spread, crew);
        return;
      }
    }
    // What finished() does not sleep away when all are at rest.
    if (told) std::this_thread::sleep_for(kPatience);
  }
}

void serve(Spread& spread, std::string_view request, const std::atomic<bool>* stop, Models known) {
  Words lines(request), words(lines.next('\n'));
  words.next();
  unsigned threads = 0;
  HERALD_CHECK(words.number(threads) && threads > 0);
  if (const auto sweep = Sweep::parse(lines.rest(), known)) {
    compute(spread, *sweep, threads, stop);
  } else {
    send_error(spread, sweep.error().code, sweep.error().message);
    for (auto message = spread.receive(); !message || message->text != kStop; message = spread.receive())
      std::this_thread::sleep_for(kPatience);
  }
  spread.send(kLeader, std::string(kAtRest));
}

// A number in an environment variable.
std::optional<unsigned> number_in(const char* name) {
  const char* const text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody writes the environment
  unsigned value = 0;
  return text != nullptr && Words::parse(text, value) ? std::optional(value) : std::nullopt;
}

}  // namespace

void follow(Spread& spread, const std::atomic<bool>* stop, Models known) {
  HERALD_CHECK(spread.rank() != kLeader);
  for (;;) {
    const auto message = spread.receive();
    if (!message) {
      std::this_thread::sleep_for(kPatience);
      continue;
    }
    if (message->text == kHome) return;
    if (message->text.starts_with(kTrials)) {
      play_along(spread, message->text, stop);
      continue;
    }
    HERALD_CHECK(message->text.starts_with(kSweep));
    serve(spread, message->text, stop, known);
  }
}

void send_home(Spread& spread) {
  for (unsigned rank = 1; rank < spread.size(); ++rank) spread.send(rank, std::string(kHome));
}

std::optional<Place> place_in_job() {
  // Open MPI's own; those of PMI, which MPICH and Slurm set.
  for (const auto& [rank, size] : {std::pair{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"}, {"PMI_RANK", "PMI_SIZE"}})
    if (const auto of_rank = number_in(rank), of_size = number_in(size); of_rank && of_size)
      return Place{*of_rank, *of_size};
  return std::nullopt;
}

}  // namespace herald::study
