import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import type { Child } from "../internal/children";
import { accountId } from "../internal/names";
import type { ResolvedArgs } from "./resolveArgs";
import { eventTriggerOf } from "./trigger";

/** The service account of the Eventarc trigger, and the grants that the trigger needs. */
export interface Events {
    account: Account;
    grants: pulumi.Resource[];
}

/**
 * Creates the {@link https://cloud.google.com/eventarc/docs/roles-permissions service account and grants} of an Eventarc trigger;
 * undefined for HTTP and scheduled functions.
 */
export function createEvents(
    component: string,
    resolved: ResolvedArgs,
    child: Child,
    environment: Environment,
): Events | undefined {
    const trigger = eventTriggerOf(resolved.trigger);
    if (!trigger) {
        return undefined;
    }
    const account = new Account(
        ...child("triggerAccount", `${component}-trigger`, {
            accountId: accountId(resolved.name, "trigger"),
            displayName: `Calls the function ${resolved.name} for its events`,
        }),
    );
    const grants = environment.grantAgent("eventarc.googleapis.com", "roles/eventarc.serviceAgent");
    if (!trigger.topic) {
        // Eventarc has no resource that could grant this role: it is granted on the project.
        const receiver = {
            project: environment.project,
            role: "roles/eventarc.eventReceiver",
            member: account.member,
        };
        grants.push(new IAMMember(...child("grant", `${component}-trigger-receiver`, receiver)));
    }
    if (trigger.bucket) {
        // The trigger creates the topic of the bucket's events, so the role must be granted before it.
        grants.push(...environment.grantAgent("storage.googleapis.com", "roles/pubsub.publisher"));
    }
    return { account, grants };
}
