#include "herald/link/config_reader.h"

#include <gtest/gtest.h>

#include <array>

namespace herald::link {
namespace {

std::string problems(std::string_view text, std::vector<std::string> overrides = {}) {
  auto reader = ConfigReader::parse(text, "x.toml", overrides);
  if (!reader) return reader.error().message;
  static constexpr std::array<std::string_view, 2> kRoles{"alice", "bob"}, kColumns{"mean", "probability"};
  reader->number("fibre.length_km", 50, 0, 1000);
  reader->whole("protocol.block", 10, 1, 1'000'000);
  reader->flag("run.quiet", false);
  reader->choice("link.role", "alice", kRoles);
  reader->rows("protocol.intensities", kColumns);
  const auto done = reader->finish();
  return done ? "" : done.error().message;
}

TEST(ConfigReader, AFaultNamesFileLineKeyAndTheWayOut) {
  EXPECT_EQ(problems("[fibre]\nlength_km = 12.5\n"), "");
  EXPECT_EQ(problems("[fibre]\nlenght_km = 12.5\n"),
            "x.toml:2: unknown key fibre.lenght_km; did you mean fibre.length_km?");
  EXPECT_EQ(problems("[fibre]\n\nlength_km = -1\n"), "x.toml:3: fibre.length_km is -1; possible are 0 to 1000");
  EXPECT_EQ(problems("[fibre]\nlength_km = '50 km'\n"), "x.toml:2: fibre.length_km is not a number");
  EXPECT_EQ(problems("[protocol]\nblock = 1.5\n"), "x.toml:2: protocol.block is 1.5; it must be a whole number");
  EXPECT_EQ(problems("[link]\nrole = 'eve'\n"), "x.toml:2: link.role is \"eve\"; possible are alice, bob");
  EXPECT_NE(problems("[fibre\n").find("x.toml:1"), std::string::npos);
  EXPECT_NE(problems("[protocol]\nintensities = [{ mean = 1 }]").find("entry 1 has no number \"probability\""),
            std::string::npos);
  EXPECT_NE(problems("[fibre]\nlength_km = nan").find("possible are"), std::string::npos);
}

TEST(ConfigReader, OverridesWinOverTheFile) {
  EXPECT_EQ(problems("[fibre]\nlength_km = 2000", {"fibre.length_km=80", "protocol.block=1e5", "link.role=bob"}), "");
  EXPECT_NE(problems("", {"fibre.length_km=eighty"}).find("is not a number"), std::string::npos);
  EXPECT_NE(problems("", {"fibre.length_km"}).find("say table.key=value"), std::string::npos);
}

}  // namespace
}  // namespace herald::link
