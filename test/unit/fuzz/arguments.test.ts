import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import { again, seed, times } from "../../fuzz";
import { type Args, componentsWithArguments, type Made, pathsOf, replaced } from "../components";
import { registered, registeredSoFar } from "../registered";

jest.spyOn(pulumi.log, "warn").mockResolvedValue();
jest.spyOn(pulumi.log, "info").mockResolvedValue();

let all: Made[] = [];

const inItself: Args = {};
inItself.a = inItself;

/** A list in a list, and so on: deeper than what calls itself for each has stack for. */
const deep = Array.from({ length: 20_000 }).reduce<unknown>((inner) => [inner], "a");
const deepObject = Array.from({ length: 20_000 }).reduce<unknown>((inner) => ({ a: inner }), "a");

/** Values that are right in few places, by what tells them apart in an error. */
const wrong: Record<string, unknown> = {
    null: null,
    "an empty text": "",
    "a text": "a b",
    "a long text": "a".repeat(10_000),
    "a text of a million characters": "a ".repeat(500_000),
    "a list of 10,000 texts": Array.from({ length: 10_000 }, (_, index) => `a${index}`),
    "lists in lists": deep,
    "objects in objects": deepObject,
    "control characters": "a\0\u0007\n",
    "a key of all objects": "__proto__",
    "a name of all objects": "constructor",
    "not a number": Number.NaN,
    "no end": Number.POSITIVE_INFINITY,
    "a negative number": -1,
    zero: 0,
    "a fraction": 0.5,
    "a large number": 1e21,
    "a large integer": 10n,
    true: true,
    false: false,
    "an empty list": [],
    "a list of null": [null],
    "a list of lists": [[]],
    "a list of texts": ["a b"],
    "an empty object": {},
    "an unknown option": { "unknown option": 1 },
    "an object that is no text": { toString: 1 },
    "an option of all objects": { constructor: { toString: 1 } },
    "another prototype": JSON.parse('{"__proto__": {"a": 1}}'),
    "no prototype": Object.create(null),
    "an object in itself": inItself,
    "a date": new Date(0),
    "a function": () => 1,
    "a symbol": Symbol("a"),
};

beforeAll(async () => {
    all = await componentsWithArguments();
}, 120_000);

/** What is wrong with how a component treats arguments; undefined if it takes them, or refuses them before it registers anything. */
async function faultOf({ title, make }: Made, args: unknown): Promise<string | undefined> {
    let refusal: unknown;
    try {
        await registered(() => {
            try {
                make(args);
            } catch (error) {
                refusal = error;
            }
        });
    } catch (error) {
        // Of a value that is known later.
        return pulumi.RunError.isInstance(error) ? undefined : `is not refused, but fails later: ${error}`;
    }
    if (refusal === undefined) {
        return undefined;
    }
    if (!pulumi.RunError.isInstance(refusal)) {
        return `fails by ${(refusal as Error).stack?.split("\n").slice(0, 3).join(" ") ?? String(refusal)}`;
    }
    const [problems = ""] = (refusal as Error).message.split(/\n(?= {4}at )/);
    // An image that an earlier program made says that it cannot be used anymore.
    const foreign = problems
        .split("\n")
        .find((line) => !line.startsWith(`${title}: `) && !line.endsWith("/ran-by-too-late]"));
    return foreign !== undefined
        ? `is refused by ${foreign}`
        : registeredSoFar().length > 0
          ? `is refused after it registered ${registeredSoFar()}: ${problems}`
          : undefined;
}

test("a wrong value of an argument is refused in the form of all errors, before anything is registered, or is taken", async () => {
    expect(all.length).toBeGreaterThan(100);
    const cases = fc
        .nat(all.length - 1)
        .map((index) => all[index] as Made)
        .chain((made) =>
            fc.tuple(
                fc.constant(made),
                fc.constantFrom([], ...pathsOf(made.args)),
                fc.constantFrom(...Object.keys(wrong)),
            ),
        );
    const faults: string[] = [];
    for (const [made, path, value] of fc.sample(cases, { seed, numRuns: 1000 * times })) {
        const fault = await faultOf(made, replaced(made.args, path as string[], wrong[value]));
        // Components that use others of their own program can fail here as they are.
        if (fault !== undefined && fault !== (await faultOf(made, made.args))) {
            faults.push(`${made.title}: ${path.join(".")}: ${value} ${fault}`);
        }
    }
    if (faults.length > 0) {
        throw new Error(`Repeat it by: ${again}\n${faults.join("\n")}`);
    }
}, 1_200_000);
