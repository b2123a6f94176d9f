// Conversations of Eclipse Paho's C++ client with the gateway:
// paho_peer URI CONVERSATION VERSION [AUTHORITIES], these for ssl:// and wss://. Silent and 0 if
// all went as it should, else says what did not.

#include <mqtt/async_client.h>
#include <mqtt/client.h>

#include <chrono>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr std::chrono::seconds kPatience{20};
constexpr int kCount = 24;

struct Setup {
    std::string uri;
    int version;
    std::string authorities;  // a file, where there is TLS
};

void expect(bool holds, const std::string& what) {
    if (!holds) throw std::runtime_error{what};
}

bool is_mqtt_5(const Setup& setup) {
    return setup.version == MQTTVERSION_5;
}

mqtt::connect_options options(const Setup& setup, bool is_clean = true) {
    mqtt::connect_options made;
    made.set_mqtt_version(setup.version);
    made.set_keep_alive_interval(10);
    if (!setup.authorities.empty()) {
        made.set_ssl(mqtt::ssl_options_builder().trust_store(setup.authorities).finalize());
    }
    if (is_mqtt_5(setup)) {
        made.set_clean_start(is_clean);
        if (!is_clean) {
            made.set_properties({{mqtt::property::SESSION_EXPIRY_INTERVAL, 3600}});
        }
    } else {
        made.set_clean_session(is_clean);
    }
    return made;
}

std::unique_ptr<mqtt::async_client> make_client(const Setup& setup, const std::string& name) {
    auto made = std::make_unique<mqtt::async_client>(setup.uri, name,
                                                     mqtt::create_options{setup.version, kCount});
    made->start_consuming();
    return made;
}

template <typename Token>
void wait(const Token& token, const std::string& what) {
    expect(token->wait_for(kPatience), what + " took too long");
}

mqtt::const_message_ptr next_message(mqtt::async_client& client) {
    mqtt::const_message_ptr message;
    expect(client.try_consume_message_for(&message, kPatience), "no message came");
    expect(message != nullptr, "the connection was lost");
    return message;
}

void async_every_qos(const Setup& setup) {
    const auto subscriber = make_client(setup, "paho-async-subscriber");
    const auto publisher = make_client(setup, "paho-async-publisher");
    wait(subscriber->connect(options(setup)), "connect");
    wait(publisher->connect(options(setup)), "connect");
    for (const int qos : {0, 1, 2}) {
        const std::string topic = "paho/async/" + std::to_string(qos);
        wait(subscriber->subscribe(topic, qos), "subscribe");
        std::vector<mqtt::delivery_token_ptr> tokens;
        for (int number = 0; number < kCount; ++number) {
            tokens.push_back(publisher->publish(topic, std::to_string(number), qos, false));
        }
        for (const auto& token : tokens) wait(token, "publish");
        for (int number = 0; number < kCount; ++number) {
            const auto message = next_message(*subscriber);
            expect(message->get_topic() == topic, "another topic: " + message->get_topic());
            expect(message->to_string() == std::to_string(number),
                   "out of order: " + message->to_string() + " for " + std::to_string(number));
            expect(message->get_qos() == qos, "another QoS");
        }
    }
    wait(subscriber->disconnect(), "disconnect");
    wait(publisher->disconnect(), "disconnect");
}

void sync_every_qos(const Setup& setup) {
    mqtt::client client{setup.uri, "paho-sync", mqtt::create_options{setup.version, kCount}};
    client.set_timeout(kPatience);
    client.start_consuming();
    client.connect(options(setup));
    const std::string large(300'000, 'x');
    for (const int qos : {0, 1, 2}) {
        const std::string topic = "paho/sync/" + std::to_string(qos);
        client.subscribe(topic, qos);
        for (const std::string& payload : {std::string{"small"}, std::string{}, large}) {
            client.publish(mqtt::make_message(topic, payload, qos, false));
            mqtt::const_message_ptr message;
            expect(client.try_consume_message_for(&message, kPatience), "no message came");
            expect(message->to_string() == payload, "another payload");
        }
        client.unsubscribe(topic);
    }
    client.publish(mqtt::make_message("paho/sync/kept", "kept", 1, true));
    client.subscribe("paho/sync/+", 1);
    mqtt::const_message_ptr kept;
    expect(client.try_consume_message_for(&kept, kPatience), "no retained message came");
    expect(kept->is_retained() && kept->to_string() == "kept", "another retained message");
    client.publish(mqtt::make_message("paho/sync/kept", "", 1, true));
    client.disconnect();
}

// A subscriber that is away while messages of all kinds are published.
void resume(const Setup& setup) {
    const std::string name = "paho-resume-" + std::to_string(setup.version);
    const auto publisher = make_client(setup, name + "-publisher");
    wait(publisher->connect(options(setup)), "connect");
    {
        const auto subscriber = make_client(setup, name);
        const auto token = subscriber->connect(options(setup, false));
        wait(token, "connect");
        expect(!token->get_connect_response().is_session_present(), "a session from nowhere");
        wait(subscriber->subscribe("paho/resume/#", 2), "subscribe");
        wait(subscriber->disconnect(), "disconnect");
    }
    for (int number = 0; number < kCount; ++number) {
        wait(publisher->publish("paho/resume/" + std::to_string(number % 3), std::to_string(number),
                                number % 3, false),
             "publish");
    }
    const auto subscriber = make_client(setup, name);
    const auto token = subscriber->connect(options(setup, false));
    wait(token, "connect");
    expect(token->get_connect_response().is_session_present(), "the session is gone");
    std::map<int, std::vector<int>> numbers;  // by QoS
    for (int count = 0; count < kCount - (kCount + 2) / 3; ++count) {
        const auto message = next_message(*subscriber);
        numbers[message->get_qos()].push_back(std::stoi(message->to_string()));
    }
    for (const int qos : {1, 2}) {
        int wanted = qos;
        for (const int number : numbers[qos]) {
            expect(number == wanted, "out of order after the resume");
            wanted += 3;
        }
    }
    wait(subscriber->disconnect(), "disconnect");
    wait(subscriber->connect(options(setup)), "connect");
    wait(subscriber->disconnect(), "disconnect");
    wait(publisher->disconnect(), "disconnect");
}

void last_will(const Setup& setup) {
    const auto watcher = make_client(setup, "paho-watcher");
    wait(watcher->connect(options(setup)), "connect");
    wait(watcher->subscribe("paho/will", 1), "subscribe");
    const auto first = make_client(setup, "paho-dying");
    auto with_will = options(setup);
    with_will.set_will_message(mqtt::make_message("paho/will", "gone", 1, false));
    wait(first->connect(with_will), "connect");
    // Thrown out by its namesake.
    const auto second = make_client(setup, "paho-dying");
    wait(second->connect(options(setup)), "connect");
    expect(next_message(*watcher)->to_string() == "gone", "another will");
    wait(second->disconnect(), "disconnect");
    wait(watcher->disconnect(), "disconnect");
}

void properties(const Setup& setup) {
    expect(is_mqtt_5(setup), "properties are MQTT 5");
    const auto client = make_client(setup, "paho-properties");
    wait(client->connect(options(setup)), "connect");
    wait(client->subscribe("paho/properties", 1, mqtt::subscribe_options{},
                           {{mqtt::property::SUBSCRIPTION_IDENTIFIER, 7}}),
         "subscribe");
    mqtt::properties sent{{mqtt::property::CONTENT_TYPE, "text/plain"},
                          {mqtt::property::RESPONSE_TOPIC, "answers"},
                          {mqtt::property::CORRELATION_DATA, "42"},
                          {mqtt::property::USER_PROPERTY, "key", "value"}};
    auto message = mqtt::make_message("paho/properties", "x", 1, false);
    message->set_properties(sent);
    wait(client->publish(message), "publish");
    const auto got = next_message(*client)->get_properties();
    expect(mqtt::get<std::string>(got, mqtt::property::CONTENT_TYPE) == "text/plain", "type");
    expect(mqtt::get<std::string>(got, mqtt::property::RESPONSE_TOPIC) == "answers", "response");
    expect(mqtt::get<std::string>(got, mqtt::property::CORRELATION_DATA) == "42", "correlation");
    expect(mqtt::get<int>(got, mqtt::property::SUBSCRIPTION_IDENTIFIER) == 7, "subscription id");
    const auto user = mqtt::get<mqtt::string_pair>(got, mqtt::property::USER_PROPERTY);
    expect(std::get<0>(user) == "key" && std::get<1>(user) == "value", "user property");
    wait(client->disconnect(), "disconnect");
}

}  // namespace

int main(int argc, char** argv) {
    const std::map<std::string, std::function<void(const Setup&)>> conversations{
        {"async", async_every_qos},
        {"sync", sync_every_qos},
        {"resume", resume},
        {"will", last_will},
        {"properties", properties}};
    try {
        expect(argc == 4 || argc == 5, "usage: paho_peer URI CONVERSATION VERSION [AUTHORITIES]");
        const Setup setup{argv[1], argv[3] == std::string{"5"} ? MQTTVERSION_5 : MQTTVERSION_3_1_1,
                          argc == 5 ? argv[4] : ""};
        conversations.at(argv[2])(setup);
    } catch (const std::exception& error) {
        std::cerr << "paho_peer: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
