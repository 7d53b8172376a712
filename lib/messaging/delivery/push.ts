import type { SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import { Account, type AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import { capability, use } from "../../identity/capability";
import { type Invokable, invokable } from "../../identity/invoker";
import * as check from "../../internal/check";
import type { Child, Transform } from "../../internal/children";
import { accountId } from "../../internal/names";

/** What is called: a component, an address, or an address below a component's. */
export type PushTarget =
    | {
          /** The component that is called; the calling account gets the right to. */
          to: Invokable;
          /**
           * The HTTPS address that is called ("Create push subscriptions").
           * @default the address of `to`
           */
          endpoint?: pulumi.Input<string>;
      }
    | { to?: undefined; endpoint: pulumi.Input<string> };

/** How Pub/Sub calls what it pushes to. */
export type PushOptions = PushTarget & {
    /**
     * For whom the token is that every call has ("Authentication for push subscriptions").
     * @default the address of `to`, or else `endpoint`
     */
    audience?: pulumi.Input<string>;
    /**
     * The e-mail address of the service account that calls.
     * @default one of the subscription's own, which may do nothing else
     */
    account?: pulumi.Input<string>;
    /**
     * Sends the message's data alone as the request's body ("Payload unwrapping for push subscriptions").
     * @default the whole message as JSON
     */
    noWrapper?: {
        /** Whether the message's attributes and id come as headers of the request. */
        writeMetadata: boolean;
    };
    /**
     * Attributes of the endpoint, of which Pub/Sub knows `x-goog-version`.
     * @default none
     */
    attributes?: { "x-goog-version"?: "v1" | "v1beta1" };
};

type Every = Partial<PushTarget> & Omit<PushOptions, keyof PushTarget>;

/** How a subscription delivers: Pub/Sub calls a component, or an address. */
export interface PushDelivery {
    push: Invokable | PushOptions;
}

/** Whether it is a component by itself. */
const isComponent = (push: Invokable | PushOptions): push is Invokable => pulumi.Resource.isInstance(push);

export const push: check.Check = check.componentOr(
    invokable,
    check.options<Every>({
        to: invokable,
        endpoint: check.input(check.matching(/^https:\/\/[^/\s]+\S*$/, "must be an address that starts with https://")),
        audience: check.input(check.text()),
        account: check.input(
            check.matching(
                /^[^@\s:]+@[^@\s]+\.gserviceaccount\.com$/,
                "must be the e-mail address of a service account, as push@acme-dev.iam.gserviceaccount.com is",
            ),
        ),
        noWrapper: check.options<NonNullable<PushOptions["noWrapper"]>>(
            { writeMetadata: check.flag() },
            "writeMetadata",
        ),
        attributes: check.options<NonNullable<PushOptions["attributes"]>>({
            "x-goog-version": check.oneOf("v1", "v1beta1"),
        }),
    }),
);

/** What is wrong with the options of a push together. */
export function pushProblem(push: Invokable | PushOptions): check.Problem | undefined {
    const isNowhere = !isComponent(push) && push.to === undefined && push.endpoint === undefined;
    return isNowhere
        ? { path: "push", reason: "must have to or endpoint. Give the component that is called, or an address." }
        : undefined;
}

/** The account by which a subscription calls, and what must be there before it does. */
export interface Pushed {
    config: SubscriptionArgs["pushConfig"];
    account?: Account;
    needs: pulumi.Resource[];
}

/** The last word on a child of a push. */
export interface PushTransform {
    account?: Transform<AccountArgs>;
}

/** Makes the account that calls and lets it call. */
export function pushed(
    name: string,
    given: Invokable | PushOptions,
    child: Child,
    environment: Environment,
    parent: pulumi.ComponentResource,
): Pushed {
    const { to, account: email, ...options }: Every = isComponent(given) ? { to: given } : given;
    const account = email === undefined ? ownAccount(name, child, environment) : undefined;
    const caller = account?.email ?? (email as pulumi.Input<string>);
    const grants = to
        ? use(`${name}-push`, { TO: to.invoker }, pulumi.interpolate`serviceAccount:${caller}`, { parent }).grants
        : [];
    const endpoint = options.endpoint ?? (to as Invokable).url;
    return {
        account,
        config: {
            pushEndpoint: endpoint,
            oidcToken: { serviceAccountEmail: caller, audience: options.audience ?? to?.url ?? endpoint },
            noWrapper: options.noWrapper,
            attributes: options.attributes as Record<string, string> | undefined,
        },
        needs: [...grants, ...(account ? tokenGrants(name, account, environment) : [])],
    };
}

function ownAccount(name: string, child: Child, environment: Environment): Account {
    return new Account(
        ...child(
            "account",
            `${name}-push`,
            { accountId: accountId(name, "push"), displayName: `Calls for the subscription ${name}` },
            { dependsOn: environment.enable("iam.googleapis.com") },
        ),
    );
}

/**
 * Pub/Sub makes the tokens in the account's name. Its own account may do so in the whole of a project that is newer than
 * April 2021 and whose organisation left that so; on this one account it may in any.
 */
function tokenGrants(name: string, account: Account, environment: Environment): pulumi.Resource[] {
    const role = "roles/iam.serviceAccountOpenIdTokenCreator";
    const creator = capability(`${name}-push`, role, IAMMember, { serviceAccountId: account.name }, account.email);
    return environment.grantAgent("pubsub.googleapis.com", creator);
}
