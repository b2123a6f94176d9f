#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/time.hpp"
#include "gateway/broker/delivery.hpp"
#include "gateway/broker/open_changes.hpp"
#include "gateway/broker/place.hpp"
#include "gateway/broker/promises.hpp"
#include "gateway/broker/session.hpp"
#include "gateway/port/change.hpp"

namespace kleber::broker {

// Writes down what must survive, as it changes. Changes gather in the open batch, where a later one
// takes the place of an earlier one with the same key, and a record that is erased before it was
// ever handed on leaves nothing: so what arrives at once is never written. One batch is out at a
// time.
//
// While nothing is kept (durability "memory") every call does nothing.
class Ledger {
  public:
    // Of all records that were read back at start: of a batch before the first.
    static constexpr Place kRestored = make_place(1, 0);

    // From now on: before anything is handled.
    void keep() { is_keeping_ = true; }
    bool is_keeping() const { return is_keeping_; }

    // -- records. A promise that is under way (see promise()) waits for what is put and erased.

    void put(Session& session, SteadyTime ends_at, SteadyTime will_due);
    // With all that is its own, but for its deliveries' messages (see abandon()).
    void erase(Session& session);
    void put(const Session& session, const port::SubscriptionPut::Record& subscription);
    void erase_subscription(const Session& session, std::string_view filter);
    // Of a session that is kept, QoS 1 or 2; `share` as in port::DeliveryPut.
    void put(const Session& session, Delivery& delivery, std::string_view share);
    // It is Released now; its message is about to go.
    void release(const Session& session, Delivery& delivery);
    void erase(const Session& session, Delivery& delivery);
    // The same, where the message goes to somebody else in this turn: whoever was promised this
    // delivery waits for that one.
    void hand_over(const Session& session, Delivery& delivery);
    // As erase(), where the whole session is about to be erased.
    void abandon(Delivery& delivery);
    void put_inbound(const Session& session, port::PacketId id);
    void erase_inbound(const Session& session, port::PacketId id);
    // `place` belongs to the topic as long as it is retained.
    void put_retained(Place& place, const port::MessageRef& message);
    void erase_retained(Place& place, std::string_view topic);
    // There is nothing to erase; but an erasure before may not be safe, and is promised now.
    void confirm_nothing_retained(std::string_view topic);
    // Of a session that is kept; `place` belongs to the key as long as something is remembered.
    void put_memory(const Session& session, Place& place, const port::Memory& memory);
    void erase_memory(const Session& session, Place& place, std::string_view key);
    // As confirm_nothing_retained().
    void confirm_no_memory(const Session& session, std::string_view key);

    // -- promises

    // What is recorded until end_promise() is promised to this client.
    void begin_promise(port::ClientRef client) { promising_to_ = client; }
    // The promise, or none if nothing was recorded: then all is safe as it is.
    PromiseId end_promise();
    Promises& promises() { return promises_; }

    // The batch to wait for until all that was recorded so far is safe; 0 if it is.
    std::uint64_t barrier() const;
    // The same for one record.
    std::uint64_t barrier(Place place) const;
    // Somebody waits for the open batch to be committed.
    void expect_commit(const Now& now);

    // Counts all that was ever recorded.
    std::uint64_t recorded_count() const { return recorded_count_; }

    // -- batches

    // When take() would give something.
    std::optional<SteadyTime> deadline() const;
    // The open batch, if it is due, or with `everything` if there is anything; else none.
    std::unique_ptr<port::ChangeBatch> take(const Now& now, bool everything);
    // The batch that is out is safe.
    void committed(const port::ChangeBatch& batch);
    std::uint64_t committed_batch() const { return committed_batch_; }

    // The instant of what is recorded next.
    void set_now(SteadyTime now) { now_ = now; }

    // -- what was read back at start, see Broker::restore()

    void restore_message(port::MessageNumber number, const port::MessageRef& message);
    // Empty if it was not there.
    port::MessageRef restored_message(port::MessageNumber number) const;
    void restored(Delivery& delivery);
    // Erases the messages that nothing refers to.
    void finish_restore();

  private:
    // How long what is promised waits for company, and what is promised to nobody.
    static constexpr Duration kLinger{3};
    static constexpr Duration kLazyLinger{5000};
    // So many are enough company.
    static constexpr std::uint32_t kFull = 16'384;

    // A message that deliveries refer to.
    struct Kept {
        std::uint32_t references = 0;
        Place place = kNoPlace;
    };

    bool is_open(Place place) const { return batch_of(place) == open_batch_; }
    bool is_out(Place place) const { return is_out_ && batch_of(place) + 1 == open_batch_; }
    OpenChanges::Entry& at(Place place) { return open_.at(slot_of(place)); }
    PromiseId join_promise();
    Place append(port::Change change, bool is_first = false);
    // In place of the record's last change, if that is still open.
    void replace(Place& place, port::Change change);
    // Of a record whose place is forgotten once it is erased, so that the same key may come again.
    void put_by_key(Place& place, port::Change change);
    void erase_by_key(Place& place, port::Change erasure);
    // The record is gone; `erasure` says so where somebody may have heard of it.
    void retract(Place& place, port::Change erasure);
    void take_back(Place place);
    port::MessageNumber refer_to(const port::MessageRef& message);
    void drop_reference(const port::MessageRef& message);

    bool is_keeping_ = false;
    SteadyTime now_{};
    Promises promises_;
    std::optional<port::ClientRef> promising_to_;
    PromiseId promise_ = kNoPromise;

    std::uint64_t recorded_count_ = 0;
    OpenChanges open_;
    std::uint64_t open_batch_ = batch_of(kRestored) + 1;
    std::optional<SteadyTime> expected_since_;  // somebody waits for the open batch as a whole

    bool is_out_ = false;                  // the batch before the open one
    std::vector<PromiseId> promises_out_;  // by slot
    std::uint64_t committed_batch_ = 0;

    std::vector<Kept> kept_{1};  // by message number; the first stands for none
    std::vector<std::uint32_t> free_numbers_;
    std::vector<port::MessageRef> restored_messages_;
};

}  // namespace kleber::broker
