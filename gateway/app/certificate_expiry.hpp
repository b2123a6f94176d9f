#pragma once

#include <string>
#include <vector>

#include "gateway/runtime/lane.hpp"
#include "gateway/runtime/participant.hpp"

namespace kleber::app {

// Writes into the log which certificates end soon, or have ended: when it is told of them, and each
// day again.
class CertificateExpiry : public runtime::Participant {
  public:
    CertificateExpiry(runtime::Lane& lane, port::Token token) : lane_(lane), token_(token) {}

    // PEM files, instead of those before; the first certificate in each counts.
    void watch(std::vector<std::string> files);

    void on_deadline() override { look(); }
    void on_stop() override { lane_.remove(token_); }

  private:
    void look();

    runtime::Lane& lane_;
    const port::Token token_;
    std::vector<std::string> files_;
};

}  // namespace kleber::app
