#pragma once
// From what a config says to the light that it means.

#include <memory>

#include "herald/link/lab.h"
#include "herald/link/link_config.h"
#include "herald/protocol/bb84/lab.h"

namespace herald::link {

// A fibre's light, with its Eve. Errors: invalid_argument.
Result<std::unique_ptr<bb84::Light>> make_light(const FibreConfig& config);

// A recording as an end's laboratory: time tags (bbm92), or a log of settings or clicks (bb84). Errors: those of the
// recording's file; invalid_argument (it holds the other party's detections), disagreement (it was made with other
// parameters).
Result<std::unique_ptr<Lab>> make_local_lab(const EndConfig& config, Scheduler& scheduler);

}  // namespace herald::link
