#include "gateway/runtime/keeper.hpp"

#include <algorithm>
#include <utility>

#include "gateway/runtime/clock.hpp"

namespace kleber::runtime {

Keeper::Keeper(port::Journal& journal, WakeUp& taker)
    : journal_(journal), taker_(taker), thread_([this] { run(); }) {}

Keeper::~Keeper() {
    {
        const std::lock_guard lock{mutex_};
        is_stopping_ = true;
    }
    for_thread_.notify_one();
    thread_.join();
}

void Keeper::submit(std::unique_ptr<port::ChangeBatch> batch) {
    {
        const std::lock_guard lock{mutex_};
        submitted_ = std::move(batch);
    }
    for_thread_.notify_one();
}

bool Keeper::ask(Job job) {
    {
        const std::lock_guard lock{mutex_};
        if (jobs_.size() >= kJobsMax) return false;
        jobs_.push_back(std::move(job));
    }
    for_thread_.notify_one();
    return true;
}

std::unique_ptr<port::ChangeBatch> Keeper::take_committed() {
    const std::lock_guard lock{mutex_};
    has_answer_.store(false, std::memory_order_relaxed);
    return std::move(committed_);
}

std::unique_ptr<port::ChangeBatch> Keeper::wait_for_committed(Duration longest) {
    std::unique_lock lock{mutex_};
    for_taker_.wait_for(lock, longest, [&] { return committed_ != nullptr; });
    return std::move(committed_);
}

std::optional<std::string> Keeper::trouble(SteadyTime now) const {
    const std::lock_guard lock{mutex_};
    return trouble_now(now);
}

bool Keeper::take_news(SteadyTime now) {
    const std::lock_guard lock{mutex_};
    const bool is_trouble = trouble_now(now).has_value();
    return std::exchange(was_trouble_told_, is_trouble) != is_trouble;
}

std::optional<std::string> Keeper::trouble_now(SteadyTime now) const {
    if (commit_trouble_) return commit_trouble_;
    if (tend_trouble_) return tend_trouble_;
    if (!asked_at_ || now < *asked_at_ + kAnswerMax) return std::nullopt;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - *asked_at_);
    return "the disk has not answered for " + std::to_string(seconds.count()) + " s";
}

void Keeper::run() {
    std::unique_lock lock{mutex_};
    while (!is_stopping_) work(lock);
}

// One commit, or one slice of what can wait, or a while of waiting. In turn: there may be something
// to commit, or to tend, at all times.
void Keeper::work(std::unique_lock<std::mutex>& lock) {
    const Now now = read_clock();
    const std::optional<SteadyTime> tend_at = journal_.tend_at();
    const bool must_tend = tend_at && *tend_at <= now.steady;
    if (submitted_ && !(must_tend && !has_tended_) && !(!jobs_.empty() && !has_done_job_)) {
        has_tended_ = false;
        has_done_job_ = false;
        commit(lock, now.steady);
    } else if (must_tend && (jobs_.empty() || !has_tended_)) {
        has_tended_ = true;
        tend(lock, now);
    } else if (!jobs_.empty()) {
        has_done_job_ = true;
        has_tended_ = false;
        do_job(lock, now.steady);
    } else {
        const auto has_work = [&] { return is_stopping_ || submitted_ || !jobs_.empty(); };
        if (tend_at) {
            for_thread_.wait_for(lock, *tend_at - now.steady, has_work);
        } else {
            for_thread_.wait(lock, has_work);
        }
    }
}

void Keeper::commit(std::unique_lock<std::mutex>& lock, SteadyTime now) {
    asked_at_ = now;
    lock.unlock();
    const auto result = journal_.commit(*submitted_);
    lock.lock();
    asked_at_.reset();
    if (!result) {
        note(commit_trouble_, result.error().reason);
        for_thread_.wait_for(lock, kRetry, [&] { return is_stopping_ || !jobs_.empty(); });
        return;
    }
    note(commit_trouble_, std::nullopt);
    // What failed may have gone well in passing, and not be owed any more.
    const auto next = journal_.tend_at();
    if (!next || *next > now + kRetry) note(tend_trouble_, std::nullopt);
    committed_ = std::move(submitted_);
    for_taker_.notify_one();
    has_answer_.store(true, std::memory_order_release);
    // Whoever is woken wants the lock at once.
    lock.unlock();
    taker_.wake();
    lock.lock();
}

void Keeper::tend(std::unique_lock<std::mutex>& lock, const Now& now) {
    asked_at_ = now.steady;
    lock.unlock();
    const auto result = journal_.tend(now);
    lock.lock();
    asked_at_.reset();
    if (result) {
        note(tend_trouble_, std::nullopt);
        return;
    }
    note(tend_trouble_, result.error().reason);
    for_thread_.wait_for(lock, kRetry,
                         [&] { return is_stopping_ || submitted_ || !jobs_.empty(); });
}

void Keeper::do_job(std::unique_lock<std::mutex>& lock, SteadyTime now) {
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    asked_at_ = now;
    lock.unlock();
    const bool is_done = job();
    if (is_done) job = nullptr;
    lock.lock();
    asked_at_.reset();
    if (!is_done) jobs_.push_front(std::move(job));
}

void Keeper::note(std::optional<std::string>& trouble, std::optional<std::string> now) {
    const bool is_news = trouble.has_value() != now.has_value();
    trouble = std::move(now);
    if (is_news) answer();
}

// After what is to be taken is there.
void Keeper::answer() {
    has_answer_.store(true, std::memory_order_release);
    taker_.wake();
}

}  // namespace kleber::runtime
