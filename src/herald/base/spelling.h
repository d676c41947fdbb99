#pragma once
// What somebody may have meant who typed a name that is not there.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace herald {

// Insertions, deletions and replacements of bytes that lead from one to the other (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b);

// Those of `known` that are near enough to be meant, nearest first: begun by `name`, or within half of its length.
std::vector<std::string_view> nearest_names(std::string_view name, std::span<const std::string_view> known,
                                            std::size_t most = 3);

// "; did you mean a, b or c?", or nothing when none is near.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> known);

}  // namespace herald
