#include "herald/cheating/coin_flip_weak.h"

#include "herald/study/expectations/all.h"

namespace herald::study {

std::vector<Expectation> expect_coin_flip_weak(const Casting& casting) {
  std::vector<Expectation> all;
  const double y = casting.real("y");
  const bool alice_cheats = casting.strategy("alice") != 0, bob_cheats = casting.strategy("bob") != 0;
  if (alice_cheats && bob_cheats) {
    expect(all, "bob-wins", Relation::equal, 1, "1: he claims it, and this Alice tests nothing");
  } else if (alice_cheats) {
    expect(all, "alice-wins", Relation::equal, spekkens_rudolph_other(y), "P_A = 1/(2 P_B): Spekkens, Rudolph 2002");
  } else if (bob_cheats) {
    expect(all, "bob-wins", Relation::equal, y, "P_B = y: Spekkens, Rudolph 2002");
    expect(all, "caught", Relation::equal, 1 - y, "1 - y: he claims always, and Alice tests");
  } else {
    expect(all, "alice-wins", Relation::equal, 0.5, "1/2: both honest");
    expect(all, "bob-wins", Relation::equal, 0.5, "1/2: both honest");
    expect(all, "caught", Relation::equal, 0, "0: what E leaves passes the test for it");
  }
  return all;
}

}  // namespace herald::study
