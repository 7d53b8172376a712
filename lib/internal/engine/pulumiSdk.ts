/**
 * What this library uses of Pulumi's SDK that the types of the SDK do not declare. Everything else calls these functions, which
 * `test/unit/internal/engine/pulumiSdk.test.ts` tests with the installed SDK.
 */
import { AsyncResource } from "node:async_hooks";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";

/** The type of a resource, such as `gcp:storage/bucket:Bucket`, also of another copy of the SDK; undefined for other values. */
export const typeOf = (value: unknown): string | undefined => Reflect.get(Object(value), "__pulumiType");

/** The name of a resource, as it was passed to its constructor. */
export const nameOf = (resource: object): string => Reflect.get(resource, "__name");

/** The parent of a resource, also if the stack is the parent by default. */
export const parentOf = (resource: object): object | undefined => Reflect.get(resource, "__parentResource");

/** The transformations of a resource, with those that it inherits. */
export const transformationsOf = (resource: object): unknown[] => Reflect.get(resource, "__transformations");

/** Settled when a component is initialized: the component of the stack is the whole program. */
export const initialized = (component: object): Promise<unknown> => Reflect.get(component, "__data");

/** Settled when the engine knows a hook. */
export const registered = (hook: object): Promise<void> => Reflect.get(hook, "__registered");

interface PrivateOutput<Value> {
    promise(): Promise<Value | undefined>;
    isKnown: Promise<boolean>;
    isSecret: Promise<boolean>;
    resources(): Set<pulumi.Resource>;
    allResources?(): Promise<Set<pulumi.Resource>>;
}

const privately = <Value>(output: pulumi.Output<Value>) => output as unknown as PrivateOutput<Value>;

/** The value of an output. Unlike `apply`, this also resolves if it is unknown: to undefined. */
export const valueIfKnown = <Value>(output: pulumi.Output<Value>): Promise<Value | undefined> =>
    privately(output).promise();

/** Whether the value of an output is known: at preview, an output of a new resource is not. */
export const isKnown = (output: pulumi.Output<unknown>): Promise<boolean> => privately(output).isKnown;

/** The resources that an output depends on, without what its callbacks return. */
export const resourcesOf = (output: pulumi.Output<unknown>): pulumi.Resource[] => [...privately(output).resources()];

/**
 * The value of an output without the resources that it depends on, for a resource that must outlive them: the engine deletes one before
 * those that it replaces by deleting first, if a property depends on them. Such a resource names them in `dependsOn` instead.
 */
export function detached<Value>(output: pulumi.Output<Value>): pulumi.Output<Value> {
    const [value, resolve] = pulumi.deferredOutput<Value>();
    const { isKnown, isSecret } = privately(output);
    const independent: PrivateOutput<Value> = {
        resources: () => new Set(),
        promise: () => valueIfKnown(output),
        isKnown,
        isSecret,
        allResources: async () => new Set(),
    };
    resolve(independent as unknown as pulumi.Output<Value>);
    return value;
}

/** Whether a resource is a component's child, or below one of its children. */
export function isWithin(resource: pulumi.Resource, component: pulumi.Resource): boolean {
    const parent: pulumi.Resource | undefined = Reflect.get(resource, "__parentResource");
    return parent !== undefined && (parent === component || isWithin(parent, component));
}

/** A value that is known when the engine has registered the resources, and that does not depend on them, unlike with `dependsOn`. */
export function afterwards<Value>(resources: readonly pulumi.Resource[], value: pulumi.Input<Value>) {
    const all = Promise.all(resources.map(({ urn }) => valueIfKnown(urn)));
    return resources.length === 0 ? value : pulumi.output(all.then(() => value));
}

/** The program in this process, by its connection to the engine: there are several with the Automation API. */
export const currentProgram = (): object => pulumi.runtime.getMonitor() ?? disconnected;
const disconnected = {};

/** Whether the program is connected to an engine, or to the mocks of its tests. */
export const isConnected = (): boolean => pulumi.runtime.getMonitor() !== undefined;

/** Whether Pulumi has started this process for the program, unlike with the Automation API or in tests. */
export const isStarted = (): boolean => /@pulumi[/\\]pulumi[/\\]cmd[/\\]run([/\\]|$)/.test(process.argv[1] ?? "");

/** Whether the program runs with the mocks of its own tests, so that there is no Google Cloud to read from. */
export const isMocked = (): boolean => pulumi.runtime.getMonitor()?.constructor.name === "MockMonitor";

const supported = (): { supportsErrorHooks: boolean; supportsTransforms: boolean } => Reflect.get(state, "getStore")();

/** Whether the engine has error hooks. */
export const supportsErrorHooks = (): boolean => supported().supportsErrorHooks;

/** Whether the engine calls transforms of resources. */
export const supportsTransforms = (): boolean => supported().supportsTransforms;

/** Whether resources can have hooks: mocks of unit tests do not support them. */
export const supportsHooks = (): boolean => "registerResourceHook" in Object(pulumi.runtime.getMonitor());

/** Calls a function of the engine. `pulumi.runtime.invoke` would construct the resources that the result refers to. */
export function invoke(token: string, args: Record<string, string>): Promise<Record<string, unknown> | undefined> {
    // Loaded on first use.
    const messages: typeof import("@pulumi/pulumi/proto/resource_pb") = require("@pulumi/pulumi/proto/resource_pb");
    const ofSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
    const { Struct } = ofSdk("google-protobuf/google/protobuf/struct_pb.js");
    const request = new messages.ResourceInvokeRequest();
    request.setTok(token);
    request.setArgs(Struct.fromJavaScript(args));
    return new Promise((resolve, reject) => {
        pulumi.runtime.getMonitor()?.invoke(request, (error, response) => {
            if (error) {
                reject(error);
            } else {
                resolve(response.getReturn()?.toJavaScript());
            }
        });
    });
}

/** A call of a function, such as a data source. */
export interface InvokeRequest {
    getTok(): string;
    /** The provider, as `urn::id`; empty for the default provider. */
    getProvider(): string;
}

/** What follows the error of a call: its repetition, or the error that the program gets. */
type OnInvokeError = (error: string) => Promise<"repeat" | { error: string }>;

/**
 * Decides what follows errors of the functions that the program calls from now on.
 *
 * @param begin called with the first error of a call
 */
export function handleInvokeErrors(begin: (request: InvokeRequest) => OnInvokeError): void {
    type Answer = (error: { details: string } | null, response: unknown) => void;
    const monitor = pulumi.runtime.getMonitor() as
        | { invoke?(request: InvokeRequest, answer: Answer): void }
        | undefined;
    if (monitor?.invoke === undefined || isMocked()) {
        return;
    }
    const invoke = monitor.invoke.bind(monitor);
    const ofProgram = AsyncResource.bind(begin);
    const call = (request: InvokeRequest, answer: Answer, onError?: OnInvokeError): void =>
        invoke(request, (error, response) => {
            if (!error) {
                answer(error, response);
                return;
            }
            const follows = onError ?? ofProgram(request);
            void follows(error.details).then((next) => {
                if (next === "repeat") {
                    call(request, answer, follows);
                } else {
                    answer(Object.assign(error, { details: next.error }), response);
                }
            });
        });
    monitor.invoke = (request, answer) => call(request, answer);
}

const redacted = new WeakSet<object>();

/**
 * Leaves out of the SDK's debug messages what they have of requests to the engine and its answers: secrets are in clear there.
 * `pulumi up --debug` prints these messages, and so does `--json`.
 */
export function redactDebugMessages(log: Pick<typeof pulumi.log, "debug"> = pulumi.log): void {
    if (!redacted.has(log)) {
        redacted.add(log);
        const { debug } = log;
        const ofCall = /^((?:[^\n]* RPC (?:prepared|finished)\b.*?)?, (?:resp: |obj=|props=|outputs=)).*$/s;
        Object.assign(log, {
            debug: (...[message, ...others]: Parameters<typeof debug>) =>
                debug.call(log, String(message).replace(ofCall, "$1…"), ...others),
        });
    }
}

const silenced = new WeakSet<object>();

/**
 * Leaves out the errors of the program's own code, which the SDK prints as unhandled exceptions, once a program has failed: after an error
 * that was reported, others can only be its consequences.
 */
export function withoutErrorsOfProgram(
    hasFailed: () => boolean,
    log: Pick<typeof pulumi.log, "error"> = pulumi.log,
): void {
    if (!silenced.has(log)) {
        silenced.add(log);
        const { error } = log;
        const ofProgram = /^Running program '[^\n]*' failed with an unhandled exception:/;
        Object.assign(log, {
            error: (...[message, ...others]: Parameters<typeof error>) =>
                hasFailed() && ofProgram.test(message) ? Promise.resolve() : error.call(log, message, ...others),
        });
    }
}

interface Positioned {
    stackTrace?: (skip: number) => ({ uri: string } | undefined)[];
}

/** Leaves a file out of the positions that the SDK records for each resource, with the call that it makes. */
export function withoutPositionsOf(file: string, resource = pulumi.Resource as unknown as Positioned): void {
    const { stackTrace } = resource;
    const uri = pathToFileURL(file).href;
    if (stackTrace === undefined || Reflect.get(resource, positioned)?.has(uri)) {
        return;
    }
    Reflect.set(resource, positioned, new Set([...(Reflect.get(resource, positioned) ?? []), uri]));
    resource.stackTrace = (skip) => {
        const frames = stackTrace.call(resource, skip + 1);
        const isOf = (frame: { uri: string } | undefined) => frame?.uri === uri;
        return frames.filter((frame, index) => !isOf(frame) && (frame || !isOf(frames[index + 1])));
    };
}
const positioned = Symbol.for("slipway.positioned");

/** The inputs by which the SDK finds the provider of a dynamic resource: code that exports its handler. */
export const dynamicInputs = (code: string): pulumi.Inputs => ({ __provider: code });
