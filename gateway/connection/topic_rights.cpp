#include "gateway/connection/topic_rights.hpp"

namespace kleber::connection {

std::optional<bool> TopicRights::find(std::uint32_t generation, std::uint32_t hash,
                                      std::string_view topic) const {
    const Known& known = known_[hash % kTopicsMax];
    if (known.generation != generation || known.topic != topic) return std::nullopt;
    return known.is_allowed;
}

void TopicRights::keep(std::uint32_t generation, std::uint32_t hash, std::string_view topic,
                       bool is_allowed) {
    known_[hash % kTopicsMax] = {std::string{topic}, generation, is_allowed};
}

}  // namespace kleber::connection
