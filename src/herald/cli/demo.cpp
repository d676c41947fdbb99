// herald demo: two nodes, one fibre, keys, a sealed message, two key-management entities.

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "herald/cli/command.h"
#include "herald/node/demo.h"

namespace herald::cli {

void add_demo(CLI::App& program) {
  const auto options = std::make_shared<node::DemoOptions>();
  CLI::App& command =
      add_command(program, "demo", "Two ends and a simulated fibre as processes: keys, a sealed message, two KMEs",
                  [options]() -> Outcome {
                    std::error_code error;
                    options->program = std::filesystem::read_symlink("/proc/self/exe", error);
                    if (error) return fail(ErrorCode::io, "cannot find the running program: " + error.message());
                    const Result<bool> keys = node::run_demo(*options);
                    if (!keys && keys.error().code == ErrorCode::interrupted) return kInterrupted;
                    HERALD_TRY(const bool made, keys);
                    return made ? kDone : kAborted;
                  });
  command.add_option("--distance", options->distance_km, "kilometres of fibre")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 300.0));
  command.add_option("--keys", options->keys, "how many keys of 16384 bits each store is to hold")
      ->capture_default_str()
      ->check(CLI::Range(2, 10000));
  command
      .add_option("--seed", options->seed,
                  "of the simulated light; fixes every click (not the keys: hashing is seeded afresh)")
      ->capture_default_str();
  command.add_option("--eve", options->eve, "who listens on the fibre")
      ->capture_default_str()
      ->check(CLI::IsMember({"none", "intercept-resend", "photon-number-splitting"}));
  command.add_option("--directory", options->directory, "keep stores and files here (a new or empty directory)");
}

}  // namespace herald::cli
