// The files of examples/link are read, and their values are the defaults that they claim to be.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "herald/base/file.h"
#include "herald/link/link_config.h"
#include "herald/link/make_light.h"
#include "herald/link/runner.h"

namespace herald::link {
namespace {

using ::testing::HasSubstr;

std::filesystem::path example(const std::string& name) {
  return std::filesystem::path(__FILE__).parent_path() / "../../../examples/link" / name;
}

const std::vector<std::string> kNone;

Result<EndConfig> plain(std::string_view role, std::vector<std::string> more) {
  more.insert(more.end(), {"link.name=lab", "store.path=a.db", "authentication.pre_shared_key=link.psk",
                           role == "alice" ? "link.connect=127.0.0.1:1" : "link.listen=127.0.0.1:1"});
  return read_end_config("", role, more);
}

void expect_same_session(const EndConfig& shown, const EndConfig& fallback) {
  EXPECT_EQ(shown.session.key_bits, fallback.session.key_bits);
  EXPECT_EQ(shown.session.replenish_bits, fallback.session.replenish_bits);
  EXPECT_EQ(shown.session.blocks_in_flight, fallback.session.blocks_in_flight);
  EXPECT_EQ(shown.session.max_blocks, fallback.session.max_blocks);
  EXPECT_EQ(shown.session.until_keys, fallback.session.until_keys);
  EXPECT_EQ(shown.session.give_up_after, fallback.session.give_up_after);
  EXPECT_EQ(shown.session.lifetime, fallback.session.lifetime);
  EXPECT_EQ(shown.silence_seconds, fallback.silence_seconds);
  EXPECT_EQ(shown.reconnect_seconds, fallback.reconnect_seconds);
  EXPECT_EQ(shown.first_block, fallback.first_block);
}

TEST(LinkExamples, EndsOfASimulatedFibreShowEveryDefault) {
  for (const std::string role : {"alice", "bob"}) {
    const auto shown = read_end_config(example(role + ".toml"), role, kNone);
    ASSERT_TRUE(shown) << shown.error().message;
    const auto fallback = plain(role, {"lab.fibre=127.0.0.1:7400"});
    ASSERT_TRUE(fallback) << fallback.error().message;
    EXPECT_EQ(shown->bb84.describe(), fallback->bb84.describe());
    EXPECT_EQ(shown->bb84.first_error_rate, fallback->bb84.first_error_rate);
    expect_same_session(*shown, *fallback);
  }
}

TEST(LinkExamples, EndsOfARecordingShowEveryDefaultButTheAgreedCap) {
  for (const std::string role : {"alice", "bob"}) {
    auto shown = read_end_config(example(role + "-recorded.toml"), role, kNone);
    ASSERT_TRUE(shown) << shown.error().message;
    EXPECT_EQ(shown->bbm92.first_error_rate, ErrorRate(0.06));
    EXPECT_EQ(shown->bbm92.disclosure_efficiency, 1.15);
    shown->bbm92.first_error_rate = ErrorRate(0);
    shown->bbm92.disclosure_efficiency = 0;
    const auto fallback = plain(role, {"protocol.name=bbm92", "lab.source=x.tags"});
    ASSERT_TRUE(fallback) << fallback.error().message;
    EXPECT_EQ(shown->bbm92.describe(), fallback->bbm92.describe());
    expect_same_session(*shown, *fallback);
    EXPECT_EQ(make_protocol(*shown)->describe(), shown->bbm92.describe());
  }
}

TEST(LinkExamples, TheFibreShowsEveryDefaultAndServesItsEnds) {
  const auto shown = read_fibre_config(example("fibre.toml"), kNone), fallback = read_fibre_config("", kNone);
  ASSERT_TRUE(shown) << shown.error().message;
  ASSERT_TRUE(fallback);
  const auto end = read_end_config(example("alice.toml"), "alice", kNone);
  ASSERT_TRUE(end);
  EXPECT_EQ(shown->listen.to_string(), end->fibre->to_string());
  EXPECT_EQ(shown->pulses_per_block, end->bb84.pulses_per_block);
  EXPECT_EQ(shown->model.source.intensities, end->bb84.intensities);
  EXPECT_EQ(shown->listen.to_string(), fallback->listen.to_string());
  EXPECT_EQ(shown->pulses_per_block, fallback->pulses_per_block);
  EXPECT_EQ(shown->seed, fallback->seed);
  EXPECT_EQ(shown->eve, fallback->eve);
  const LinkModel &a = shown->model, &b = fallback->model;
  EXPECT_EQ(a.source.intensities, b.source.intensities);
  EXPECT_EQ(a.source.z_basis, b.source.z_basis);
  EXPECT_EQ(a.fibre.loss(), b.fibre.loss());
  EXPECT_EQ(a.receiver.z_basis, b.receiver.z_basis);
  EXPECT_EQ(a.receiver.detectors[1].efficiency, b.receiver.detectors[1].efficiency);
  EXPECT_EQ(a.receiver.detectors[0].dark_count, b.receiver.detectors[0].dark_count);
  EXPECT_EQ(a.receiver.misalignment, b.receiver.misalignment);
  EXPECT_EQ(a.receiver.dead_gates, b.receiver.dead_gates);
  EXPECT_EQ(a.pulse_rate, b.pulse_rate);
}

TEST(LinkExamples, ImpossibleValuesOfARecordedLinkAreRefused) {
  const auto fault = [](std::vector<std::string> settings) {
    settings.insert(settings.end(), {"protocol.name=bbm92", "lab.source=x.tags"});
    const auto config = plain("alice", std::move(settings));
    return config ? "accepted" : config.error().message;
  };
  EXPECT_THAT(fault({"protocol.stretch=1.2"}), HasSubstr("protocol.stretch is 1.2; possible are 0 to 1"));
  EXPECT_THAT(fault({"protocol.stretch=0"}), HasSubstr("protocol.stretch is outside (0, 1)"));
  EXPECT_THAT(fault({"protocol.disclosure_efficiency=0.9"}), HasSubstr("Shannon's bound"));
  EXPECT_THAT(fault({"protocol.key_basis=y"}), HasSubstr("possible are z, x"));
  EXPECT_THAT(fault({"protocol.pulses_per_block=10"}), HasSubstr("unknown key protocol.pulses_per_block"));
  EXPECT_THAT(fault({"protocol.half_windw=10"}), HasSubstr("did you mean protocol.half_window"));
  EXPECT_THAT(fault({"protocol.first_error_rate=0.2"}), HasSubstr("first_error_rate is outside [0, abort_error_rate]"));
  const auto both = plain("alice", {"lab.fibre=127.0.0.1:1", "lab.first_block=2"});
  ASSERT_FALSE(both);
  EXPECT_THAT(both.error().message, HasSubstr("lab.first_block is for recordings"));
}

// A laboratory of this file, or why not.
std::string laboratory(const std::string& text, std::string_view role, std::vector<std::string> settings) {
  const std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) / fmt::format("herald-lab-{}", ::getpid());
  const ByteView bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  EXPECT_TRUE(write_file(path, bytes, FileMode::secret));
  settings.push_back("lab.source=" + path.string());
  const auto config = plain(role, std::move(settings));
  EXPECT_TRUE(config) << config.error().message;
  Scheduler scheduler;
  const auto lab = make_local_lab(*config, scheduler);
  std::filesystem::remove(path);
  if (!lab) return lab.error().message;
  return fmt::format("{} | {} | {}", (*lab)->missing(0).value_or("there"), (*lab)->missing(1).value_or("there"),
                     (*lab)->missing(2).value_or("there"));
}

TEST(RecordedLab, GivesAnEndItsOwnDetectionsAndNoMoreBlocksThanThereAre) {
  EXPECT_THAT(laboratory("0 10\n1 20\n", "alice", {"protocol.name=bbm92"}),
              HasSubstr("there | the recording has no more: it makes block 0 of this link"));
  EXPECT_THAT(laboratory("4 10\n", "bob", {"protocol.name=bbm92", "lab.first_block=1"}),
              HasSubstr("| there | the recording has no more"));
  EXPECT_THAT(laboratory("0 10\n4 20\n", "alice", {"protocol.name=bbm92"}),
              HasSubstr("tag 1 is of channel 4, the other party's"));
  EXPECT_THAT(laboratory("0 10\n", "bob", {"protocol.name=bbm92"}),
              HasSubstr("`herald distill FILE --split alice.tags bob.tags`"));
  EXPECT_THAT(laboratory("", "bob", {"protocol.name=bbm92"}), HasSubstr("empty"));
}

TEST(RecordedLab, ReadsLogsOfABb84Link) {
  EXPECT_THAT(
      laboratory("herald-clicks 1\nblock 1000\n17 X 1\nblock 1000\n", "bob", {"protocol.pulses_per_block=1000"}),
      HasSubstr("there | there | the recording has no more: it makes blocks 0 to 1"));
  EXPECT_THAT(laboratory("herald-clicks 1\nblock 1000\n17 X 1\n", "bob", {}),
              HasSubstr("protocol.pulses_per_block is 400000000"));
  EXPECT_THAT(laboratory("herald-settings 1\nintensity 0.5 1\nblock 1000\n3 0 Z 1\n", "alice",
                         {"protocol.pulses_per_block=1000"}),
              HasSubstr("the log's intensities are 0.5 with 1"));
  EXPECT_THAT(laboratory("herald-clicks 1\nblock 1000\n17 X 1\n", "alice", {}), HasSubstr("herald-settings"));
}

}  // namespace
}  // namespace herald::link
