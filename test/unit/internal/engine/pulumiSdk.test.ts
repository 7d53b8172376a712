import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import { DynamicResource } from "../../../../lib/internal/engine/dynamic";
import * as sdk from "../../../../lib/internal/engine/pulumiSdk";

const calls: pulumi.runtime.MockCallArgs[] = [];
const mocks: pulumi.runtime.Mocks = {
    call: (call) => {
        calls.push(call);
        if (call.token === "test:index:fail") {
            throw new Error("no such function");
        }
        return { outputs: { urn: { outputs: { name: "sales", count: 2 } } } };
    },
    newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
};

class Shop extends pulumi.ComponentResource {
    declare readonly orders: Orders;

    constructor(name: string, options?: pulumi.ComponentResourceOptions) {
        super("test:index:Shop", name, {}, options);
        this.orders = new Orders("orders", {}, { parent: this });
    }

    protected override async initialize(): Promise<string> {
        await new Promise((resolve) => setTimeout(resolve, 10));
        return "initialized";
    }
}

class Orders extends pulumi.CustomResource {
    declare readonly topic: pulumi.Output<string>;

    constructor(name: string, args: object, options?: pulumi.CustomResourceOptions) {
        super("test:index:Orders", name, { topic: undefined, ...args }, options);
    }
}

/** What a new resource has at preview. */
async function unknownOutput(): Promise<pulumi.Output<string>> {
    await pulumi.runtime.setMocks(mocks, undefined, undefined, true);
    const { topic } = new Orders("unknown", {});
    await sdk.isKnown(topic);
    await pulumi.runtime.setMocks(mocks);
    return topic;
}

beforeAll(() => pulumi.runtime.setMocks(mocks));

test("resources have a type, a name, a parent and transformations", () => {
    const transformation = () => undefined;
    const shop = new Shop("shop", { transformations: [transformation] });
    expect([sdk.typeOf(shop), sdk.nameOf(shop)]).toEqual(["test:index:Shop", "shop"]);
    expect([sdk.typeOf(shop.orders), sdk.nameOf(shop.orders)]).toEqual(["test:index:Orders", "orders"]);
    expect(sdk.parentOf(shop.orders)).toBe(shop);
    expect(sdk.parentOf(shop)).toBe(undefined);
    expect(sdk.transformationsOf(shop)).toEqual([transformation]);
    expect(sdk.transformationsOf(shop.orders)).toEqual([transformation]);
});

test.each([
    ["a text", "sales"],
    ["undefined", undefined],
    ["null", null],
    ["an object", {}],
    ["an output", pulumi.output({ a: 1 })],
])("%s has no type", (_, value) => {
    expect(sdk.typeOf(value)).toBe(undefined);
});

test("a component is initialized when its method has ended", async () => {
    expect(await sdk.initialized(new Shop("later"))).toBe("initialized");
});

test("the registration of a hook fails if the engine has no hooks", async () => {
    const store: { supportsResourceHooks: boolean; supportsErrorHooks: boolean } = Reflect.get(state, "getStore")();
    Object.assign(store, { supportsResourceHooks: false, supportsErrorHooks: false });
    const hooks = [new pulumi.ResourceHook("hook", () => undefined), new pulumi.ErrorHook("error", () => false)];
    for (const hook of hooks) {
        await expect(sdk.registered(hook)).rejects.toThrow("does not support");
    }
    await pulumi.runtime.setMocks(mocks);
});

test("outputs have a value, unless it is unknown", async () => {
    const { topic, id } = new Orders("known", { topic: "sales" });
    expect([await sdk.valueIfKnown(topic), await sdk.isKnown(topic)]).toEqual(["sales", true]);
    expect([await sdk.valueIfKnown(id), await sdk.isKnown(id)]).toEqual(["known-id", true]);
    const unknown = await unknownOutput();
    expect([await sdk.valueIfKnown(unknown), await sdk.isKnown(unknown)]).toEqual([undefined, false]);
});

test("the resources of an output are those of its inputs", async () => {
    const orders = new Orders("inputs", { topic: "sales" });
    const { topic, id } = orders;
    expect(sdk.resourcesOf(pulumi.interpolate`${topic}-${id}`)).toEqual([orders]);
    expect([sdk.resourcesOf(pulumi.output("sales")), sdk.resourcesOf(sdk.detached(topic))]).toEqual([[], []]);
});

test("a detached output has the value, and is secret and known as before, without resources", async () => {
    const { topic } = new Orders("detached", { topic: pulumi.secret("sales") });
    const resources = async (output: pulumi.Output<unknown>) =>
        (await Reflect.get(output, "allResources").call(output)).size;
    const detached = sdk.detached(topic);
    expect([await resources(topic), await resources(detached)]).toEqual([1, 0]);
    expect([await sdk.valueIfKnown(detached), await sdk.isKnown(detached), await pulumi.isSecret(detached)]).toEqual([
        "sales",
        true,
        true,
    ]);
    const unknown = sdk.detached(await unknownOutput());
    expect([await sdk.isKnown(unknown), await pulumi.isSecret(unknown)]).toEqual([false, false]);
});

test("a value waits for resources on which it does not depend", async () => {
    const orders = new Orders("awaited", { topic: "sales" });
    const seen: string[] = [];
    void sdk.valueIfKnown(orders.urn).then(() => seen.push("registered"));
    const value = pulumi.output(sdk.afterwards([orders], "value"));
    expect(await sdk.valueIfKnown(value.apply((each) => seen.push(each)))).toBe(2);
    expect(seen).toEqual(["registered", "value"]);
    expect((await Reflect.get(value, "allResources").call(value)).size).toBe(0);
    expect(sdk.afterwards([], "value")).toBe("value");
});

test("a program is its connection to the engine, and has mocks in tests", async () => {
    const first = sdk.currentProgram();
    expect([sdk.currentProgram() === first, sdk.isConnected(), sdk.isMocked()]).toEqual([true, true, true]);
    await pulumi.runtime.setMocks(mocks);
    expect(sdk.currentProgram()).not.toBe(first);
});

test("a program without an engine is one program, without mocks", async () => {
    const monitor = jest.spyOn(pulumi.runtime, "getMonitor").mockReturnValue(undefined);
    const program = sdk.currentProgram();
    expect(program).toEqual({});
    expect([sdk.currentProgram() === program, sdk.isConnected(), sdk.isMocked()]).toEqual([true, false, false]);
    monitor.mockReturnValue({ registerResourceHook: () => undefined } as never);
    expect([sdk.isConnected(), sdk.isMocked(), sdk.supportsHooks()]).toEqual([true, false, true]);
    monitor.mockRestore();
    expect(sdk.currentProgram()).not.toBe(program);
});

test.each([true, false])("the SDK says whether the engine has error hooks and transforms: %p", async (isSupported) => {
    const store: object = Reflect.get(state, "getStore")();
    const [known, supported] = [expect.any(Boolean), isSupported];
    expect(store).toMatchObject({ supportsErrorHooks: known, supportsTransforms: known });
    Object.assign(store, { supportsErrorHooks: supported, supportsTransforms: supported });
    expect([sdk.supportsErrorHooks(), sdk.supportsTransforms()]).toEqual([isSupported, isSupported]);
    expect(sdk.supportsHooks()).toBe(false);
    await pulumi.runtime.setMocks(mocks);
});

test("a function of the engine is called with its arguments, and returns plain values", async () => {
    const token = "pulumi:pulumi:readStackResourceOutputs";
    const outputs = { urn: { outputs: { name: "sales", count: 2 } } };
    expect(await sdk.invoke(token, { stackName: "dev" })).toEqual({ outputs });
    expect(calls.at(-1)).toMatchObject({ token, inputs: { stackName: "dev" } });
    await expect(sdk.invoke("test:index:fail", {})).rejects.toThrow("no such function");
});

test("calls of functions are repeated or fail as their handler decides, which is called only for errors", async () => {
    type Answer = (error: { details: string } | null, response?: string) => void;
    const answers = ["refused", "refused", undefined];
    const invoke = jest.fn((_: object, answer: Answer) => {
        const details = answers.shift();
        answer(details ? { details } : null, details ? undefined : "done");
    });
    const monitor = { invoke };
    const ofProgram = jest.spyOn(pulumi.runtime, "getMonitor").mockReturnValue(monitor as never);
    const seen: string[] = [];
    sdk.handleInvokeErrors((request) => {
        seen.push(`${request.getTok()} by ${request.getProvider()}`);
        return async (error) => {
            seen.push(error);
            return error === "refused" ? "repeat" : { error: `${error}, so there` };
        };
    });
    ofProgram.mockRestore();
    const request = { getTok: () => "gcp:pubsub/getTopic:getTopic", getProvider: () => "urn::id" };
    const called = () => new Promise((resolve) => monitor.invoke(request, (...answer) => resolve(answer)));
    expect(await called()).toEqual([null, "done"]);
    expect(seen).toEqual(["gcp:pubsub/getTopic:getTopic by urn::id", "refused", "refused"]);
    answers.push("broken");
    expect(await called()).toEqual([{ details: "broken, so there" }, undefined]);
    answers.push(undefined);
    expect(await called()).toEqual([null, "done"]);
    expect([invoke.mock.calls.length, seen.length]).toEqual([5, 5]);
});

test("the SDK finds the code of a dynamic provider in the same input", () => {
    const [key, ...others] = Object.keys(sdk.dynamicInputs("code"));
    const host = readFileSync(require.resolve("@pulumi/pulumi/cmd/dynamic-provider/index.js"), "utf8");
    expect(host).toContain(`const providerKey = "${key}";`);
    expect(others).toEqual([]);
});

test("what the provider of a dynamic resource sets can be used before it is created", () => {
    const options = { type: "model:Model", provider: "model" } as const;
    const outputsOf = (more: object) => {
        const resource = new DynamicResource({ ...options, ...more }, "dynamic", { name: "sales" });
        return ["name", "versionId"].map((key) => pulumi.Output.isInstance(Reflect.get(resource, key)));
    };
    expect([outputsOf({ outputs: ["versionId"] }), outputsOf({})]).toEqual([
        [true, true],
        [true, false],
    ]);
});

test("no other file of the library uses what the SDK does not declare, except those that start programs", () => {
    const undeclared =
        /Reflect\.\w+\([^)]*"__|\.__\w|\{ __\w+\??:|\.promise\(\)|getStore|getMonitor|"@pulumi\/pulumi\/(?!version")/;
    const lib = join(__dirname, "..", "..", "..", "..", "lib");
    const files = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const others = files.filter((file) => !file.startsWith("program"));
    const found = others.filter((file) => undeclared.test(readFileSync(join(lib, file), "utf8")));
    expect(found).toEqual([join("internal", "engine", "pulumiSdk.ts")]);
});

test("debug messages have neither what is requested of the engine nor its answers", () => {
    const messages: string[] = [];
    const log = {
        debug: async (message: string) => {
            messages.push(message);
        },
    };
    sdk.redactDebugMessages(log);
    sdk.redactDebugMessages(log);
    log.debug("RegisterResource RPC finished: resource:a[b:c:D]; err: null, resp: urn,a,secretData,canary\ncanary");
    log.debug('ReadResource RPC prepared: id=a, t=b:c:D, name=a, obj={"a":"canary"}');
    log.debug("Invoke RPC finished: tok=a:b:c; err: null, resp: canary");
    // The SDK leaves out the beginning.
    log.debug(', obj={"name":"canary"}');
    log.debug("the program's own, resp: 3");
    expect(messages).toEqual([
        "RegisterResource RPC finished: resource:a[b:c:D]; err: null, resp: …",
        "ReadResource RPC prepared: id=a, t=b:c:D, name=a, obj=…",
        "Invoke RPC finished: tok=a:b:c; err: null, resp: …",
        ", obj=…",
        "the program's own, resp: 3",
    ]);
});

test("errors of the program's own code are left out once it has failed, and those of others are printed", async () => {
    const printed: string[] = [];
    const log = { error: async (message: string) => void printed.push(message) };
    let failed = false;
    sdk.withoutErrorsOfProgram(() => failed, log);
    sdk.withoutErrorsOfProgram(() => failed, log);
    const ofProgram = "Running program '/app' failed with an unhandled exception:\nTypeError: no";
    await log.error(ofProgram);
    failed = true;
    await log.error(ofProgram);
    await log.error("PubSubTopic: retention");
    expect(printed).toEqual([ofProgram, "PubSubTopic: retention"]);
});

test("the positions of resources leave out a file, and the frame without a position that it calls", () => {
    const file = "/app/wrap.js";
    const [own, other] = [{ uri: `file://${file}` }, { uri: "file:///app/index.js" }];
    const skipped: number[] = [];
    const resource = {
        stackTrace: (skip: number) => {
            skipped.push(skip);
            return [other, undefined, own, own, other, undefined];
        },
    };
    sdk.withoutPositionsOf(file, resource);
    sdk.withoutPositionsOf(file, resource);
    expect(resource.stackTrace(4)).toEqual([other, other, undefined]);
    expect(skipped).toEqual([5]);
});
