#include <cmath>

#include "herald/study/expectations/all.h"

namespace herald::study {

std::vector<Expectation> expect_key_locking(const Casting& casting) {
  std::vector<Expectation> all;
  const double n = casting.real("qubits"), nothing = std::pow(0.25, n);  // the key names no qubit at all
  const std::string_view eve = casting.strategy_name("eve");
  if (eve == "honest")
    expect(all, "eve-right", Relation::equal, 0.5, "1/2: a pad of an even bit");
  else if (casting.whole("criterion") == 1)
    expect(all, "eve-right", Relation::equal, 0.5, "1/2: without the last bit the trace distance is 0");
  else if (eve == "cheat-early")
    expect(all, "eve-right", Relation::equal, (1 + std::pow(0.5, n) - nothing) / 2,
           "(1 + 2^-n - 4^-n)/2: the key names Z and I alone");
  else
    expect(all, "eve-right", Relation::equal, 1 - nothing / 2,
           "1 - 4^-n/2: the known bits unlock the last; our example of what Koenig, Renner, Bariska, Maurer, PRL 98, "
           "140502 "
           "(2007) warn of");
  return all;
}

}  // namespace herald::study
