import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { initialized, supportsHooks } from "./pulumiSdk";

/** The number of the last hook. Global, because a program can load several copies of this library. */
const last = Symbol.for("slipway.hooks");

/**
 * A hook that the engine also calls at preview; none where resources cannot have hooks. Its name gets a number, because components with
 * different parents can have the same name.
 */
export function previewHook(
    name: string,
    callback: (args: pulumi.ResourceHookArgs) => void | Promise<void>,
): pulumi.ResourceHook | undefined {
    if (!supportsHooks()) {
        return undefined;
    }
    // The engine's call belongs to no program, of which there are several in one process with the Automation API.
    return new pulumi.ResourceHook(`${name} ${nextNumber()}`, AsyncResource.bind(callback), { onDryRun: true });
}

/** A hook that the engine calls with the errors of a failed operation, the newest first; none where resources cannot have such hooks. */
export function errorHook(
    name: string,
    callback: (errors: string[]) => void | Promise<void>,
): pulumi.ErrorHook | undefined {
    if (!supportsHooks()) {
        return undefined;
    }
    const report = async ({ errors }: pulumi.ErrorHookArgs) => {
        await callback(errors);
        // The operation is not repeated.
        return false;
    };
    return new pulumi.ErrorHook(`${name} ${nextNumber()}`, AsyncResource.bind(report));
}

/** The options of a resource with a hook besides those that it has. */
export function withErrorHook(
    options: pulumi.CustomResourceOptions,
    hook: pulumi.ErrorHook | undefined,
): pulumi.CustomResourceOptions {
    const { hooks = {} } = options;
    return hook ? { ...options, hooks: { ...hooks, onError: [...(hooks.onError ?? []), hook] } } : options;
}

/** The end of the program, which initializes the stack. */
export async function endOf(stack: pulumi.Resource): Promise<void> {
    // It is set after the program has started.
    await Promise.resolve();
    await initialized(stack);
}

function nextNumber(): number {
    const number = Number(Reflect.get(globalThis, last) ?? 0) + 1;
    Reflect.set(globalThis, last, number);
    return number;
}
