#pragma once

namespace kleber::app {

// Overwrites passwords among the words of the command line (-P WORD, --password=WORD), which `ps`
// shows to everybody on this machine. Whoever needs them has read them before.
void hide_passwords(int count, char** words);

}  // namespace kleber::app
