#pragma once

#include <chrono>
#include <cstdint>
#include <string>

// Numbers as a person reads them: rounded, with units.
namespace kleber::app {

std::string in_words(std::chrono::seconds time);   // "3 d 4 h", "5 min 12 s"
std::string grouped(std::uint64_t number);         // "1,234,567"
std::string rough_size(std::uint64_t bytes);       // "5.6 KiB"
std::string rough_rate(double events_per_minute);  // "12.3/s", "4.0/min"
// "1 client", "2 clients"
std::string counted(std::uint64_t number, const char* noun);

}  // namespace kleber::app
