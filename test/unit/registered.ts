import * as pulumi from "@pulumi/pulumi";
import { registerGuard } from "../../lib/environment/watch";
import { computed } from "./computed";

/** The program under test: whatever makes resources. */
type Program = () => unknown;

/** The stack in which a program runs. */
interface Stack {
    /** @default "development" */
    kind?: "development" | "staging" | "production";
    /** The stack's name. @default "dev" */
    name?: string;
    /** Configuration beside or instead of the project, the region and the kind; `undefined` takes one away. */
    config?: Record<string, string | undefined>;
    /** Whether it is a preview in which nothing that a resource gives back is known. */
    preview?: boolean;
    /** What a function of the provider answers, where it is not what every project has. */
    call?: (token: string, inputs: Record<string, unknown>) => object | undefined;
    /** Whether what the environment makes for all components is shown too: provider, APIs, accounts of services. */
    environment?: boolean;
    /** Whether there is the stack's own resource, as with the engine, so that what is no component is guarded too. */
    root?: boolean;
}

/** What a resource was registered with, beside its inputs; what was not given is left out. */
export interface Options {
    parent?: string;
    provider?: string;
    protect?: boolean;
    retainOnDelete?: boolean;
    deleteBeforeReplace?: boolean;
    /** The properties whose changes are not looked at. */
    ignoreChanges?: string[];
    /** The properties whose changes make another resource. */
    replaceOnChanges?: string[];
    /** What makes another resource when it changes. */
    replacementTrigger?: unknown;
    /** Everything that it waits for: what `dependsOn` names, and what its inputs come from. */
    after?: string[];
}

interface Registration {
    key: string;
    type: string;
    isComponent: boolean;
    inputs: Record<string, unknown>;
    options: Options;
    outputs?: Record<string, unknown>;
}

/** The inputs of every resource that a program registers, by `"<Type> <name>"`: `"Topic sale-range"`. */
export async function registered(program: Program, stack: Stack = {}): Promise<Record<string, object>> {
    return by("inputs", (await run(program, stack)).filter(isResource));
}

/** The same by their full type, as the provider's schema names it. */
export async function registeredTypes(program: Program, stack: Stack = {}) {
    return (await run(program, { environment: true, ...stack })).filter(isResource);
}

/** The options of every resource and component that a program registers; those that are off are left out. */
export async function registeredOptions(program: Program, stack: Stack = {}): Promise<Record<string, Options>> {
    return by("options", await run(program, stack));
}

/** The inputs and the options of one run of a program. */
export async function registeredWhole(program: Program, stack: Stack = {}) {
    const all = await run(program, stack);
    return { inputs: by("inputs", all.filter(isResource)), options: by("options", all) };
}

/** The outputs of every component that a program registers. */
export async function registeredOutputs(program: Program, stack: Stack = {}): Promise<Record<string, object>> {
    return by(
        "outputs",
        (await run(program, stack)).filter((registration) => !isResource(registration)),
    );
}

/**
 * The message by which a component refuses its arguments. It fails when nothing is refused, when anything but `unharmed`
 * is registered all the same, and when the message and the list of problems say different things.
 */
export async function refused(program: Program, stack: Stack = {}, unharmed: string[] = []): Promise<string> {
    let refusal: unknown;
    const made = await run(() => {
        try {
            program();
        } catch (error) {
            refusal = error;
        }
    }, stack);
    if (!pulumi.InputPropertiesError.isInstance(refusal)) {
        throw refusal ?? new Error("Nothing was refused.");
    }
    expect(made.filter(isResource).map(({ key }) => key)).toEqual(unharmed);
    const [component] = /^\w+ ".*?": /.exec(refusal.message) ?? [];
    const listed = (refusal.errors ?? []).map(({ propertyPath, reason }) => {
        return `${component}${propertyPath && `${propertyPath}: `}${reason}`;
    });
    expect(refusal.message).toBe(listed.join("\n"));
    return refusal.message;
}

let latest = new Map<string, Registration>();

/** What the last program has registered so far, for one that does not come to its end. */
export function registeredSoFar(): string[] {
    const made = [...latest.values()].filter((one) => isResource(one) && !isEnvironments(one));
    return made.map(({ key }) => key).sort();
}

/** A program's resources and components in the order of their names. */
async function run(program: Program, { kind, name = "dev", config, preview = false, environment, call, root }: Stack) {
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
        newResource: ({ type, name, inputs }) => {
            if (preview) {
                // The engine itself makes providers, and gives back what they are given.
                const isProvider = type.startsWith("pulumi:providers:");
                return { id: undefined, state: isProvider ? inputs : unknowns(inputs) };
            }
            const { id, ...state } = computed(type, name, inputs, project);
            return { id: String(id), state: { ...inputs, ...state } };
        },
    };
    await pulumi.runtime.setMocks(mocks, "slipway", name, preview);
    const made = recorded(pulumi.runtime.getMonitor() as unknown as Monitor);
    latest = made;
    setStackResource(undefined);
    await (root ? inStack(program) : program());
    await everythingRegistered(made);
    const all = [...made.values()]
        .filter(({ type }) => type !== "pulumi:pulumi:Stack")
        .sort((one, other) => (one.key < other.key ? -1 : 1));
    return environment ? all : all.filter((registration) => !isEnvironments(registration));
}

/** Runs a program that imports the package under the stack's own resource. */
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

// To find promises that nobody awaits, the SDK takes a stack trace for each property of each resource, which jest would
// look up in the sources: four fifths of the time of these tests.
require("@pulumi/pulumi/runtime/debuggable").debuggablePromise = <Value>(promise: Value) => promise;
// And one for each resource, for the place in the program that the engine shows: a tenth of what is left.
Object.assign(pulumi.Resource, { callsites: () => [] });

/** Nor this: a program without the stack's own resource would get that of the one before. */
const { setStackResource } = require("@pulumi/pulumi/runtime/state");

/** Not among the SDK's types: `disconnect` waits in the same way, and cannot be called twice. */
const { waitForRPCs } = pulumi.runtime as unknown as { waitForRPCs(): Promise<void> };

/** Waits for what is registered now and for what comes of it. */
async function everythingRegistered(made: Map<string, Registration>): Promise<void> {
    let before: number;
    do {
        before = made.size;
        await waitForRPCs();
        await new Promise(setImmediate);
    } while (made.size > before);
}

/** What the tests read of the SDK's mock monitor and its requests. */
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
    getReplacementTrigger(): { toJavaScript(): unknown } | undefined;
}

interface OutputsRequest {
    getUrn(): string;
    getOutputs(): { toJavaScript(): Record<string, unknown> };
}

/** Writes down what is registered, by URN; a URN that comes twice is refused, as the engine refuses it. */
function recorded(monitor: Monitor): Map<string, Registration> {
    const made = new Map<string, Registration>();
    const { registerResource, registerResourceOutputs } = monitor;
    const called = (urn: string) => made.get(urn)?.key ?? urn;
    monitor.registerResource = (request, callback) => {
        const type = request.getType();
        const urn = monitor.newUrn(request.getParent(), type, request.getName());
        const key = `${shortened(type)} ${request.getName()}`;
        if (made.has(urn) || [...made.values()].some((other) => other.key === key)) {
            throw new Error(`Duplicate resource URN '${urn}'`);
        }
        const after = [...new Set(request.getDependenciesList().map(called))].sort();
        const ignored = request.getIgnorechangesList();
        const replacing = request.getReplaceonchangesList();
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
            after: after.length > 0 ? after : undefined,
        };
        const inputs = plain(request.getObject().toJavaScript(), called) as Record<string, unknown>;
        const isComponent = !request.getCustom();
        made.set(urn, { key, type, isComponent, inputs, options: JSON.parse(JSON.stringify(options)) });
        return registerResource.call(monitor, request, callback);
    };
    monitor.registerResourceOutputs = (request, callback) => {
        const outputs = plain(request.getOutputs().toJavaScript(), called) as Record<string, unknown>;
        Object.assign(made.get(request.getUrn()) ?? {}, { outputs });
        return registerResourceOutputs.call(monitor, request, callback);
    };
    return made;
}

/** A component that is called as the resource in it is called by its module too. */
function shortened(type: string): string {
    const name = type.split(":").at(-1) as string;
    return type.startsWith("pulumi:providers:")
        ? "Provider"
        : ["slipway:index:Network", "slipway:index:Secret"].includes(type)
          ? `slipway:${name}`
          : name;
}

/** What stands for a value that is not known yet, on the wire and in what a test compares. */
const { unknownValue, specialSigKey, specialSecretSig, specialAssetSig, specialResourceSig } = pulumi.runtime;
export const unknown = "(unknown)";

/** A value of the wire as a test writes it: `{ secret: … }`, `{ file: … }`, `{ resource: "Topic sales" }`. */
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
