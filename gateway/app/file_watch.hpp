#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "gateway/runtime/file_descriptor.hpp"
#include "gateway/runtime/lane.hpp"
#include "gateway/runtime/participant.hpp"

namespace kleber::app {

// Tells when one of some files was written or replaced, once it has been left alone for a moment:
// of a certificate and its key one comes after the other. Where the system cannot watch, it tells
// nothing.
class FileWatch : public runtime::Participant {
  public:
    FileWatch(runtime::Lane& lane, port::Token token, std::function<void()> on_change);

    // Instead of those before; they need not be there yet, but their folders.
    void set_files(const std::vector<std::string>& files);

    void on_ready(std::uint32_t events) override;
    void on_deadline() override { on_change_(); }
    void on_stop() override;

  private:
    void stop_watching();

    runtime::Lane& lane_;
    const port::Token token_;
    std::function<void()> on_change_;
    runtime::FileDescriptor events_;
    std::set<std::string, std::less<>> names_;  // of the files, without their folders
};

}  // namespace kleber::app
