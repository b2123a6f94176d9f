#include "gateway/app/command_sub.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include "gateway/app/client_loop.hpp"
#include "gateway/app/client_words.hpp"
#include "gateway/app/exit_status.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::app {
namespace {

using connection::ClientEvent;
using connection::Ticket;

// What may wait to be printed before it is, within one batch.
constexpr std::size_t kPrintMax = 256 << 10;

class Subscriber {
  public:
    Subscriber(const SubOptions& options, connection::ClientOptions client, const Streams& streams)
        : options_(options), streams_(streams), loop_(options.client, std::move(client), streams) {}

    int run();

  private:
    void handle(const ClientEvent& event);
    void handle_received(const connection::Received& received);
    void handle_subscribed(const connection::Subscribed& subscribed);
    void subscribe();
    void print(const connection::Received& received);
    void hand_over();
    void finish(int status) {
        if (!status_) status_ = status;
    }

    const SubOptions& options_;
    const Streams streams_;
    ClientLoop loop_;

    // What has been received and is not yet printed, with what is to be acknowledged then.
    std::vector<std::uint8_t> unprinted_;
    std::vector<connection::Receipt> receipts_;
    std::uint64_t printed_count_ = 0;
    bool has_subscribed_ = false;
    bool is_enough_ = false;  // what was asked for has come: what follows stays with the server
    std::optional<int> status_;
};

int Subscriber::run() {
    ClientLoop::Until until;
    if (options_.client.timeout_seconds) {
        until.time = loop_.now().steady +
                     Duration{static_cast<Duration::rep>(*options_.client.timeout_seconds * 1000)};
    }
    loop_.connect();
    while (!status_) {
        const ClientLoop::Woken woken = loop_.wait(until);
        for (const ClientEvent& event : loop_.take_events()) handle(event);
        hand_over();
        if (is_enough_) finish(0);
        if (woken.by_interrupt) finish(0);
        if (!status_ && until.time && loop_.now().steady >= *until.time) {
            say(streams_, "timed out");
            finish(kExitTimedOut);
        }
    }
    loop_.close();
    return *status_;
}

void Subscriber::handle(const ClientEvent& event) {
    if (status_ || is_enough_) return;
    if (const auto* received = std::get_if<connection::Received>(&event)) {
        handle_received(*received);
    } else if (const auto* connected = std::get_if<connection::Connected>(&event)) {
        // A session that lives on has its subscriptions; to make them again would bring all
        // retained messages again. At first they may be others than last time.
        if (!has_subscribed_ || !connected->session_present) subscribe();
    } else if (const auto* subscribed = std::get_if<connection::Subscribed>(&event)) {
        handle_subscribed(*subscribed);
    } else if (const auto* ended = std::get_if<connection::Ended>(&event)) {
        if (!loop_.recover(*ended)) finish(kExitFailure);
    }
}

void Subscriber::subscribe() {
    std::vector<codec::mqtt::Subscription> subscriptions;
    for (const std::string& topic : options_.topics) {
        subscriptions.push_back({.filter = topic, .qos = static_cast<Qos>(options_.qos)});
    }
    auto turn = loop_.turn();
    const auto asked = loop_.client().subscribe(subscriptions, std::nullopt, Ticket{}, turn);
    if (asked) return;
    say(streams_, "cannot subscribe: " + reason_text(asked.error()));
    finish(kExitFailure);
}

void Subscriber::handle_subscribed(const connection::Subscribed& subscribed) {
    bool is_any_granted = false;
    for (std::size_t index = 0; index < subscribed.codes.size(); ++index) {
        const ReasonCode code = subscribed.codes[index];
        is_any_granted = is_any_granted || !is_error(code);
        if (is_error(code)) {
            say(streams_, options_.topics[index] + ": not subscribed: " + reason_text(code));
        }
    }
    has_subscribed_ = true;
    if (!is_any_granted) {
        finish(kExitFailure);
    } else if (options_.ends_when_subscribed) {
        is_enough_ = true;
    }
}

void Subscriber::handle_received(const connection::Received& received) {
    if (options_.wants_retained_only && !received.retain) {
        // The retained ones come first.
        is_enough_ = true;
        return;
    }
    if (received.receipt.packet_id != 0) receipts_.push_back(received.receipt);
    if (options_.leaves_out_retained && received.retain) return;
    print(received);
    if (options_.count > 0 && ++printed_count_ == options_.count) is_enough_ = true;
    if (unprinted_.size() > kPrintMax) hand_over();
}

void Subscriber::print(const connection::Received& received) {
    const auto append = [this](Bytes bytes) {
        unprinted_.insert(unprinted_.end(), bytes.begin(), bytes.end());
    };
    if (options_.is_verbose) {
        append(as_bytes(received.message->topic()));
        append(as_bytes(" "));
    }
    append(received.message->payload());
    if (!options_.leaves_out_line_end) append(as_bytes("\n"));
}

// Prints, and only then tells the server that it may forget.
void Subscriber::hand_over() {
    const Writing writing = write_all(streams_.out, unprinted_, loop_.interrupt_descriptor());
    const int error_number = errno;
    unprinted_.clear();
    auto receipts = std::exchange(receipts_, {});
    switch (writing) {
        case Writing::Done: {
            auto turn = loop_.turn();
            for (const connection::Receipt& receipt : receipts) {
                loop_.client().acknowledge(receipt, ReasonCode::Success, turn);
            }
            break;
        }
        case Writing::ReaderGone:
        case Writing::Interrupted:
            finish(0);
            break;
        case Writing::Failed:
            say(streams_, std::string{"cannot write: "} + std::strerror(error_number));
            finish(kExitFailure);
            break;
    }
}

std::optional<std::string> complaint_about(const SubOptions& options) {
    if (options.topics.empty()) return "give a topic with -t";
    for (const std::string& topic : options.topics) {
        const topic::SharedFilter parsed = topic::parse_shared(topic);
        const bool is_valid =
            parsed.sharing == topic::Sharing::Shared ||
            (parsed.sharing == topic::Sharing::NotShared && topic::is_valid_filter(topic));
        if (!is_valid) {
            return "-t " + topic +
                   ": not a topic filter (+ and # stand alone between slashes, # last)";
        }
    }
    if (options.leaves_out_retained && options.wants_retained_only) {
        return "give -R or --retained-only, not both";
    }
    return std::nullopt;
}

}  // namespace

int sub(const SubOptions& options, const Streams& streams) {
    if (const auto complaint = complaint_about(options)) {
        say(streams, *complaint);
        return kExitFailure;
    }
    auto client = client_options(options.client, "kleber-sub");
    if (!client) {
        say(streams, client.error());
        return kExitFailure;
    }
    client->acknowledging = connection::Acknowledging::Manual;
    // What is open is a batch that is about to be printed: the server's own limit will do.
    client->receive_maximum = std::numeric_limits<std::uint16_t>::max();
    return Subscriber{options, std::move(*client), streams}.run();
}

}  // namespace kleber::app
