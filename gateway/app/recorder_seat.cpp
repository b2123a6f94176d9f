#include "gateway/app/recorder_seat.hpp"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/app/control_place.hpp"
#include "gateway/recorder/number_in.hpp"
#include "gateway/runtime/clock.hpp"

namespace kleber::app {
namespace {

using namespace std::chrono_literals;

constexpr const char* kClientId = "$recorder";
// What has come waits so long, or until it is so much, before it is written.
constexpr Duration kFlush = 60s;
constexpr std::size_t kBatchBytesMax = 64 << 10;
// What is too old goes, even if nothing comes.
constexpr Duration kLookAround = 1h;
constexpr Duration kComeBack = 10s;
// Batches and questions that may wait for the disk.
constexpr std::size_t kWaitingMax = 64;
constexpr std::uint32_t kCreditBytes = 1 << 20;

recorder::Wanted wanted_of(const config::Config& config) {
    return {.history = config.history.topics,
            .recording = config.recording.topics,
            .recording_keep = config.recording.keep,
            .recording_bytes = config.recording.size_bytes};
}

// All filters, each once.
std::vector<std::string> filters_of(const recorder::Wanted& wanted) {
    std::vector<std::string> filters = wanted.history;
    filters.insert(filters.end(), wanted.recording.begin(), wanted.recording.end());
    std::sort(filters.begin(), filters.end());
    filters.erase(std::unique(filters.begin(), filters.end()), filters.end());
    return filters;
}

void tell(runtime::Lane& lane, const std::string& line) {
    lane.log().write(LogLevel::Warning, lane.now(), line);
}

}  // namespace

// The client. Its session begins anew where other topics are wanted.
class RecorderSeat::Ear : public runtime::Participant {
  public:
    Ear(RecorderSeat& seat, port::Token token) : seat_(seat), lane_(seat.lane()), token_(token) {}

    void listen_to(std::vector<std::string> filters) {
        filters_ = std::move(filters);
        if (is_attaching_) return;
        detach();
        attach();
    }
    void leave() {
        detach();
        lane_.remove(token_);
    }
    // The next writing comes then, unless one comes before.
    void flush_by(SteadyTime time) {
        if (flush_at_ && *flush_at_ <= time) return;
        flush_at_ = time;
        set_deadline();
    }
    void flushed() { flush_at_.reset(); }

    void on_reply(port::Reply&& reply) override {
        if (const auto* delivery = std::get_if<port::Deliver>(&reply.body)) {
            heard_bytes_ += delivery->message->weight_bytes();
            seat_.hear(*delivery);
            give_credit();
        } else if (const auto* attached = std::get_if<port::Attached>(&reply.body)) {
            client_ = attached->client;
            is_attaching_ = false;
            subscribe();
        } else if (std::holds_alternative<port::Close>(reply.body)) {
            // Kicked, or there are too many sessions.
            client_ = {};
            is_attaching_ = false;
            come_back_at_ = lane_.now().steady + kComeBack;
            set_deadline();
        }
    }
    void on_deadline() override {
        const SteadyTime now = lane_.now().steady;
        if (come_back_at_ && *come_back_at_ <= now) {
            attach();
        }
        if (flush_at_ && *flush_at_ <= now) seat_.flush();
        set_deadline();
    }
    void on_stop() override {
        seat_.ear_ = nullptr;
        seat_.hand_over();
        leave();
    }

  private:
    void attach() {
        come_back_at_.reset();
        is_attaching_ = true;
        auto details = std::make_unique<port::Attach::Details>();
        details->client_id = kClientId;
        details->credit = {.slots = 0, .bytes = kCreditBytes};
        details->protocol = "inside";
        lane_.requests().push_back(port::Attach{token_, std::move(details)});
    }
    void detach() {
        if (client_ == port::ClientRef{}) return;
        lane_.requests().push_back(port::Detach{.client = client_});
        client_ = {};
        heard_bytes_ = 0;
    }
    void subscribe() {
        auto details = std::make_unique<port::Subscribe::Details>();
        for (const std::string& filter : filters_) {
            // What is retained was said some other time.
            details->filters.push_back(
                {.filter = filter,
                 .options = {.retain_as_published = true,
                             .retain_handling = port::RetainHandling::DoNotSend}});
        }
        lane_.requests().push_back(port::Subscribe{client_, {}, std::move(details)});
    }
    // In large portions: not a request a message.
    void give_credit() {
        if (heard_bytes_ < kCreditBytes / 4) return;
        lane_.requests().push_back(port::Credit{client_, {.slots = 0, .bytes = heard_bytes_}});
        heard_bytes_ = 0;
    }
    void set_deadline() {
        std::optional<SteadyTime> next = flush_at_;
        if (come_back_at_ && (!next || *come_back_at_ < *next)) next = come_back_at_;
        lane_.set_deadline(token_, next);
    }

    RecorderSeat& seat_;
    runtime::Lane& lane_;
    const port::Token token_;
    std::vector<std::string> filters_;
    port::ClientRef client_;
    bool is_attaching_ = false;
    std::uint32_t heard_bytes_ = 0;
    std::optional<SteadyTime> flush_at_;
    std::optional<SteadyTime> come_back_at_;
};

RecorderSeat::~RecorderSeat() {
    worker_.reset();
    if (recorder_) recorder_->flush(runtime::read_clock());
}

void RecorderSeat::apply(const config::Config& config) {
    recorder::Wanted wanted = wanted_of(config);
    if (wanted == wanted_ || (!wanted.is_anything() && !recorder_)) return;
    if (!recorder_) {
        const std::string& state = config.gateway.state;
        if (const auto error = make_state_folder(state)) tell(lane(), *error);
        recorder_ = std::make_unique<recorder::Recorder>(state + "/recorder.db", wanted);
        worker_ = std::make_unique<runtime::Worker>(kWaitingMax);
    } else {
        hand_over();
        is_wanted_passed_on_ = false;
    }
    const bool has_other_topics = filters_of(wanted) != filters_of(wanted_);
    wanted_ = std::move(wanted);
    pass_on_wanted();
    if (!wanted_.is_anything()) {
        // What there is stays in the file, for whoever asks.
        if (ear_) std::exchange(ear_, nullptr)->leave();
        return flush();
    }
    if (!ear_) {
        const port::Token token = lane().next_token();
        auto ear = std::make_unique<Ear>(*this, token);
        ear_ = ear.get();
        lane().add(std::move(ear));
    }
    if (has_other_topics) ear_->listen_to(filters_of(wanted_));
    // Opens the file, and tells at once what is wrong with it.
    flush();
}

// Where too much waits for the disk, with the next writing.
void RecorderSeat::pass_on_wanted() {
    if (is_wanted_passed_on_) return;
    is_wanted_passed_on_ =
        worker_->give([this, wanted = wanted_] { recorder_->set_wanted(wanted); });
}

bool RecorderSeat::ask(std::function<void(recorder::Recorder&)> question) {
    if (!recorder_) return false;
    hand_over();
    return worker_->give([this, question = std::move(question)] { question(*recorder_); });
}

void RecorderSeat::hear(const port::Deliver& delivery) {
    const port::Message& message = *delivery.message;
    Bytes payload = message.payload();
    // Where nothing is recorded, what is too long for a number need not be carried over.
    if (wanted_.recording.empty()) {
        payload = payload.first(std::min(payload.size(), recorder::kNumberBytesMax + 1));
    }
    const SteadyTime now = lane().now().steady;
    batch_.add({now, message.topic(), payload, message.qos(), delivery.retain});
    if (batch_.size_bytes() >= kBatchBytesMax) hand_over();
    if (ear_) ear_->flush_by(now + kFlush);
}

void RecorderSeat::hand_over() {
    if (batch_.is_empty()) return;
    const std::uint64_t count = batch_.message_count();
    auto batch = std::make_shared<recorder::Batch>(std::move(batch_));
    batch_.clear();
    const bool is_given = worker_->give([this, batch] {
        recorder_->take(*batch);
        if (recorder_->is_full()) recorder_->flush(runtime::read_clock());
    });
    if (!is_given) dropped_count_ += count;
}

void RecorderSeat::flush() {
    hand_over();
    pass_on_wanted();
    worker_->give([this, &lane = lane()] {
        recorder_->flush(runtime::read_clock());
        for (std::string& line : recorder_->take_news()) {
            lane.post([&lane, line = std::move(line)] { tell(lane, line); });
        }
    });
    if (dropped_count_ > 0) {
        tell(lane(), "the recorder is slower than what it is to record: " +
                         std::to_string(std::exchange(dropped_count_, 0)) +
                         " messages were not recorded");
    }
    if (!ear_) return;
    ear_->flushed();
    ear_->flush_by(lane().now().steady + kLookAround);
}

}  // namespace kleber::app
