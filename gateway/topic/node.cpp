#include "gateway/topic/node.hpp"

#include "gateway/base/assert.hpp"

namespace kleber::topic {

LevelText::LevelText(std::string_view text) {
    if (text.size() <= kInlineMax) {
        if (!text.empty()) std::memcpy(bytes_, text.data(), text.size());
        tag_ = static_cast<std::uint8_t>(text.size());
        return;
    }
    KLEBER_ASSERT(text.size() <= 0xFFFF'FFFF);
    const Heap heap{new char[text.size()], static_cast<std::uint32_t>(text.size())};
    std::memcpy(heap.data, text.data(), text.size());
    std::memcpy(bytes_, &heap.data, sizeof heap.data);
    std::memcpy(bytes_ + sizeof heap.data, &heap.size, sizeof heap.size);
    tag_ = kOnHeap;
}

}  // namespace kleber::topic
