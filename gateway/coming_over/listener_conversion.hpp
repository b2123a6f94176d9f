#pragma once

#include "gateway/coming_over/locks.hpp"
#include "gateway/coming_over/set_up.hpp"
#include "gateway/coming_over/step.hpp"

namespace kleber::coming_over {

// A listener of ours in place of one of mosquitto's, as far as it goes without its rows: where it
// is, and who comes in without a name. With rows, see mosquitto_options.
ListenerDraft begin_listener(const MosquittoListener& listener, const Locks& locks,
                             bool is_local_only, const SourceFiles& files, Findings& findings);

// What only the whole of it tells: pre-shared keys, what cannot be together.
void end_listener(const MosquittoListener& listener, Locks& locks, Findings& findings,
                  ListenerDraft& draft);

}  // namespace kleber::coming_over
