#include "gateway/broker/broker.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace kleber::broker {

Broker::Broker(const Limits& limits, port::Sharing sharing, std::uint64_t seed)
    : limits_(limits),
      sharing_(sharing),
      seed_(seed),
      sessions_(seed),
      subscriptions_(seed),
      router_(subscriptions_, limits),
      retained_(limits, statistics_, ledger_, seed),
      states_(sharing),
      outbound_(statistics_, subscriptions_.groups(), ledger_, held_),
      replayer_(sessions_, retained_, states_, outbound_) {}

Broker::~Broker() {
    for (std::uint32_t slot = 0; slot < sessions_.slot_count(); ++slot) {
        if (Session* session = sessions_.at_slot(slot)) replayer_.forget(*session);
    }
}

void Broker::set_limits(const Limits& limits) {
    limits_ = limits;
    retained_.set_limits(limits);
}

void Broker::set_authorizer(port::AuthorizerRef authorizer) {
    // Those who have it by a plain pointer come first.
    router_.set_authorizer(authorizer.get());
    outbound_.set_authorizer(authorizer.get());
    replayer_.set_authorizer(authorizer.get());
    authorizer_ = std::move(authorizer);
    for (std::uint32_t slot = 0; slot < sessions_.slot_count(); ++slot) {
        Session* session = sessions_.at_slot(slot);
        if (session && session->deliveries) session->has_unchecked = true;
    }
}

void Broker::handle(port::SeatId from, port::Request&& request, const Now& now,
                    port::Outbox& outbox) {
    Turn turn{now, outbox};
    ledger_.set_now(now.steady);
    // The four that make up nearly all traffic come first in the variant.
    std::visit([&](auto&& body) { on(from, std::move(body), turn); }, std::move(request));
    if (ledger_.promises().has_news()) settle_kept(turn);
}

void Broker::work(const Now& now, port::Outbox& outbox) {
    Turn turn{now, outbox};
    ledger_.set_now(now.steady);
    replayer_.work(turn);
    if (ledger_.promises().has_news()) settle_kept(turn);
}

std::optional<SteadyTime> Broker::deadline() const {
    SteadyTime earliest = port::kNever;
    for (const auto& next : {will_deadlines_.next(), expiry_deadlines_.next(), retained_.deadline(),
                             ledger_.deadline()}) {
        if (next) earliest = std::min(earliest, *next);
    }
    if (earliest == port::kNever) return std::nullopt;
    return earliest;
}

void Broker::on_deadline(const Now& now, port::Outbox& outbox) {
    Turn turn{now, outbox};
    ledger_.set_now(now.steady);
    retained_.expire(now.steady);
    // Wills before expiries: a session that ends at the same instant publishes it either way, but
    // its subscribers should not see the order depend on chance.
    while (const std::optional<std::uint32_t> slot = will_deadlines_.pop_due(now.steady)) {
        publish_will(*sessions_.at_slot(*slot), turn);
    }
    while (const std::optional<std::uint32_t> slot = expiry_deadlines_.pop_due(now.steady)) {
        ++statistics_.sessions_expired;
        end_session(*sessions_.at_slot(*slot), turn);
    }
    if (ledger_.promises().has_news()) settle_kept(turn);
}

void Broker::on(port::SeatId, port::Acknowledge&& acknowledge, Turn& turn) {
    Session* session = sessions_.find(acknowledge.client);
    if (!session) return;
    outbound_.acknowledge(*session, acknowledge, turn);
    if (outbound_.has_orphans()) [[unlikely]]
        adopt_orphans(*session, turn);
    if (session->replays) replayer_.wake(*session);
}

void Broker::on(port::SeatId, port::Credit&& credit, Turn& turn) {
    Session* session = sessions_.find(credit.client);
    if (!session) return;
    outbound_.add_credit(*session, credit.credit, turn);
    if (outbound_.has_orphans()) [[unlikely]]
        adopt_orphans(*session, turn);
    if (session->replays) replayer_.wake(*session);
}

void Broker::on(port::SeatId from, port::Inspect&& inspect, Turn& turn) {
    auto rows = std::make_unique<port::ReportRows>();
    if (inspect.subject == port::InspectSubject::Broker) {
        rows->broker = statistics();
    } else {
        std::uint32_t slot = inspect.cursor;
        for (; slot < sessions_.slot_count(); ++slot) {
            if (rows->clients.size() >= inspect.rows_max) break;
            const Session* session = sessions_.at_slot(slot);
            if (!session) continue;
            rows->clients.push_back(
                {.client_id = session->client_id,
                 .user = session->user,
                 .address = session->address,
                 .protocol = session->protocol,
                 .is_online = session->is_online,
                 .since = session->since,
                 .last_end = session->has_ended_before ? std::string{name_of(session->last_end)}
                                                       : std::string{},
                 .subscriptions = session->subscription_count,
                 .queued = session->deliveries ? session->deliveries->waiting_count() : 0,
                 .in_flight = session->deliveries ? session->deliveries->in_flight_count() : 0,
                 .dropped = session->dropped_count});
        }
        rows->next = slot < sessions_.slot_count() ? slot : 0;
    }
    turn.outbox.to(from).emplace_back(inspect.token, port::Report{std::move(rows)});
}

void Broker::on(port::SeatId from, port::Administer&& administer, Turn& turn) {
    Session* session = sessions_.find(*administer.kick);
    const bool was_found = session && (session->is_online || session->is_attaching);
    if (was_found) {
        turn.outbox.to(session->seat)
            .emplace_back(session->token, port::Close{ReasonCode::AdministrativeAction});
        lose_connection(*session, ReasonCode::AdministrativeAction, port::WillFate::Publish, turn);
    }
    turn.outbox.to(from).emplace_back(administer.token, port::Administered{was_found});
}

void Broker::shrink() {
    sessions_.shrink();
    subscriptions_.shrink();
    will_deadlines_.shrink();
    expiry_deadlines_.shrink();
    // Of many receivers who are gone; what is asked for again is found again.
    router_.forget();
}

const port::BrokerStatistics& Broker::statistics() {
    statistics_.clients_offline = sessions_.count() - statistics_.clients_online;
    statistics_.subscriptions = subscriptions_.count();
    statistics_.shared_subscriptions = subscriptions_.shared_count();
    return statistics_;
}

}  // namespace kleber::broker
