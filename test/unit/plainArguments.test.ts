import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { isPlainObject } from "../../lib/internal/arguments/value";
import { at, componentsWithArguments, type Made, pathsOf, replaced } from "./components";
import type * as everythingOf from "./everything";
import { registered } from "./registered";

const checkPath = join(__dirname, "..", "..", "lib", "internal", "arguments", "check.ts");

/** What a constructor whose arguments are accepted ends with, before it registers anything. */
class Accepted extends Error {}

jest.setTimeout(600_000);
jest.spyOn(pulumi.log, "warn").mockResolvedValue();

let all: Made[];
/** The arguments that take any keys and values. */
let documents: string[];
beforeAll(async () => {
    all = await componentsWithArguments();
    documents = Object.keys((require("./everything") as typeof everythingOf).collected("documents"));
    const check = require(checkPath);
    for (const name of ["checked", "resolved"]) {
        const actual = check[name];
        check[name] = (...args: unknown[]) => {
            actual(...args);
            throw new Accepted();
        };
    }
});

/** The error of a constructor or a function; nothing if it accepts what it gets. */
function errorOf(use: () => unknown): Error | undefined {
    try {
        use();
    } catch (error) {
        return error instanceof Accepted ? undefined : (error as Error);
    }
    return undefined;
}

/** What is wrong with the errors of each argument that has such a value, when it has another one. */
async function wrongErrors(
    isOther: (value: unknown) => boolean,
    other: (value: unknown) => unknown,
    isRight: (error: Error | undefined) => boolean,
): Promise<{ wrong: string[]; refused: number }> {
    const wrong: string[] = [];
    const tried = new Set<string>();
    let refused = 0;
    const program = registered(() => {
        for (const { title, type, args, make } of all) {
            const paths = pathsOf(args).filter((path) => isOther(at(args, path)) && !path.includes("transform"));
            // Constructors refuse the arguments of what exists already.
            const isTried = type !== "Environment" && errorOf(() => make(args)) === undefined;
            for (const path of isTried ? paths : []) {
                const argument = `${type} ${path.join(".").replaceAll(/\d+/g, "0")}`;
                if (!tried.has(argument)) {
                    tried.add(argument);
                    const error = errorOf(() => make(replaced(args, path, other(at(args, path)))));
                    refused += error ? 1 : 0;
                    wrong.push(...(isRight(error) ? [] : [`${title}: ${path.join(".")}: ${error?.message}`]));
                }
            }
        }
    });
    // The constructors that are tried belong to programs of several environments, of which one has only one.
    await program.catch(() => undefined);
    return { wrong, refused };
}

const hasText = (error: Error | undefined, text: string) => error?.message.includes(text) === true;

/** An output that never resolves. */
const unresolved = () => pulumi.output(new Promise<string>(() => undefined));

/** How an error says what to pass in the place of an output. */
const remedy = "(await stack.getOutputDetails(…)).value";

/** What components are refused for because of those that were tried before in the same program. */
const earlier = ["[composer/name-taken]", "[loadbalancer/policy-bypassed]"];

test("each argument takes an output, or says why it takes none and what to pass", async () => {
    const isPlain = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);
    const isRight = (error: Error | undefined) =>
        error === undefined || [remedy, "memberName", ...earlier].some((text) => hasText(error, text));
    const { wrong, refused } = await wrongErrors(isPlain, unresolved, isRight);
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(500);
});

test("each argument says what to write in the place of a text that was made of an output", async () => {
    const isRight = (error: Error | undefined) => !hasText(error, "[toString]") && hasText(error, "pulumi.interpolate");
    const isText = (value: unknown) => typeof value === "string";
    const { wrong } = await wrongErrors(isText, () => `sales-${pulumi.output("x")}`, isRight);
    expect(wrong).toEqual([]);
});

test("what exists already is not looked up by an output", async () => {
    const classes = { ...require("slipway"), ...require("slipway/gke") };
    const existing = Object.entries<{ existing?: (...args: unknown[]) => unknown }>(classes).filter(
        ([, component]) => typeof component.existing === "function",
    );
    const wrong: string[] = [];
    await registered(() => {
        for (const [name, component] of existing) {
            for (const given of [pulumi.output("sales"), `sales-${pulumi.output("x")}`]) {
                const error = errorOf(() => component.existing?.(given, {}));
                const isRight = hasText(error, "getOutputDetails") && !hasText(error, "[toString]");
                wrong.push(...(isRight ? [] : [`${name}: ${error?.message}`]));
            }
        }
    });
    expect(wrong).toEqual([]);
    expect(existing.length).toBeGreaterThan(10);
});

/** The row of the document that a component accepted, by how {@link wrongErrors} describes it. */
const documentOf = (accepted: string): string | undefined =>
    documents.find((row) => {
        const [type, ...path] = row.split(".").map((name) => (name === "<name>" ? ".+" : name));
        const part = "(\\.\\d+)*\\.";
        return new RegExp(`^${type} "[^"]+": ${path.join(part)}(\\..+)?: undefined$`).test(accepted);
    });

/** A key that no name of a label, a variable, a header, a package or a parameter is. */
const wrongKey = "Wrong Key!\n";

test("a key of a map is checked, also beside values that are only known later", async () => {
    const isMap = (value: unknown) =>
        isPlainObject(value) &&
        Object.keys(value).length > 0 &&
        Object.values(value).every((item) => ["string", "number", "boolean"].includes(typeof item)) &&
        !Object.hasOwn(value, "existing");
    const beside = (value: unknown) => {
        const entries = Object.entries(value as object);
        const later = entries.map(([key, item]) => [key, typeof item === "string" ? unresolved() : item]);
        return Object.fromEntries([...later, [wrongKey, entries[0]?.[1]]]);
    };
    // Some maps take no outputs, for which the errors say what to pass.
    const isRight = (error: Error | undefined) => hasText(error, "Wrong Key!") || hasText(error, remedy);
    const { wrong, refused } = await wrongErrors(isMap, beside, isRight);
    const found = wrong.map(documentOf);
    expect(wrong.filter((_, index) => found[index] === undefined)).toEqual([]);
    expect(documents.filter((row) => !found.includes(row))).toEqual([]);
    expect(refused).toBeGreaterThan(100);
});

test("an item of a list is checked, also beside one that is only known later", async () => {
    const isList = (value: unknown) =>
        Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");
    const isRight = (error: Error | undefined) => hasText(error, ".1: ") || hasText(error, remedy);
    const { wrong, refused } = await wrongErrors(isList, () => [unresolved(), { wrong: 1 }], isRight);
    expect(wrong.filter((each) => documentOf(each) === undefined)).toEqual([]);
    expect(refused).toBeGreaterThan(100);
});
