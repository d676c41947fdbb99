#pragma once
// What a running KME tells its operator: a line an event on standard error, as text or as JSON. No key ever.

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace herald::node {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

struct LogSettings {
  LogLevel level = LogLevel::info;
  bool is_json = false;
  bool operator==(const LogSettings&) const = default;
};

// From any thread.
class KmeLog {
 public:
  KmeLog(std::string kme, const LogSettings& settings);
  ~KmeLog();
  KmeLog(const KmeLog&) = delete;
  KmeLog& operator=(const KmeLog&) = delete;

  // In the thread that began it.
  void configure(const LogSettings& settings);
  bool says(LogLevel level) const;
  // `fields` is an object: members of a JSON line, or "name=value" behind the text.
  void write(LogLevel level, std::string_view text, const nlohmann::json& fields) const;
  void write(LogLevel level, std::string_view text) const;

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

// {"time": …, "level": …, "kme": …, "message": …, fields…}, or text; the line without its end.
std::string log_line(std::string_view time, LogLevel level, std::string_view kme, std::string_view text,
                     const nlohmann::json& fields, bool is_json);

}  // namespace herald::node
