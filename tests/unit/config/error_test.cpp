#include "tests/unit/config/support.hpp"

namespace kleber::config {
namespace {

TEST(Errors, AreReportedAllAtOnceInOrder) {
    EXPECT_EQ(errors_of("[log]\n"
                        "level = \"warn\"\n"
                        "[gateway]\n"
                        "lane = 2\n"
                        "lanes = 65\n"
                        "state = 5\n"
                        "[weather]\n"
                        "outside = \"wet\"\n"),
              "k.toml:2:9: error: log.level: \"warn\" is not \"error\", \"warning\", \"info\" or "
              "\"debug\"\n"
              "    level = \"warn\"\n"
              "            ^\n"
              "    did you mean \"warning\"?\n"
              "k.toml:4:1: error: unknown key lane in [gateway]\n"
              "    lane = 2\n"
              "    ^\n"
              "    did you mean lanes?\n"
              "k.toml:5:9: error: gateway.lanes: 65 is out of range: 1 to 64\n"
              "    lanes = 65\n"
              "            ^\n"
              "k.toml:6:9: error: gateway.state: expected text, found a whole number\n"
              "    state = 5\n"
              "            ^\n"
              "    put it in quotes: \"...\"\n"
              "k.toml:7:2: error: unknown key weather\n"
              "    [weather]\n"
              "     ^\n");
}

TEST(Errors, InEveryFileAtOnce) {
    EXPECT_EQ(
        errors_of(
            {{"main", "[gateway]\nlanes = 0\n"}, {"b", "broken"}, {"c", "[gateway]\nlane = 1\n"}}),
        "main:2:9: error: gateway.lanes: 0 is out of range: 1 to 64\n"
        "    lanes = 0\n"
        "            ^\n"
        "b:1:7: error: encountered end-of-file\n"
        "    broken\n"
        "          ^\n"
        "c:2:1: error: unknown key lane in [gateway]\n"
        "    lane = 1\n"
        "    ^\n"
        "    did you mean lanes?\n");
}

TEST(Errors, AKeySetInTwoFilesNamesBothPlaces) {
    EXPECT_EQ(errors_of({{"etc/kleber.toml", "[limits]\nqueue = { messages = 5 }\n"},
                         {"etc/conf.d/a.toml", "[limits.queue]\nmessages = 5\n"}}),
              "etc/conf.d/a.toml:2:1: error: limits.queue.messages is set twice: first in "
              "etc/kleber.toml:2:11\n"
              "    messages = 5\n"
              "    ^\n"
              "    remove one of the two\n");
}

TEST(Errors, AKeyOfAnotherTableIsSentHome) {
    EXPECT_EQ(errors_of("port = 1883\n"),
              "k.toml:1:1: error: unknown key port\n"
              "    port = 1883\n"
              "    ^\n"
              "    port belongs in [[listener]]\n");
    EXPECT_EQ(errors_of("[gateway]\nconnections = 5\n"),
              "k.toml:2:1: error: unknown key connections in [gateway]\n"
              "    connections = 5\n"
              "    ^\n"
              "    connections belongs in [[listener]] or [limits]\n");
}

TEST(Errors, OneOrSeveralTables) {
    EXPECT_EQ(errors_of("[listener]\nport = 1\n[[log]]\n"),
              "k.toml:1:1: error: listener: expected a list of tables, found a table\n"
              "    [listener]\n"
              "    ^\n"
              "    write [[listener]] above each one\n"
              "k.toml:3:1: error: log: expected a table, found a list\n"
              "    [[log]]\n"
              "    ^\n"
              "    write [log], once\n");
    EXPECT_EQ(errors_of("listener = []\nlog = 5\n"),
              "k.toml:1:12: error: listener: the list is empty\n"
              "    listener = []\n"
              "               ^\n"
              "    write [[listener]] above each one\n"
              "k.toml:2:7: error: log: expected a table, found a whole number\n"
              "    log = 5\n"
              "          ^\n");
    EXPECT_EQ(errors_of("listener = [{}, 5]\n"),
              "k.toml:1:17: error: listener: expected a table, found a whole number\n"
              "    listener = [{}, 5]\n"
              "                    ^\n"
              "    write [[listener]] above each one\n");
}

TEST(Errors, TwoListenersOfOnePort) {
    EXPECT_EQ(errors_of({{"main", "[[listener]]\n"}, {"a", "[[listener]]\nport = 1883\n"}}),
              "a:1:1: error: listener: :: port 1883 is taken by the one in main:1:1\n"
              "    [[listener]]\n"
              "    ^\n"
              "    give it another port\n");
}

TEST(Errors, Listeners) {
    EXPECT_EQ(
        errors_of("[[listener]]\n"
                  "kind = \"wws\"\n"
                  "address = \"pi:1883\"\n"
                  "allow_anonymous = \"true\"\n"
                  "versions = [\"5\", 3.1]\n"
                  "[[listener]]\n"
                  "prot = 1\n"
                  "allow_anonymous = 1\n"
                  "versions = []\n"),
        "k.toml:2:8: error: listener.kind: \"wws\" is not \"mqtt\", \"mqtts\", \"ws\", \"wss\" "
        "or \"unix\"\n"
        "    kind = \"wws\"\n"
        "           ^\n"
        "    did you mean \"ws\"?\n"
        "k.toml:3:11: error: listener.address: \"pi:1883\" is no address\n"
        "    address = \"pi:1883\"\n"
        "              ^\n"
        "    the port has a key of its own: port = 1883\n"
        "k.toml:4:19: error: listener.allow_anonymous: \"true\" is not true, false or "
        "\"local\"\n"
        "    allow_anonymous = \"true\"\n"
        "                      ^\n"
        "    write true without quotes\n"
        "k.toml:5:18: error: listener.versions: expected \"3.1\", \"3.1.1\" or \"5\", found a "
        "number\n"
        "    versions = [\"5\", 3.1]\n"
        "                     ^\n"
        "    write versions = [\"3.1\", \"3.1.1\", \"5\"], or some of them\n"
        "k.toml:7:1: error: unknown key prot in [[listener]]\n"
        "    prot = 1\n"
        "    ^\n"
        "    did you mean port?\n"
        "k.toml:8:19: error: listener.allow_anonymous: expected true, false or \"local\", "
        "found a whole number\n"
        "    allow_anonymous = 1\n"
        "                      ^\n"
        "k.toml:9:12: error: listener.versions: at least one version is needed\n"
        "    versions = []\n"
        "               ^\n"
        "    write versions = [\"3.1\", \"3.1.1\", \"5\"], or some of them\n");
}

TEST(Errors, SizesAndDurations) {
    EXPECT_EQ(errors_of("[limits]\n"
                        "packet = \"1 MX\"\n"
                        "connect_packet = true\n"
                        "connect_timeout = 5\n"
                        "session_expiry = true\n"
                        "keep_alive_max = \"500ms\"\n"
                        "queue = { bytes = \"1 B\" }\n"),
              "k.toml:2:10: error: limits.packet: unknown unit MX; there are B, kB, KiB, MB, MiB, "
              "GB, GiB\n"
              "    packet = \"1 MX\"\n"
              "             ^\n"
              "k.toml:3:18: error: limits.connect_packet: expected a size such as \"8 MiB\", found "
              "true or false\n"
              "    connect_packet = true\n"
              "                     ^\n"
              "k.toml:4:19: error: limits.connect_timeout: \"5\" has no unit: write \"500ms\", "
              "\"10s\", \"5m\", \"1h\" or \"30d\"\n"
              "    connect_timeout = 5\n"
              "                      ^\n"
              "k.toml:5:18: error: limits.session_expiry: expected a duration such as \"10s\", "
              "found true or false\n"
              "    session_expiry = true\n"
              "                     ^\n"
              "k.toml:6:18: error: limits.keep_alive_max: \"500ms\" is out of range: 0, or 1s to "
              "65535s\n"
              "    keep_alive_max = \"500ms\"\n"
              "                     ^\n"
              "k.toml:7:19: error: limits.queue.bytes: \"1 B\" is out of range: 1 KiB to 4 GiB\n"
              "    queue = { bytes = \"1 B\" }\n"
              "                      ^\n");
}

TEST(Errors, SyntaxErrorsHaveAHint) {
    EXPECT_EQ(errors_of("[log]\nlevel = info\n"),
              "k.toml:2:9: error: expected value-terminator, saw 'o'\n"
              "    level = info\n"
              "            ^\n"
              "    text needs quotes: level = \"info\"\n");
}

TEST(Errors, AFilterThatIsNoneIsPointedAt) {
    EXPECT_EQ(errors_of("[history]\n"
                        "topics = [\"home/+/t\", \"home/#/t\"]\n"
                        "[recording]\n"
                        "topics = [\"$share/g/a\"]\n"
                        "size = \"1 KiB\"\n"),
              "k.toml:2:23: error: history.topics: \"home/#/t\" is no topic filter\n"
              "    topics = [\"home/+/t\", \"home/#/t\"]\n"
              "                          ^\n"
              "    + and # stand for whole levels, # only for the last: home/+/temperature\n"
              "k.toml:4:11: error: recording.topics: \"$share/g/a\" is a shared subscription\n"
              "    topics = [\"$share/g/a\"]\n"
              "              ^\n"
              "    write the filter after $share/GROUP/\n"
              "k.toml:5:8: error: recording.size: \"1 KiB\" is out of range: 64 KiB to 64 GiB\n"
              "    size = \"1 KiB\"\n"
              "           ^\n");
    EXPECT_EQ(
        errors_of("[history]\ntopics = \"a\"\n[recording]\ntopics = [5]\n"),
        "k.toml:2:10: error: history.topics: expected a list of topic filters, found text\n"
        "    topics = \"a\"\n"
        "             ^\n"
        "    write topics = [\"home/+/temperature\"]\n"
        "k.toml:4:11: error: recording.topics: expected a topic filter as text, found a whole "
        "number\n"
        "    topics = [5]\n"
        "              ^\n"
        "    write topics = [\"home/+/temperature\"]\n");
}

}  // namespace
}  // namespace kleber::config
