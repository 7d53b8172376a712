import { Backlog, type Settings } from "../../../../local/runtime/services/pubsub/backlog";
import type { Message } from "../../../../local/runtime/services/pubsub/message";

const usual: Settings = { ackDeadline: 10, ordered: false, exactlyOnce: false, retention: 604_800, replay: 0 };

/** A backlog with a clock that tests advance, in seconds. */
function backlog(settings: Partial<Settings> = {}, forward: (message: Message) => boolean = () => false) {
    const clock = { now: 0 };
    const made = new Backlog({ ...usual, ...settings }, forward, () => clock.now * 1000);
    const add = (...ids: string[]) => {
        for (const messageId of ids) {
            const orderingKey = messageId.replace(/\d/, "");
            const message = { messageId, published: clock.now * 1000, data: Buffer.from(messageId), attributes: {} };
            made.add({ ...message, orderingKey });
        }
    };
    const take = (most = 100) => made.take(most).map(({ message }) => message.messageId);
    const one = (most = 1) => made.take(most)[0]?.ackId as string;
    return { made, clock, add, take, one };
}

test("a message is delivered to one subscriber until its deadline, and then redelivered", () => {
    const { clock, add, take } = backlog();
    add("1", "2");
    expect(take(1)).toEqual(["1"]);
    expect(take()).toEqual(["2"]);
    clock.now = 9.9;
    expect(take()).toEqual([]);
    clock.now = 10;
    expect(take()).toEqual(["1", "2"]);
});

test("an acknowledged message is gone", () => {
    const { made, clock, add, take, one } = backlog();
    add("1");
    expect(made.acknowledge(one())).toBe(true);
    clock.now = 60;
    expect(take()).toEqual([]);
});

test("a subscriber can change a deadline, from the current time", () => {
    const { made, clock, add, take, one } = backlog();
    add("1");
    const ackId = one();
    clock.now = 5;
    expect(made.extend(ackId, 600)).toBe(true);
    clock.now = 604;
    expect(take()).toEqual([]);
    clock.now = 605;
    expect(take()).toEqual(["1"]);
    expect(made.extend(ackId, 10)).toBe(false);
});

test("a message with a negative acknowledgment is redelivered immediately", () => {
    const { made, add, take, one } = backlog();
    add("1");
    made.extend(one(), 0);
    expect(take()).toEqual(["1"]);
});

test("a late acknowledgment is accepted until the message is redelivered, and never with exactly-once delivery", () => {
    for (const exactlyOnce of [false, true]) {
        const { made, clock, add, take, one } = backlog({ exactlyOnce });
        add("1");
        const late = one();
        clock.now = 11;
        expect([made.acknowledge(late), take()]).toEqual(exactlyOnce ? [false, ["1"]] : [true, []]);
    }
    const { made, clock, add, one } = backlog();
    add("1");
    const first = one();
    clock.now = 11;
    const second = one();
    expect([made.acknowledge(first), made.acknowledge(second)]).toEqual([false, true]);
});

test("with a retry policy the retry delay doubles, up to the maximum", () => {
    const { made, clock, add, one } = backlog({ retry: { minimum: 10, maximum: 35 } });
    add("1");
    for (const wait of [10, 20, 35, 35]) {
        made.extend(one(), 0);
        expect(made.nextChange).toBe((clock.now + wait) * 1000);
        clock.now += wait - 0.001;
        expect(one()).toBeUndefined();
        clock.now += 0.001;
    }
});

test("with ordering a key's messages are delivered one by one, and all are redelivered after a failure", () => {
    const { made, add, take } = backlog({ ordered: true });
    add("a1", "a2", "b1", "a3");
    const [first, second, other] = made.take(3);
    expect([first, second, other].map((each) => each?.message.messageId)).toEqual(["a1", "a2", "b1"]);
    expect(take()).toEqual([]);
    made.acknowledge(other?.ackId as string);
    made.extend(first?.ackId as string, 0);
    expect(made.acknowledge(second?.ackId as string)).toBe(false);
    expect(take(2)).toEqual(["a1", "a2"]);
});

test("with ordering, a key with a retry delay does not block other keys", () => {
    const { made, clock, add, take, one } = backlog({ ordered: true, retry: { minimum: 10, maximum: 600 } });
    add("a1", "a2", "b1");
    made.extend(one(), 0);
    expect(take()).toEqual(["b1"]);
    clock.now = 9;
    expect(take()).toEqual([]);
});

test("without ordering, keys do not block each other", () => {
    const { add, take } = backlog();
    add("a1", "a2");
    expect([take(1), take(1)]).toEqual([["a1"], ["a2"]]);
});

test("deliveries are counted with a dead letter policy, and the last one is forwarded", () => {
    const dead: string[] = [];
    const { made, clock, add } = backlog({ maxAttempts: 5 }, ({ messageId }) => dead.push(messageId) > 0);
    add("1");
    for (const attempt of [1, 2, 3, 4, 5]) {
        const [received] = made.take(1);
        expect([received?.deliveryAttempt, dead]).toEqual([attempt, []]);
        if (attempt % 2 === 0) {
            clock.now += 10;
        } else {
            made.extend(received?.ackId as string, 0);
        }
    }
    expect([dead, made.take(1)]).toEqual([["1"], []]);
});

test("a dead letter that cannot be forwarded is redelivered and counted", () => {
    const { made, add } = backlog({ maxAttempts: 5 });
    add("1");
    const attempts = [1, 2, 3, 4, 5, 6, 7].map(() => {
        const [received] = made.take(1);
        made.extend(received?.ackId as string, 0);
        return received?.deliveryAttempt;
    });
    expect(attempts).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test("an unacknowledged message is deleted after the retention", () => {
    const { made, clock, add, take, one } = backlog({ retention: 600 });
    add("1", "2");
    const ackId = one();
    made.extend(ackId, 900);
    expect(made.nextChange).toBe(600_000);
    clock.now = 599.9;
    expect(take()).toEqual(["2"]);
    clock.now = 600;
    expect([take(), made.acknowledge(ackId)]).toEqual([[], false]);
});

test("a seek to a time redelivers later messages if they are retained, and acknowledges earlier ones", () => {
    for (const replay of [0, 600]) {
        const { made, clock, add, take } = backlog({ replay });
        for (const id of ["1", "2", "3"]) {
            add(id);
            clock.now += 60;
        }
        const [, second] = made.take(2);
        made.acknowledge(second?.ackId as string);
        made.seek(60_000);
        expect(take()).toEqual(replay ? ["2", "3"] : ["3"]);
    }
});

test("acknowledged messages are not retained longer than the retention", () => {
    const { made, clock, add, take, one } = backlog({ replay: 600 });
    add("1");
    made.acknowledge(one());
    clock.now = 600;
    made.seek(0);
    expect(take()).toEqual([]);
});
