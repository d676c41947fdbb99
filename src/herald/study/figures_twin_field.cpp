#include "herald/study/figure_records.h"

namespace herald::study {
namespace {

constexpr std::string_view kLucamarini = "Lucamarini, Yuan, Dynes, Shields, Nature 557, 400 (2018)";
constexpr std::string_view kWang = "Wang, Yu, Hu, Phys. Rev. A 98, 062323 (2018), arXiv 1805.09222, abstract";

constexpr FigureSetting kIdeal[] = {{"detector.efficiency", 1}, {"detector.dark_count", 0}, {"misalignment", 0}};
constexpr FigureSetting kTenth[] = {{"duty", 0.18}};
constexpr FigureSetting kOne[] = {{"repeaters.count", 1}};
constexpr FigureSetting kTwo[] = {{"repeaters.count", 2}};
constexpr FigureSetting kThree[] = {{"repeaters.count", 3}};

constexpr FigureCurve kLucamariniCurves[] = {
    {"plob", "repeaterless bound (PLOB)", {}},   {"tgw", "repeaterless bound (TGW)", {}},
    {"repeaters", "one ideal repeater", kOne},   {"tf", "twin field, ideal", kIdeal},
    {"tf", "twin field, realistic, duty 1", {}}, {"tf", "twin field, realistic, duty 0.18", kTenth},
};
constexpr FigureMark kLucamariniMarks[] = {
    {200, 1.44276718e-4, "ideal overtakes the bounds, 200 km", kLucamarini, "read, reproduced"},
    {340, 2.2865e-7, "realistic overtakes them, 340 km", kLucamarini, "read; needs a duty of 0.18"},
};

constexpr FigureCurve kReviewCurves[] = {
    {"plob", "repeaterless bound (PLOB)", {}},
    {"repeaters", "one ideal repeater", kOne},
    {"repeaters", "two ideal repeaters", kTwo},
    {"repeaters", "three ideal repeaters", kThree},
    {"npp-loss-only", "no phase post-selection, loss only", {}},
    {"npp", "no phase post-selection", {}},
    {"tf", "twin field as first proposed", {}},
    {"pm", "phase matching", {}},
    {"sns-aopp", "sending or not sending, odd-parity pairing", {}},
    {"sns", "sending or not sending", {}},
    {"mdi", "measurement-device independent", {}},
};

constexpr FigureSetting k15[] = {{"misalignment", 0.15}};
constexpr FigureSetting k25[] = {{"misalignment", 0.25}};
constexpr FigureSetting k35[] = {{"misalignment", 0.35}};
constexpr FigureSetting k45[] = {{"misalignment", 0.45}};
constexpr FigureCurve kMisalignmentCurves[] = {
    {"plob", "repeaterless bound (PLOB)", {}},
    {"sns", "misalignment 15 %", k15},
    {"sns", "25 %", k25},
    {"sns", "35 %", k35},
    {"sns", "45 %", k45},
};
constexpr FigureMark kMisalignmentMarks[] = {
    {700, 0, "secure beyond 700 km at 15 %", kWang, "read, reproduced"},
    {600, 0, "600 km at 25 %", kWang, "read, reproduced"},
    {500, 0, "500 km at 35 %", kWang, "read, reproduced"},
    {300, 0, "300 km at 45 %", kWang, "read; ours reaches 297 km"},
};

constexpr Figure kFigures[] = {
    {.name = "lucamarini-1",
     .title = "Twin-field QKD and the repeaterless bounds",
     .source = kLucamarini,
     .note =
         "The realistic curve's parameters (10 dark counts a second at 1 GHz, detectors of 30 %, misalignment 1 %, "
         "f = 1.15, 16 phase slices) are known at second hand. With them it overtakes the bound of the fibre at "
         "265 km, or at 340 km if only 18 % of the pulses make key: which prefactor the paper has is unsettled. The "
         "rate is not composably proven: announcing the phases spoils the decoy analysis.",
     .axis = kDistance,
     .range = "0:650:2",
     .least_y = 1e-11,
     .curves = kLucamariniCurves,
     .marks = kLucamariniMarks},
    {.name = "repeater-bounds",
     .title = "Rates of twin-field protocols beside the bounds of repeater chains",
     .source = "bounds: Pirandola, Commun. Phys. 2, 51 (2019); each protocol with the parameters of its own paper",
     .note = "The protocols assume different detectors (--explain lists them), so that their order here says little "
             "about their worth.",
     .axis = kDistance,
     .range = "0:800:2",
     .least_y = 1e-12,
     .curves = kReviewCurves,
     .marks = {}},
    {.name = "sns-misalignment",
     .title = "Sending or not sending: large misalignment is tolerated",
     .source = "Wang, Yu, Hu, Phys. Rev. A 98, 062323 (2018), arXiv 1805.09222",
     .note = "Detectors of 80 % with 1e-11 dark counts, f = 1.1. At 45 % our curve ends at 296.7 km (f = 1.1) or "
             "306 km (f = 1), where the abstract has 300 km.",
     .axis = kDistance,
     .range = "0:720:1",
     .least_y = 1e-13,
     .curves = kMisalignmentCurves,
     .marks = kMisalignmentMarks},
};

}  // namespace

std::span<const Figure> twin_field_figures() { return kFigures; }

}  // namespace herald::study
