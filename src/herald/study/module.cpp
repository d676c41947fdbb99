#include "herald/study/module.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <string>

#include "herald/study/expectations/all.h"

namespace herald::study {

bool names_module(std::string_view name) { return name.ends_with(".so") || name.find('/') != std::string_view::npos; }

Result<const Protocol*> load_module(const std::filesystem::path& file) {
  const auto refuse = [&](ErrorCode code, std::string_view why) {
    return fail(code, fmt::format("{}: {}", file.string(), why));
  };
  // Where dlopen would search for a bare name, we mean the file.
  void* const library = ::dlopen(std::filesystem::absolute(file).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return refuse(ErrorCode::io, ::dlerror());  // NOLINT(concurrency-mt-unsafe)
  using Entry = const ProtocolModule* (*)();
  const auto entry = reinterpret_cast<Entry>(::dlsym(library, "herald_protocol_module"));
  if (entry == nullptr)
    return refuse(ErrorCode::malformed, "is no protocol: it does not say HERALD_PROTOCOL_MODULE(record, theory)");
  const ProtocolModule& module = *entry();
  if (kVersion != module.version)
    return refuse(ErrorCode::version,
                  fmt::format("was built against Herald {}, and this is {}: build it again", module.version, kVersion));
  add_expectations(module.protocol().name, module.expectations);
  return &module.protocol();
}

}  // namespace herald::study
