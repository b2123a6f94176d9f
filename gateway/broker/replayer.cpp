#include "gateway/broker/replayer.hpp"

#include <algorithm>
#include <utility>

namespace kleber::broker {

void Replayer::start(Session& session, std::string_view filter,
                     const port::SubscriptionOptions& options, std::uint32_t subscription_id) {
    if (!session.replays) session.replays = std::make_unique<Replays>();
    Replay replay;
    replay.cursor = retained_.begin(filter);
    replay.options = options;
    replay.subscription_id = subscription_id;
    replay.serial_at_start = retained_.last_serial();
    session.replays->push_back(std::move(replay));
    if (session.replays->size() == 1) active_.push_back(session.id);
}

void Replayer::cancel(Session& session, std::string_view filter) {
    if (!session.replays) return;
    Replays& replays = *session.replays;
    for (std::uint32_t index = 0; index < replays.size(); ++index) {
        if (replays[index].cursor.filter() != filter) continue;
        retained_.close(replays[index].cursor);
        replays.erase(index);
        break;
    }
    if (replays.empty()) {
        session.replays.reset();
    } else {
        wake(session);  // the next one may need less credit
    }
}

void Replayer::wake(Session& session) {
    if (!session.replays) return;
    for (std::uint32_t index = 0; index < active_.size(); ++index) {
        if (active_[index] == session.id) return;
    }
    active_.push_back(session.id);
}

void Replayer::forget(Session& session) {
    if (!session.replays) return;
    for (std::uint32_t index = 0; index < session.replays->size(); ++index) {
        retained_.close((*session.replays)[index].cursor);
    }
    session.replays.reset();
}

void Replayer::work(Turn& turn) {
    std::size_t steps_left = kStepsPerSlice;
    while (!active_.empty() && steps_left > 0) {
        const port::SessionId id = active_.take_front();
        Session* session = sessions_.at_slot(port::slot_of(id));
        if (!session || session->id != id || !session->replays) continue;
        const Progress progress = advance(*session, session->replays->front(), steps_left, turn);
        if (progress == Progress::Paused) continue;  // until wake()
        if (progress == Progress::Done) {
            retained_.close(session->replays->front().cursor);
            session->replays->pop_front();
        }
        if (session->replays->empty()) {
            session->replays.reset();
        } else {
            active_.push_back(id);
        }
    }
}

Replayer::Progress Replayer::advance(Session& session, Replay& replay, std::size_t& steps_left,
                                     Turn& turn) {
    // A client should hear that it has subscribed before it hears what is retained.
    if (session.held_subacks > 0) return Progress::Paused;
    while (!replay.is_past_messages) {
        if (!Outbound::can_send(session, replay.options.qos)) return Progress::Paused;
        const Retained::Step step = retained_.next(replay.cursor, steps_left);
        if (step.state == topic::Cursor::State::Unfinished) return Progress::Unfinished;
        if (step.state == topic::Cursor::State::Done) {
            replay.is_past_messages = true;
            break;
        }
        if (step.serial > replay.serial_at_start) continue;  // it came as it was published
        send(session, replay, step.message, steps_left, turn);
    }
    return advance_states(session, replay, steps_left, turn);
}

Replayer::Progress Replayer::advance_states(Session& session, Replay& replay,
                                            std::size_t& steps_left, Turn& turn) {
    if (!ClientStates::may_match(replay.cursor.filter())) return Progress::Done;
    while (replay.next_client_slot < sessions_.slot_count()) {
        if (steps_left == 0) return Progress::Unfinished;
        if (!Outbound::can_send(session, replay.options.qos)) return Progress::Paused;
        --steps_left;
        const Session* client = sessions_.at_slot(replay.next_client_slot++);
        if (!client) continue;
        const port::MessageRef message = states_.state_matching(*client, replay.cursor.filter());
        if (message) send(session, replay, message, steps_left, turn);
    }
    return Progress::Done;
}

void Replayer::send(Session& session, const Replay& replay, const port::MessageRef& message,
                    std::size_t& steps_left, Turn& turn) {
    // [MQTT-3.8.3-3] of 5.0 A client that wants none of its own does not get them from here either.
    if (replay.options.no_local && message->publisher() == session.id) return;
    if (message->is_expired(turn.now.steady)) return;
    if (!may_read(authorizer_, session, message->topic())) {
        steps_left -= std::min(steps_left, kStepsPerDenial);
        return;
    }
    const std::uint32_t* id = &replay.subscription_id;
    // [MQTT-3.3.1-8] Retained before the subscription was made: the flag is set.
    outbound_.deliver(session, message,
                      {.qos = std::min(message->qos(), replay.options.qos), .retain = true},
                      {id, *id == 0 ? 0U : 1U}, turn);
}

}  // namespace kleber::broker
