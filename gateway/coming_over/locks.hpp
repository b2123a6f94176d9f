#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/coming_over/findings.hpp"
#include "gateway/coming_over/mosquitto_passwords.hpp"
#include "gateway/coming_over/set_up.hpp"
#include "gateway/coming_over/source_files.hpp"
#include "gateway/coming_over/step.hpp"

namespace kleber::coming_over {

// A file that is made.
struct NewFile {
    std::string name;
    std::string text;
    bool is_secret = false;
};

// Who may come in, and what they may do: the files of passwords, rights and pre-shared keys. Of the
// first two there is one for all listeners.
class Locks {
  public:
    Locks(const SetUp& set_up, Draft& draft, SourceFiles& files, Findings& findings,
          text::Diagnostics& problems)
        : set_up_(set_up),
          draft_(draft),
          sources_(files),
          findings_(findings),
          problems_(problems) {}

    // Makes users.toml and acl.toml, and says so in [auth]. `kept` are the listeners that are
    // written; if they differ, those of the first that has passwords count.
    void convert(const std::vector<const MosquittoListener*>& kept);
    // Tells what became of the files that a listener names, if those of another one count.
    void tell_of(const MosquittoListener& listener);

    // Where what locks a listener is written.
    const OptionGroup& group_of(const MosquittoListener& listener) const {
        return set_up_.is_per_listener ? listener.options : set_up_.general;
    }
    // What of it is not that of all listeners, so that somebody could come in, or could not do what
    // is allowed; empty if nothing.
    std::string difference_of(const MosquittoListener& listener) const;
    bool allows_anonymous(const MosquittoListener& listener) const;
    bool has_acl() const { return has_acl_; }
    bool has_passwords() const { return has_passwords_; }
    // The new file of pre-shared keys in place of this one.
    std::string psk_file_for(const Option& psk_file);
    // What psk_file names nobody needed.
    void tell_of_unused_keys();

    std::vector<NewFile> take_files() { return std::move(made_); }

  private:
    std::optional<std::string> read(const Option& option);
    std::vector<std::string> convert_passwords(const OptionGroup& group, bool lets_anybody_in);
    void convert_acl(const OptionGroup& group, const std::vector<std::string>& users);
    void tell_not_taken(const NamesAndSecrets& read);

    const SetUp& set_up_;
    Draft& draft_;
    SourceFiles& sources_;
    Findings& findings_;
    text::Diagnostics& problems_;
    std::vector<NewFile> made_;
    std::map<std::string, std::string> psk_files_;  // new names, by the old ones
    const OptionGroup* chosen_ = nullptr;
    bool has_acl_ = false;
    bool has_passwords_ = false;
};

}  // namespace kleber::coming_over
