#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "gateway/base/time.hpp"
#include "gateway/port/change.hpp"
#include "gateway/port/journal.hpp"
#include "gateway/runtime/wake_up.hpp"

namespace kleber::runtime {

// The journal's thread. Takes one batch of changes at a time and tries until it is safe, however
// long the disk is full, broken or slow; in between it lets the journal tend itself. The broker's
// thread never waits for it, but at the end.
class Keeper {
  public:
    // `taker` is woken when there is something to take.
    Keeper(port::Journal& journal, WakeUp& taker);
    ~Keeper();
    Keeper(const Keeper&) = delete;
    Keeper& operator=(const Keeper&) = delete;

    // -- for the broker's thread

    // The batch before was taken back. The messages in it are only read.
    void submit(std::unique_ptr<port::ChangeBatch> batch);
    // Whether there is something to take. Costs nothing: asked in every turn.
    bool has_answer() const { return has_answer_.load(std::memory_order_acquire); }
    // A batch that is safe now, or none.
    std::unique_ptr<port::ChangeBatch> take_committed();
    // Waits for it, at most so long.
    std::unique_ptr<port::ChangeBatch> wait_for_committed(Duration longest);

    // From any thread: the journal's thread calls it, between commits, until it says true. One at a
    // time, in turn; each call is to be a slice of some milliseconds. Those that are not done at
    // the end are dropped. False, and it is dropped at once, where too many wait.
    using Job = std::function<bool()>;
    static constexpr std::size_t kJobsMax = 16;
    [[nodiscard]] bool ask(Job job);

    // What is wrong with the journal at present: it fails, or has not answered for long. None if
    // all is well.
    std::optional<std::string> trouble(SteadyTime now) const;
    // True once where trouble begins, and once where it ends: not for each new reason.
    bool take_news(SteadyTime now);

  private:
    // Before a batch that failed is tried again.
    static constexpr Duration kRetry{1000};
    // So long the journal may take for one thing.
    static constexpr Duration kAnswerMax{3000};

    void run();
    void work(std::unique_lock<std::mutex>& lock);
    void commit(std::unique_lock<std::mutex>& lock, SteadyTime now);
    void tend(std::unique_lock<std::mutex>& lock, const Now& now);
    void do_job(std::unique_lock<std::mutex>& lock, SteadyTime now);
    // What the journal said of its last commit, or its last tending.
    void note(std::optional<std::string>& trouble, std::optional<std::string> now);
    std::optional<std::string> trouble_now(SteadyTime now) const;
    void answer();

    port::Journal& journal_;
    WakeUp& taker_;
    mutable std::mutex mutex_;
    std::condition_variable for_thread_;
    std::condition_variable for_taker_;
    std::unique_ptr<port::ChangeBatch> submitted_;
    std::unique_ptr<port::ChangeBatch> committed_;
    std::deque<Job> jobs_;
    // One does not undo the other: while folding fails, commits may succeed.
    std::optional<std::string> commit_trouble_;
    std::optional<std::string> tend_trouble_;
    std::optional<SteadyTime> asked_at_;  // while the journal is busy
    bool was_trouble_told_ = false;
    bool has_tended_ = false;  // since the last commit
    bool has_done_job_ = false;
    bool is_stopping_ = false;
    std::atomic<bool> has_answer_{false};
    std::thread thread_;
};

}  // namespace kleber::runtime
