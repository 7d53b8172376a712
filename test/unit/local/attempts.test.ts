import { Cloud } from "../../../local/simulator/cloud/cloud";
import { Attempts, type Sent } from "../../../local/simulator/provider/attempts";
import { DelayedStore } from "../../../local/simulator/provider/delayedStore";
import { type FaultPlan, Faults, type Verb } from "../../../local/simulator/provider/faults";
import type { Clock } from "../../../local/simulator/provider/simulatedTime";
import { newFolder, tokenOf, World } from "./world";

/** A clock that only sleeping advances; it records the delays in seconds. */
class NotedClock implements Clock {
    readonly waited: number[] = [];
    /** How much longer a sleep takes than requested, in milliseconds. */
    oversleeps = 0;
    private time = 0;
    private stopped = false;

    now(): number {
        return this.time;
    }

    async sleep(ms: number): Promise<boolean> {
        this.waited.push(ms / 1000);
        this.time += ms + this.oversleeps;
        return !this.stopped;
    }

    stop(): void {
        this.stopped = true;
    }

    get seconds(): number {
        return this.time / 1000;
    }
}

/** A cloud with planned faults. */
class Faulty {
    readonly clock = new NotedClock();
    readonly told: string[] = [];
    readonly ended: boolean[] = [];
    readonly world: World;
    private readonly attempts: Attempts;

    constructor(plan: FaultPlan) {
        const faults = new Faults(plan, () => {
            this.ended.push(true);
            throw new Error("the process ends");
        });
        const folder = newFolder();
        const late = new DelayedStore(folder, faults.delays, this.clock);
        this.world = new World(undefined, { folder }, new Cloud(folder, late));
        const tell = (_: string, text: string, isStatus: boolean) => isStatus || this.told.push(text);
        this.attempts = new Attempts(faults, this.clock, late, tell);
    }

    /** The result of a call. */
    async call<Result>(
        verb: Verb,
        type: string,
        action: (sent: Sent) => Result,
        timeoutSeconds = 0,
    ): Promise<Result | string> {
        const asked = { verb, token: tokenOf(type), name: "example", urn: "urn", timeoutSeconds };
        return this.attempts.run(asked, action).catch((error) => error.message);
    }

    create(type: string, inputs: object, timeoutSeconds?: number): Promise<unknown> {
        const completed = this.world.checked(tokenOf(type), inputs);
        const { provider } = this.world;
        return this.call(
            "create",
            type,
            (sent) => provider.create(tokenOf(type), completed, false, sent).id,
            timeoutSeconds,
        );
    }
}

const topicId = "projects/acme-dev/topics/sales";

/** A cloud with Pub/Sub in which creating topics fails. */
function withPubSub(answer: FaultPlan["answers"], more: object = {}): Faulty {
    const type = tokenOf("Topic");
    const faulty = new Faulty({
        faults: (answer ?? []).map((each, index) => ({ verb: "create", type, call: index + 1, answer: each, ...more })),
    });
    faulty.world.enable("pubsub");
    return faulty;
}

test("time on a busy machine does not count towards the retry timeout", async () => {
    const faulty = withPubSub([503, 503]);
    faulty.clock.oversleeps = 600_000;
    expect(await faulty.create("Topic", { name: "sales" }, 60)).toBe(topicId);
});

test("429, 500, 502, 503 and dropped connections are retried, with a delay that doubles up to ten seconds", async () => {
    const faulty = withPubSub([429, 500, 502, 503, "cut", "cut", 503]);
    expect(await faulty.create("Topic", { name: "sales" })).toBe(topicId);
    expect(faulty.clock.waited).toEqual([0.5, 1, 2, 4, 8, 10, 10]);
});

test.each([
    [503, 0, 1200, "googleapi: Error 503: The service is currently unavailable."],
    [429, 60, 60, "googleapi: Error 429: Resource has been exhausted (e.g. check quota)."],
    ["cut", 60, 60, "read: connection reset by peer"],
] as const)(
    "permanent %s fails after the resource's timeout with Google's message",
    async (answer, timeout, seconds, words) => {
        const faulty = withPubSub([answer], { call: undefined });
        expect(await faulty.create("Topic", { name: "sales" }, timeout)).toBe(`Error creating Topic: ${words}`);
        expect(faulty.clock.seconds).toBeGreaterThanOrEqual(seconds);
        expect(faulty.clock.seconds).toBeLessThan(seconds + 10);
        expect(faulty.world.cloud.store.list("//pubsub.googleapis.com")).toEqual([]);
    },
);

test.each([
    [400, "Request contains an invalid argument."],
    [403, "The caller does not have permission"],
    [404, "Requested entity was not found."],
    [409, "Requested entity already exists"],
    [418, "Unknown error"],
])("%d is not retried", async (code, words) => {
    const faulty = withPubSub([code]);
    expect(await faulty.create("Topic", { name: "sales" })).toBe(
        `Error creating Topic: googleapi: Error ${code}: ${words}`,
    );
    expect(faulty.clock.waited).toEqual([]);
    expect(await faulty.create("Topic", { name: "sales" })).toBe(topicId);
});

test("operations on a busy Cloud SQL instance are retried", async () => {
    const type = tokenOf("DatabaseInstance");
    const faulty = new Faulty({
        faults: [1, 2].map((call) => ({ verb: "create" as const, type, call, answer: 409 })),
    });
    faulty.world.enable("compute", "sqladmin");
    const settings = { edition: "ENTERPRISE", tier: "db-custom-1-3840" };
    const inputs = { name: "sales", databaseVersion: "POSTGRES_17", settings };
    expect(await faulty.create("DatabaseInstance", inputs)).toBe("sales");
    expect(faulty.clock.waited).toEqual([0.5, 1]);
    expect(await faulty.create("DatabaseInstance", inputs)).toContain("The Cloud SQL instance already exists.");
    expect(faulty.clock.waited).toEqual([0.5, 1]);
});

test.each<[Verb, string]>([
    ["read", `Error when reading or editing PubsubTopic "${topicId}": googleapi: Error 403: The caller`],
    ["update", `Error updating Topic "${topicId}": googleapi: Error 403: The caller`],
    ["delete", "Error when reading or editing Topic: googleapi: Error 403: The caller"],
])("a failing %s has the provider's message, no effect, and succeeds the next time", async (verb, words) => {
    const faulty = new Faulty({ faults: [{ verb, call: 1, answer: 403 }] });
    const { world } = faulty;
    world.enable("pubsub");
    const { token, id, state } = world.make("Topic", { name: "sales" });
    const calls = {
        read: (sent: Sent) => world.provider.read(token, id, state, sent)?.id,
        update: (sent: Sent) =>
            world.provider.update(token, { ...state, labels: { a: "b" } }, state, false, sent).labels,
        delete: (sent: Sent) => world.provider.delete(token, id, state, sent),
    };
    const action = calls[verb as keyof typeof calls];
    expect(await faulty.call<unknown>(verb, "Topic", action)).toContain(words);
    expect(world.cloud.store.read(`//pubsub.googleapis.com/${id}`)?.state).toEqual(state);
    const after = await faulty.call<unknown>(verb, "Topic", action);
    expect(after).toEqual({ read: id, update: { a: "b" }, delete: undefined }[verb as keyof typeof calls]);
});

test("a slow response arrives after the effect", async () => {
    const faulty = withPubSub(["slow"], { seconds: 90 });
    expect(await faulty.create("Topic", { name: "sales" })).toBe(topicId);
    expect(faulty.clock.waited).toEqual([90]);
});

test("an interruption ends retries with the last error, and a slow response immediately", async () => {
    const failing = withPubSub([503, 503]);
    failing.clock.stop();
    expect(await failing.create("Topic", { name: "sales" })).toContain("Error 503");
    expect(failing.clock.waited).toEqual([0.5]);
    const slow = withPubSub(["slow"]);
    slow.clock.stop();
    expect(await slow.create("Topic", { name: "sales" })).toBe(topicId);
});

describe("a policy that is changed by others at the same time", () => {
    const conflicts = (count: number) =>
        Array.from({ length: count }, (_, index) => ({
            verb: "create" as const,
            type: tokenOf("TopicIAMMember"),
            call: index + 1,
            answer: 409,
        }));
    async function granted(count: number): Promise<[Faulty, unknown]> {
        const faulty = new Faulty({ faults: conflicts(count) });
        faulty.world.enable("pubsub");
        faulty.world.make("Topic", { name: "sales" });
        const inputs = { topic: "sales", role: "roles/pubsub.publisher", member: "user:me@acme.com" };
        return [faulty, await faulty.create("TopicIAMMember", inputs)];
    }

    test("is changed again, up to five times", async () => {
        const [faulty, id] = await granted(4);
        expect(id).toBe(`${topicId}/roles/pubsub.publisher/user:me@acme.com`);
        expect(faulty.clock.waited).toEqual([1, 2, 4, 8]);
    });

    test("fails after five times with the provider's message", async () => {
        const [faulty, message] = await granted(5);
        expect(message).toBe(
            `Error applying IAM policy to pubsub topic "${topicId}": Too many conflicts.  Latest error: Error setting IAM policy for pubsub topic "${topicId}": googleapi: Error 409: There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.`,
        );
        expect(faulty.clock.waited).toEqual([1, 2, 4, 8]);
    });
});

describe("a new resource that has not propagated", () => {
    test("is retried if it is an API, with progress", async () => {
        const faulty = new Faulty({ faults: [{ delay: "api", calls: 3 }] });
        faulty.world.enable("pubsub");
        expect(await faulty.create("Topic", { name: "sales" })).toBe(topicId);
        expect(faulty.clock.waited).toEqual([1, 2, 4]);
        expect(faulty.told).toEqual([
            expect.stringMatching(
                /^waiting up to 3 minutes for pubsub\.googleapis\.com to propagate: Error creating Topic: googleapi: Error 403: Cloud Pub\/Sub API has not been used/,
            ),
        ]);
        expect(await faulty.create("Topic", { name: "other" })).toBe("projects/acme-dev/topics/other");
        expect(faulty.told).toHaveLength(1);
    });

    test("is retried if it is an account in a policy", async () => {
        const faulty = new Faulty({ faults: [{ delay: "account", seconds: 25 }] });
        faulty.world.enable("pubsub", "iam");
        faulty.world.make("Topic", { name: "sales" });
        const member = faulty.world.account("predict");
        const inputs = { topic: "sales", role: "roles/pubsub.publisher", member };
        expect(await faulty.create("TopicIAMMember", inputs)).toBe(`${topicId}/roles/pubsub.publisher/${member}`);
        expect(faulty.clock.waited).toEqual([1, 2, 4, 8, 10]);
        expect(faulty.told).toEqual([
            expect.stringContaining("for predict@acme-dev.iam.gserviceaccount.com to propagate"),
        ]);
    });

    test("fails after three minutes with Google's message", async () => {
        const faulty = new Faulty({ faults: [{ delay: "api", seconds: 300 }] });
        faulty.world.enable("pubsub");
        expect(await faulty.create("Topic", { name: "sales" })).toMatch(
            /^Error creating Topic: googleapi: Error 403: Cloud Pub\/Sub API has not been used in project acme-dev/,
        );
        expect(faulty.clock.seconds).toBeGreaterThanOrEqual(180);
        expect(faulty.clock.seconds).toBeLessThan(190);
    });

    test("is not retried if it never existed", async () => {
        const faulty = new Faulty({
            faults: [
                { delay: "api", seconds: 30 },
                { delay: "account", seconds: 30 },
            ],
        });
        expect(await faulty.create("Topic", { name: "sales" })).toContain("Error 403");
        expect(faulty.clock.waited).toEqual([]);
    });
});

test("no calls start while the process is about to end", async () => {
    const faults = [
        { verb: "create", name: "example", call: 1, answer: 503 },
        { verb: "delete", call: 1, answer: "kill" },
    ] as const;
    const faulty = new Faulty({ faults: [...faults] });
    faulty.world.enable("pubsub");
    let isOver = false;
    void faulty.create("Topic", { name: "sales" }).then(() => {
        isOver = true;
    });
    await faulty.call("delete", "Topic", (sent) => sent());
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([faulty.ended, isOver]).toEqual([[true], false]);
    expect(faulty.world.cloud.store.list("//pubsub.googleapis.com")).toEqual([]);
});

test("the containers that a call starts fail on demand, and the call is not repeated", async () => {
    const type = "gcp:cloudrunv2/service:Service";
    const faulty = new Faulty({ faults: [{ verb: "create", type, answer: "fail" }] });
    faulty.world.enable("run");
    const template = { containers: [{ image: "gcr.io/cloudrun/hello" }], revision: "web-one" };
    const service = { name: "web", location: "europe-west1", template };
    expect(await faulty.create("RunService", service)).toContain(
        "Revision 'web-one' is not ready and cannot serve traffic. The user-provided container failed to start",
    );
    expect(
        faulty.world.cloud.store.read("//run.googleapis.com/projects/acme-dev/locations/europe-west1/services/web"),
    ).toBeDefined();
});
