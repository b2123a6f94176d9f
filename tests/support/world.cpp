#include "tests/support/world.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "gateway/base/assert.hpp"
#include "tests/support/memory_journal.hpp"

namespace kleber::support {
namespace {

constexpr port::SeatId kSeat{0};
// The token of the world itself: the slot of no connection.
constexpr port::Token kOwnToken{~std::uint32_t{0}, 0};
// A turn that never settles is a bug of the gateway, not a reason to hang.
constexpr int kTurnsMax = 1'000'000;
// Before a batch that the journal could not take is tried again.
constexpr Duration kRetry = std::chrono::seconds{1};

}  // namespace

World::World(Options options)
    : options_(std::move(options)),
      now_(options_.now.value_or(Now{.steady = SteadyTime{std::chrono::hours{1}},
                                     .wall = WallTime{std::chrono::seconds{1'700'000'000}},
                                     .wall_is_trusted = true})),
      broker_(options_.limits, port::Sharing::OneThread, options_.seed),
      outbox_(1),
      journal_(options_.journal) {
    if (!journal_ && std::getenv("KLEBER_KEEP")) {
        own_journal_ = std::make_unique<MemoryJournal>();
        journal_ = own_journal_.get();
    }
    if (!journal_) return;
    broker_.keep();
    if (options_.restore) options_.restore(broker_, now_);
    broker_.finish_restore(now_);
}

World::~World() = default;

std::unique_ptr<Link> World::dial(connection::Peer peer, const connection::MqttPolicy* policy) {
    std::uint32_t slot;
    if (free_slots_.empty()) {
        slot = static_cast<std::uint32_t>(slots_.size());
        slots_.emplace_back();
    } else {
        slot = free_slots_.back();
        free_slots_.pop_back();
    }
    auto wire = std::make_shared<Wire>();
    slots_[slot].connection = std::make_unique<Connection>(
        policy ? *policy : options_.policy, port::Token{slot, slots_[slot].use}, std::move(peer),
        traffic_, now_.steady, wire);
    return std::make_unique<Link>(std::move(wire));
}

bool World::turn() {
    bool has_moved = false;
    for (const Slot& slot : slots_) {
        if (slot.connection) has_moved |= read(*slot.connection);
    }
    has_moved |= ask_broker();
    has_moved |= keep_changes();
    has_moved |= pass_replies();
    for (const Slot& slot : slots_) {
        if (slot.connection) has_moved |= write(*slot.connection);
    }
    close_ended();
    return has_moved;
}

bool World::read(Connection& connection) {
    Wire& wire = *connection.wire;
    connection::MqttServer::Turn turn{now_, requests_, connection.out};
    bool has_moved = false;
    while (!wire.to_server.empty() && connection.server.is_reading()) {
        // As a lane does, which reads no further than into its buffer.
        if (wire.to_server.size() < connection.server.wanted_bytes()) break;
        const std::size_t taken = connection.server.receive(wire.to_server, turn);
        if (taken == 0) break;
        has_moved = true;
        wire.to_server.erase(wire.to_server.begin(),
                             wire.to_server.begin() + static_cast<std::ptrdiff_t>(taken));
    }
    if (wire.is_lost && !connection.has_heard_of_loss) {
        connection.has_heard_of_loss = has_moved = true;
        connection.server.link_lost(ReasonCode::UnspecifiedError, turn);
    }
    if (wire.stop && !connection.server.has_ended()) {
        has_moved = true;
        connection.server.stop(*std::exchange(wire.stop, std::nullopt), turn);
    }
    return has_moved;
}

bool World::ask_broker() {
    std::vector<port::Request> batch = std::move(requests_);
    requests_.clear();
    for (port::Request& request : batch) {
        broker_.handle(kSeat, std::move(request), now_, outbox_);
    }
    const bool had_work = broker_.has_work();
    if (had_work) broker_.work(now_, outbox_);
    return had_work || !batch.empty();
}

bool World::keep_changes() {
    if (!journal_) return false;
    bool has_moved = false;
    if (batch_out_ && batch_due_ <= now_.steady) {
        if (journal_->commit(*batch_out_)) {
            broker_.committed(*batch_out_, now_, outbox_);
            batch_out_.reset();
            has_moved = true;
        } else {
            batch_due_ = now_.steady + kRetry;
        }
    }
    if (!batch_out_) {
        const bool at_once = options_.commit_takes == Duration::zero();
        batch_out_ = broker_.take_changes(now_, at_once, outbox_);
        batch_due_ = now_.steady + options_.commit_takes;
        has_moved |= batch_out_ != nullptr;
    }
    return has_moved;
}

bool World::pass_replies() {
    std::vector<port::Reply> replies = std::move(outbox_.to(kSeat));
    outbox_.to(kSeat).clear();
    for (port::Reply& reply : replies) {
        if (reply.to == kOwnToken) {
            if (auto* report = std::get_if<port::Report>(&reply.body)) report_ = *report->rows;
            if (const auto* done = std::get_if<port::Administered>(&reply.body)) {
                was_administered_ = done->was_found;
            }
            continue;
        }
        if (reply.to.slot >= kServiceSlots) {
            service_replies_[reply.to.slot].push_back(std::move(reply));
            continue;
        }
        Slot& slot = slots_[reply.to.slot];
        if (!slot.connection || slot.use != reply.to.use) continue;  // it has gone meanwhile
        connection::MqttServer::Turn turn{now_, requests_, slot.connection->out};
        slot.connection->server.take(std::move(reply), turn);
    }
    return !replies.empty();
}

bool World::write(Connection& connection) {
    Wire& wire = *connection.wire;
    if (connection.out.empty()) return false;
    if (wire.is_lost) {
        connection.out.release_memory();
        return true;
    }
    bool has_moved = false;
    while (!connection.out.empty() && wire.window_bytes > 0) {
        std::array<connection::Piece, 8> pieces;
        const std::size_t count = connection.out.gather(pieces);
        std::size_t written = 0;
        for (std::size_t index = 0; index < count; ++index) {
            const connection::Piece& piece = pieces[index];
            const std::size_t part = std::min(piece.size, wire.window_bytes);
            wire.to_client.insert(wire.to_client.end(), piece.data, piece.data + part);
            if (wire.window_bytes != Wire::kUnlimited) wire.window_bytes -= part;
            written += part;
            if (part < piece.size) break;
        }
        connection.out.consume(written);
        has_moved = true;
    }
    if (connection.out.empty()) {
        connection.out.release_memory();
        connection::MqttServer::Turn turn{now_, requests_, connection.out};
        connection.server.drained(turn);
    }
    return has_moved;
}

void World::close_ended() {
    for (std::uint32_t number = 0; number < slots_.size(); ++number) {
        Slot& slot = slots_[number];
        if (!slot.connection || !slot.connection->server.has_ended()) continue;
        Wire& wire = *slot.connection->wire;
        if (!slot.connection->out.empty() && !wire.is_lost) continue;
        wire.is_closed = !wire.is_lost;
        wire.end = slot.connection->server.end();
        slot.connection.reset();
        ++slot.use;
        free_slots_.push_back(number);
    }
}

void World::settle() {
    for (int turns = 0; turn() || !requests_.empty(); ++turns) KLEBER_ASSERT(turns < kTurnsMax);
}

std::optional<SteadyTime> World::deadline() const {
    std::optional<SteadyTime> earliest = broker_.deadline();
    if (batch_out_ && (!earliest || batch_due_ < *earliest)) earliest = batch_due_;
    for (const Slot& slot : slots_) {
        if (!slot.connection) continue;
        const std::optional<SteadyTime> due = slot.connection->server.deadline();
        if (due && (!earliest || *due < *earliest)) earliest = due;
    }
    return earliest;
}

void World::advance(Duration duration) {
    settle();
    const SteadyTime end = now_.steady + duration;
    for (int steps = 0;; ++steps) {
        KLEBER_ASSERT(steps < kTurnsMax);
        const std::optional<SteadyTime> due = deadline();
        if (!due || *due > end) break;
        if (*due > now_.steady) {
            now_.wall += *due - now_.steady;
            now_.steady = *due;
        }
        for (const Slot& slot : slots_) {
            if (!slot.connection) continue;
            const std::optional<SteadyTime> own = slot.connection->server.deadline();
            if (!own || *own > now_.steady) continue;
            connection::MqttServer::Turn turn{now_, requests_, slot.connection->out};
            slot.connection->server.on_deadline(turn);
        }
        broker_.on_deadline(now_, outbox_);
        settle();
    }
    now_.wall += end - now_.steady;
    now_.steady = end;
}

void World::ask(std::vector<port::Request> batch) {
    for (port::Request& request : batch) requests_.push_back(std::move(request));
}

std::vector<port::Reply> World::take_replies(std::uint32_t slot) {
    return std::exchange(service_replies_[slot], {});
}

void World::publish(const port::MessageRef& message) {
    requests_.push_back(port::Publish{.client = {}, .id = {}, .message = message});
    settle();
}

bool World::kick(const std::string& client_id) {
    requests_.push_back(
        port::Administer{.token = kOwnToken, .kick = std::make_unique<std::string>(client_id)});
    settle();
    KLEBER_ASSERT(was_administered_.has_value());
    return *std::exchange(was_administered_, std::nullopt);
}

void World::set_wall(WallTime wall, bool is_trusted) {
    now_.wall = wall;
    now_.wall_is_trusted = is_trusted;
}

std::vector<port::ClientRow> World::clients() {
    std::vector<port::ClientRow> rows;
    std::uint32_t cursor = 0;
    do {
        requests_.push_back(port::Inspect{
            .token = kOwnToken, .subject = port::InspectSubject::Clients, .cursor = cursor});
        settle();
        KLEBER_ASSERT(report_.has_value());
        for (port::ClientRow& row : report_->clients) rows.push_back(std::move(row));
        cursor = std::exchange(report_, std::nullopt)->next;
    } while (cursor != 0);
    return rows;
}

std::size_t World::connection_count() const {
    return static_cast<std::size_t>(std::count_if(
        slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.connection != nullptr; }));
}

}  // namespace kleber::support
