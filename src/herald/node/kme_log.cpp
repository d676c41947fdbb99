#include "herald/node/kme_log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "herald/base/codec.h"

namespace herald::node {
namespace {

constexpr std::size_t kLongestText = 4096;

std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  return "error";
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

// RFC 3339, UTC.
std::string now() {
  const auto time = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     (time - seconds).count());
}

}  // namespace

std::string log_line(std::string_view time, LogLevel level, std::string_view kme, std::string_view text,
                     const nlohmann::json& fields, bool is_json) {
  if (is_json) {
    nlohmann::ordered_json line{{"time", time}, {"level", to_string(level)}, {"kme", kme}, {"message", text}};
    for (const auto& [name, value] : fields.items()) line[name] = value;
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }
  std::string line = fmt::format("{} {:<7} {}", time, to_string(level), printable(text, kLongestText));
  for (const auto& [name, value] : fields.items())
    line +=
        fmt::format(" {}={}", name,
                    value.is_string() ? printable(value.get_ref<const std::string&>(), kLongestText) : value.dump());
  return line;
}

struct KmeLog::State {
  std::string kme;
  std::shared_ptr<spdlog::logger> logger;
  std::atomic<bool> is_json = false;
};

KmeLog::KmeLog(std::string kme, const LogSettings& settings) : m_state(std::make_unique<State>()) {
  m_state->kme = std::move(kme);
  m_state->logger = std::make_shared<spdlog::logger>("kme", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  m_state->logger->set_pattern("%v");
  m_state->logger->flush_on(spdlog::level::debug);
  configure(settings);
}

KmeLog::~KmeLog() = default;

void KmeLog::configure(const LogSettings& settings) {
  m_state->logger->set_level(spdlog_level(settings.level));
  m_state->is_json = settings.is_json;
}

bool KmeLog::says(LogLevel level) const { return m_state->logger->should_log(spdlog_level(level)); }

void KmeLog::write(LogLevel level, std::string_view text, const nlohmann::json& fields) const {
  if (!says(level)) return;
  m_state->logger->log(spdlog_level(level), "{}", log_line(now(), level, m_state->kme, text, fields, m_state->is_json));
}

void KmeLog::write(LogLevel level, std::string_view text) const { write(level, text, nlohmann::json::object()); }

}  // namespace herald::node
