#include "herald/study/network.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <filesystem>

#include "herald/base/file.h"
#include "herald/proof/capacities.h"

namespace herald::study {
namespace {

constexpr std::string_view kDiamond = R"(
# Two ways from Alice to Bob.
[[link]]
between = ["Alice", "Paris"]
length = 50

[[link]]
between = ["Paris", "Bob"]
loss = 20

[[link]]
between = ["Alice", "Lyon"]
transmittance = 0.1
efficiency = 0.5

[[link]]
between = ["Bob", "Lyon"]
capacity = 0.01
)";

TEST(QuantumNetwork, PathsAndCutsAreNamed) {
  const auto network = parse_network(kDiamond, "diamond.toml");
  ASSERT_TRUE(network) << network.error().message;
  EXPECT_EQ(network->nodes, (std::vector<std::string>{"Alice", "Paris", "Bob", "Lyon"}));
  const double twenty_decibel = *pure_loss_capacity(Probability(0.01));
  EXPECT_NEAR(network->links[0].capacity, *pure_loss_capacity(Probability(0.1)), 1e-15);
  EXPECT_NEAR(network->links[2].capacity, *pure_loss_capacity(Probability(0.05)), 1e-15);
  const auto capacity = network_capacity(*network, "Alice", "Bob");
  ASSERT_TRUE(capacity);
  EXPECT_EQ(capacity->path, (std::vector<std::string>{"Alice", "Paris", "Bob"}));
  EXPECT_NEAR(capacity->single_path, twenty_decibel, 1e-15);
  EXPECT_NEAR(capacity->flooding, twenty_decibel + 0.01, 1e-15);
  EXPECT_EQ(capacity->cut.size(), 2u);
}

TEST(QuantumNetwork, NodesThatAreNone) {
  const auto network = parse_network(kDiamond, "diamond.toml");
  const auto missing = network_capacity(*network, "Alice", "Pariss");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_NE(missing.error().message.find("Paris"), std::string::npos);
  EXPECT_FALSE(network_capacity(*network, "Alice", "Alice"));
  EXPECT_FALSE(network_capacity({}, "Alice", "Bob"));
}

TEST(QuantumNetwork, FaultsNameTheirLine) {
  for (const auto& [text, said] : std::to_array<std::pair<std::string_view, std::string_view>>(
           {{"", "there is no [[link]]"},
            {"link = 3", "there is no [[link]]"},
            {"link = [3]", "link is not a table"},
            {"[[links]]\nloss = 3", "did you mean link"},
            {"[[link]]\nbetween = [\"A\"]\nloss = 3", "n.toml:1: a link is between two nodes"},
            {"[[link]]\nbetween = [\"A\", \"A\"]\nloss = 3", "a link is between two nodes"},
            {"[[link]]\nbetween = [\"A\", 4]\nloss = 3", "a link is between two nodes"},
            {"[[link]]\nbetween = [\"A\", \"B\"]", "a link has one of"},
            {"[[link]]\nbetween = [\"A\", \"B\"]\nloss = 3\nlength = 5", "a link has one of"},
            {"[[link]]\nbetween = [\"A\", \"B\"]\nloss = -3", "n.toml:3: loss is a number from 0"},
            {"[[link]]\nbetween = [\"A\", \"B\"]\nloss = nan", "loss is a number from 0"},
            {"[[link]]\nbetween = [\"A\", \"B\"]\nloss = \"3\"", "loss is a number from 0"},
            {"[[link]]\nbetween = [\"A\", \"B\"]\ntransmittance = 1.5", "transmittance is a number from 0 to 1"},
            {"[[link]]\nbetween = [\"A\", \"B\"]\ncapacity = 1\nefficiency = 0.5", "has its efficiency"},
            {"[[link]]\nbetween = [\"A\", \"B\"]\nlenght = 5", "did you mean length"},
            {"[[link", "n.toml:1"}})) {
    const auto network = parse_network(text, "n.toml");
    ASSERT_FALSE(network) << text;
    EXPECT_EQ(network.error().code, ErrorCode::malformed);
    EXPECT_NE(network.error().message.find(said), std::string::npos) << network.error().message;
  }
}

TEST(QuantumNetwork, ComesFromAFile) {
  const auto path = std::filesystem::temp_directory_path() / "herald_network_test.toml";
  ASSERT_TRUE(write_file(path, ByteView(reinterpret_cast<const std::uint8_t*>(kDiamond.data()), kDiamond.size()),
                         FileMode::shared));
  EXPECT_EQ(read_network(path)->links.size(), 4u);
  std::filesystem::remove(path);
  EXPECT_EQ(read_network(path).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace herald::study
