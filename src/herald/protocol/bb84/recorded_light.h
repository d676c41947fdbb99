#pragma once
// A recording as the light of an end: Alice's log of settings, or Bob's log of clicks. Block n of the link is block n -
// first of the log.

#include <memory>
#include <variant>

#include "herald/detections/prepare_and_measure_log.h"
#include "herald/protocol/bb84/lab.h"
#include "herald/protocol/bb84/parameters.h"

namespace herald::bb84 {

class RecordedLight final : public Light {
 public:
  // Errors (disagreement): a log of other intensities, or of blocks of other lengths, than the parameters say.
  static Result<std::unique_ptr<RecordedLight>> of_settings(SettingsLog log, const Parameters& parameters,
                                                            std::uint64_t first = 0);
  static Result<std::unique_ptr<RecordedLight>> of_clicks(ClicksLog log, const Parameters& parameters,
                                                          std::uint64_t first = 0);

  Origin origin() const override { return Origin::recorded; }
  // Errors: exhausted (the log has no such block), invalid_argument (it is the other end's).
  Result<Clicks> clicks(std::uint64_t block) override;
  // Errors: also disagreement (a pulse that the log does not hold).
  Result<Settings> settings(std::uint64_t block, std::span<const std::uint64_t> pulses) override;

  std::uint64_t first() const { return m_first; }
  std::uint64_t blocks() const;

 private:
  RecordedLight(std::variant<SettingsLog, ClicksLog> log, std::uint64_t first)
      : m_log(std::move(log)), m_first(first) {}
  Result<std::size_t> index(std::uint64_t block) const;

  std::variant<SettingsLog, ClicksLog> m_log;
  std::uint64_t m_first;
};

}  // namespace herald::bb84
