#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "tests/support/tally.hpp"

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

using Coverage = support::Tally<Seen>;

inline constexpr std::array<std::string_view, static_cast<std::size_t>(Seen::Count)> kSights{
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

}  // namespace kleber::sim_store
