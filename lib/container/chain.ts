import * as pulumi from "@pulumi/pulumi";
import { promotionChain } from "../environment/entries";
import type { Environment } from "../environment/environment";
import { refusal } from "../internal/refusal";

/** Where a registry stands among the environments that promote one another. */
export interface Chain {
    /** The environment whose repository images are pushed to, when it is not this one. */
    first?: { stack: string; project: string };
    /** The environments that pass on the images of this one, with the account by which each reads them. */
    readers: { stack: string; member: string }[];
}

/**
 * The chain that a stack is in. An environment that promotes another one is read from by none: a remote repository's
 * upstream must be a standard one ("Create remote repositories"), which only the first has.
 */
export function chainOf({ environments }: Environment, component: string): Chain {
    const stack = pulumi.getStack();
    const first = promotionChain(stack, environments).at(-1);
    const entry = first === undefined ? undefined : environments[first];
    if (first !== undefined && entry !== undefined) {
        requireNumber(environments[stack]?.number, stack, first, component);
        return { first: { stack: first, project: entry.project }, readers: [] };
    }
    const later = Object.entries(environments).filter(([name]) => promotionChain(name, environments).includes(stack));
    warn(
        component,
        later.filter(([, { number }]) => number === undefined).map(([name]) => name),
    );
    return { readers: later.flatMap(([name, { number }]) => (number === undefined ? [] : reader(name, number))) };
}

/** The account by which Artifact Registry reads upstream: "Artifact Registry Service Agent". */
function reader(stack: string, number: string) {
    return { stack, member: `serviceAccount:service-${number}@gcp-sa-artifactregistry.iam.gserviceaccount.com` };
}

/** Without the number, the first environment cannot let this one read, and nothing could ever be pulled. */
function requireNumber(number: string | undefined, stack: string, first: string, component: string): void {
    if (number === undefined) {
        const path = `slipway:environments.${stack}.number`;
        const reason = `is missing: ${first} lets this environment read its images by the number of its project.`;
        throw refusal(component, [{ path, reason: `${reason} Set it in Pulumi.yaml.` }]);
    }
}

/** An environment may be planned before its project is there: it does not keep this one from being deployed. */
function warn(component: string, stacks: string[]): void {
    if (stacks.length > 0) {
        const paths = stacks.map((stack) => `slipway:environments.${stack}.number`);
        const what = `${component}: ${stacks.join(", ")} cannot read its images, as the project's number is missing.`;
        void pulumi.log.warn(`${what} Set ${paths.join(", ")} in Pulumi.yaml.`);
    }
}
