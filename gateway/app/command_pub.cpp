#include "gateway/app/command_pub.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "gateway/app/client_loop.hpp"
#include "gateway/app/client_words.hpp"
#include "gateway/app/exit_status.hpp"
#include "gateway/app/line_reader.hpp"
#include "gateway/app/payload_source.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::app {
namespace {

using connection::ClientEvent;
using connection::Ticket;

constexpr std::size_t kLineBytesMax = 16 << 20;

Duration seconds(double count) {
    return Duration{static_cast<Duration::rep>(count * 1000)};
}

class Publisher {
  public:
    Publisher(const PubOptions& options, connection::ClientOptions client, std::string payload,
              const Streams& streams)
        : options_(options),
          streams_(streams),
          loop_(options.client, std::move(client), streams),
          payload_(std::move(payload)),
          lines_(kLineBytesMax) {}

    int run();

  private:
    void handle(const ClientEvent& event);
    void handle_end(const connection::Ended& ended);
    void settle(const std::string& refusal);

    void read_lines();
    void publish_more();
    void publish_lines();
    void publish_again();
    bool publish(std::string_view payload);

    bool has_more() const {
        return options_.reads_lines ? !lines_.is_done() : asked_ < options_.repeat_count;
    }
    ClientLoop::Until until() const;
    void finish(int status) {
        if (!status_) status_ = status;
    }

    const PubOptions& options_;
    const Streams streams_;
    ClientLoop loop_;
    const std::string payload_;
    LineReader lines_;

    bool is_ready_ = false;   // the server has been there: its limits are known
    bool has_room_ = true;    // for another message in the client's queue
    bool is_at_end_ = false;  // of the input
    SteadyTime publish_at_{};
    std::optional<SteadyTime> give_up_at_;
    std::uint64_t asked_ = 0;
    std::uint64_t settled_ = 0;
    std::uint64_t refused_ = 0;
    std::string last_refusal_;
    std::optional<int> status_;
};

int Publisher::run() {
    if (options_.client.timeout_seconds) {
        give_up_at_ = loop_.now().steady + seconds(*options_.client.timeout_seconds);
    }
    loop_.connect();
    while (!status_) {
        const ClientLoop::Woken woken = loop_.wait(until());
        for (const ClientEvent& event : loop_.take_events()) handle(event);
        if (woken.by_interrupt) finish(kExitInterrupted);
        if (woken.by_input) read_lines();
        if (is_ready_ && !status_) publish_more();
        if (!has_more() && settled_ == asked_) finish(refused_ > 0 ? kExitFailure : 0);
        if (!status_ && give_up_at_ && loop_.now().steady >= *give_up_at_) {
            say(streams_, "timed out");
            finish(kExitTimedOut);
        }
    }
    if (refused_ > 1) {
        say(streams_, std::to_string(refused_) + " of " + std::to_string(asked_) +
                          " messages were not accepted");
    }
    if (!loop_.close() && *status_ == 0) {
        say(streams_, "connection lost before everything was written");
        return kExitFailure;
    }
    return *status_;
}

ClientLoop::Until Publisher::until() const {
    ClientLoop::Until until{.time = give_up_at_};
    if (!is_ready_ || !has_room_) return until;
    if (options_.reads_lines) {
        if (!is_at_end_) until.input = streams_.in;
    } else if (has_more()) {
        until.time = until.time ? std::min(*until.time, publish_at_) : publish_at_;
    }
    return until;
}

void Publisher::handle(const ClientEvent& event) {
    if (const auto* published = std::get_if<connection::Published>(&event)) {
        settle(is_error(published->reason) ? reason_text(published->reason) : std::string{});
    } else if (const auto* discarded = std::get_if<connection::Discarded>(&event)) {
        settle(reason_text(discarded->reason));
    } else if (std::holds_alternative<connection::Connected>(event)) {
        is_ready_ = true;
        publish_at_ = std::max(publish_at_, loop_.now().steady);
    } else if (const auto* ended = std::get_if<connection::Ended>(&event)) {
        handle_end(*ended);
    }
}

// A stream of lines is worth to be gone on with; a single message is for the caller to repeat.
void Publisher::handle_end(const connection::Ended& ended) {
    if (!has_more() && settled_ == asked_) return;
    if (options_.reads_lines || !is_ready_) {
        if (!loop_.recover(ended)) finish(kExitFailure);
        return;
    }
    say(streams_, why_lost(ended, server_text(options_.client.host, options_.client.port)) +
                      "; the message may not have arrived");
    finish(kExitFailure);
}

// `refusal` is empty if the message was taken.
void Publisher::settle(const std::string& refusal) {
    ++settled_;
    has_room_ = true;
    if (refusal.empty()) return;
    ++refused_;
    if (refusal != last_refusal_) say(streams_, options_.topic + ": not published: " + refusal);
    last_refusal_ = refusal;
}

void Publisher::read_lines() {
    std::array<char, 64 << 10> part;
    const ssize_t count = ::read(streams_.in, part.data(), part.size());
    if (count > 0) {
        lines_.append({part.data(), static_cast<std::size_t>(count)});
    } else if (count == 0) {
        is_at_end_ = true;
        lines_.finish();
    } else if (errno != EINTR && errno != EAGAIN) {
        say(streams_, std::string{"cannot read the standard input: "} + std::strerror(errno));
        finish(kExitFailure);
    }
}

void Publisher::publish_more() {
    if (options_.reads_lines) {
        publish_lines();
    } else {
        publish_again();
    }
}

void Publisher::publish_lines() {
    while (has_room_) {
        const auto line = lines_.line();
        if (!line) break;
        if (publish(*line)) lines_.drop_line();
    }
    if (lines_.is_too_long()) {
        say(streams_, "a line of more than 16 MiB; send it with -s or -f");
        finish(kExitFailure);
    }
}

void Publisher::publish_again() {
    while (has_room_ && has_more() && loop_.now().steady >= publish_at_) {
        if (publish(payload_)) publish_at_ += seconds(options_.repeat_delay_seconds);
    }
}

// False if the message has to wait for room.
bool Publisher::publish(std::string_view payload) {
    auto turn = loop_.turn();
    const auto queued = loop_.client().publish({.topic = options_.topic,
                                                .payload = as_bytes(payload),
                                                .qos = static_cast<Qos>(options_.qos),
                                                .retain = options_.retain},
                                               Ticket{asked_}, turn);
    if (!queued && queued.error() == ReasonCode::QuotaExceeded) {
        has_room_ = false;
        return false;
    }
    ++asked_;
    if (!queued) settle(reason_text(queued.error()));
    return true;
}

std::optional<std::string> complaint_about(const PubOptions& options) {
    const int sources = int{options.message.has_value()} + int{!options.file.empty()} +
                        int{options.is_empty} + int{options.reads_input} + int{options.reads_lines};
    if (sources == 0) {
        return "nothing to publish: give -m TEXT, -f FILE, -l or -s (standard input), or -n "
               "(empty)";
    }
    if (sources > 1) return "give one of -m, -f, -l, -s and -n";
    if (options.reads_lines && options.repeat_count > 1) return "--repeat does not go with -l";
    if (!topic::is_valid_name(options.topic)) {
        return "-t " + options.topic + ": not a topic to publish to (empty, or with + or #)";
    }
    return std::nullopt;
}

}  // namespace

int pub(const PubOptions& options, const Streams& streams) {
    if (const auto complaint = complaint_about(options)) {
        say(streams, *complaint);
        return kExitFailure;
    }
    auto client = client_options(options.client, "kleber-pub");
    if (!client) {
        say(streams, client.error());
        return kExitFailure;
    }
    client->in_flight_max = options.in_flight_max;
    // Who asks for QoS 2 wants to hear that there is none.
    client->beyond_server = connection::BeyondServer::Discard;
    auto payload = load_payload(options, streams);
    if (!payload) {
        say(streams, payload.error());
        return kExitFailure;
    }
    return Publisher{options, std::move(*client), std::move(*payload), streams}.run();
}

}  // namespace kleber::app
