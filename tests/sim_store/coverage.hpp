#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace kleber::sim_store {

// What a run has seen. One that never saw something has not tested it.
enum class Seen : std::uint8_t {
    Kills,
    PowerCuts,
    StopsInCommit,
    StopsInTend,
    StopsInOpening,
    FailedCommits,
    FailedTends,
    FailedOpenings,
    FullDisks,
    StalledCommits,
    Tends,
    Acknowledgements,
    Resumes,
    ResumesAfterCrash,
    ExpiredSessions,
    EndedSessions,
    LostEnds,
    ChangesInDoubt,
    PublishesRepeated,
    ReleasesRepeated,
    DeliveriesRepeated,
    ExactlyOnceRecognised,
    SharedDeliveries,
    Wills,
    WillsOwed,
    RetainedChecked,
    RetainedInDoubt,
    OwedAfterCrash,
    DropsQueueFull,
    MemoriesSettled,
    MemoriesResumed,
    MemoriesAfterCrash,
    MemoriesInDoubt,
    MemoriesUndone,
    MemoriesEnded,
    EffectsChecked,
    Count,
};

class Coverage {
  public:
    static constexpr std::array<std::string_view, static_cast<std::size_t>(Seen::Count)> kNames{
        "kills",
        "power cuts",
        "ends in a commit",
        "ends in tending",
        "ends in opening",
        "commits that failed",
        "tendings that failed",
        "openings that failed",
        "full disks",
        "commits that took long",
        "slices of tending",
        "acknowledgements",
        "sessions resumed",
        "sessions resumed after a crash",
        "sessions expired",
        "sessions ended",
        "ends of sessions that a crash undid",
        "subscription changes in doubt",
        "publishes repeated by clients",
        "releases repeated by clients",
        "deliveries repeated",
        "QoS 2 repeats that receivers recognised",
        "shared deliveries",
        "wills",
        "wills owed",
        "retained messages checked",
        "retained messages in doubt",
        "messages owed across a crash that came",
        "drops: queue full",
        "steps of rules that were said to be safe",
        "memories handed back",
        "memories handed back after a crash",
        "memories in doubt after a crash",
        "steps of rules that a crash undid",
        "memories that ended with their session",
        "effects checked against memories",
    };

    void add(Seen what, std::uint64_t count = 1) {
        counts_[static_cast<std::size_t>(what)] += count;
    }
    std::uint64_t operator[](std::size_t what) const { return counts_[what]; }
    bool operator==(const Coverage&) const = default;

  private:
    std::array<std::uint64_t, kNames.size()> counts_{};
};

}  // namespace kleber::sim_store
