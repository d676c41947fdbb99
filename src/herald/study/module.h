#pragma once
// Protocols that somebody wrote in a file of their own, built as a shared object against libherald, for `herald run`:
//
//   HERALD_PROTOCOL_MODULE(my_protocol, my_expectations)
//
// in that file, after `const Protocol& my_protocol()` and `std::vector<study::Expectation> my_expectations(const
// Casting&)`. examples/protocol/ has one whole.

#include <filesystem>
#include <string_view>
#include <vector>

#include "herald/base/version.h"
#include "herald/protocol/protocol.h"
#include "herald/study/expectations.h"

namespace herald::study {

struct ProtocolModule {
  const char* version = nullptr;  // of the Herald that it was built against
  const Protocol& (*protocol)() = nullptr;
  std::vector<Expectation> (*expectations)(const Casting&) = nullptr;
};

#define HERALD_PROTOCOL_MODULE(record, theory)                                          \
  extern "C" const herald::study::ProtocolModule* herald_protocol_module() {            \
    static const std::string version(herald::kVersion);                                 \
    static const herald::study::ProtocolModule module{version.c_str(), record, theory}; \
    return &module;                                                                     \
  }

// Whether a name means a file rather than a protocol of the registry.
bool names_module(std::string_view name);

// Loads it, and runs what it runs when it is loaded, as the program itself would. It stays until the process ends, and
// expectations() knows it. Errors: io, malformed, version.
Result<const Protocol*> load_module(const std::filesystem::path& file);

}  // namespace herald::study
