#include "gateway/topic/node_slab.hpp"

#include "gateway/base/assert.hpp"

namespace kleber::topic {

NodeSlab::NodeSlab() {
    const NodeId root = allocate();
    KLEBER_ASSERT(root == kRoot);
}

NodeId NodeSlab::allocate() {
    if (first_roomy_ == kNoBlock) add_block();
    const std::uint32_t index = first_roomy_;
    Block& block = blocks_[index];
    const NodeId id = block.first_free;
    Node& node = at(id);
    KLEBER_ASSERT(!node.in_use);
    block.first_free = node.next;
    if (++block.used_count == kBlockNodes) remove_from_roomy(index);
    node.next = kRoot;
    node.in_use = true;
    ++size_;
    return id;
}

void NodeSlab::release(NodeId id) {
    KLEBER_ASSERT(id != kRoot && at(id).in_use);
    const std::uint32_t index = id.value / kBlockNodes;
    Block& block = blocks_[index];
    at(id) = Node{};
    at(id).next = block.first_free;
    block.first_free = id;
    --size_;
    if (block.used_count-- == kBlockNodes) add_to_roomy(index);
    if (block.used_count > 0) return;
    remove_from_roomy(index);
    block.nodes.reset();
    block.next = first_vacant_;
    first_vacant_ = index;
    ++vacant_count_;
}

std::size_t NodeSlab::bytes() const {
    return (blocks_.size() - vacant_count_) * kBlockNodes * sizeof(Node) +
           blocks_.capacity() * sizeof(Block);
}

void NodeSlab::add_block() {
    std::uint32_t index = first_vacant_;
    if (index == kNoBlock) {
        KLEBER_ASSERT(blocks_.size() < kNoBlock / kBlockNodes);
        index = static_cast<std::uint32_t>(blocks_.size());
        blocks_.emplace_back();
    } else {
        first_vacant_ = blocks_[index].next;
        --vacant_count_;
    }
    Block& block = blocks_[index];
    block.nodes = std::make_unique<Node[]>(kBlockNodes);
    const std::uint32_t first = index * kBlockNodes;
    block.first_free = NodeId{first};
    for (std::uint32_t i = 0; i + 1 < kBlockNodes; ++i) block.nodes[i].next = NodeId{first + i + 1};
    add_to_roomy(index);
}

void NodeSlab::add_to_roomy(std::uint32_t index) {
    blocks_[index].previous = kNoBlock;
    blocks_[index].next = first_roomy_;
    if (first_roomy_ != kNoBlock) blocks_[first_roomy_].previous = index;
    first_roomy_ = index;
}

void NodeSlab::remove_from_roomy(std::uint32_t index) {
    const Block& block = blocks_[index];
    if (block.previous != kNoBlock) blocks_[block.previous].next = block.next;
    if (block.next != kNoBlock) blocks_[block.next].previous = block.previous;
    if (first_roomy_ == index) first_roomy_ = block.next;
}

}  // namespace kleber::topic
