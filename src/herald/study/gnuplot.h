#pragma once
// Pictures through gnuplot, a program of its own that an installation may lack.

#include <string_view>

#include "herald/base/codec.h"
#include "herald/base/result.h"

namespace herald::study {

// What gnuplot draws for a script that sets its terminal, and its output to '/dev/stdout'. Errors: not_found, where
// there
// is no gnuplot; io, where it fails, with what it complains of.
Result<Bytes> gnuplot(std::string_view script);

}  // namespace herald::study
