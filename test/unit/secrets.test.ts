import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { providerCode } from "../../local/simulator/rules/plan/code";
import { type Args, at, componentsWithArguments, type Made, pathsOf, replaced } from "./components";
import { collected } from "./everything";
import { failuresSoFar, outcome, registeredWires, type Wire } from "./registered";

/** What is looked for: what secrets contain, or the whole secret where its format admits no other text. In lower case. */
const canary = "canary7";
let wanted = canary;
const hasCanary = (text: string) => text.toLowerCase().includes(wanted);
const { specialSigKey, specialSecretSig } = pulumi.runtime;

const printed: string[] = [];

/** Records what components print, except debug messages, which the SDK writes. */
function listen(): void {
    const record = (...values: unknown[]) => void printed.push(values.map(String).join(" "));
    for (const level of ["info", "warn", "error"] as const) {
        jest.spyOn(pulumi.log, level).mockImplementation(async (...[message]) => record(message));
        jest.spyOn(console, level).mockImplementation(record);
    }
    jest.spyOn(console, "log").mockImplementation(record);
    // What nothing waits for fails as well, which would end the program.
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", record);
}

const isText = (value: unknown): value is string => typeof value === "string";

/** The texts of secret outputs, which arguments that admit no others have. */
const textsOfSecrets = new Map<unknown, string>();

/** What text a value has, if it is one, or a secret output with one. */
const textOf = (value: unknown): string | undefined => (isText(value) ? value : textsOfSecrets.get(value));

/** A copy of arguments in which outputs have become their texts, to which a canary can be added. */
async function withTexts(value: unknown): Promise<unknown> {
    if (pulumi.Output.isInstance(value)) {
        const known = await outcome(value);
        if (isText(known) && (await pulumi.isSecret(value))) {
            textsOfSecrets.set(value, known);
            return value;
        }
        return isText(known) ? known : value;
    }
    // The package is loaded with observed checks.
    const { ContainerImage }: typeof import("slipway") = require("slipway");
    if (value instanceof ContainerImage) {
        // What runs an image has to say so before its program awaits something.
        return outcome(value.reference);
    }
    const isObject = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
    // Capabilities and what exists already are what functions returned.
    if (Array.isArray(value) || (isObject && !("grants" in value) && !("existing" in value))) {
        const entries = Object.entries(value as object).map(async ([key, part]) => [key, await withTexts(part)]);
        const parts = await Promise.all(entries);
        return Array.isArray(value) ? parts.map(([, part]) => part) : Object.fromEntries(parts);
    }
    return value;
}

/** Texts that are like another one, and have a canary. */
function* lookalikes(text: string): Generator<string> {
    const upper = canary.toUpperCase();
    yield `${text}${canary}`;
    yield `${canary}${text}`;
    yield `${text}${upper}`;
    for (const { index, 0: word } of text.matchAll(/[A-Za-z\d]+/g)) {
        for (const other of [`${word}${canary}`, canary, `${word}${upper}`]) {
            yield `${text.slice(0, index)}${other}${text.slice(index + word.length)}`;
        }
    }
}

/** Values that are like another one, with a canary in a text. */
function* withCanary(value: unknown): Generator<unknown> {
    const text = textOf(value);
    if (text !== undefined) {
        yield* lookalikes(text);
        return;
    }
    for (const path of pathsOf(value)) {
        const part = textOf(at(value, path));
        if (part !== undefined) {
            for (const other of lookalikes(part)) {
                yield replaced(value, path, other);
            }
        }
    }
}

/** The properties of a value that have the canary in clear. */
function inClear(value: unknown, path: string): string[] {
    if (isText(value)) {
        // Google Cloud generates the IDs of channels, for which the mocks use the address.
        return hasCanary(value) && !value.includes("/notificationChannels/") ? [path] : [];
    }
    if (typeof value !== "object" || value === null || Reflect.get(value, specialSigKey) === specialSecretSig) {
        return [];
    }
    return Object.entries(value).flatMap(([key, part]) => [
        ...(hasCanary(key) ? [`${path}.${key}`] : []),
        ...inClear(part, `${path}.${key}`),
    ]);
}

/** The inputs in the IDs of types whose code does not tell what is in them. */
const inIds: Record<string, string[]> = {
    "gcp:kms/cryptoKey:CryptoKey": ["keyRing", "name"],
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": ["project", "location", "bucketId"],
    "gcp:logging/projectSink:ProjectSink": ["project", "name"],
    "gcp:projects/service:Service": ["project", "service"],
    "gcp:sql/user:User": ["instance", "name", "host"],
    "gcp:storage/bucket:Bucket": ["name"],
    "gcp:storage/bucketObject:BucketObject": ["bucket", "name"],
    "gcp:tags/locationTagBinding:LocationTagBinding": ["parent", "tagValue", "location"],
    "gcp:tags/tagBinding:TagBinding": ["parent", "tagValue"],
    "gcp:workflows/workflow:Workflow": ["project", "region", "name"],
};

/** The inputs of a resource that its ID contains, which is never secret. */
function inputsOfId({ type, inputs }: Wire): string[] {
    const groups = (providerCode()[type]?.import ?? []).flatMap((format) => [...format.matchAll(/\(\?P<(\w+)>/g)]);
    const names = groups.map(([, name = ""]) => name.replaceAll(/_([a-z\d])/g, (_, letter) => letter.toUpperCase()));
    // A grant's ID has the resource, the role and the member.
    const isGrant = /I(am|AM)Member$/.test(type);
    return [...names, ...(inIds[type] ?? []), ...(isGrant ? Object.keys(inputs) : [])];
}

const exposed = (wires: Record<string, Wire>): string[] =>
    Object.entries(wires).flatMap(([key, wire]) => [
        ...inClear(wire, key),
        ...inputsOfId(wire)
            .filter((name) => hasCanary(JSON.stringify(wire.inputs[name] ?? "")))
            .map((name) => `${key}.id (${name})`),
    ]);

/** What happens with arguments: what is registered, or the error, and what was printed. */
interface Result {
    wires?: Record<string, Wire>;
    /** The error of the constructor. */
    refused?: Error;
    /** The error of a value that became known. */
    failed?: Error;
    texts: string[];
}

async function attempt({ make }: Made, args: unknown): Promise<Result> {
    printed.length = 0;
    const result: Result = { texts: [] };
    try {
        const wires = await registeredWires(() => {
            try {
                make(args);
            } catch (error) {
                result.refused = error as Error;
            }
        });
        Object.assign(result, result.refused ? {} : { wires });
    } catch (error) {
        result.failed = error as Error;
    }
    const errors = [result.refused, result.failed, ...(result.failed ? failuresSoFar() : [])];
    result.texts = [...printed, ...errors.map((error) => (error instanceof Error ? String(error.stack) : ""))];
    return result;
}

/** The whole component without what it has of other components only while their program runs. */
async function alone(made: Made): Promise<Made | undefined> {
    for (const without of [undefined, ...Object.keys(made.args)]) {
        const args = Object.fromEntries(Object.entries(made.args).filter(([key]) => key !== without));
        const { wires } = await attempt(made, args);
        if (wires) {
            return { ...made, args };
        }
    }
    return undefined;
}

/** The texts that cannot be outputs, by what an error says of all of them. */
async function literals(made: Made): Promise<Set<string>> {
    const texts = pathsOf(made.args).filter((path) => isText(at(made.args, path)));
    const args = texts.reduce<unknown>((all, path) => replaced(all, path, pulumi.secret(at(all, path))), made.args);
    const { refused } = await attempt(made, args);
    const problems = (refused?.message ?? "").split("\n").filter((line) => line.includes("(got an output,"));
    return new Set(problems.map((line) => line.slice(made.title.length + 2).split(": ")[0] as string));
}

/** An argument that can be a secret, and what a secret in it does. */
interface Tried {
    /** `PubSubTopic.labels.*`. */
    argument: string;
    /** Whether a secret with a canary was accepted. */
    isAccepted: boolean;
    /** Whether it is refused because it is secret. */
    isPublic: boolean;
    exposed: string[];
    /** Errors and messages with the canary. */
    told: string[];
}

async function tryArgument(made: Made, argument: string, path: string[]): Promise<Tried | undefined> {
    const value = at(made.args, path);
    const withSecret = (secret: unknown) => attempt(made, replaced(made.args, path, pulumi.secret(secret)));
    const tried: Tried = { argument, isAccepted: false, isPublic: false, exposed: [], told: [] };
    const tryCanary = async (other: unknown): Promise<Tried | undefined> => {
        const { wires, texts } = await withSecret(other);
        tried.told.push(...texts.filter(hasCanary));
        return wires && { ...tried, isAccepted: true, exposed: exposed(wires) };
    };
    const canaries = withCanary(value);
    // Most arguments accept it, and the value itself tells nothing more.
    const first = await tryCanary(canaries.next().value);
    if (first) {
        return first;
    }
    const { refused, failed } = await withSecret(value);
    if (refused) {
        return undefined;
    }
    if (failed && !pulumi.RunError.isInstance(failed)) {
        throw new Error(`${made.title}: ${path.join(".")}`, { cause: failed });
    }
    tried.isPublic = failed?.message.includes("[value/secret]") ?? false;
    if (tried.isPublic) {
        return tried;
    }
    if (failed) {
        // A value such as a component, which cannot be in an output.
        return undefined;
    }
    for (const other of canaries) {
        const accepted = await tryCanary(other);
        if (accepted) {
            return accepted;
        }
    }
    // The last digit makes another text of those whose format admits no word.
    const others = isText(value)
        ? [value.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) % 9) + 1)), value]
        : [];
    for (const other of others) {
        const { wires, texts } = await withSecret(other);
        if (wires) {
            wanted = other.toLowerCase();
            // Other arguments can have the same text.
            const without = await attempt(made, replaced(made.args, path, undefined));
            const theirs = exposed(without.wires ?? {});
            const result = {
                ...tried,
                exposed: exposed(wires).filter((one) => !theirs.includes(one)),
                told: [...tried.told, ...texts.filter(hasCanary)],
            };
            wanted = canary;
            return result;
        }
    }
    return tried;
}

const tried: Tried[] = [];

/** What a `TagKey` has, which is an object without a class. */
const ofTags = /\.resourceManagerTags\.\w+\.id$/;

beforeAll(async () => {
    const listeners = process.listeners("unhandledRejection");
    listen();
    const seen = new Set<string>();
    for (const whole of await componentsWithArguments()) {
        const made = await alone({ ...whole, args: (await withTexts(whole.args)) as Args });
        const excluded = made ? await literals(made) : new Set();
        for (const path of made ? pathsOf(made.args) : []) {
            const argument = `${whole.type}.${path.map((key) => (/^\d+$/.test(key) ? "0" : key)).join(".")}`;
            const isFilled = !withCanary(at((made as Made).args, path)).next().done;
            if (isFilled && !excluded.has(path.join(".")) && !seen.has(argument) && !ofTags.test(argument)) {
                seen.add(argument);
                const result = await tryArgument(made as Made, argument, path);
                tried.push(...(result ? [result] : []));
            }
        }
    }
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) {
        process.on("unhandledRejection", listener);
    }
}, 600_000);

test("a secret in an argument is registered as a secret, and one that would be in an ID is refused", () => {
    expect(tried.filter(({ isAccepted }) => isAccepted).length).toBeGreaterThan(380);
    expect(tried.filter(({ isPublic }) => isPublic).length).toBeGreaterThan(60);
    const found = tried.filter((each) => each.exposed.length > 0);
    expect(found.map((each) => `${each.argument}: ${each.exposed.join(", ")}`)).toEqual([]);
});

test("a secret in an argument is in no message and in no error", () => {
    expect(tried.flatMap(({ argument, told }) => told.map((text) => `${argument}: ${text}`))).toEqual([]);
});

test("all components that can have a secret are in the program whose commands and files are searched for it", () => {
    const notInProgram = { ...collected("secretsElsewhere"), Environment: "only names of the configuration" };
    const program = readFileSync(join(__dirname, "..", "extended", "secrets", "program.js"), "utf8");
    const types = tried.filter(({ isAccepted }) => isAccepted).map(({ argument }) => argument.split(".")[0] as string);
    const missing = [...new Set(types)].filter((type) => !program.includes(`new slipway.${type}(`));
    expect(missing.sort()).toEqual(Object.keys(notInProgram).sort());
});
