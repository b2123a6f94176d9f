// What happens in a simulation, drawn by its seed.

#include <algorithm>
#include <utility>

#include "tests/sim/simulation.hpp"

namespace kleber::sim {
namespace {

constexpr port::Token kNobody{~std::uint32_t{0}, 0};
constexpr int kClientCount = 7;

// Tight in some seeds, so that limits are reached; wide in others, so that much gets through.
broker::Limits make_limits(Random& random) {
    return {.sessions_max = random.chance(20) ? kClientCount - 1U : kClientCount,
            .subscriptions_max = 5,
            .retained_messages_max = 6,
            .retained_bytes_max = 700,
            .cached_routes_max = 4,
            .cached_receivers_max = 12};
}

connection::MqttPolicy make_policy(Random& random) {
    connection::MqttPolicy policy;
    if (random.chance(50)) {
        policy.queue.messages_max = 2 + random.below(8);
        policy.queue.bytes_max = 300 + random.below(800);
    }
    policy.queue.policy = random.chance(50) ? port::DropPolicy::Oldest : port::DropPolicy::Newest;
    if (random.chance(50)) {
        policy.send_window.slots = static_cast<std::uint16_t>(1 + random.below(6));
    }
    if (random.chance(50)) policy.send_window.bytes = 100 + random.below(900);
    policy.session_expiry_max =
        random.chance(50) ? port::kForever : Duration{std::chrono::seconds{10}};
    policy.topic_alias_maximum = 3;
    return policy;
}

}  // namespace

Simulation::Simulation(std::uint64_t seed, Bug bug, Verbosity verbosity, Coverage& coverage)
    : random_(seed),
      verbosity_(verbosity),
      coverage_(coverage),
      saboteur_(bug, seed),
      limits_(make_limits(random_)),
      policy_(make_policy(random_)),
      broker_(limits_, port::Sharing::OneThread, seed),
      model_(limits_, policy_.queue, coverage) {
    for (int number = 0; number < kClientCount; ++number) {
        clients_.emplace_back(number, random_, policy_, coverage_);
    }
}

Simulation::~Simulation() = default;

void Simulation::run(std::uint32_t action_count) {
    for (action_ = 0; action_ < action_count; ++action_) {
        act();
        settle();
        inspect();
    }
    come_to_rest();
}

void Simulation::act() {
    if (random_.chance(70)) pass(Duration{1 + random_.below(20)});
    Client& client = clients_[random_.below(clients_.size())];
    const std::uint32_t draw = random_.below(1000);
    if (draw < 40) {
        pass(Duration{random_.below(random_.chance(10) ? 20'000 : 3000)});
    } else if (draw < 50) {
        kick(client);
    } else if (draw < 55) {
        inspect_clients();
    } else {
        act_as(client);
    }
}

void Simulation::act_as(Client& client) {
    if (!client.has_line()) return open_line(client);
    Line& line = *client.line();
    const std::uint32_t draw = random_.below(1000);
    if (draw < 25) return open_line(client);
    if (draw < 50) return lose_line(client);
    if (draw < 90) {
        line.is_sending = !line.is_sending;
    } else if (draw < 140) {
        line.is_receiving = !line.is_receiving;
    } else if (draw < 200) {
        if (!line.up.empty()) arrive(line, random_.below(line.up.size() + 1));
    } else if (draw < 240) {
        if (!line.out.empty()) write(line, random_.below(line.out.size_bytes() + 1));
    } else if (!client.is_connected()) {
        return;
    } else if (draw < 260) {
        client.disconnect();
    } else if (draw < 280) {
        client.ping();
    } else if (draw < 400) {
        client.subscribe();
    } else if (draw < 450) {
        client.unsubscribe();
    } else if (draw < 650) {
        client.answer_some();
    } else {
        for (std::uint32_t count = 1 + random_.below(4); count > 0; --count) {
            client.publish(++last_letter_);
        }
    }
}

// While the last one is still there, for all the server knows: that is a takeover.
void Simulation::open_line(Client& client) {
    const int number = ++last_line_;
    const auto index = static_cast<int>(&client - clients_.data());
    if (Line* last = client.line()) last->is_sending = last->is_receiving = true;
    lines_.push_back(
        std::make_unique<Line>(number, index, client.version(), policy_, traffic_, now_.steady));
    lines_.back()->packet_bytes_max = client.packet_bytes_max();
    client.connect(*lines_.back());
}

// Some of what is under way still arrives.
void Simulation::lose_line(Client& client) {
    coverage_.add(Seen::LostLinks);
    Line& line = *client.line();
    if (!line.out.empty()) write(line, random_.below(line.out.size_bytes() + 1));
    if (!line.up.empty()) arrive(line, random_.below(line.up.size() + 1));
    connection::MqttServer::Turn turn = turn_of(line);
    line.server.link_lost(ReasonCode::UnspecifiedError, turn);
    collect(line);
    line.is_sending = line.is_receiving = false;
    serve_requests();
}

void Simulation::kick(Client& client) {
    make_instant_unique();
    const auto index = static_cast<int>(&client - clients_.data());
    log("kicks client " + std::to_string(index));
    model_.kick(index);
    serve(nullptr,
          port::Administer{.token = kNobody, .kick = std::make_unique<std::string>(client.id())});
}

// Stops wherever something is due.
void Simulation::pass(Duration duration) {
    const SteadyTime until = now_.steady + duration;
    while (true) {
        SteadyTime next = until;
        const auto consider = [&](std::optional<SteadyTime> deadline) {
            if (deadline) next = std::min(next, *deadline);
        };
        consider(broker_.deadline());
        consider(model_.deadline());
        for (const auto& line : lines_) consider(line->server.deadline());
        next = std::max(next, now_.steady);
        set_time(next);
        for (const auto& line : lines_) {
            connection::MqttServer::Turn turn = turn_of(*line);
            line->server.on_deadline(turn);
            collect(*line);
        }
        settle();
        if (next >= until) return;
    }
}

void Simulation::inspect() {
    serve(nullptr, port::Inspect{.token = kNobody, .subject = port::InspectSubject::Broker});
    model_.expect_same(report_.broker);
}

void Simulation::inspect_clients() {
    std::uint32_t cursor = 0;
    do {
        serve(nullptr, port::Inspect{.token = kNobody,
                                     .subject = port::InspectSubject::Clients,
                                     .cursor = cursor,
                                     .rows_max = 3});
        for (const port::ClientRow& row : report_.clients) {
            model_.expect_same(row, row.client_id.back() - '0');
        }
        cursor = report_.next;
    } while (cursor != 0);
}

void Simulation::come_to_rest() {
    for (Client& client : clients_) {
        client.become_prompt();
        if (!client.has_line()) open_line(client);
    }
    for (const auto& line : lines_) line->is_sending = line->is_receiving = true;
    settle();
    for (Client& client : clients_) {
        if (client.is_connected()) client.answer_all();
    }
    settle();
    inspect();
    std::uint32_t cursor = 0;
    do {
        serve(nullptr,
              port::Inspect{
                  .token = kNobody, .subject = port::InspectSubject::Clients, .cursor = cursor});
        for (const port::ClientRow& row : report_.clients) {
            if (row.is_online && row.queued + row.in_flight > 0) {
                throw Difference{row.client_id + " is still owed messages, at rest"};
            }
        }
        cursor = report_.next;
    } while (cursor != 0);
}

}  // namespace kleber::sim
