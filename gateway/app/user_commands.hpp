#pragma once

#include <string>

#include "gateway/app/user_desk.hpp"
#include "gateway/auth/user_changes.hpp"
#include "gateway/control/control_commands.hpp"

namespace kleber::app {

// {"command":"user_add","name":"anna","password":"$argon2id$...","admin":true,"groups":[...],
// "publish":[...],"subscribe":[...]}, {"command":"user_passwd","name":...,"password":...} and
// {"command":"user_remove","name":...}. Passwords come hashed: none ever is on the socket.
class UserChangeCommand : public control::ControlCommand {
  public:
    explicit UserChangeCommand(UserDesk& desk) : desk_(desk) {}

    control::Answer begin(const text::Json& request, control::CommandTurn& turn) override;

  private:
    UserDesk& desk_;
};

// What such a request is to do, also for a table without a gateway. The error is a sentence.
Result<auth::UsersChange, std::string> user_change_of(const text::Json& request);

// {"command":"users","cursor":0}, or with "name" for one of them: the answer, of any table.
std::string users_answer(const auth::Users& users, const text::Json& request);

void add_user_commands(control::ControlCommands& commands, UserDesk& desk);

}  // namespace kleber::app
