#include "tests/sim/saboteur.hpp"

#include <utility>
#include <variant>

namespace kleber::sim {
namespace {

bool is_delivery_of(const port::Reply& reply, Qos qos) {
    const auto* deliver = std::get_if<port::Deliver>(&reply.body);
    return deliver && deliver->qos == qos;
}

bool is_settled(const port::Reply& reply) {
    return std::holds_alternative<port::Settled>(reply.body);
}

}  // namespace

void Saboteur::spoil(port::Request& request) {
    if (auto* detach = std::get_if<port::Detach>(&request)) {
        if (bug_ == Bug::SwallowsWill && is_time()) detach->will = port::WillFate::Discard;
    }
    if (auto* attach = std::get_if<port::Attach>(&request)) {
        Duration& expiry = attach->details->session_expiry;
        const bool expires = expiry != Duration::zero() && expiry != port::kForever;
        if (bug_ == Bug::KeepsExpiredSession && expires && is_time()) expiry += Duration{1};
    }
}

void Saboteur::spoil(std::vector<port::Reply>& replies) {
    if (bug_ == Bug::None) return;
    std::vector<port::Reply> spoilt;
    for (port::Reply& reply : replies) {
        if (const auto* attached = std::get_if<port::Attached>(&reply.body)) {
            if (attached->session_present) resumed_ = reply.to;
        }
        auto* deliver = std::get_if<port::Deliver>(&reply.body);
        auto* report = std::get_if<port::Report>(&reply.body);
        const auto* close = std::get_if<port::Close>(&reply.body);
        const bool is_shared = deliver && (deliver->message->topic().starts_with("s/") ||
                                           deliver->message->topic().starts_with("t/"));
        switch (bug_) {
            case Bug::LosesAcknowledgement:
                if (is_settled(reply) && is_time()) continue;
                break;
            case Bug::DeliversExactlyOnceTwice:
                if (is_delivery_of(reply, Qos::ExactlyOnce) && is_time()) {
                    spoilt.push_back({reply.to, *deliver});
                }
                break;
            case Bug::ForgetsRelease:
                if (std::holds_alternative<port::ReleaseDelivery>(reply.body) && is_time())
                    continue;
                break;
            case Bug::TurnsRetainFlag:
                if (deliver && is_time()) deliver->retain = !deliver->retain;
                break;
            case Bug::IgnoresTakeover:
                if (close && close->reason == ReasonCode::SessionTakenOver && is_time()) continue;
                break;
            case Bug::DropsUncounted:
                if (report && report->rows->broker.dropped[0] > 0) {
                    --report->rows->broker.dropped[0];
                }
                break;
            case Bug::SharesWithTwo:
                if (is_shared && neighbour_ && *neighbour_ != reply.to && is_time()) {
                    spoilt.push_back({*neighbour_, *deliver});
                }
                if (is_shared) neighbour_ = reply.to;
                break;
            case Bug::LosesOnResume:
                if (deliver && resumed_ == reply.to && is_time()) continue;
                break;
            case Bug::MixesUpSubscriptionIds:
                if (deliver && is_time()) deliver->subscription_ids = {};
                break;
            default:
                break;
        }
        const bool is_after_delivery = deliver && !spoilt.empty() && spoilt.back().to == reply.to &&
                                       std::holds_alternative<port::Deliver>(spoilt.back().body);
        spoilt.push_back(std::move(reply));
        if (bug_ == Bug::Reorders && is_after_delivery && is_time()) {
            std::swap(spoilt[spoilt.size() - 1], spoilt[spoilt.size() - 2]);
        }
    }
    resumed_.reset();
    replies = std::move(spoilt);
}

}  // namespace kleber::sim
