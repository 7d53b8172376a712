import { inspect } from "node:util";

type Resolver = (...result: unknown[]) => void;

interface Rpc {
    transferProperties: (resource: object, label: string, properties: object) => Record<string, Resolver>;
}

/**
 * Creates the output of each property of a resource when it is used first. The SDK creates all of them with the resource, with some
 * twenty promises each, and programs use few.
 */
export function withLateOutputs(rpc: Rpc): void {
    const { transferProperties } = rpc;
    rpc.transferProperties = (resource, label, properties) => {
        const resolvers: Record<string, Resolver> = {};
        for (const [name, value] of Object.entries(properties)) {
            // The SDK skips the first two, and throws for what the resource already has.
            if (name === "id" || name === "urn" || Object.hasOwn(resource, name)) {
                Object.assign(resolvers, transferProperties(resource, label, { [name]: value }));
                continue;
            }
            const late = new LateOutput(() => {
                const current = Object.getOwnPropertyDescriptor(resource, name) ?? {};
                Reflect.deleteProperty(resource, name);
                const { [name]: resolve } = transferProperties(resource, label, { [name]: value });
                const output: object = Reflect.get(resource, name);
                Object.defineProperty(resource, name, current);
                return { output, resolve: resolve as Resolver };
            });
            Reflect.set(resource, name, new Proxy(late, forwarded));
            resolvers[name] = (...result) => late.resolve(result);
        }
        return resolvers;
    };
}

/** An output that is created on first use, with what resolved it before. */
class LateOutput {
    private created?: { output: object; resolve: Resolver };
    private result?: unknown[];

    constructor(private create?: () => { output: object; resolve: Resolver }) {}

    get output(): object {
        if (this.create) {
            this.created = this.create();
            this.create = undefined;
            if (this.result) {
                this.resolve(this.result);
            }
        }
        return this.created?.output as object;
    }

    resolve(result: unknown[]): void {
        if (this.created) {
            this.created.resolve(...result);
            this.result = undefined;
        } else {
            this.result = result;
        }
    }

    /** Node prints what a proxy is for. */
    [inspect.custom](): object {
        return this.output;
    }
}

const forwarded: ProxyHandler<LateOutput> = {
    // With this, the SDK recognizes outputs, also those that it does not use.
    get: (late, name) => name === "__pulumiOutput" || Reflect.get(late.output, name),
    set: (late, name, value) => Reflect.set(late.output, name, value),
    has: (late, name) => Reflect.has(late.output, name),
    getPrototypeOf: (late) => Reflect.getPrototypeOf(late.output),
    ownKeys: (late) => Reflect.ownKeys(late.output),
    getOwnPropertyDescriptor: (late, name) => {
        const descriptor = Reflect.getOwnPropertyDescriptor(late.output, name);
        return descriptor && { ...descriptor, configurable: true };
    },
};
