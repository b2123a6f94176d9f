#include "tests/unit/broker/kept_stage.hpp"

#include <algorithm>
#include <utility>

namespace kleber::broker {

void KeptStage::start() {
    if (stage_) now_ = stage_->now;
    stage_ = std::make_unique<Stage>(limits_);
    stage_->now = now_;
    stage_->broker.keep();
    journal.restore(stage_->broker);
    stage_->broker.finish_restore(now_);
}

void KeptStage::crash() {
    out_.reset();
    start();
}

Stage::Client KeptStage::attach(Stage::Options options) {
    commit();
    Stage::Client client = stage_->attach(std::move(options));
    const auto find_ref = [&] {
        for (const port::Reply& reply : stage_->outbox.to(port::SeatId{0})) {
            const auto* attached = std::get_if<port::Attached>(&reply.body);
            if (attached && reply.to.slot == client.token) client.ref = attached->client;
        }
    };
    find_ref();
    while (auto batch = stage_->broker.take_changes(stage_->now, true, stage_->outbox)) {
        journal.apply(*batch);
        stage_->broker.committed(*batch, stage_->now, stage_->outbox);
        find_ref();
    }
    stage_->lines();
    return client;
}

void KeptStage::begin_commit() {
    out_ = stage_->broker.take_changes(stage_->now, true, stage_->outbox);
}

Lines KeptStage::finish_commit() {
    if (out_) {
        journal.apply(*out_);
        stage_->broker.committed(*out_, stage_->now, stage_->outbox);
        out_.reset();
    }
    return stage_->lines();
}

Lines KeptStage::commit() {
    Lines all = finish_commit();
    for (begin_commit(); out_; begin_commit()) {
        const Lines more = finish_commit();
        all.insert(all.end(), more.begin(), more.end());
    }
    const Lines more = stage_->lines();
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

Lines KeptStage::pass(Duration duration) {
    Broker& broker = stage_->broker;
    Now& now = stage_->now;
    const SteadyTime until = now.steady + duration;
    for (auto next = broker.deadline(); next && *next <= until; next = broker.deadline()) {
        now.steady = std::max(now.steady, *next);
        broker.on_deadline(now, stage_->outbox);
        if (auto batch = broker.take_changes(now, false, stage_->outbox)) {
            journal.apply(*batch);
            broker.committed(*batch, now, stage_->outbox);
        }
    }
    now.steady = until;
    return stage_->lines();
}

}  // namespace kleber::broker
