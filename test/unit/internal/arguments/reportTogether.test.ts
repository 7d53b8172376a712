import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, StorageBucket } from "../../../../lib";
import {
    componentPlaceholder,
    hasPlaceholder,
    withoutPlaceholders,
} from "../../../../lib/internal/arguments/placeholder";
import { together } from "../../../../lib/internal/arguments/reportTogether";
import { endsProgram } from "../../../../lib/internal/arguments/uncaught";
import { folderOf } from "../../folders";
import { registered } from "../../registered";

const placeholder = () => componentPlaceholder("StorageBucket", "data", StorageBucket.prototype) as StorageBucket;

describe("the placeholder of a component", () => {
    test("is one for the SDK, and for the checks of other components", () => {
        const bucket = placeholder();
        expect(bucket).toBeInstanceOf(StorageBucket);
        expect(pulumi.Resource.isInstance(bucket)).toBe(true);
        expect(pulumi.Output.isInstance(bucket.bucket.name)).toBe(true);
    });

    test("has no value that is ever known, and no callback is called with one", async () => {
        const { bucket, reader, role } = placeholder();
        let calls = 0;
        const count = () => {
            calls++;
        };
        const texts = pulumi.interpolate`${bucket.url}/a`;
        pulumi.all([bucket.name, role("roles/storage.admin"), reader]).apply(count);
        bucket.name.apply((name) => name.trim()).apply(count);
        texts.apply(count);
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(calls).toBe(0);
        // It is no promise.
        expect(await placeholder()).toBeInstanceOf(StorageBucket);
    });

    test.each<[string, (bucket: StorageBucket) => unknown]>([
        ["itself", (bucket) => bucket],
        ["a value", (bucket) => ({ a: [1, bucket.bucket.name] })],
        ["a result", (bucket) => bucket.role("roles/storage.admin").grants],
        ["a text", (bucket) => `${bucket.bucket.url}/a`],
        ["a list", (bucket) => [...(bucket.bucket.cors as never)]],
        ["a copy", (bucket) => ({ ...bucket.objects })],
        ["a loop", (bucket) => Object.values(bucket.objects).map(({ name }) => name)],
        ["JSON", (bucket) => JSON.stringify({ url: bucket.bucket.url })],
    ])("is found in arguments: %s", (_, read) => {
        const args = { plain: 1, list: ["a", "b"], read: read(placeholder()) };
        expect(hasPlaceholder(args)).toBe(true);
        const rest = withoutPlaceholders(args);
        expect(hasPlaceholder(rest)).toBe(false);
        expect(rest).toMatchObject({ plain: 1, list: ["a", "b"] });
    });

    test.each([[undefined], [null], [1], ["a"], [{ a: [() => 1] }], [pulumi.output("a")]])("is not in %p", (value) => {
        expect(hasPlaceholder(value)).toBe(false);
        expect(withoutPlaceholders(value)).toBe(value);
    });

    test("ends what follows its values without an end", () => {
        const follow = () => {
            for (let value: unknown = placeholder(); value; ) {
                value = Reflect.get(Object(value), "next");
            }
            return "ended";
        };
        expect(follow()).toBe("ended");
    });
});

test("with mocks and in programs of the Automation API a constructor throws, as tests expect it", async () => {
    await registered(() => {
        const topic = () => new PubSubTopic("sales", { retention: "forever" as never });
        expect(topic).toThrow(/value\/format/);
        expect(topic).toThrow(pulumi.RunError);
        expect(() => StorageBucket.existing("Not a name")).toThrow(/value\/format/);
    });
});

test("a class has one wrapper, of which everything else is the class's", () => {
    class Base {
        static of = "Base";
        constructor(readonly name: string) {}
    }
    const wrapped = together(Base, "Base");
    expect(together(Base, "Base")).toBe(wrapped);
    class Derived extends wrapped {}
    expect([new wrapped("a").name, new Derived("b").name, wrapped.of, wrapped.name]).toEqual([
        "a",
        "b",
        "Base",
        "Base",
    ]);
    expect(new Derived("b")).toBeInstanceOf(Derived);
    expect(new Base("c")).toBeInstanceOf(wrapped);
    expect(together("text", "text")).toBe("text");
});

describe("an error certainly ends the program", () => {
    const loader = "    at Module._compile (node:internal/modules/cjs/loader:1521:14)";
    const run = "    at Object.runProgram [as init] (/app/node_modules/@pulumi/cmd/run/run.ts:541:33)";
    const library = "/app/node_modules/slipway/dist/lib";
    const own = `    at attempt (${library}/internal/arguments/reportTogether.js:1:1)`;

    /** Whether an error ends a program whose stack has `FILE` in place of a file with this code. */
    function ends(code: string, stack: string[], others: string[] = []): boolean {
        const file = join(folderOf({ "index.ts": code }), "index.ts");
        const loaded = others.map((other) => join(folderOf({ "other.ts": other }), "other.ts"));
        return endsProgram(
            library,
            [own, ...stack].map((frame) => frame.replace("FILE", file)),
            loaded,
        );
    }

    const top = "    at Object.<anonymous> (FILE:3:1)";
    test.each<[string, string, string[]]>([
        ["at the top of a program", "new X();", [top, loader, run]],
        [
            "in a function and a loop",
            "new X();",
            ["    at make (FILE:1:1)", "    at Array.map (<anonymous>)", top, loader],
        ],
        ["in a module after an await", "await one(); new X();", ["    at file://FILE:3:1"]],
        ["in an asynchronous program", "export = async () => {}", ["    at module.exports (FILE:2:1)", run]],
        ["with the words in comments", "// try {\n/* catch (\n * .then(\n */\nnew X();", [top, loader, run]],
    ])("%s", (_, code, stack) => {
        expect(ends(code, stack, ["const other = 1;"])).toBe(true);
    });

    test.each<[string, string, string[]]>([
        ["try", "try { new X(); } catch {}", [top, loader, run]],
        ["a handler of a promise", "main().catch(() => 1)", [top, loader, run]],
        ["another handler", "main().then(() => 1, () => 2)", [top, loader, run]],
        ["all results of promises", "Promise.allSettled(all)", [top, loader, run]],
        ["an output's callback", "new X();", [top, "    at /app/node_modules/@pulumi/output.ts:1:1", run]],
        ["another package", "new X();", [top, "    at retry (/app/node_modules/retry/index.js:1:1)", loader, run]],
        ["a test", "new X();", [top, "    at Function.throws (node:assert:1:1)", loader, run]],
        ["a new promise", "new X();", [top, "    at new Promise (<anonymous>)", loader, run]],
        ["an asynchronous function that nobody is seen to wait for", "async function a() {}", ["    at a (FILE:1:1)"]],
        [
            "code without a file",
            "new X();",
            ["    at eval (eval at <anonymous> (/app/a.js:1:1), <anonymous>:1:1)", top],
        ],
    ])("not if it may be caught: %s", (_, code, stack) => {
        expect(ends(code, stack)).toBe(false);
    });

    test("in a local deployment, whose package is on the stack", () => {
        const local = Symbol.for("slipway.libraries");
        Reflect.set(globalThis, local, ["/app/node_modules/slipway-local/dist"]);
        try {
            const deferred =
                "    at loader._load (/app/node_modules/slipway-local/dist/local/commands/engine/deferred.js:38:29)";
            expect(ends("new X();", [top, loader, deferred, run])).toBe(true);
        } finally {
            Reflect.deleteProperty(globalThis, local);
        }
    });

    test("not of an asynchronous function if another file catches something", () => {
        const stack = ["    at module.exports (FILE:2:1)", run];
        expect(ends("export = async () => {}", stack, ["main.catch(print)"])).toBe(false);
        expect(ends("export = () => {}", stack, ["main.catch(print)"])).toBe(true);
    });
});
