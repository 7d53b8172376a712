import * as pulumi from "@pulumi/pulumi";
import { argumentsError } from "../internal/argumentsError";
import { perProgram } from "../internal/perProgram";
import { providerOf } from "./providerSettings";

/** A service account that the program registers. */
interface Registered {
    resource: pulumi.Resource;
    provider: pulumi.ProviderResource | undefined;
    project: unknown;
    owner: string;
}

/** The component of a resource, as errors name it: `CloudRunJob "report"`. */
function ownerOf({ parent }: pulumi.ResourceOptions, name: string): string {
    const type = parent && /^slipway:index:(\w+)$/.exec(String(Reflect.get(parent, "__pulumiType")))?.[1];
    return type ? `${type} "${Reflect.get(parent, "__name")}"` : `the service account "${name}"`;
}

/**
 * Refuses a second service account with the ID of another one: components of different types can have the same name, and the IDs of their
 * accounts follow from it. Google Cloud refuses it in the middle of the deployment.
 */
export const requireUniqueAccount: pulumi.ResourceTransformation = ({ resource, type, name, props, opts }) => {
    const stack = pulumi.runtime.getStackResource();
    const { accountId: id, project } = props;
    if (!stack || type !== "gcp:serviceaccount/account:Account" || typeof id !== "string") {
        return undefined;
    }
    const accounts = perProgram("slipway.accounts", stack, () => new Map<string, Registered[]>());
    const same = accounts.get(id) ?? [];
    const registered = { resource, provider: providerOf(type, opts), project, owner: ownerOf(opts, name) };
    const other = same.find(
        (each) =>
            each.resource !== resource && each.provider === registered.provider && each.project === registered.project,
    );
    if (other) {
        const reason = `makes the service account ${id}, which ${other.owner} has as well. Set another name.`;
        throw argumentsError(registered.owner, [{ path: "name", reason }]);
    }
    accounts.set(id, [...same, registered]);
    return undefined;
};
