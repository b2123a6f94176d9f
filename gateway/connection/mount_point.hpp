#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"

namespace kleber::connection {

// Where in the tree of topics the clients of a listener are. What they call a/b is prefix/a/b to
// everybody else, and what is outside is out of their reach.
class MountPoint {
  public:
    // A topic name that ends with a slash; or empty: the tree itself.
    explicit MountPoint(std::string prefix = {}) : prefix_(std::move(prefix)) {}

    bool is_root() const { return prefix_.empty(); }
    const std::string& prefix() const { return prefix_; }

    // What a client says, as everybody else does; $share/group/filter stays shared.
    std::string inward(std::string_view topic) const { return prefix_ + std::string{topic}; }
    std::string inward_filter(std::string_view filter) const;
    // A topic as the client knows it; empty: one that it cannot know, since it is not below the
    // prefix.
    std::string_view outward(std::string_view topic) const {
        return topic.starts_with(prefix_) ? topic.substr(prefix_.size()) : std::string_view{};
    }

    // The response topic among the properties in the other's words: a view of them if there is
    // none, else of `room`, which is written to.
    Bytes inward_properties(Bytes properties, ByteBuffer& room) const;
    Bytes outward_properties(Bytes properties, ByteBuffer& room) const;

  private:
    std::string prefix_;
};

}  // namespace kleber::connection
