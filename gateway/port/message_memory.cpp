#include "gateway/port/message_memory.hpp"

#include <utility>

namespace kleber::port {

MessageMemory& MessageMemory::of_this_thread() {
    // An allocator's memory, not state that anybody could see: hence the exception to "no globals".
    thread_local MessageMemory memory;
    return memory;
}

void MessageMemory::release() {
    for (Block*& first : free_) {
        while (first != nullptr) ::operator delete(std::exchange(first, first->next));
    }
    count_ = {};
}

}  // namespace kleber::port
