#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kleber {

// Finds small numbers (slots of a table) by the hash of what is in the slot. The owner computes the
// hashes and tells equals apart; the index holds eight bytes a bucket and nothing else.
class HashIndex {
  public:
    static constexpr std::uint32_t kNone = ~std::uint32_t{0};

    // The number inserted with this hash for which is_equal(number), or kNone.
    template <typename IsEqual>
    std::uint32_t find(std::uint32_t hash, IsEqual&& is_equal) const {
        if (size_ == 0) return kNone;
        for (std::size_t at = hash & mask(); buckets_[at].number != kNone; at = next(at)) {
            if (buckets_[at].hash == hash && is_equal(buckets_[at].number)) {
                return buckets_[at].number;
            }
        }
        return kNone;
    }
    // `number` is not in the index.
    void insert(std::uint32_t hash, std::uint32_t number);
    // `number` was inserted with this hash.
    void erase(std::uint32_t hash, std::uint32_t number);

    std::size_t size() const { return size_; }
    std::size_t bytes() const { return buckets_.capacity() * sizeof(Bucket); }

  private:
    struct Bucket {
        std::uint32_t hash = 0;
        std::uint32_t number = kNone;
    };
    static constexpr std::size_t kSmallest = 16;

    std::size_t mask() const { return buckets_.size() - 1; }
    std::size_t next(std::size_t at) const { return (at + 1) & mask(); }
    void resize(std::size_t bucket_count);
    void place(Bucket bucket);

    std::vector<Bucket> buckets_;  // none, or a power of two
    std::size_t size_ = 0;
};

}  // namespace kleber
