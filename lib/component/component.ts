import type * as pulumi from "@pulumi/pulumi";
import { closest } from "fastest-levenshtein";
import { Environment } from "../environment/environment";
import type { TaggedType } from "../facts/taggedResources";
import * as check from "../internal/arguments/check";
import { type Child, childrenOf } from "../internal/engine/children";
import { typeOf } from "../internal/engine/pulumiSdk";
import { setEnvironments } from "../stack/settings/command";
import type { ObservedAlerts, Stage } from "./alerts/observed";
import type { Signal } from "./alerts/signal";
import { type EncryptionKey, encryptionGrants } from "./encryption";
import type { TaggedArgs } from "./tags";

/** Arguments that every component accepts. */
export interface ComponentArgs {
    /**
     * Other environments whose projects the component may reference: a stack of `slipway:environments` such as `"prod"`, or a
     * list. The list may contain the current stack.
     * @default none: a reference to another environment's project is refused
     */
    crossProject?: string | string[];
}

const stack = check.pipe(
    check.text(),
    check.refine(
        (name) => Object.hasOwn(Environment.current().environments, String(name)),
        ({ input }) => {
            const known = Object.keys(Environment.current().environments);
            return known.length > 0
                ? `must be a stack in slipway:environments: ${known.join(", ")}\nDid you mean "${closest(String(input), known)}"?`
                : `must be a stack in slipway:environments, which this stack does not have\n${setEnvironments}`;
        },
    ),
);

/** Checks {@link ComponentArgs}. */
export const componentArgs = {
    crossProject: check.either(Array.isArray, check.list(stack), stack),
};

/** The arguments that {@link component} reads, of those that a component has. */
interface ReadArgs extends ComponentArgs, TaggedArgs {
    encryptionKey?: EncryptionKey;
    transform?: object;
}

/** What all children of a component have in common. */
interface SharedOptions extends Omit<pulumi.CustomResourceOptions, "parent" | "dependsOn"> {
    /** The APIs that create the children, such as `pubsub.googleapis.com`. */
    apis?: readonly string[];
    /** The services that use the `encryptionKey` for each child, such as `pubsub.googleapis.com`. */
    encryptedBy?: readonly string[];
    /** What else each child needs. */
    dependsOn?: readonly pulumi.Resource[];
}

/**
 * What a constructor does between `super` and its first child:
 *
 * 1. It enables the APIs of the children, as Google Cloud refuses to create them before.
 * 2. It lets the services in `encryptedBy` encrypt with the key of the arguments, if there is one. A service that uses the key only for
 *    some children is not named here: these children depend on {@link encryptionGrants}, and the others do not wait for its effect.
 * 3. It returns `child`, which gives a child its parent, its `transform`, and the options that all children share. They depend on what is
 *    `ready`: the APIs, the grants and the other `dependsOn`.
 *
 * At its end, the constructor of a component that serves or runs something calls `observe`: dashboards show its signals, and `alerts`
 * notify of each. The constructor of a component that takes `resourceManagerTags` calls `bindTags` with its main resource.
 *
 * Call it again for children with other shared options, such as another provider.
 */
export function component(
    parent: pulumi.ComponentResource,
    name: string,
    args: ReadArgs,
    { apis = [], encryptedBy = [], dependsOn = [], ...options }: SharedOptions = {},
): {
    environment: Environment;
    child: Child;
    ready: pulumi.Resource[];
    observe: (stage: Stage, signals: readonly Signal[], alerts: ObservedAlerts | undefined) => void;
    bindTags: (resource: pulumi.CustomResource) => void;
} {
    const environment = Environment.current();
    const ready = [
        ...environment.enable(...apis),
        ...encryptionGrants(environment, name, args, ...encryptedBy),
        ...dependsOn,
    ];
    return {
        environment,
        child: childrenOf(parent, args.transform, { ...options, dependsOn: ready }),
        ready,
        observe: (stage, signals, alerts) => {
            // Loaded only by components that have signals.
            const observed: typeof import("./alerts/observed") = require("./alerts/observed");
            observed.observe(parent, name, stage, signals, alerts);
        },
        bindTags: (resource) => {
            if (Object.keys(args.resourceManagerTags ?? {}).length > 0) {
                // Loaded only by components with tags.
                const { bindTags }: typeof import("./tagBindings") = require("./tagBindings");
                const apis = environment.enable("cloudresourcemanager.googleapis.com");
                const tagged = {
                    type: typeOf(resource) as TaggedType,
                    outputs: resource,
                    projectNumber: environment.number,
                };
                // A protected resource can get another tag.
                bindTags(name, args, tagged, { ...options, protect: false, parent, dependsOn: [resource, ...apis] });
            }
        },
    };
}
