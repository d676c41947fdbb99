#pragma once
// Eve on the quantum wire of a prepare-and-measure link. She stands at Alice's output, owns everything up to Bob's
// optics, knows the link's parameters (they are public), and acts on polarization and photon number, which is all that
// a phase-randomised pulse shows. Each attack says what it does twice: as a mixture of outgoing light, which the click
// sampler compiles, and pulse by pulse, which its twin runs.

#include <random>
#include <vector>

#include "herald/base/result.h"
#include "herald/base/units.h"
#include "herald/optics/channel.h"
#include "herald/optics/link_model.h"

namespace herald {

class Eve : public ChannelAction {
 public:
  // One thing that may happen: what leaves for Bob, and whether Eve will know Alice's bit once the bases are announced.
  struct Branch {
    OutgoingLight light;
    bool knows = false;
  };
  virtual std::vector<Branch> branches(Bb84State sent, unsigned photons) const = 0;

  std::vector<OutgoingLight> mixture(Bb84State sent, unsigned photons) const final;

  // Expected fraction of the sifted bits of one intensity that Eve knows with certainty (on top of them she may guess).
  Probability known_fraction(const LinkModel& model, unsigned intensity) const;
};

// Bennett, Bessette, Brassard, Salvail, Smolin, J. Cryptology 5, 3 (1992): she measures a fraction of the pulses with
// perfect threshold detectors in a random basis (two detectors fire: a random bit) and sends what she saw, anew,
// through the same fibre; where she sees nothing she sends nothing. The other pulses travel untouched. A fully
// intercepted link shows an error rate of 25 % on top of its own.
class InterceptResend final : public Eve {
 public:
  struct Resent {
    PhotonStatistics statistics = PhotonStatistics::fock;
    double photons = 1;  // number or mean; more than one makes up for the pulses that she saw empty
  };
  // Errors: a fraction outside [0, 1]; resent photons outside [0, 1000], or a number that is not whole.
  static Result<InterceptResend> create(const LinkModel& model, Probability fraction, Resent resent);
  static Result<InterceptResend> create(const LinkModel& model, Probability fraction) {
    return create(model, fraction, Resent{});
  }

  std::vector<Branch> branches(Bb84State sent, unsigned photons) const override;
  OutgoingPulse act(Bb84State sent, unsigned photons, std::mt19937_64& random) const override;

 private:
  InterceptResend(double fraction, Resent resent, double fibre)
      : m_fraction(fraction), m_resent(resent), m_fibre(fibre) {}
  double m_fraction;
  Resent m_resent;
  double m_fibre;  // transmittance
};

// Huttner, Imoto, Gisin, Mor, PRA 51, 1863 (1995); Brassard, Luetkenhaus, Mor, Sanders, PRL 85, 1330 (2000): she counts
// the photons without touching their polarization, keeps one of several and forwards the rest through a fibre without
// loss, and blocks so many of the single photons that Bob's gain of one intensity is as he expects; if that is not
// enough, multi-photon pulses too. She knows every bit of a multi-photon pulse and causes no error.
class PhotonNumberSplitting final : public Eve {
 public:
  // Matches the gain of intensity `hidden`, usually the brightest. Errors: no such intensity; a line so short that even
  // without blocking she cannot reach the gain.
  static Result<PhotonNumberSplitting> create(const LinkModel& model, unsigned hidden = 0);

  std::vector<Branch> branches(Bb84State sent, unsigned photons) const override;
  OutgoingPulse act(Bb84State sent, unsigned photons, std::mt19937_64& random) const override;

  Probability blocks_single() const { return Probability(m_block_single); }
  Probability blocks_multi() const { return Probability(m_block_multi); }

 private:
  explicit PhotonNumberSplitting(double line) : m_line(line) {}
  double m_block_single = 0, m_block_multi = 0;
  double m_line;  // transmittance that is left: the insertion loss, which includes Bob's own optics
};

}  // namespace herald
