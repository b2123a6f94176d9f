#include "gateway/app/user_kicker.hpp"

#include <memory>
#include <utility>
#include <variant>

namespace kleber::app {

class UserKicker::Ear : public runtime::Participant {
  public:
    Ear(UserKicker& kicker, runtime::Lane& lane, port::Token token)
        : kicker_(kicker), lane_(lane), token_(token) {}

    void on_reply(port::Reply&& reply) override {
        if (const auto* report = std::get_if<port::Report>(&reply.body))
            kicker_.take(*report->rows);
    }
    void on_deadline() override { kicker_.look_once_more(); }
    void on_stop() override { lane_.remove(token_); }

  private:
    UserKicker& kicker_;
    runtime::Lane& lane_;
    const port::Token token_;
};

UserKicker::UserKicker(runtime::Lane& lane, IsUser is_user)
    : lane_(lane), is_user_(std::move(is_user)), token_(lane.next_token()) {
    lane_.add(std::make_unique<Ear>(*this, lane_, token_));
}

void UserKicker::kick(const std::vector<std::string>& gone) {
    gone_.insert(gone.begin(), gone.end());
    is_last_look_ = false;
    lane_.set_deadline(token_, lane_.now().steady + kOnTheirWayMax);
    look();
}

void UserKicker::look() {
    begins_again_ = is_asking_;
    if (!is_asking_) ask(0);
}

void UserKicker::look_once_more() {
    is_last_look_ = true;
    look();
}

void UserKicker::take(const port::ReportRows& rows) {
    is_asking_ = false;
    for (const port::ClientRow& row : rows.clients) {
        // Also who is not online: it may be about to be, as soon as the disk has its session. Of a
        // session without anybody nothing comes of it.
        if (!gone_.contains(row.user) || is_user_(row.user)) continue;
        lane_.requests().push_back(
            port::Administer{token_, std::make_unique<std::string>(row.client_id)});
    }
    if (std::exchange(begins_again_, false)) {
        ask(0);
    } else if (rows.next != 0) {
        ask(rows.next);
    } else if (is_last_look_) {
        gone_.clear();
    }
}

void UserKicker::ask(std::uint32_t cursor) {
    is_asking_ = true;
    lane_.requests().push_back(
        port::Inspect{token_, port::InspectSubject::Clients, cursor, kPageRowsMax});
}

}  // namespace kleber::app
