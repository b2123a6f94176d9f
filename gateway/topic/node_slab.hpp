#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "gateway/topic/node.hpp"

namespace kleber::topic {

// The nodes of one tree, in blocks: a node never moves, a new one costs no allocation, and a block
// whose nodes are all gone gives its memory back.
class NodeSlab {
  public:
    // Holds the root from the start.
    NodeSlab();

    Node& at(NodeId id) { return blocks_[id.value / kBlockNodes].nodes[id.value % kBlockNodes]; }
    const Node& at(NodeId id) const {
        return blocks_[id.value / kBlockNodes].nodes[id.value % kBlockNodes];
    }

    // A fresh node, marked as in use.
    NodeId allocate();
    void release(NodeId id);

    std::size_t size() const { return size_; }  // with the root
    std::size_t bytes() const;

  private:
    static constexpr std::uint32_t kBlockNodes = 64;
    static constexpr std::uint32_t kNoBlock = 0xFFFF'FFFF;

    struct Block {
        std::unique_ptr<Node[]> nodes;  // none: the place is vacant
        NodeId first_free;              // linked by Node::next; kRoot if full
        std::uint32_t used_count = 0;
        // In the list of blocks with room; `next` also in that of vacant places.
        std::uint32_t next = kNoBlock;
        std::uint32_t previous = kNoBlock;
    };

    void add_block();
    void add_to_roomy(std::uint32_t index);
    void remove_from_roomy(std::uint32_t index);

    std::vector<Block> blocks_;
    std::uint32_t first_roomy_ = kNoBlock;
    std::uint32_t first_vacant_ = kNoBlock;
    std::size_t size_ = 0;
    std::size_t vacant_count_ = 0;
};

}  // namespace kleber::topic
