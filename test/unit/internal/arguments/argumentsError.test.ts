import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, type PubSubTopicArgs } from "slipway";
import { programPlace } from "../../../../lib/internal/arguments/argumentsError";
import * as check from "../../../../lib/internal/arguments/check";
import { registered, rejection } from "../../registered";

const place = new RegExp(`^ {4}at test/unit/internal/arguments/${basename(__filename)}:\\d+:\\d+$`);
const invalid = { retention: "forever" } as unknown as PubSubTopicArgs;
const problem =
    'PubSubTopic "sales": retention: must be a duration such as "90 seconds" or "7 days" (got "forever"). [value/format]';

/** The error that a program throws. */
async function errorOf(program: () => unknown): Promise<Error> {
    let thrown: unknown;
    await registered(() => {
        try {
            program();
        } catch (error) {
            thrown = error;
        }
    });
    return thrown as Error;
}

/** The line that calls this. */
const currentLine = () => Number(/:(\d+):\d+\)?$/.exec(new Error().stack?.split("\n")[2] ?? "")?.[1]);

test("Pulumi prints only the message of an error of arguments, which ends with the line of the program", async () => {
    const error = await errorOf(() => new PubSubTopic("sales", invalid));
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    const [first, second] = error.message.split("\n");
    expect([first, second]).toEqual([problem, expect.stringMatching(place)]);
    expect(error.message).not.toMatch(/node_modules|node:|lib\//);
});

test("the first line is that of the component, and the next ones call it", async () => {
    let line = 0;
    const create = () => {
        line = currentLine();
        return new PubSubTopic("sales", invalid);
    };
    const { message } = await errorOf(() => create());
    const [, component, caller] = message.split("\n");
    expect([component, caller]).toEqual([expect.stringMatching(place), expect.stringMatching(place)]);
    expect(component).toContain(`:${line + 1}:`);
});

test("the error of a value that resolves later has the line of the program as well", async () => {
    const args = { name: pulumi.output("Sales") };
    const checks = check.options<{ name: pulumi.Input<string> }>({
        name: check.input(check.matching(/^[a-z]+$/, "must be in lower case")),
    });
    const { name } = check.checked("Job", args, checks);
    const error = await rejection(name);
    const [first, second] = error.message.split("\n");
    expect([first, second]).toEqual([
        'Job: name: must be in lower case (got "Sales"). [value/format]',
        expect.stringMatching(place),
    ]);
    expect(pulumi.RunError.isInstance(error)).toBe(true);
});

/** The lines of the program in a stack. */
function linesIn(...frames: string[]): string[] {
    const place = programPlace();
    const { prepareStackTrace } = Error;
    Error.prepareStackTrace = () => ["Error", ...frames.map((frame) => `    at ${frame}`)].join("\n");
    try {
        return place().split("\n    at ").slice(1);
    } finally {
        Error.prepareStackTrace = prepareStackTrace;
    }
}

const here = process.cwd();
const component = `new PubSubTopic (${join(__dirname, "..", "..", "..", "..", "lib", "pubsub", "topic.ts")}:90:9)`;

test.each<[string, string[], string[]]>([
    ["a method", [`Shop.create (${here}/index.ts:7:17)`], ["index.ts:7:17"]],
    ["a module", [`${here}/index.ts:7:17`], ["index.ts:7:17"]],
    ["a function that waits", [`async ${here}/shop/index.ts:7:17`], ["shop/index.ts:7:17"]],
    ["an asynchronous method", [`async Shop.create (${here}/index.ts:7:17)`], ["index.ts:7:17"]],
    [
        "a module by its address",
        [`create (${pathToFileURL(here)}/my%20shop/index.mjs:7:17)`],
        ["my shop/index.mjs:7:17"],
    ],
    ["a path that is relative already", ["create (index.ts:7:17)"], ["index.ts:7:17"]],
    ["a source of a bundle", ["create (webpack:///./src/index.ts:7:17)"], ["webpack:///./src/index.ts:7:17"]],
    ["a file elsewhere", ["create (/srv/shop/index.ts:7:17)"], ["/srv/shop/index.ts:7:17"]],
    ["no line of the program", ["listOnTimeout (node:internal/timers:581:17)"], []],
    [
        "what follows the library, up to what loads the program",
        [
            component,
            `create (${here}/shop.ts:3:4)`,
            `map (${here}/node_modules/lodash/map.js:1:1)`,
            `Object.<anonymous> (${here}/index.ts:7:17)`,
            "Module._compile (node:internal/modules/cjs/loader:1554:14)",
            "/opt/run.js:1:1",
        ],
        ["shop.ts:3:4", "index.ts:7:17"],
    ],
    [
        "what comes after a module that is loaded late",
        ["Module._load (node:internal/modules/cjs/loader:1104:12)", `create (${here}/shop.ts:3:4)`],
        ["shop.ts:3:4"],
    ],
    [
        "a program that a hook loads",
        [`create (${here}/shop.ts:3:4)`, "Object.extensions..ts (/opt/hook.js:1:1)", "/opt/run.js:1:1"],
        ["shop.ts:3:4"],
    ],
])("an error has the lines of the program: %s", (_, frames, lines) => {
    expect(linesIn(component, ...frames)).toEqual(lines);
});
