#pragma once
// How `herald run` shows what happened: a table, a line of JSON or of comma-separated values a point, a picture.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "herald/study/expectations.h"
#include "herald/study/picture.h"
#include "herald/study/sweep.h"
#include "herald/study/trials.h"

namespace herald::cli {

// One point of a sweep, played.
struct RunPoint {
  const study::Trials* trials;
  const study::Tally* tally;
  std::span<const study::Axis> axes;
  std::vector<double> at;                                      // the axes' values
  std::vector<std::size_t> events;                             // those to show
  std::vector<std::pair<std::string, std::string>> told = {};  // of a single run: what a seat came to, in words
};

// "Alice cheat-epr, Bob honest; photons 100, storage 0.9".
std::string describe(const Casting& casting);

// A point by itself, with a line for each event.
std::string run_table(const RunPoint& point);
// A line for each point of a sweep, under a head.
std::string sweep_head(const RunPoint& point);
std::string sweep_row(const RunPoint& point);
std::string csv_head(const RunPoint& point);
std::string csv_rows(const RunPoint& point);
std::string run_json(const RunPoint& point);

// Curves with their intervals' ends as marks, theory dashed, over the first axis.
class RunPicture {
 public:
  void add(const RunPoint& point);
  study::Picture picture(const Protocol& protocol, const study::Axis& along) const;

 private:
  study::Series& curve(const std::string& label, study::Look look);
  std::vector<study::Series> m_curves;
};

// What the parties of the game's last run came to, by seat, where the protocol has words for it.
std::vector<std::pair<std::string, std::string>> told_by(const Game& game);

// The messages of one run and what each party came to.
std::string transcript_text(const Casting& casting, const Game& game, const MeetingTranscript& transcript, bool json);

}  // namespace herald::cli
