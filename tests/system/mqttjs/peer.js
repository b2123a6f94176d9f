// Conversations of mqtt.js with the gateway: node peer.js URL CONVERSATION VERSION, version 3, 4 or
// 5 as on the wire. Silent and 0 if all went as it should.
"use strict";

const assert = require("node:assert/strict");
const mqtt = require("mqtt");

const [url, conversation, version] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const COUNT = 100;
const LARGE = 1000000;

// A connected client; its messages wait in a queue.
async function connect(clientId, options = {}) {
    const client = await mqtt.connectAsync(url, {
        protocolVersion: version,
        protocolId: version === 3 ? "MQIsdp" : "MQTT",
        clientId,
        reconnectPeriod: 0,
        ...options,
    });
    return client;
}

// Before connecting, so that nothing of a resumed session is missed.
function collect(client, into = []) {
    client.on("message", (topic, payload, packet) => into.push({ topic, payload, packet }));
    return into;
}

async function until(condition, what) {
    const deadline = Date.now() + 20000;
    while (!condition()) {
        assert(Date.now() < deadline, `waited for ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
}

const numbers = Array.from({ length: COUNT }, (_, number) => String(number));

const conversations = {
    async qos() {
        const subscriber = await connect("js-subscriber");
        const publisher = await connect("js-publisher");
        const got = collect(subscriber);
        for (const qos of [0, 1, 2]) {
            got.length = 0;
            const granted = await subscriber.subscribeAsync(`js/${qos}`, { qos });
            assert.equal(granted[0].qos, qos);
            // It keeps to no receive maximum (20) by itself.
            for (let first = 0; first < COUNT; first += 20) {
                await Promise.all(numbers.slice(first, first + 20).map(
                    (text) => publisher.publishAsync(`js/${qos}`, text, { qos })));
            }
            await until(() => got.length === COUNT, "all messages");
            assert.deepEqual(got.map(({ payload }) => payload.toString()), numbers);
            assert(got.every(({ packet }) => packet.qos === qos));
        }
        await Promise.all([subscriber.endAsync(), publisher.endAsync()]);
    },

    async large() {
        const client = await connect("js-large");
        const got = collect(client);
        await client.subscribeAsync("js/large", { qos: 1 });
        const sent = [0, 1].map((qos) => Buffer.alloc(LARGE, String(qos)));
        for (const [qos, payload] of sent.entries()) {
            await client.publishAsync("js/large", payload, { qos });
        }
        await until(() => got.length === sent.length, "both messages");
        assert(got.every(({ payload }, index) => payload.equals(sent[index])));
        await client.endAsync();
    },

    async retained() {
        const client = await connect("js-retained");
        const got = collect(client);
        await client.publishAsync("js/kept", "kept", { qos: 1, retain: true });
        await client.subscribeAsync("js/+");
        await until(() => got.length === 1, "the retained message");
        assert.equal(got[0].packet.retain, true);
        await client.unsubscribeAsync("js/+");
        await client.publishAsync("js/kept", "", { qos: 1, retain: true });
        assert.equal(got.length, 1);
        await client.endAsync();
    },

    async resume() {
        const session = {
            clean: false,
            ...(version === 5 ? { properties: { sessionExpiryInterval: 3600 } } : {}),
        };
        const first = await connect(`js-resume-${version}`, session);
        await first.subscribeAsync(`js/resume/${version}`, { qos: 2 });
        first.stream.destroy();
        await until(() => !first.connected, "the end of the connection");
        const publisher = await connect("js-resume-publisher");
        for (const text of numbers) {
            await publisher.publishAsync(`js/resume/${version}`, text, { qos: 1 + (text % 2) });
        }
        const second = mqtt.connect(url, {
            protocolVersion: version,
            protocolId: version === 3 ? "MQIsdp" : "MQTT",
            clientId: `js-resume-${version}`,
            reconnectPeriod: 0,
            ...session,
        });
        const got = collect(second);
        const connack = await new Promise((resolve) => second.once("connect", resolve));
        if (version > 3) assert.equal(connack.sessionPresent, true);
        await until(() => got.length === COUNT, "what was missed");
        for (const qos of [1, 2]) {
            assert.deepEqual(
                got.filter(({ packet }) => packet.qos === qos).map(({ payload }) => payload.toString()),
                numbers.filter((text) => 1 + (text % 2) === qos));
        }
        await Promise.all([second.endAsync(), publisher.endAsync()]);
    },

    async will() {
        const watcher = await connect("js-watcher");
        const got = collect(watcher);
        await watcher.subscribeAsync("js/will", { qos: 1 });
        const dying = await connect("js-dying", {
            will: { topic: "js/will", payload: Buffer.from("gone"), qos: 1, retain: false },
        });
        dying.stream.destroy();
        await until(() => got.length === 1, "the will");
        assert.equal(got[0].payload.toString(), "gone");
        await watcher.endAsync();
    },

    async properties() {
        const aliases = {
            autoUseTopicAlias: true,
            autoAssignTopicAlias: true,
            properties: { topicAliasMaximum: 5, receiveMaximum: 3 },
        };
        const client = await connect("js-properties", aliases);
        const got = collect(client);
        await client.subscribeAsync("$share/js/js/properties/#",
            { qos: 1, properties: { subscriptionIdentifier: 9 } });
        const properties = {
            contentType: "text/plain", responseTopic: "answers", correlationData: Buffer.from("42"),
            userProperties: { key: ["one", "two"] }, payloadFormatIndicator: true,
        };
        const topics = Array.from({ length: 20 }, (_, number) => `js/properties/${number % 8}`);
        for (const topic of topics) await client.publishAsync(topic, "x", { qos: 1, properties });
        await until(() => got.length === topics.length, "all messages");
        assert.deepEqual(got.map(({ topic }) => topic), topics);
        for (const { packet } of got) {
            const { userProperties, subscriptionIdentifier, ...others } = packet.properties;
            assert.deepEqual({ ...userProperties }, properties.userProperties);
            assert.equal(Number(subscriptionIdentifier), 9);
            for (const name of ["contentType", "responseTopic", "correlationData"]) {
                assert.deepEqual(others[name], properties[name]);
            }
        }
        await client.endAsync();
    },
};

conversations[conversation]().then(() => process.exit(0), (error) => {
    console.error(error);
    process.exit(1);
});
