// What a page does with mqtt.js; browser_test.py calls these by name. Each returns when all went as
// it should, and throws what did not.
"use strict";

const COUNT = 100;
const AT_ONCE = 20; // mqtt.js keeps to no receive maximum by itself
const numbers = Array.from({ length: COUNT }, (_, number) => String(number));
// Just under limits.packet, 1 MiB, and nowhere like itself.
const large = Array.from({ length: 125000 }, (_, number) => String(number).padStart(8)).join("");

function check(condition, what) {
    if (!condition) throw new Error(what);
}

// Takes the messages of a client, in the order in which they come.
class Inbox {
    constructor(client) {
        this.messages = [];
        this.wakes = [];
        client.on("message", (topic, payload, { qos }) => {
            this.messages.push({ text: new TextDecoder().decode(payload), qos });
            for (const wake of this.wakes.splice(0)) wake();
        });
    }

    async take(count) {
        while (this.messages.length < count) {
            await new Promise((resolve) => this.wakes.push(resolve));
        }
        return this.messages.splice(0, count);
    }
}

async function talk(url, protocolVersion) {
    const protocolId = protocolVersion === 3 ? "MQIsdp" : "MQTT";
    const options = { protocolVersion, protocolId, reconnectPeriod: 0 };
    const [subscriber, publisher] = await Promise.all(
        ["page-subscriber", "page-publisher"].map(
            (clientId) => mqtt.connectAsync(url, { ...options, clientId })));
    const inbox = new Inbox(subscriber);
    for (const qos of [0, 1, 2]) {
        const topic = `page/${qos}`;
        const [granted] = await subscriber.subscribeAsync(topic, { qos });
        check(granted.qos === qos, `granted QoS ${granted.qos} for ${qos}`);
        for (let first = 0; first < COUNT; first += AT_ONCE) {
            await Promise.all(numbers.slice(first, first + AT_ONCE).map(
                (text) => publisher.publishAsync(topic, text, { qos })));
        }
        const got = await inbox.take(COUNT);
        check(got.every((one, index) => one.text === numbers[index] && one.qos === qos),
            `QoS ${qos}: ${JSON.stringify(got)}`);
        await publisher.publishAsync(topic, large, { qos });
        const [one] = await inbox.take(1);
        check(one.text === large, `QoS ${qos}: ${one.text.length} of ${large.length} characters`);
    }
    await Promise.all([subscriber.endAsync(), publisher.endAsync()]);
}

let resident;

// Subscribes, and comes back whenever the connection is lost.
async function stay(url, clientId, topic) {
    const client = await mqtt.connectAsync(url, {
        protocolVersion: 5, clientId, clean: false, properties: { sessionExpiryInterval: 3600 },
        reconnectPeriod: 100,
    });
    resident = new Inbox(client);
    await client.subscribeAsync(topic, { qos: 2 });
}

async function nextMessage() {
    return (await resident.take(1))[0];
}

async function leaveWill(url, topic) {
    await mqtt.connectAsync(url, {
        protocolVersion: 5, reconnectPeriod: 0,
        will: { topic, payload: "the tab is closed", qos: 1 },
    });
}

// How a connection ends that must not come about.
async function turnedAway(url) {
    const client = mqtt.connect(url, { protocolVersion: 5, reconnectPeriod: 0 });
    return new Promise((resolve) => {
        client.on("connect", () => resolve("connected"));
        client.on("error", () => {});
        client.on("close", () => resolve("closed"));
    });
}
