#include "gateway/broker/ledger.hpp"

#include <algorithm>
#include <utility>

#include "gateway/base/assert.hpp"

namespace kleber::broker {

// -- records

void Ledger::put(Session& session, SteadyTime ends_at, SteadyTime will_due) {
    if (!is_keeping_) return;
    auto record = std::make_unique<port::SessionPut::Record>();
    record->client_id = session.client_id;
    record->user = session.user;
    record->common_name = session.common_name;
    record->is_identified = session.is_identified;
    record->expiry = session.expiry;
    // One that was cut off stays so until it is back, or its will has said so.
    record->is_online = session.is_online || session.is_attaching ||
                        (session.was_cut_off && session.will != nullptr);
    record->ends_at = ends_at;
    if (session.will) record->will = *session.will;
    record->will_due = will_due;
    replace(session.place, port::SessionPut{session.id, std::move(record)});
}

void Ledger::erase(Session& session) {
    if (session.place == kNoPlace) return;
    if (session.is_kept && is_open(session.place)) {
        // Something of its own may be open beside it.
        take_back(session.place);
        session.place = kRestored;
    }
    retract(session.place, port::SessionErased{session.id});
}

void Ledger::put(const Session& session, const port::SubscriptionPut::Record& subscription) {
    if (!is_keeping_) return;
    append(port::SubscriptionPut{session.id,
                                 std::make_unique<port::SubscriptionPut::Record>(subscription)});
}

void Ledger::erase_subscription(const Session& session, std::string_view filter) {
    if (!is_keeping_) return;
    append(port::SubscriptionErased{session.id, std::make_unique<std::string>(filter)});
}

void Ledger::put(const Session& session, Delivery& delivery, std::string_view share) {
    if (!is_keeping_) return;
    const bool is_new = delivery.place == kNoPlace;
    port::DeliveryPut put{.session = session.id,
                          .message = port::MessageNumber{is_new ? refer_to(delivery.message).value
                                                                : delivery.message->kept_number()},
                          .serial = delivery.serial,
                          .subscription_ids = delivery.subscription_ids,
                          .share = share.empty() ? nullptr : std::make_unique<std::string>(share),
                          .id = delivery.id,
                          .qos = delivery.qos,
                          .retain = delivery.retain,
                          .state = delivery.state == DeliveryState::Waiting
                                       ? port::KeptState::Waiting
                                       : port::KeptState::Sent};
    replace(delivery.place, std::move(put));
}

void Ledger::release(const Session& session, Delivery& delivery) {
    if (delivery.place == kNoPlace) return;
    port::DeliveryPut put;
    put.session = session.id;
    put.serial = delivery.serial;
    put.id = delivery.id;
    put.qos = delivery.qos;
    put.state = port::KeptState::Released;
    replace(delivery.place, std::move(put));
    drop_reference(delivery.message);
}

void Ledger::erase(const Session& session, Delivery& delivery) {
    if (delivery.place == kNoPlace) return;
    if (is_out(delivery.place)) {
        // What has arrived while the disk is slow need not be safe any more: nobody waits for it.
        promises_.release(std::exchange(promises_out_[slot_of(delivery.place)], kNoPromise));
    }
    retract(delivery.place, port::DeliveryErased{session.id, delivery.serial});
    drop_reference(delivery.message);
}

void Ledger::hand_over(const Session& session, Delivery& delivery) {
    if (delivery.place == kNoPlace) return;
    if (is_open(delivery.place) && at(delivery.place).promise != kNoPromise) {
        OpenChanges::Entry& entry = at(delivery.place);
        entry.change = std::monostate{};
        if (!entry.is_first) entry.change = port::DeliveryErased{session.id, delivery.serial};
        delivery.place = kNoPlace;
    } else {
        retract(delivery.place, port::DeliveryErased{session.id, delivery.serial});
    }
    drop_reference(delivery.message);
}

void Ledger::abandon(Delivery& delivery) {
    if (delivery.place == kNoPlace) return;
    if (is_open(delivery.place)) take_back(delivery.place);
    delivery.place = kNoPlace;
    drop_reference(delivery.message);
}

void Ledger::put_inbound(const Session& session, port::PacketId id) {
    if (is_keeping_) append(port::InboundPut{session.id, id});
}

void Ledger::erase_inbound(const Session& session, port::PacketId id) {
    if (is_keeping_) append(port::InboundErased{session.id, id});
}

void Ledger::put_retained(Place& place, const port::MessageRef& message) {
    if (is_keeping_) put_by_key(place, port::RetainedPut{message});
}

void Ledger::erase_retained(Place& place, std::string_view topic) {
    if (place == kNoPlace) return;
    erase_by_key(place, port::RetainedErased{std::make_unique<std::string>(topic)});
}

void Ledger::confirm_nothing_retained(std::string_view topic) {
    if (!promising_to_ || !is_keeping_ || barrier() == 0) return;
    append(port::RetainedErased{std::make_unique<std::string>(topic)});
}

void Ledger::put_memory(const Session& session, Place& place, const port::Memory& memory) {
    put_by_key(place, port::MemoryPut{session.id, std::make_unique<port::Memory>(memory)});
}

void Ledger::erase_memory(const Session& session, Place& place, std::string_view key) {
    if (place == kNoPlace) return;
    erase_by_key(place, port::MemoryErased{session.id, std::make_unique<std::string>(key)});
}

void Ledger::confirm_no_memory(const Session& session, std::string_view key) {
    if (!promising_to_ || barrier() == 0) return;
    append(port::MemoryErased{session.id, std::make_unique<std::string>(key)});
}

port::MessageNumber Ledger::refer_to(const port::MessageRef& message) {
    std::uint32_t number = message->kept_number();
    if (number == 0) {
        if (free_numbers_.empty()) {
            number = static_cast<std::uint32_t>(kept_.size());
            kept_.emplace_back();
        } else {
            number = free_numbers_.back();
            free_numbers_.pop_back();
        }
        message->set_kept_number(number);
        // Whoever is promised the delivery is promised the message: they are in one batch, or the
        // message in an earlier one.
        const std::optional<port::ClientRef> promising_to = std::exchange(promising_to_, {});
        kept_[number].place = append(port::MessagePut{port::MessageNumber{number}, message}, true);
        promising_to_ = promising_to;
    }
    ++kept_[number].references;
    return port::MessageNumber{number};
}

void Ledger::drop_reference(const port::MessageRef& message) {
    if (!message || message->kept_number() == 0) return;
    const std::uint32_t number = message->kept_number();
    Kept& kept = kept_[number];
    if (--kept.references > 0) return;
    retract(kept.place, port::MessageErased{port::MessageNumber{number}});
    message->set_kept_number(0);
    free_numbers_.push_back(number);
}

// -- the open batch

PromiseId Ledger::join_promise() {
    if (!promising_to_) return kNoPromise;
    if (promise_ == kNoPromise) promise_ = promises_.make(*promising_to_);
    promises_.hold(promise_);
    return promise_;
}

PromiseId Ledger::end_promise() {
    promising_to_.reset();
    const PromiseId promise = std::exchange(promise_, kNoPromise);
    promises_.release(promise);
    return promise;
}

Place Ledger::append(port::Change change, bool is_first) {
    ++recorded_count_;
    const OpenChanges::Slot slot = open_.append(std::move(change), is_first, now_);
    KLEBER_ASSERT(slot >> kPlaceSlotBits == 0);
    if (promising_to_) open_.promise(slot, join_promise(), now_);
    return make_place(open_batch_, slot);
}

void Ledger::replace(Place& place, port::Change change) {
    if (!is_open(place)) {
        place = append(std::move(change), place == kNoPlace);
        return;
    }
    ++recorded_count_;
    OpenChanges::Entry& entry = at(place);
    if (entry.promise != kNoPromise && promising_to_) {
        // Both are promised. The first promise stays where it is, and comes true with this batch.
        const bool is_first = entry.is_first;
        entry.change = std::monostate{};
        place = append(std::move(change), is_first);
        return;
    }
    entry.change = std::move(change);
    if (promising_to_) open_.promise(slot_of(place), join_promise(), now_);
}

void Ledger::put_by_key(Place& place, port::Change change) {
    if (place == kNoPlace) {
        // An erasure of the key may be under way: then this is not the first of it.
        place = append(std::move(change), barrier() == 0);
    } else {
        replace(place, std::move(change));
    }
}

void Ledger::erase_by_key(Place& place, port::Change erasure) {
    if (is_open(place) && at(place).is_first) {
        take_back(place);
    } else {
        replace(place, std::move(erasure));
    }
    place = kNoPlace;
}

void Ledger::retract(Place& place, port::Change erasure) {
    if (!is_open(place)) {
        append(std::move(erasure));
    } else if (at(place).is_first) {
        take_back(place);
    } else {
        at(place).change = std::move(erasure);
    }
    place = kNoPlace;
}

void Ledger::take_back(Place place) {
    const PromiseId promise = at(place).promise;
    open_.remove(slot_of(place));
    promises_.release(promise);
}

// -- batches

std::uint64_t Ledger::barrier() const {
    if (!open_.empty()) return open_batch_;
    return is_out_ ? open_batch_ - 1 : 0;
}

std::uint64_t Ledger::barrier(Place place) const {
    if (place == kNoPlace) return 0;
    if (is_open(place)) return open_batch_;
    return is_out(place) ? open_batch_ - 1 : 0;
}

void Ledger::expect_commit(const Now& now) {
    if (!expected_since_) expected_since_ = now.steady;
}

std::optional<SteadyTime> Ledger::deadline() const {
    if (is_out_ || (open_.empty() && !expected_since_)) return std::nullopt;
    if (open_.size() >= kFull) return now_;
    SteadyTime due = port::kNever;
    if (!open_.empty()) due = open_.first().at + kLazyLinger;
    if (open_.has_promised()) due = std::min(due, open_.first_promised().at + kLinger);
    if (expected_since_) due = std::min(due, *expected_since_ + kLinger);
    return due;
}

std::unique_ptr<port::ChangeBatch> Ledger::take(const Now& now, bool everything) {
    const std::optional<SteadyTime> due = deadline();
    if (!due || (!everything && *due > now.steady)) return nullptr;
    auto batch = std::make_unique<port::ChangeBatch>();
    batch->number = open_batch_++;
    batch->now = now;
    batch->changes.reserve(open_.size());
    promises_out_.assign(open_.slot_count(), kNoPromise);
    open_.for_each([&](OpenChanges::Slot slot, OpenChanges::Entry& entry) {
        if (!std::holds_alternative<std::monostate>(entry.change)) {
            batch->changes.push_back(std::move(entry.change));
        }
        promises_out_[slot] = entry.promise;
    });
    open_.clear();
    expected_since_.reset();
    is_out_ = true;
    if (!batch->changes.empty()) return batch;
    committed(*batch);  // it has become empty: there is nothing to make safe
    return nullptr;
}

void Ledger::committed(const port::ChangeBatch& batch) {
    KLEBER_ASSERT(is_out_ && batch.number + 1 == open_batch_);
    is_out_ = false;
    committed_batch_ = batch.number;
    for (const PromiseId promise : promises_out_) promises_.release(promise);
    promises_out_.clear();
}

// -- restoring

void Ledger::restore_message(port::MessageNumber number, const port::MessageRef& message) {
    if (kept_.size() <= number.value) {
        kept_.resize(number.value + 1);
        restored_messages_.resize(kept_.size());
    }
    kept_[number.value] = {0, kRestored};
    message->set_kept_number(number.value);
    restored_messages_[number.value] = message;
}

port::MessageRef Ledger::restored_message(port::MessageNumber number) const {
    return number.value < restored_messages_.size() ? restored_messages_[number.value]
                                                    : port::MessageRef{};
}

void Ledger::restored(Delivery& delivery) {
    delivery.place = kRestored;
    if (delivery.message) ++kept_[delivery.message->kept_number()].references;
}

void Ledger::finish_restore() {
    for (std::uint32_t number = 1; number < kept_.size(); ++number) {
        if (kept_[number].references > 0) continue;
        if (kept_[number].place != kNoPlace) {
            retract(kept_[number].place, port::MessageErased{port::MessageNumber{number}});
        }
        free_numbers_.push_back(number);
    }
    restored_messages_ = {};
}

}  // namespace kleber::broker
