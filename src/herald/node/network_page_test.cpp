#include "herald/node/network_page.h"

#include <gtest/gtest.h>

namespace herald::node {
namespace {

NetworkPage example() {
  NetworkPage page;
  page.kme = "kme-a";
  page.sites = {{"kme-a", false, 0.5, {{"kme-b", 20'000}}}, {"kme-b", true, 1.5, {{"kme-a", 7}, {"kme-\"c", 0}}}};
  page.pools = {{"kme-b", "ready", true, 20'000, 0, 5},
                {"kme-b", "ready", false, 300, 300, 0},
                {"kme-c", "not connected", true, 0, 0, 0}};
  page.routes = {{"kme-c", {{"kme-b", "kme-c"}, {"kme-d", "kme-c"}}}, {"kme-e", {}}};
  return page;
}

TEST(NetworkPage, IsReadAsItWasWritten) {
  for (const NetworkPage& page : {example(), NetworkPage{"kme-a", 256, {}, {}, {}}}) {
    const auto read = network_page_from_json(to_json(page));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(to_json(*read), to_json(page));
    EXPECT_EQ(to_text(*read), to_text(page));
  }
}

TEST(NetworkPage, WhatIsNoneIsRefused) {
  const std::string good = to_json(example());
  for (std::size_t size = 0; size < good.size() - 2; ++size)
    EXPECT_EQ(network_page_from_json(good.substr(0, size)).error().code, ErrorCode::malformed);
  for (const char* const text :
       {"[]", "3", "null", "{}", R"({"kme":3})", R"({"kme":"a","key_bits":256,"sites":[{}],"pools":[],"routes":{}})",
        R"({"kme":"a","key_bits":256,"sites":[],"pools":[],"routes":{"b":3}})"})
    EXPECT_EQ(network_page_from_json(text).error().code, ErrorCode::malformed) << text;
  // What a terminal would act upon is not shown.
  const auto read = network_page_from_json(R"({"kme":"a\u001b[2J","key_bits":0,"sites":[],"pools":[],"routes":{}})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->kme.find('\x1b'), std::string::npos);
}

TEST(NetworkPage, IsShownAsTextAndAsAGraph) {
  const std::string text = to_text(example());
  for (const char* const part : {"kme-b 20 kB", "drained: relays nothing", "not connected", "from simulated light",
                                 "keys to kme-c go over trusted nodes: kme-b > kme-c; kme-d > kme-c",
                                 "keys to kme-e go over trusted nodes: none"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nis not in\n" << text;
  const std::string dot = to_dot(example());
  for (const char* const part : {"\"kme-a\" -> \"kme-b\" [label=\"20 kB\"];", "\"kme-b\" [style=dashed];",
                                 "\"kme-b\" -> \"kme-\\\"c\" [label=\"0 B\"];"})
    EXPECT_NE(dot.find(part), std::string::npos) << part << "\nis not in\n" << dot;
}

TEST(NetworkPage, WhereNobodyAnswersTheErrorSaysWhatToSet) {
  std::uint16_t port = 0;
  {
    net::EventLoop loop;
    port = loop.listen({"127.0.0.1", 0}, [](const net::ConnectionPtr&) {}).value();
  }
  const auto nobody = ask_for_network({"127.0.0.1", port});
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, ErrorCode::unavailable);
  EXPECT_NE(nobody.error().message.find("[metrics]"), std::string::npos);
}

}  // namespace
}  // namespace herald::node
