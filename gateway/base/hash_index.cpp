#include "gateway/base/hash_index.hpp"

#include <utility>

#include "gateway/base/assert.hpp"

namespace kleber {

void HashIndex::insert(std::uint32_t hash, std::uint32_t number) {
    if (buckets_.empty()) {
        resize(kSmallest);
    } else if ((size_ + 1) * 4 > buckets_.size() * 3) {
        resize(buckets_.size() * 2);
    }
    place({hash, number});
    ++size_;
}

void HashIndex::erase(std::uint32_t hash, std::uint32_t number) {
    KLEBER_ASSERT(size_ > 0);
    std::size_t hole = hash & mask();
    while (buckets_[hole].number != number) {
        KLEBER_ASSERT(buckets_[hole].number != kNone);
        hole = next(hole);
    }
    // Moves back what was pushed on by the one that goes, so that no tombstones are needed.
    for (std::size_t at = next(hole); buckets_[at].number != kNone; at = next(at)) {
        const std::size_t home = buckets_[at].hash & mask();
        if (((at - home) & mask()) >= ((at - hole) & mask())) {
            buckets_[hole] = buckets_[at];
            hole = at;
        }
    }
    buckets_[hole] = {};
    --size_;
    if (buckets_.size() > kSmallest && size_ * 8 < buckets_.size()) resize(buckets_.size() / 2);
}

void HashIndex::resize(std::size_t bucket_count) {
    std::vector<Bucket> old(bucket_count);
    old.swap(buckets_);
    for (const Bucket& bucket : old) {
        if (bucket.number != kNone) place(bucket);
    }
}

void HashIndex::place(Bucket bucket) {
    std::size_t at = bucket.hash & mask();
    while (buckets_[at].number != kNone) at = next(at);
    buckets_[at] = bucket;
}

}  // namespace kleber
