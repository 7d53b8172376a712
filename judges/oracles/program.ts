import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { marks, signature } from "../../local/machine/marks";
import { settings } from "../../local/simulator/provider/server";
import type { Inputs } from "../../local/simulator/rules/rules";
import type { World } from "../../test/unit/local/world";
import type { Stack } from "./stack";

const { Struct } = require("google-protobuf/google/protobuf/struct_pb");
const { InvokeResponse } = require("@pulumi/pulumi/proto/provider_pb");
const { ReadResourceResponse, RegisterResourceResponse } = require("@pulumi/pulumi/proto/resource_pb");
const { setStackResource } = require("@pulumi/pulumi/runtime/state");
const { waitForRPCs } = pulumi.runtime as unknown as { waitForRPCs(): Promise<void> };

type Callback = (error: unknown, answer?: unknown) => void;

/**
 * Runs a program once with a stack, as `pulumi up` or, if `preview`, as `pulumi preview`. Its registrations go to the stack in place of the
 * engine.
 *
 * @throws the first error of the program or of a registration
 */
export async function run(program: () => unknown, stack: Stack, world: World, preview: boolean): Promise<void> {
    await pulumi.runtime.setMocks(
        { call: ({ inputs }) => inputs, newResource: () => ({ id: "", state: {} }) },
        "oracles",
        "dev",
        preview,
    );
    const failed = new Failure();
    current = failed;
    const worlds = new Map<string, World>();
    const worldOf = (provider: string) => worlds.get(provider.split("::").slice(0, -1).join("::")) ?? world;
    const monitor = pulumi.runtime.getMonitor() as unknown as Record<string, unknown> & {
        newUrn(...parts: string[]): string;
    };
    const answering =
        (answer: (request: Inputs) => Promise<unknown> | unknown) =>
        async (request: Inputs, callback: Callback): Promise<void> => {
            try {
                callback(null, await answer(request));
            } catch (error) {
                failed.with(error);
                callback(error);
            }
        };
    monitor.registerResource = answering(async (request) => {
        const [token, name] = [request.getType(), request.getName()];
        const urn = monitor.newUrn(request.getParent(), token, name);
        const inputs = plain(request.getObject().toJavaScript());
        const response = new RegisterResourceResponse().setUrn(urn);
        if (!request.getCustom()) {
            return response.setObject(Struct.fromJavaScript({}));
        }
        if (token === "pulumi:providers:gcp") {
            worlds.set(urn, world.beside({ ...world.settings, ...settings(inputs) }));
            return response.setId(name).setObject(Struct.fromJavaScript(inputs));
        }
        const { id, state } = await stack.register(
            {
                token,
                name,
                inputs,
                world: worldOf(request.getProvider()),
                import: request.getImportid(),
                ignoreChanges: request.getIgnorechangesList(),
                deleteBeforeReplace: request.getDeletebeforereplace(),
                dependencies: request.getDependenciesList().map((each: string) => each.split("::").at(-1)),
            },
            preview,
        );
        return response.setId(id).setObject(struct(state));
    });
    monitor.readResource = answering((request) => {
        const [token, name, id] = [request.getType(), request.getName(), request.getId()];
        const found = worldOf(request.getProvider()).provider.read(token, id, {});
        if (!found) {
            throw new Error(`resource "${id}" does not exist`);
        }
        const urn = monitor.newUrn(request.getParent(), token, name);
        return new ReadResourceResponse().setUrn(urn).setProperties(struct(found.state));
    });
    monitor.invoke = answering((request) => {
        const args = plain(request.getArgs()?.toJavaScript() ?? {});
        const answer = worldOf(request.getProvider()).provider.invoke(request.getTok(), args);
        return new InvokeResponse().setReturn(struct(answer));
    });
    setStackResource(undefined);
    stack.begin(preview);
    // A program that fails has outputs that nobody waits for.
    const listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", failed.with);
    try {
        await Promise.race([(async () => program())(), failed.error]);
        await Promise.race([quiet(stack), failed.error]);
    } finally {
        await turns();
        process.removeAllListeners("unhandledRejection");
        for (const listener of listeners) {
            process.on("unhandledRejection", listener);
        }
    }
    await stack.end(preview);
}

let current: Failure | undefined;

// The SDK records a stack trace for each property and each resource, which takes most of the time of small programs, and nobody handles
// the promises of resources whose program has failed.
Object.assign(pulumi.Resource, { callsites: () => [] });
require("@pulumi/pulumi/runtime/debuggable").debuggablePromise = <Value>(promise: Promise<Value>): Promise<Value> => {
    const run = current;
    promise.catch((error) => run?.with(error));
    return promise;
};

/** The first error of a run. */
class Failure {
    with: (error: unknown) => void = () => undefined;
    readonly error = new Promise<never>((_, reject) => {
        this.with = reject;
    });

    constructor() {
        this.error.catch(() => undefined);
    }
}

/** Lets what follows from settled promises happen. */
async function turns(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) {
        await new Promise(setImmediate);
    }
}

/** Waits until the program registers nothing anymore. */
async function quiet(stack: Stack): Promise<void> {
    let before: number;
    do {
        before = stack.changes.length + stack.resources.length;
        await waitForRPCs();
        await turns();
    } while (stack.changes.length + stack.resources.length > before);
}

const struct = (values: Inputs) => Struct.fromJavaScript(JSON.parse(JSON.stringify(values)));

/** Inputs as the engine passes them to providers: without secrets' marks, and with the hashes of files. */
function plain(inputs: Inputs): Inputs {
    return Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(plainValue);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const block = value as Inputs;
    switch (block[signature]) {
        case marks.secret:
            return plainValue(block.value);
        case marks.resource:
            return block.id;
        case marks.file:
        case marks.archive:
            return { ...plain(block), hash: hashOf(block) };
        default:
            return plain(block);
    }
}

function hashOf({ path, ...rest }: Inputs): string {
    const hash = createHash("sha256").update(JSON.stringify(rest));
    return (path && statSync(path).isFile() ? hash.update(readFileSync(path)) : hash.update(path ?? "")).digest("hex");
}
