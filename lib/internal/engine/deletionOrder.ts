/**
 * The engine deletes in stages, first what has the longest chain of dependencies, and stops after a stage with a failure. Google Cloud
 * releases networks and their subnets late, up to days after what was in them. So that everything else is deleted nevertheless, they are in
 * the last stages: they wait for APIs, but do not depend on them, and all other components depend on an API that their children depend on.
 */
import type * as pulumi from "@pulumi/pulumi";
import { afterwards, isWithin, typeOf } from "./pulumiSdk";

const isApi = (each: unknown) => typeOf(each) === "gcp:projects/service:Service";

/** An API that children of a component depend on, by component. */
const apis = new WeakMap<object, pulumi.Resource>();
/** The components with a network or subnet of their own. */
const owners = new WeakSet<object>();

const listed = ({ dependsOn = [] }: pulumi.ResourceOptions) => [dependsOn].flat() as pulumi.Resource[];

/** Notes what a child of a component depends on, unless it is in the component, which then cannot depend on it. */
export function noteChild(component: pulumi.ComponentResource, options: pulumi.CustomResourceOptions): void {
    const api = apis.has(component)
        ? undefined
        : listed(options).find((each) => isApi(each) && !isWithin(each, component));
    if (api) {
        apis.set(component, api);
    }
}

/**
 * The constructor arguments of a network or subnet, which does not depend on APIs.
 *
 * @param waits the property that waits for the APIs instead
 */
export function deletedLast<Args extends object>(
    [name, args, options]: [string, Args, pulumi.CustomResourceOptions],
    waits?: keyof Args,
): [string, Args, pulumi.CustomResourceOptions] {
    const all = listed(options);
    if (options.parent) {
        owners.add(options.parent);
    }
    const value = waits && { [waits]: afterwards(all.filter(isApi), args[waits]) };
    return [name, { ...args, ...value }, { ...options, dependsOn: all.filter((each) => !isApi(each)) }];
}

const ordered = new WeakSet<object>();

/** Lets a component depend on an API of its children, or on its provider if the program enables none. */
export const orderDeletions: pulumi.ResourceTransformation = ({ resource, type, props, opts }) => {
    if (!type.startsWith("slipway:index:") || type === "slipway:index:Environment" || ordered.has(resource)) {
        return undefined;
    }
    ordered.add(resource);
    const added = Promise.resolve().then(() => {
        // The component's constructor has ended.
        const api = apis.get(resource) ?? resource.getProvider("gcp:index:any");
        return api && !owners.has(resource) ? [api] : [];
    });
    return {
        props,
        opts: { ...opts, dependsOn: [opts.dependsOn ?? [], added].flat() as pulumi.Input<pulumi.Resource>[] },
    };
};
