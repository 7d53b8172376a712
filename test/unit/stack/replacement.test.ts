import { replacementWarning } from "../../../lib/pubsub/subscription";

const inputs = { name: "range", topic: "projects/acme-dev/topics/sales" };
const warned = (changed: string) =>
    `PubSubSubscription "range": another ${changed} replaces the subscription: messages that it has not delivered are lost. To keep them, create a second PubSubSubscription, let consumers empty this one, then remove it.`;
const warning = (before: object | undefined, now: object) =>
    replacementWarning('PubSubSubscription "range"', before, now);

test.each([
    ["a filter that is new", inputs, { ...inputs, filter: "attributes:a" }, "filter"],
    ["a filter that is gone", { ...inputs, filter: "attributes:a" }, inputs, "filter"],
    ["another order and name", inputs, { ...inputs, name: "ranges", messageOrdering: true }, "name, messageOrdering"],
    ["a topic that is not known yet", inputs, { ...inputs, topic: { unknown: true } }, "topic"],
])("%s causes a warning", (_, before, now, changed) => {
    expect(warning(before, now)).toBe(warned(changed));
});

test.each([
    ["the same", inputs, { ...inputs }],
    ["a table of an earlier release", {}, inputs],
    ["what is new", undefined, inputs],
])("%s causes no warning", (_, before, now) => {
    expect(warning(before, now)).toBe(undefined);
});
