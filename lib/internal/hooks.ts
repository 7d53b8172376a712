import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";

/** What the engine supports; the SDK does not declare it in its types. */
export const supported = (): { supportsResourceHooks: boolean; supportsErrorHooks: boolean } =>
    Reflect.get(state, "getStore")();

/** Whether resources can have hooks: mocks of unit tests do not support them. */
export function supportsHooks(): boolean {
    const monitor = pulumi.runtime.getMonitor() as object | undefined;
    return monitor !== undefined && "registerResourceHook" in monitor && supported().supportsResourceHooks;
}
