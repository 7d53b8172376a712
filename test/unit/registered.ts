import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { registerGuard } from "../../lib/stack/transformations";
import type { ComponentParts } from "../../local/commands/adopt/keep";
import { computed } from "./computed";

/** The program under test. */
type Program = () => unknown;

/** The stack of a program. */
interface Stack {
    /** @default "development" */
    kind?: "development" | "staging" | "production";
    /** The stack's name. @default "dev" */
    name?: string;
    /** The name in `Pulumi.yaml`. @default "slipway" */
    pulumiProject?: string;
    /** Configuration in addition to the project, the region and the kind; `undefined` removes a key. */
    config?: Record<string, string | undefined>;
    /** Whether it is a preview with unknown outputs. */
    preview?: boolean;
    /** Results of provider functions that differ from the defaults. */
    call?: (token: string, inputs: Record<string, unknown>) => object | undefined;
    /** The outputs of an existing resource that the program reads. */
    read?: (type: string, id: string) => object | undefined;
    /** Whether resources without a name have the one that the engine generates, and those of Compute Engine a self link. */
    named?: boolean;
    /** Whether to include the environment's resources for all components: provider, APIs, service agents. */
    environment?: boolean;
    /**
     * Whether to register the stack's own resource, like the engine, so that resources without a component are guarded
     * too.
     */
    root?: boolean;
}

/** The options of a registered resource; omitted ones are missing. */
export interface Options {
    parent?: string;
    provider?: string;
    protect?: boolean;
    retainOnDelete?: boolean;
    deleteBeforeReplace?: boolean;
    /** `ignoreChanges`. */
    ignoreChanges?: string[];
    /** `replaceOnChanges`. */
    replaceOnChanges?: string[];
    /** What replaces the resource when it changes. */
    replacementTrigger?: unknown;
    /** `customTimeouts` of creations and updates. */
    timeouts?: { create: string; update: string };
    /** All dependencies, from `dependsOn` and inputs. */
    after?: string[];
    /** The names that it had in earlier releases or programs, by which the engine finds it in the state. */
    aliases?: string[];
}

/** What the engine gets of a resource or component, with the markers of secrets. */
export interface Wire {
    type: string;
    inputs: Record<string, unknown>;
    outputs?: Record<string, unknown>;
    aliases: string[];
    replacementTrigger?: unknown;
}

interface Registration {
    key: string;
    type: string;
    isComponent: boolean;
    inputs: Record<string, unknown>;
    options: Options;
    outputs?: Record<string, unknown>;
    wire: Wire;
}

/** The inputs of all registered resources, by `"<Type> <name>"`: `"Topic sale-range"`. */
export async function registered(program: Program, stack: Stack = {}): Promise<Record<string, object>> {
    return by("inputs", (await run(program, stack)).filter(isResource));
}

/** The same by full type, as in the provider's schema. */
export async function registeredTypes(program: Program, stack: Stack = {}) {
    return (await run(program, { environment: true, ...stack })).filter(isResource);
}

/** The options of all registered resources and components; disabled ones are omitted. */
export async function registeredOptions(program: Program, stack: Stack = {}): Promise<Record<string, Options>> {
    return by("options", await run(program, stack));
}

/** The types, the inputs and the options of one run of a program, what its components keep in the state for themselves, and their outputs. */
export async function registeredWhole(program: Program, stack: Stack = {}) {
    const all = await run(program, stack);
    const [resources, components] = [all.filter(isResource), all.filter((one) => !isResource(one))];
    return {
        types: Object.fromEntries(resources.map(({ key, type }) => [key, type])),
        inputs: by("inputs", resources),
        kept: by("inputs", components),
        options: by("options", all),
        outputs: by("outputs", components),
    };
}

/** What the engine gets of all resources and components. */
export async function registeredWires(program: Program, stack: Stack = {}): Promise<Record<string, Wire>> {
    const all = await run(program, { environment: true, ...stack });
    return Object.fromEntries(all.map(({ key, wire }) => [key, wire]));
}

/** The outputs of all registered components. */
export async function registeredOutputs(program: Program, stack: Stack = {}): Promise<Record<string, object>> {
    return by(
        "outputs",
        (await run(program, stack)).filter((registration) => !isResource(registration)),
    );
}

/**
 * The error for a component's arguments. Fails if there is no error, if anything except `unharmed` is registered
 * nevertheless, or if the message differs from the list of problems.
 */
export async function refused(...given: Parameters<typeof told>): Promise<string> {
    return problemsIn({ message: await told(...given) });
}

/** The whole text of the error of {@link refused}, for what identifiers do not tell, such as that no secret is in it. */
export async function told(program: Program, stack: Stack = {}, unharmed: string[] = []): Promise<string> {
    let refusal: unknown;
    const made = await run(() => {
        try {
            program();
        } catch (error) {
            refusal = error;
        }
    }, stack);
    if (!pulumi.RunError.isInstance(refusal)) {
        throw refusal ?? new Error("Nothing was refused.");
    }
    expect(made.filter(isResource).map(({ key }) => key)).toEqual(unharmed);
    const problems = problemLines(refusal.message);
    const [component = "without a component"] = /^\w+ ".*?": /.exec(problems) ?? [];
    expect(problems.split("\n").filter((line) => !line.startsWith(component))).toEqual([]);
    return refusal.message;
}

/**
 * The problems in the message of an error for arguments ({@link identified}), without the lines of the test that passed them, of which it
 * must have one.
 */
export function problemsIn({ message }: Pick<Error, "message">): string {
    return identified(problemLines(message));
}

function problemLines(message: string): string {
    const [problems = "", ...lines] = message.split(/\n(?= {4}at )/);
    expect(lines).toContainEqual(expect.stringMatching(/^ {4}at .*test\/.*:\d+:\d+$/));
    return problems;
}

/** The texts of errors by identifier, as `docs/errors.md` has them. */
let documentedTexts: Map<string, string[]> | undefined;

/** Whether `docs/errors.md` has a text, which then has no values in it. */
function isDocumented(id: string, text: string): boolean {
    documentedTexts ??= new Map(
        readFileSync(join(root, "docs", "errors.md"), "utf8")
            .split("\n")
            .flatMap((line) => {
                const [, name = "", texts = ""] = /^\| `([a-z]+\/[a-z\d-]+)` \| .* \| (.*) \|$/.exec(line) ?? [];
                return name ? [[name, texts.split("<br>")] as const] : [];
            }),
    );
    return documentedTexts.get(id)?.includes(text.replace(/ \[[^\]]*\]$/, "")) ?? false;
}

/**
 * Errors as tests compare them: a combination of arguments by path and identifier, and a single value by its text, which has its limits. The
 * texts of combinations are in `docs/errors.md`; with values in them, as they are printed, they are in the snapshot of the test.
 */
export function identified(problems: string): string {
    const texts: string[] = [];
    const shown = problems
        .replaceAll(/ \[value\/[a-z-]+\]$/gm, "")
        .replaceAll(
            /^(\w+ ".*?": )((?:[^\s:]|:(?! ))+: )?(.* \[([a-z]+\/[a-z\d-]+)\])$/gm,
            (_, component, path = "", text, id) => {
                texts.push(...(isDocumented(id, text) ? [] : [text]));
                return `${component}${path}[${id}]`;
            },
        );
    if (texts.length > 0) {
        expect(texts.map(withoutFolders)).toMatchSnapshot();
    }
    return shown;
}

const root = join(__dirname, "..", "..");
const temporary = new RegExp(`${tmpdir()}/[^/\\s"',)]+`, "g");

/** A text without the paths of folders, for snapshots. The checkout can be in the temporary folder. */
export const withoutFolders = (text: string) => text.replaceAll(root, "<root>").replaceAll(temporary, "<folder>");

/** The value of an output, or its error. All of its promises are handled, as an unhandled one would end the process. */
export async function outcome(output: unknown): Promise<unknown> {
    const { isKnown, isSecret, allResources, promise } = output as Record<string, unknown> & {
        allResources(): Promise<unknown>;
        promise(): Promise<unknown>;
    };
    const value = promise.call(output);
    const settled = await Promise.allSettled([isKnown, isSecret, allResources.call(output), value]);
    const failed = settled.find(({ status }) => status === "rejected");
    return failed ? (failed as PromiseRejectedResult).reason : value;
}

/** The error of an output. */
export const rejection = (output: unknown) => outcome(output) as Promise<Error>;

/** The {@link outcome} of an output that a program makes. */
export async function outcomeOf(output: () => unknown, stack: Stack = {}): Promise<unknown> {
    let settled: Promise<unknown> | undefined;
    await registered(() => {
        settled = outcome(output());
    }, stack);
    return settled;
}

let latest = new Map<string, Registration>();

/**
 * Ends the present program with the error of a registration, such as that of a value that it waits for. Other registrations wait for this one
 * for ever: the engine would end the program.
 */
let fail: (error: unknown) => void = () => undefined;

let failures: unknown[] = [];

/** The errors of the last program's registrations. */
export const failuresSoFar = (): unknown[] => [...new Set(failures)];

/** The resources that the last program has registered so far, for programs that do not finish. */
export function registeredSoFar(): string[] {
    const made = [...latest.values()].filter((one) => isResource(one) && !isEnvironments(one));
    return made.map(({ key }) => key).sort();
}

/** A program's resources and components, sorted by name. */
async function run(
    program: Program,
    {
        kind,
        name = "dev",
        pulumiProject = "slipway",
        config,
        preview = false,
        named,
        environment,
        call,
        read,
        root,
    }: Stack,
) {
    const settings = {
        "gcp:project": "acme-dev",
        "gcp:region": "europe-west1",
        "slipway:kind": kind ?? "development",
        ...config,
    };
    const given = Object.entries(settings).filter((entry): entry is [string, string] => entry[1] !== undefined);
    pulumi.runtime.setAllConfig(Object.fromEntries(given));
    const project = settings["gcp:project"] ?? "acme-dev";
    const mocks: pulumi.runtime.Mocks = {
        call: ({ token, inputs }) => call?.(token, inputs) ?? (preview ? {} : computed(token, "", inputs, project)),
        newResource: ({ type, name, inputs, id: existing }) => {
            const found = existing && read?.(type, existing);
            if (found) {
                return { id: existing, state: found };
            }
            if (preview) {
                // Providers are created by the engine, which returns their inputs.
                const isProvider = type.startsWith("pulumi:providers:");
                return { id: undefined, state: isProvider ? inputs : unknowns(inputs) };
            }
            const given = named ? { name, ...inputs } : inputs;
            const { id, ...state } = computed(type, name, unwrapped(given), project);
            const links = named ? selfLinkOf(type, String(id)) : {};
            return { id: String(id), state: { ...links, ...given, ...secretAs(given, state) } };
        },
    };
    await pulumi.runtime.setMocks(mocks, pulumiProject, name, preview);
    const made = recorded(pulumi.runtime.getMonitor() as unknown as Monitor);
    latest = made;
    failures = [];
    setStackResource(undefined);
    const failure = new Promise<never>((_, reject) => {
        fail = reject;
    });
    failure.catch(() => undefined);
    try {
        await Promise.race([(async () => (root ? inStack(program) : program()))(), failure]);
        await Promise.race([everythingRegistered(made), failure]);
    } catch (error) {
        await standstill(made);
        throw error;
    }
    const all = [...made.values()]
        .filter(({ type }) => type !== "pulumi:pulumi:Stack")
        .sort((one, other) => (one.key < other.key ? -1 : 1));
    return environment ? all : all.filter((registration) => !isEnvironments(registration));
}

/** Inputs without the markers of secrets, which are around whole properties. */
const unwrapped = (inputs: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, pulumi.runtime.unwrapRpcSecret(value)]));

/** What the provider computes of secret inputs is secret if it has their name, as the engine has it. */
const secretAs = (inputs: Record<string, unknown>, state: Record<string, unknown>) =>
    Object.fromEntries(
        Object.entries(state).map(([key, value]) => [
            key,
            pulumi.runtime.isRpcSecret(inputs[key]) ? { [specialSigKey]: specialSecretSig, value } : value,
        ]),
    );

const selfLinkOf = (type: string, id: string) =>
    type.startsWith("gcp:compute/") ? { selfLink: `https://www.googleapis.com/compute/v1/${id}` } : {};

/** Runs a program that imports the package as a child of the stack's own resource. */
function inStack(program: Program): Promise<unknown> {
    return pulumi.runtime.runInPulumiStack(async () => {
        registerGuard();
        await program();
    });
}

const isResource = ({ isComponent }: Registration) => !isComponent;

const isEnvironments = ({ type, options }: Registration) =>
    type === "slipway:index:Environment" || options.parent?.startsWith("Environment ");

function by<Part extends "inputs" | "options" | "outputs">(part: Part, all: Registration[]) {
    return Object.fromEntries(all.map((registration) => [registration.key, registration[part] ?? {}]));
}

// The SDK records a stack trace for each property of each resource to find unhandled promises, and jest would map each to
// its sources: four fifths of the time of these tests.
require("@pulumi/pulumi/runtime/debuggable").debuggablePromise = <Value>(promise: Promise<Value>, label?: string) => {
    if (label?.startsWith("resource:")) {
        promise.catch((error) => {
            failures.push(error);
            fail(error);
        });
    }
    return promise;
};
// The SDK also records a stack trace for each resource, for its source position: a tenth of the remaining time.
Object.assign(pulumi.Resource, { callsites: () => [] });
// The SDK makes an output, of some twenty promises, for each property of each resource. Few are used: these are made when they are read.
const rpc: { transferProperties: Transfer & { ofSdk?: Transfer } } = require("@pulumi/pulumi/runtime/rpc");
// Other files of the process have replaced it, too.
const transferProperties: Transfer = rpc.transferProperties.ofSdk ?? rpc.transferProperties;
const whenRead: Transfer = (onto, label, props) => {
    const keys = Object.keys(props).filter((key) => key !== "id" && key !== "urn");
    return Object.fromEntries(keys.map((key) => [key, outputWhenRead(onto, label, key, props[key])]));
};
rpc.transferProperties = Object.assign(whenRead, { ofSdk: transferProperties });

/** Defines an output of a resource. Returns what resolves it, as the SDK does. */
function outputWhenRead(onto: Record<string, unknown>, label: string, key: string, value: unknown): Resolve {
    let resolve: Resolve | undefined;
    let resolved: unknown[] | undefined;
    const get = () => {
        delete onto[key];
        resolve = transferProperties(onto, label, { [key]: value })[key];
        if (resolved) {
            resolve?.(...resolved);
        }
        return onto[key];
    };
    Object.defineProperty(onto, key, { get, enumerable: true, configurable: true });
    return (...given) => {
        resolved = given;
        resolve?.(...given);
    };
}

type Resolve = (...given: unknown[]) => void;
type Transfer = (
    onto: Record<string, unknown>,
    label: string,
    props: Record<string, unknown>,
) => Record<string, Resolve>;

/** Resets the root resource, so that a program without one does not get the previous one. */
const { setStackResource } = require("@pulumi/pulumi/runtime/state");

/** `disconnect` is not in the SDK's types, waits in the same way, and cannot be called twice. */
const { waitForRPCs } = pulumi.runtime as unknown as { waitForRPCs(): Promise<void> };

/** Waits for current registrations and those that follow from them. */
async function everythingRegistered(made: Map<string, Registration>): Promise<void> {
    let before: number;
    do {
        before = made.size;
        await waitForRPCs();
        await new Promise(setImmediate);
    } while (made.size > before);
}

/** Waits until a failed program registers nothing anymore, which the next program would get. */
async function standstill(made: Map<string, Registration>): Promise<void> {
    let before: number;
    do {
        before = made.size;
        for (let turn = 0; turn < 20; turn++) {
            await new Promise(setImmediate);
        }
    } while (made.size > before);
}

/** The parts of the SDK's mock monitor and its requests that the tests use. */
interface Monitor {
    registerResource(request: Request, callback: unknown): Promise<void>;
    registerResourceOutputs(request: OutputsRequest, callback: unknown): void;
    newUrn(parent: string, type: string, name: string): string;
}

interface Request {
    getType(): string;
    getName(): string;
    getCustom(): boolean;
    getParent(): string;
    getProvider(): string;
    getDeletebeforereplace(): boolean;
    getDeletebeforereplacedefined(): boolean;
    getProvidersMap(): Map<string, string>;
    getObject(): { toJavaScript(): Record<string, unknown> };
    getDependenciesList(): string[];
    getProtect(): boolean;
    getRetainondelete(): boolean;
    getIgnorechangesList(): string[];
    getReplaceonchangesList(): string[];
    getCustomtimeouts(): { getCreate(): string; getUpdate(): string } | undefined;
    getAliasesList(): { getSpec(): { getName(): string } | undefined }[];
    getReplacementTrigger(): { toJavaScript(): unknown } | undefined;
}

interface OutputsRequest {
    getUrn(): string;
    getOutputs(): { toJavaScript(): Record<string, unknown> };
}

/** Records registrations by URN; duplicate URNs are refused, like by the engine. */
function recorded(monitor: Monitor): Map<string, Registration> {
    const made = new Map<string, Registration>();
    const keys = new Set<string>();
    const { registerResource, registerResourceOutputs } = monitor;
    const called = (urn: string) => made.get(urn)?.key ?? urn;
    monitor.registerResource = (request, callback) => {
        const type = request.getType();
        const urn = monitor.newUrn(request.getParent(), type, request.getName());
        const key = `${shortened(type)} ${request.getName()}`;
        // The providers of dynamic resources have the names of their components.
        const isNamedAlike = !type.startsWith("pulumi:providers:") && keys.has(key);
        if (made.has(urn) || isNamedAlike) {
            fail(new Error(`Duplicate resource URN '${urn}'`));
            return new Promise<never>(() => undefined);
        }
        keys.add(key);
        const after = [...new Set(request.getDependenciesList().map(called))].sort();
        const ignored = request.getIgnorechangesList();
        const replacing = request.getReplaceonchangesList();
        const [create, update] = [request.getCustomtimeouts()?.getCreate(), request.getCustomtimeouts()?.getUpdate()];
        // Pulumi's packages give the names that types had.
        const aliases = request.getAliasesList().flatMap((alias) => alias.getSpec()?.getName() || []);
        const provider = request.getProvider() || request.getProvidersMap().get("gcp");
        const options = {
            parent: called(request.getParent()) || undefined,
            provider: provider && called(provider.replace(/::[^:]*$/, "")),
            protect: request.getProtect() || undefined,
            retainOnDelete: request.getRetainondelete() || undefined,
            deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
            ignoreChanges: ignored.length > 0 ? ignored : undefined,
            replaceOnChanges: replacing.length > 0 ? replacing : undefined,
            replacementTrigger: plain(request.getReplacementTrigger()?.toJavaScript(), called),
            timeouts: create && update ? { create, update } : undefined,
            after: after.length > 0 ? after : undefined,
            aliases: aliases.length > 0 ? aliases : undefined,
        };
        const replacementTrigger = request.getReplacementTrigger()?.toJavaScript();
        const wire: Wire = { type, inputs: request.getObject().toJavaScript(), aliases, replacementTrigger };
        const inputs = plain(wire.inputs, called) as Record<string, unknown>;
        const isComponent = !request.getCustom();
        made.set(urn, { key, type, isComponent, inputs, options: JSON.parse(JSON.stringify(options)), wire });
        return registerResource.call(monitor, request, callback);
    };
    monitor.registerResourceOutputs = (request, callback) => {
        const wire = request.getOutputs().toJavaScript();
        const outputs = plain(wire, called) as Record<string, unknown>;
        const registration = made.get(request.getUrn());
        if (registration) {
            Object.assign(registration, { outputs });
            registration.wire.outputs = wire;
        }
        return registerResourceOutputs.call(monitor, request, callback);
    };
    return made;
}

const nameOfType = (type: string) => type.split(":").at(-1) as string;

const components: Record<string, ComponentParts> = JSON.parse(
    readFileSync(join(__dirname, "..", "..", "local", "commands", "adopt", "components.json"), "utf8"),
);

/** The names of the resources in components. */
const resourceNames = new Set(
    Object.values(components).flatMap(({ children }) =>
        Object.values(children).flatMap((types) => types.split(" ").map(nameOfType)),
    ),
);

/** The name of a type. A component with the same name as a resource has its package as well. */
function shortened(type: string): string {
    const name = nameOfType(type);
    const isAmbiguous = type.startsWith("slipway:index:") && name in components && resourceNames.has(name);
    return type.startsWith("pulumi:providers:") ? "Provider" : isAmbiguous ? `slipway:${name}` : name;
}

/** The marker of unknown values in requests and in expectations. */
const { unknownValue, specialSigKey, specialSecretSig, specialAssetSig, specialResourceSig } = pulumi.runtime;
export const unknown = "(unknown)";

/**
 * A value of a request in the format of expectations: `{ secret: … }`, `{ file: … }`, `{ resource: "Topic sales" }`.
 */
function plain(value: unknown, called: (urn: string) => string): unknown {
    if (value === unknownValue) {
        return unknown;
    }
    if (Array.isArray(value)) {
        return value.map((item) => plain(item, called));
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const wire = value as Record<string, unknown>;
    switch (wire[specialSigKey]) {
        case undefined:
            return Object.fromEntries(Object.entries(wire).map(([key, item]) => [key, plain(item, called)]));
        case specialSecretSig:
            return { secret: plain(wire.value, called) };
        case specialAssetSig:
            return { file: wire.path };
        case specialResourceSig:
            return { resource: called(String(wire.urn)) };
        default:
            throw new Error(`The tests do not know this value: ${JSON.stringify(wire)}`);
    }
}

function unknowns(inputs: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(Object.keys(inputs).map((key) => [key, unknownValue]));
}
