import { type Fault, Faults } from "../../../local/provider/faults";
import { run } from "./process";
import { newFolder, refusalOf, tokens, World } from "./world";

test("a fault counts the calls of its verb and type, and happens once", () => {
    const faults = new Faults([
        { verb: "create", type: "a", call: 2, answer: 503 },
        { verb: "create", call: 4, answer: "kill" },
    ]);
    const answers = [
        faults.next("create", "a"),
        faults.next("read", "a"),
        faults.next("create", "b"),
        faults.next("create", "a"),
        faults.next("create", "a"),
        faults.next("create", "a"),
    ];
    expect(answers).toEqual([undefined, undefined, undefined, 503, "kill", undefined]);
});

test.each<[Fault["verb"], string]>([
    ["create", "Error creating Topic: googleapi: Error 429: asked for by the list of faults"],
    ["read", 'Error when reading or editing PubsubTopic "projects/acme-dev/topics/sales": googleapi: Error 429: asked'],
    ["update", 'Error updating Topic "projects/acme-dev/topics/sales": googleapi: Error 429: asked for by the list'],
    ["delete", "Error when reading or editing Topic: googleapi: Error 429: asked for by the list of faults"],
])("a %s that is to fail fails in the provider's words, has no effect and succeeds the next time", (verb, message) => {
    const type = "gcp:pubsub/topic:Topic";
    const world = new World(undefined, { faults: [{ verb, type, call: 1, answer: 429 }] });
    world.enable("pubsub");
    const create = () => world.make("Topic", { name: "sales" });
    if (verb === "create") {
        expect(refusalOf(create)).toContain(message);
        expect(create().id).toBe("projects/acme-dev/topics/sales");
        return;
    }
    const topic = create();
    const calls = {
        read: () => world.refreshed(topic)?.id,
        update: () => world.update(topic, { name: "sales", labels: { a: "b" } }).state.labels.a,
        delete: () => world.remove(topic),
    };
    expect(refusalOf(calls[verb])).toContain(message);
    expect(world.cloud.store.read(`//pubsub.googleapis.com/${topic.id}`)?.state).toEqual(topic.state);
    expect(calls[verb]()).toBe({ read: topic.id, update: "b", delete: undefined }[verb]);
});

describe("a process that is killed", () => {
    /** Makes the topics `one`, `two` and `three` in a process of its own; those that are there afterwards. */
    async function left(answer: "kill" | "lose"): Promise<{ signal: unknown; output: string; topics: string[] }> {
        const folder = newFolder();
        const { signal, output } = await run(
            `const { Cloud } = require("./local/cloud/cloud");
            const { Faults } = require("./local/provider/faults");
            const { InstalledProvider } = require("./local/provider/installed");
            const { LocalProvider } = require("./local/provider/provider");
            const faults = new Faults([{ verb: "create", type: "${tokens.Topic}", call: 2, answer: "${answer}" }]);
            const provider = new LocalProvider(new Cloud(process.argv[1]), new InstalledProvider(process.cwd()), faults);
            provider.configure({ project: "acme-dev" });
            provider.create("${tokens.Service}", { service: "pubsub.googleapis.com" }, false);
            for (const name of ["one", "two", "three"]) {
                provider.create("${tokens.Topic}", { name }, false);
                process.stdout.write(name);
            }`,
            folder,
        );
        const topics = new World(undefined, { folder }).cloud.store.list("//pubsub.googleapis.com");
        return { signal, output, topics: topics.map(({ id }) => id.split("/").at(-1) as string) };
    }

    test("before a call has left what it had acknowledged", async () => {
        expect(await left("kill")).toEqual({ signal: "SIGKILL", output: "one", topics: ["one"] });
    });

    test("after a call has left what nobody heard of too", async () => {
        expect(await left("lose")).toEqual({ signal: "SIGKILL", output: "one", topics: ["one", "two"] });
    });
});
