import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import type { Child } from "../internal/children";
import { accountId } from "../internal/names";
import type { Decided } from "./decided";
import { eventsOf } from "./trigger";

/** The account by which events reach a function, and what must be granted before its trigger is made. */
export interface Events {
    account: Account;
    grants: pulumi.Resource[];
}

/** Everything that "Roles and permissions for Eventarc" asks for; nothing for a function that answers requests. */
export function events(component: string, args: Decided, child: Child, environment: Environment): Events | undefined {
    const trigger = eventsOf(args.trigger);
    if (!trigger) {
        return undefined;
    }
    const account = new Account(
        ...child("triggerAccount", `${component}-trigger`, {
            accountId: accountId(args.name, "trigger"),
            displayName: `Calls the function ${args.name} for its events`,
        }),
    );
    const grants = environment.grantAgent("eventarc.googleapis.com", "roles/eventarc.serviceAgent");
    if (!trigger.topic) {
        // What happened where is told by no resource of one's own: the role is one on the project.
        const receiver = {
            project: environment.project,
            role: "roles/eventarc.eventReceiver",
            member: account.member,
        };
        grants.push(new IAMMember(...child("grant", `${component}-trigger-receiver`, receiver)));
    }
    if (trigger.bucket) {
        // The topic by which a bucket's events travel is made with the trigger, which needs the role before.
        grants.push(...environment.grantAgent("storage.googleapis.com", "roles/pubsub.publisher"));
    }
    return { account, grants };
}
