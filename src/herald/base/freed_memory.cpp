#include "herald/base/freed_memory.h"

#include <atomic>

namespace herald {
namespace {

std::atomic<bool> g_is_wiped{false};

}  // namespace

void wipe_freed_memory() { g_is_wiped.store(true, std::memory_order_relaxed); }
bool is_freed_memory_wiped() { return g_is_wiped.load(std::memory_order_relaxed); }

}  // namespace herald
