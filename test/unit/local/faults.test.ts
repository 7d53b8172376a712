import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseFaultPlan } from "../../../local/simulator/provider/faultPlan";
import { type FaultCall, type FaultPlan, Faults, type Verb } from "../../../local/simulator/provider/faults";
import { PartialFailure } from "../../../local/simulator/provider/partialFailure";
import { run } from "./process";
import { newFolder, refusalOf, tokenOf, World } from "./world";

const call = (verb: Verb, token: string, name = "example"): FaultCall => ({ verb, token, name });

test("a fault counts the calls with its verb, type and name, and applies once or, without a number, to all", () => {
    const faults = new Faults({
        faults: [
            { verb: "create", type: "a", call: 2, answer: 503 },
            { verb: "create", call: 4, answer: "kill" },
            { verb: "update", name: "one", answer: "slow", seconds: 5 },
        ],
    });
    const calls = [
        call("create", "a"),
        call("read", "a"),
        call("create", "b"),
        call("create", "a"),
        call("create", "a"),
        call("create", "a"),
        call("update", "a", "other"),
        call("update", "a", "one"),
        call("update", "b", "one"),
    ];
    const slow = { answer: "slow", seconds: 5 };
    const none = undefined;
    expect(calls.map((each) => faults.next(each))).toEqual([
        none,
        none,
        none,
        { answer: 503, seconds: 60 },
        { answer: "kill", seconds: 60 },
        none,
        none,
        slow,
        slow,
    ]);
});

describe("a seed", () => {
    const calls = ["create", "read", "update", "delete"].flatMap((verb) =>
        Array.from({ length: 250 }, (_, index) => call(verb as Verb, tokenOf("Topic"), `topic-${index}`)),
    );
    /** The results of these calls, by verb and name. */
    function picked(plan: FaultPlan, of = calls): Record<string, unknown> {
        const faults = new Faults(plan);
        return Object.fromEntries(of.map((each) => [`${each.verb} ${each.name}`, faults.next(each)?.answer]));
    }
    const count = (answers: Record<string, unknown>) =>
        Object.values(answers).filter((answer) => answer !== undefined).length;

    test("selects the same calls and answers in any order", () => {
        const plan: FaultPlan = { seed: 7, rate: 0.2 };
        expect(picked(plan)).toEqual(picked(plan, [...calls].reverse()));
        expect(picked(plan)).not.toEqual(picked({ seed: 8, rate: 0.2 }));
        expect(new Set(Object.values(picked(plan)))).toEqual(new Set([undefined, 403, 429, 500, 503, "cut", "slow"]));
    });

    test("selects the configured share of calls, and only the first call of a resource", () => {
        expect(count(picked({ seed: 1, rate: 0.2 }))).toBeGreaterThan(150);
        expect(count(picked({ seed: 1, rate: 0.2 }))).toBeLessThan(250);
        expect(count(picked({ seed: 1, rate: 1 }))).toBe(1000);
        expect(count(picked({ seed: 1, rate: 0 }))).toBe(0);
        const faults = new Faults({ seed: 1, rate: 1, answers: [404] });
        const one = call("create", tokenOf("Topic"));
        expect([faults.next(one)?.answer, faults.next(one)]).toEqual([404, undefined]);
    });
});

describe("SLIPWAY_LOCAL_FAULTS", () => {
    const list = '[{ "verb": "create", "call": 1, "answer": 503 }, { "delay": "api", "calls": 2 }]';
    const faults = [
        { verb: "create", call: 1, answer: 503 },
        { delay: "api", calls: 2 },
    ];

    test("accepts a list of faults, a plan, or the path of a file with either", () => {
        const file = join(newFolder(), "faults.json");
        writeFileSync(file, `{ "faults": ${list}, "speed": 10 }`);
        expect(parseFaultPlan(list)).toEqual({ faults });
        expect(parseFaultPlan(' {"seed": 7, "rate": 0.1}')).toEqual({ seed: 7, rate: 0.1 });
        expect(parseFaultPlan(file)).toEqual({ faults, speed: 10 });
        const typed = ["gcp:pubsub/topic:Topic", "appengine.apps.services.versions.delete"].map((type) => {
            return { verb: "delete", type, answer: 503 };
        });
        expect(parseFaultPlan(JSON.stringify(typed), (token) => token === tokenOf("Topic"))).toEqual({ faults: typed });
    });

    test.each([
        ["nowhere.json", 'must be JSON or the path of a file (got "nowhere.json")'],
        ["[{]", /Expected property name/],
        ['{ "sed": 7 }', 'sed: Invalid key: Expected never but received "sed"'],
        ['[{ "verb": "make", "answer": 503 }]', /^faults\.0\.verb: .*"create" \| "read".* but received "make"/],
        ['[{ "verb": "create", "answer": 200 }]', /^faults\.0\.answer: .*200/],
        ['[{ "verb": "create", "answer": "hang" }]', /^faults\.0\.answer: .*"hang"/],
        ['[{ "verb": "create", "answer": 503, "call": 0 }]', /^faults\.0\.call: .*0/],
        ['[{ "verb": "create", "answer": 503, "cal": 1 }]', /^faults\.0\.cal: .*"cal"/],
        ['[{ "delay": "role", "calls": 1 }]', /^faults\.0\.delay: .*"api" \| "account".* but received "role"/],
        ['[{ "delay": "api" }]', "faults.0: a delay requires calls or seconds"],
        [
            '[{ "verb": "create", "type": "gcp:pubsub/topics:Topic", "answer": 503 }]',
            `faults.0.type: must be a type of Google's provider, such as "gcp:pubsub/topic:Topic", or a method of an API (got "gcp:pubsub/topics:Topic")`,
        ],
        ['[{ "verb": "create", "type": "Topic", "answer": 503 }]', /^faults\.0\.type: .*"Topic"/],
        ['{ "seed": 1, "rate": 2 }', /^rate: .*1.*2/],
        ['{ "speed": 0 }', /^speed: .*0/],
    ])("that is %s is refused", (setting, expected) => {
        const [, what] = /^SLIPWAY_LOCAL_FAULTS: ([\s\S]*)\. See docs\/local\/faults\.md\.$/.exec(
            refusalOf(() => parseFaultPlan(setting, (token) => token === tokenOf("Topic"))),
        ) as RegExpExecArray;
        expect(what).toEqual(typeof expected === "string" ? expected : expect.stringMatching(expected));
    });
});

describe("a process", () => {
    /** Creates the topics `one`, `two` and `three` in a child process; returns the existing ones afterwards. */
    async function topicsAfter(
        answer: "kill" | "lose",
    ): Promise<{ signal: unknown; output: string; topics: string[] }> {
        const folder = newFolder();
        const { signal, output } = await run(
            `const { Cloud } = require("./local/simulator/cloud/cloud");
            const { Attempts } = require("./local/simulator/provider/attempts");
            const { clock } = require("./local/simulator/provider/simulatedTime");
            const { Faults } = require("./local/simulator/provider/faults");
            const { InstalledProvider } = require("./local/simulator/provider/installed");
            const { LocalProvider } = require("./local/simulator/provider/provider");
            const type = "${tokenOf("Topic")}";
            const faults = new Faults({ faults: [{ verb: "create", type, call: 2, answer: "${answer}" }] });
            const attempts = new Attempts(faults, clock(1));
            const provider = new LocalProvider(new Cloud(process.argv[1]), new InstalledProvider(process.cwd()));
            provider.configure({ project: "acme-dev" });
            provider.create("${tokenOf("Service")}", { service: "pubsub.googleapis.com" }, false);
            (async () => {
                for (const name of ["one", "two", "three"]) {
                    const call = { verb: "create", token: type, name, urn: name, timeoutSeconds: 0 };
                    await attempts.run(call, (sent) => provider.create(type, { name }, false, sent));
                    process.stdout.write(name);
                }
            })();`,
            folder,
        );
        const topics = new World(undefined, { folder }).cloud.store.list("//pubsub.googleapis.com");
        return { signal, output, topics: topics.map(({ id }) => id.split("/").at(-1) as string) };
    }

    test("that is killed before a call keeps acknowledged changes", async () => {
        expect(await topicsAfter("kill")).toEqual({ signal: "SIGKILL", output: "one", topics: ["one"] });
    });

    test("that is killed after a call also keeps the change that was not acknowledged", async () => {
        expect(await topicsAfter("lose")).toEqual({ signal: "SIGKILL", output: "one", topics: ["one", "two"] });
    });
});

describe("an operation that fails after a creation took effect", () => {
    const failure = (token: string) =>
        new World().provider.broken(token, "create", { id: "an-id", state: { name: "web" } });

    test("leaves a resource that the provider forgets, with the code that clears its ID", () => {
        const error = failure(tokenOf("Network"));
        expect(error).not.toBeInstanceOf(PartialFailure);
        expect(error.message).toBe(
            "Error waiting to create Network: Error waiting for Creating Network: Error code 13, message: An internal error has occurred",
        );
    });

    test("leaves a tainted resource, with the code that keeps its ID", () => {
        expect(failure("gcp:cloudrunv2/service:Service")).toMatchObject({ id: "an-id", state: { name: "web" } });
    });

    test("is refused for a type whose creation begins none", () => {
        expect(failure("gcp:storage/bucket:Bucket").message).toBe(
            'SLIPWAY_LOCAL_FAULTS: "break" needs an operation, and the provider waits for none of gcp:storage/bucket:Bucket',
        );
    });
});
