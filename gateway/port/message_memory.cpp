#include "gateway/port/message_memory.hpp"

namespace kleber::port {

MessageMemory& MessageMemory::of_this_thread() {
    // An allocator's memory, not state that anybody could see: hence the exception to "no globals".
    thread_local MessageMemory memory;
    return memory;
}

MessageMemory::~MessageMemory() {
    for (Block* block : free_) {
        while (block != nullptr) {
            Block* next = block->next;
            ::operator delete(block);
            block = next;
        }
    }
}

}  // namespace kleber::port
