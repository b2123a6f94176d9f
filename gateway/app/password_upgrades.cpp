#include "gateway/app/password_upgrades.hpp"

#include <memory>
#include <utility>

namespace kleber::app {

class PasswordUpgrades::Timer : public runtime::Participant {
  public:
    Timer(PasswordUpgrades& upgrades, runtime::Lane& lane, port::Token token)
        : upgrades_(upgrades), lane_(lane), token_(token) {}

    void on_deadline() override { upgrades_.write(); }
    void on_stop() override { lane_.remove(token_); }

  private:
    PasswordUpgrades& upgrades_;
    runtime::Lane& lane_;
    const port::Token token_;
};

PasswordUpgrades::PasswordUpgrades(runtime::Lane& lane, Write write)
    : lane_(lane), write_(std::move(write)), token_(lane.next_token()) {
    lane_.add(std::make_unique<Timer>(*this, lane_, token_));
}

void PasswordUpgrades::add(auth::PasswordUpgrade upgrade) {
    lane_.post([this, upgrade = std::move(upgrade)]() mutable { gather(std::move(upgrade)); });
}

void PasswordUpgrades::gather(auth::PasswordUpgrade&& upgrade) {
    if (waiting_.empty()) lane_.set_deadline(token_, lane_.now().steady + kGatheringTime);
    std::string user = upgrade.user;
    waiting_.insert_or_assign(std::move(user), std::move(upgrade));
}

void PasswordUpgrades::write() {
    std::vector<auth::PasswordUpgrade> upgrades;
    for (auto& [user, upgrade] : std::exchange(waiting_, {})) upgrades.push_back(upgrade);
    write_(std::move(upgrades));
}

}  // namespace kleber::app
