#include "herald/protocol/bb84/recorded_light.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "herald/protocol/bb84/parties.h"
#include "herald/protocol/bb84/simulated_light.h"

namespace herald::bb84 {
namespace {

using ::testing::HasSubstr;

struct Logs {
  Parameters parameters;
  SettingsLog settings;
  ClicksLog clicks;
};

// Two blocks of simulated light, as each end would have written them down.
Logs recorded() {
  const LinkModel model = LinkModel::standard(Kilometre(10));
  Logs logs;
  logs.parameters.pulses_per_block = 40'000'000;
  for (const auto& intensity : model.source.intensities)
    logs.parameters.intensities.push_back({intensity.mean, intensity.probability});
  logs.settings.intensities = logs.parameters.intensities;
  const auto light = SimulatedLight::create(model, logs.parameters.pulses_per_block, 3);
  for (std::uint64_t block : {0, 1}) {
    const Clicks clicks = (*light)->clicks(block).value();
    logs.settings.blocks.push_back(
        {logs.parameters.pulses_per_block, clicks.pulse, (*light)->settings(block, clicks.pulse).value()});
    logs.clicks.blocks.push_back({logs.parameters.pulses_per_block, clicks});
  }
  return logs;
}

TEST(RecordedLight, LogsMakeAKeyThatSaysSo) {
  const Logs logs = recorded();
  const auto sent = RecordedLight::of_settings(logs.settings, logs.parameters, 7);
  const auto seen = RecordedLight::of_clicks(logs.clicks, logs.parameters, 7);
  ASSERT_TRUE(sent && seen);
  EXPECT_EQ((*sent)->blocks(), 2u);
  Scheduler scheduler;
  Wire alice_to_bob{scheduler, "Bob"}, bob_to_alice{scheduler, "Alice"};
  Wire alice_lab{scheduler, "the laboratory"}, alice_source{scheduler, "Alice"};
  Wire bob_lab{scheduler, "the laboratory"}, bob_source{scheduler, "Bob"};
  join(alice_to_bob, bob_to_alice);
  join(alice_lab, alice_source);
  join(bob_lab, bob_source);
  SecretRandom random;
  auto transmitter = serve_transmitter(alice_source, **sent), receiver = serve_receiver(bob_source, **seen);
  auto a = alice(alice_to_bob, alice_lab, logs.parameters, {8, logs.parameters.first_error_rate}, random);
  auto b = bob(bob_to_alice, bob_lab, logs.parameters, {8, logs.parameters.first_error_rate}, random);
  for (Party<void>* server : {&transmitter, &receiver}) server->start(scheduler);
  for (Party<BlockOutcome>* party : {&a, &b}) party->start(scheduler);
  scheduler.run();
  ASSERT_TRUE(a.done() && b.done());
  const auto alices = a.take(), bobs = b.take();
  ASSERT_TRUE(alices && bobs);
  ASSERT_TRUE(std::holds_alternative<Distilled>(*alices) && std::holds_alternative<Distilled>(*bobs));
  EXPECT_TRUE(std::get<Distilled>(*alices).key == std::get<Distilled>(*bobs).key);
  EXPECT_EQ(std::get<Distilled>(*alices).key.provenance().origin, Origin::recorded);
}

TEST(RecordedLight, EndsWhereTheLogDoes) {
  const Logs logs = recorded();
  const auto seen = RecordedLight::of_clicks(logs.clicks, logs.parameters, 7).value();
  for (const std::uint64_t block : {0, 6, 9}) {
    const auto clicks = seen->clicks(block);
    ASSERT_FALSE(clicks);
    EXPECT_EQ(clicks.error().code, ErrorCode::exhausted);
    EXPECT_THAT(clicks.error().message, HasSubstr("it makes blocks 7 to 8"));
  }
  EXPECT_TRUE(seen->clicks(7));
  EXPECT_EQ(seen->settings(7, {}).error().code, ErrorCode::invalid_argument);
  const auto sent = RecordedLight::of_settings(logs.settings, logs.parameters).value();
  EXPECT_EQ(sent->clicks(0).error().code, ErrorCode::invalid_argument);
  std::uint64_t unseen = 0;  // the first pulse that is not in the log
  while (logs.settings.blocks[0].pulse[unseen] == unseen) ++unseen;
  EXPECT_EQ(sent->settings(0, std::vector{unseen}).error().code, ErrorCode::disagreement);
}

TEST(RecordedLight, ParametersAreThoseOfTheLog) {
  const Logs logs = recorded();
  Parameters other = logs.parameters;
  other.pulses_per_block += 1;
  EXPECT_THAT(RecordedLight::of_settings(logs.settings, other).error().message,
              HasSubstr("block 0 of the log has 40000000 pulses"));
  EXPECT_THAT(RecordedLight::of_clicks(logs.clicks, other).error().message,
              HasSubstr("protocol.pulses_per_block is 40000001"));
  other = logs.parameters;
  std::swap(other.intensities[0], other.intensities[1]);
  EXPECT_THAT(RecordedLight::of_settings(logs.settings, other).error().message,
              HasSubstr("the log's intensities are 0.63 with 0.457"));
}

}  // namespace
}  // namespace herald::bb84
