#include "herald/protocol/computation/aes_sbox.h"

namespace herald {
namespace {

using Bit = CircuitBuilder::Bit;
using Y = std::array<Bit, 22>;  // y[1] ... y[21], the paper's numbers
using Z = std::array<Bit, 18>;

Y top_layer(const AesByte& x) {
  Y y;
  y[14] = x[3] ^ x[5];
  y[13] = x[0] ^ x[6];
  y[9] = x[0] ^ x[3];
  y[8] = x[0] ^ x[5];
  const Bit t0 = x[1] ^ x[2];
  y[1] = t0 ^ x[7];
  y[4] = y[1] ^ x[3];
  y[12] = y[13] ^ y[14];
  y[2] = y[1] ^ x[0];
  y[5] = y[1] ^ x[6];
  y[3] = y[5] ^ y[8];
  const Bit t1 = x[4] ^ y[12];
  y[15] = t1 ^ x[5];
  y[20] = t1 ^ x[1];
  y[6] = y[15] ^ x[7];
  y[10] = y[15] ^ t0;
  y[11] = y[20] ^ y[9];
  y[7] = x[7] ^ y[11];
  y[17] = y[10] ^ y[11];
  y[19] = y[10] ^ y[8];
  y[16] = t0 ^ y[11];
  y[21] = y[13] ^ y[16];
  y[18] = x[0] ^ y[16];
  return y;
}

// The element of GF(2^4) that is to be inverted, from the two halves of the byte.
std::array<Bit, 4> norm(const Y& y, Bit x7) {
  const Bit t2 = y[12] & y[15];
  const Bit t3 = y[3] & y[6];
  const Bit t4 = t3 ^ t2;
  const Bit t5 = y[4] & x7;
  const Bit t6 = t5 ^ t2;
  const Bit t7 = y[13] & y[16];
  const Bit t8 = y[5] & y[1];
  const Bit t9 = t8 ^ t7;
  const Bit t10 = y[2] & y[7];
  const Bit t11 = t10 ^ t7;
  const Bit t12 = y[9] & y[11];
  const Bit t13 = y[14] & y[17];
  const Bit t14 = t13 ^ t12;
  const Bit t15 = y[8] & y[10];
  const Bit t16 = t15 ^ t12;
  const Bit t17 = t4 ^ y[20];
  const Bit t18 = t6 ^ t16;
  const Bit t19 = t9 ^ t14;
  const Bit t20 = t11 ^ t16;
  return {t17 ^ t14, t18 ^ y[19], t19 ^ y[21], t20 ^ y[18]};
}

// Inversion in GF(2^4), 5 AND in 4 layers.
struct Inverse {
  Bit t29, t33, t37, t40;
};

Inverse invert(const std::array<Bit, 4>& element) {
  const auto [t21, t22, t23, t24] = element;
  const Bit t25 = t21 ^ t22;
  const Bit t26 = t21 & t23;
  const Bit t27 = t24 ^ t26;
  const Bit t28 = t25 & t27;
  const Bit t29 = t28 ^ t22;
  const Bit t30 = t23 ^ t24;
  const Bit t31 = t22 ^ t26;
  const Bit t32 = t31 & t30;
  const Bit t33 = t32 ^ t24;
  const Bit t34 = t23 ^ t33;
  const Bit t35 = t27 ^ t33;
  const Bit t36 = t24 & t35;
  const Bit t37 = t36 ^ t34;
  const Bit t38 = t27 ^ t36;
  const Bit t39 = t29 & t38;
  const Bit t40 = t25 ^ t39;
  return {t29, t33, t37, t40};
}

// The products of the inverse with the two halves.
Z products(const Y& y, Bit x7, const Inverse& inverse) {
  const auto [t29, t33, t37, t40] = inverse;
  const Bit t41 = t40 ^ t37;
  const Bit t42 = t29 ^ t33;
  const Bit t43 = t29 ^ t40;
  const Bit t44 = t33 ^ t37;
  const Bit t45 = t42 ^ t41;
  return {t44 & y[15], t37 & y[6],  t33 & x7,    t43 & y[16], t40 & y[1],  t29 & y[7],
          t42 & y[11], t45 & y[17], t41 & y[10], t44 & y[12], t37 & y[3],  t33 & y[4],
          t43 & y[13], t40 & y[5],  t29 & y[2],  t42 & y[9],  t45 & y[14], t41 & y[8]};
}

AesByte bottom_layer(const Z& z) {
  const Bit t46 = z[15] ^ z[16];
  const Bit t47 = z[10] ^ z[11];
  const Bit t48 = z[5] ^ z[13];
  const Bit t49 = z[9] ^ z[10];
  const Bit t50 = z[2] ^ z[12];
  const Bit t51 = z[2] ^ z[5];
  const Bit t52 = z[7] ^ z[8];
  const Bit t53 = z[0] ^ z[3];
  const Bit t54 = z[6] ^ z[7];
  const Bit t55 = z[16] ^ z[17];
  const Bit t56 = z[12] ^ t48;
  const Bit t57 = t50 ^ t53;
  const Bit t58 = z[4] ^ t46;
  const Bit t59 = z[3] ^ t54;
  const Bit t60 = t46 ^ t57;
  const Bit t61 = z[14] ^ t57;
  const Bit t62 = t52 ^ t58;
  const Bit t63 = t49 ^ t58;
  const Bit t64 = z[4] ^ t59;
  const Bit t65 = t61 ^ t62;
  const Bit t66 = z[1] ^ t63;
  const Bit t67 = t64 ^ t65;
  const Bit s3 = t53 ^ t66;
  return {t59 ^ t63, ~(t64 ^ s3), ~(t55 ^ t67), s3, t51 ^ t66, t47 ^ t65, ~(t56 ^ t62), ~(t48 ^ t60)};
}

}  // namespace

AesByte aes_sbox(const AesByte& x) {
  const Y y = top_layer(x);
  return bottom_layer(products(y, x[7], invert(norm(y, x[7]))));
}

}  // namespace herald
