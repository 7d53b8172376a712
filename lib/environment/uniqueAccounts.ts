import * as pulumi from "@pulumi/pulumi";
import { argumentsError } from "../internal/argumentsError";
import * as check from "../internal/check";
import { componentOf } from "../internal/componentOf";
import { perProgram } from "../internal/perProgram";
import { providerOf } from "./providerSettings";

/** A service account that the program registers. */
interface Registered {
    resource: pulumi.Resource;
    provider: pulumi.ProviderResource | undefined;
    project: unknown;
    owner: string;
}

/**
 * Refuses a second service account with the ID of an existing one: components of different types can have the same name, and the IDs of their
 * accounts follow from it. Google Cloud refuses it in the middle of the deployment.
 */
export const requireUniqueAccount: pulumi.ResourceTransformation = ({ resource, type, name, props, opts }) => {
    const { accountId: id, project } = props;
    const stack = type === "gcp:serviceaccount/account:Account" ? pulumi.runtime.getStackResource() : undefined;
    if (!stack || typeof id !== "string") {
        return undefined;
    }
    const component = componentOf(opts.parent);
    const owner = component ? `${component.type} "${component.name}"` : `the service account "${name}"`;
    const accounts = perProgram("slipway.accounts", stack, () => new Map<string, Registered[]>());
    const same = accounts.get(id) ?? [];
    const registered = { resource, provider: providerOf(type, opts), project, owner };
    const other = same.find(
        (each) =>
            each.resource !== resource && each.provider === registered.provider && each.project === registered.project,
    );
    if (other) {
        const reason = `makes the service account ${id}, which ${other.owner} has as well. Set another name.`;
        throw argumentsError(owner, [check.problem("name", "environment/account-twice", reason)]);
    }
    accounts.set(id, [...same, registered]);
    return undefined;
};
