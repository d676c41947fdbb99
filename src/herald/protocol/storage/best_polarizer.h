#pragma once
// How somebody whose memory is full measures the photons that it does not take.

namespace herald::storage {

// The angle (radian, from the basis Z, pi/4 being X) of the one polarizer for `photons` photons of BB84 that is best
// for a cheat worth `all_right` if the bits of all are right in the bases that are told later, and `one_right` for
// either basis all of whose bits are. With g_z and g_x the guesses of one photon's bit it is the maximum of all_right
// ((g_z + g_x)/2)^n + one_right (((1 + g_z)/2)^n + ((1 + g_x)/2)^n): pi/8 (Breidbart's) or where tan 2 angle is the
// ratio of both derivatives.
double best_polarizer(double photons, double all_right, double one_right);

}  // namespace herald::storage
