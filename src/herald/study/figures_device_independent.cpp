#include "herald/study/figure_records.h"

namespace herald::study {
namespace {

constexpr std::string_view kAcin = "Acin, Brunner, Gisin, Massar, Pironio, Scarani, Phys. Rev. Lett. 98, 230501 (2007)";
constexpr std::string_view kHo = "Ho, Sekatski, Tan, Renner, Bancal, Sangouard, Phys. Rev. Lett. 124, 230502 (2020)";
constexpr std::string_view kArnon =
    "Arnon-Friedman, Dupuis, Fawzi, Renner, Vidick, Nat. Commun. 9, 459 (2018); Arnon-Friedman, Renner, Vidick, SIAM "
    "J. "
    "Comput. 48, 181 (2019)";

constexpr FigureCurve kAcinCurves[] = {
    {"di", "device independent", {}},
    {"di-preprocessing", "with the best added noise", {}},
};
constexpr FigureMark kAcinMarks[] = {
    {0.071, 0, "7.1 %", kAcin, "quoted, reproduced"},
    {0.0808, 0, "8.08 % with added noise", kHo, "quoted, reproduced"},
};

constexpr FigureSetting kHalf[] = {{"error_rate", 0.005}};
constexpr FigureSetting kTwoHalf[] = {{"error_rate", 0.025}};
constexpr FigureSetting kFive[] = {{"error_rate", 0.05}};
constexpr FigureCurve kFiniteCurves[] = {
    {"di-finite", "error rate 0.5 %", kHalf},
    {"di-finite", "2.5 %", kTwoHalf},
    {"di-finite", "5 %", kFive},
    {"di", "0.5 %, infinitely many rounds", kHalf},
    {"di", "2.5 %, infinitely many rounds", kTwoHalf},
    {"di", "5 %, infinitely many rounds", kFive},
};

constexpr Figure kFigures[] = {
    {.name = "acin-threshold",
     .title = "Device-independent key rate of depolarised pairs",
     .source = kAcin,
     .note = "CHSH value 2 sqrt2 (1 - 2 Q). The thresholds are 7.1492 % and, with added noise, 8.0847 %.",
     .axis = "error_rate",
     .range = "0:0.085:0.0005",
     .log_y = false,
     .curves = kAcinCurves,
     .marks = kAcinMarks},
    {.name = "eat-finite-size",
     .title = "Device-independent key of finite length, by entropy accumulation",
     .source = kArnon,
     .note =
         "The version whose rounds are taken one by one; the papers' figures are not read off, so no published point "
         "is drawn. No key of 10^6 rounds at any of these error rates.",
     .axis = "block.rounds",
     .range = "1e6:1e15:x1.2589254117941673",
     .log_x = true,
     .log_y = false,
     .curves = kFiniteCurves,
     .marks = {}},
};

}  // namespace

std::span<const Figure> device_independent_figures() { return kFigures; }

}  // namespace herald::study
