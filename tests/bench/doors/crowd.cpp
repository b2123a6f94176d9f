#include "tests/bench/doors/crowd.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace kleber::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 120s;

}  // namespace

Crowd::Crowd(const Place& place, std::uint32_t count) : place_(place), tickets_(count) {
    clients_.reserve(count);
}

void Crowd::come(std::uint32_t at_once) {
    // Who comes later than others is in later, but for a few: their number is enough to pace them.
    std::size_t in_count = 0;
    const auto count_in = [&] {
        while (in_count < clients_.size() && clients_[in_count]->is_in()) ++in_count;
        return in_count;
    };
    while (clients_.size() < tickets_.size()) {
        TlsTicket& ticket = tickets_[clients_.size()];
        std::string name = "crowd-" + std::to_string(clients_.size());
        clients_.push_back(std::make_unique<LoadClient>(poll_, place_, std::move(name), ticket));
        poll_.turn_until([&] { return clients_.size() - count_in() < at_once; }, kPatience);
    }
    poll_.turn_until([&] { return count_in() == tickets_.size(); }, kPatience);
}

void Crowd::forget_tickets() {
    tickets_ = std::vector<TlsTicket>(tickets_.size());
}

std::uint32_t Crowd::resumed_count() const {
    return static_cast<std::uint32_t>(std::count_if(
        clients_.begin(), clients_.end(), [](const auto& client) { return client->is_resumed(); }));
}

}  // namespace kleber::bench
