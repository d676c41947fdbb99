#include "herald/study/expectations/all.h"

namespace herald::study {

std::vector<Expectation> expect_one_sided_computation(const Casting& casting) {
  std::vector<Expectation> all;
  const bool four = casting.whole("levels") == 4;
  const bool looks = casting.strategy_name("alice") == "cheat-look",
             rotates = casting.strategy_name("bob") == "cheat-lo";
  expect(all, "done", Relation::equal, 1, "1: neither can see the other cheat");
  if (looks) {
    const bool none = four || rotates;
    expect(all, "alice-knows-choice", Relation::equal, none ? 0.5 : 0.75,
           none ? "1/2: what she holds does not depend on the choice"
                : "3/4: half of the time she sees its level (Chailloux, Kerenidis, Sikora 2013)");
    expect(all, rotates ? "bob-has-both" : "bob-right", Relation::equal, rotates ? 0.25 : 0.5,
           "even: she has looked, and the signs are gone");
    return all;
  }
  expect(all, "bob-right", rotates && !four ? Relation::at_least : Relation::equal, rotates && !four ? 0.75 : 1,
         rotates && !four ? "3/4: he has both so often" : "1: two signs of a pair are orthogonal states");
  if (rotates)
    expect(all, "bob-has-both", Relation::equal, four ? 1 : 0.75,
           four ? "1: Lo, PRA 56, 1154 (1997)"
                : "3/4: the square-root measurement of four states that overlap by 1/3 (Chailloux, Kerenidis, Sikora "
                  "2013)");
  return all;
}

}  // namespace herald::study
