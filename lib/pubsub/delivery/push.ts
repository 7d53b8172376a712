import type { SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import type { Account } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import { accountOf } from "../../iam/accountOf";
import { type Invokable, invokable } from "../../iam/invoker";
import type { AnyServiceAccount } from "../../iam/serviceAccount";
import { use } from "../../internal/access/capability";
import { capability } from "../../internal/access/roles";
import * as check from "../../internal/arguments/check";
import type { Child } from "../../internal/engine/children";

/** The push endpoint: a component, a URL, or a URL below a component's. */
export type PushTarget =
    | {
          /** The component that receives the requests; the service account is granted its invoker role. */
          to: Invokable;
          /**
           * The HTTPS URL of the {@link https://cloud.google.com/pubsub/docs/create-push-subscription push endpoint}.
           * @default the URL of `to`
           */
          endpoint?: pulumi.Input<string>;
      }
    | {
          to?: undefined;
          /** The HTTPS URL of the {@link https://cloud.google.com/pubsub/docs/create-push-subscription push endpoint}. */
          endpoint: pulumi.Input<string>;
      };

/** The options of a {@link https://cloud.google.com/pubsub/docs/push push subscription}. */
export type PushOptions = PushTarget & {
    /**
     * The audience of the
     * {@link https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions OpenID Connect token} in each request.
     * @default the URL of `to`, or else `endpoint`
     */
    audience?: pulumi.Input<string>;
    /**
     * The email address of the service account that sends the requests.
     * @default a new service account for the subscription, without other roles
     */
    account?: check.Short<pulumi.Input<string>, AnyServiceAccount>;
    /**
     * {@link https://cloud.google.com/pubsub/docs/payload-unwrapping Unwraps the payload}: the request body is only the
     * data of the message.
     * @default the whole message as JSON
     */
    noWrapper?: {
        /** Sends the attributes and the ID of the message as request headers. */
        writeMetadata: boolean;
    };
    /**
     * Attributes of the endpoint; Pub/Sub supports `x-goog-version`.
     * @default none
     */
    attributes?: {
        /**
         * The version of the API whose message format the requests have.
         * @default chosen by Pub/Sub
         */
        "x-goog-version"?: "v1" | "v1beta1";
    };
};

/** All options together, before their validation. */
type UncheckedOptions = Partial<PushTarget> & Omit<PushOptions, keyof PushTarget>;

/** Push delivery: Pub/Sub sends messages to a component or a URL. */
export interface PushDelivery {
    /**
     * The component that receives the requests, or options.
     * @example
     * ```ts
     * push: { endpoint: "https://shop.acme.com/sales" }
     * ```
     */
    push: Invokable | PushOptions;
}

const isComponent = (push: Invokable | object): push is Invokable => check.isResource(push);

export const push = check.componentOr(
    invokable,
    check.options<UncheckedOptions>({
        to: invokable,
        endpoint: check.input(check.matching(/^https:\/\/[^/\s]+\S*$/, "must be an address that starts with https://")),
        audience: check.input(check.text()),
        account: check.partOf(
            "ServiceAccount",
            ({ email }: AnyServiceAccount) => email,
            check.input(
                check.matching(
                    /^[^@\s:]+@[^@\s]+\.gserviceaccount\.com$/,
                    "must be a ServiceAccount, or the email address of one such as push@acme-dev.iam.gserviceaccount.com",
                ),
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

/** Checks combinations of options. */
export function validatePush(push: Invokable | PushOptions): check.Problem | undefined {
    const hasNoTarget = !isComponent(push) && push.to === undefined && push.endpoint === undefined;
    return check.when(
        hasNoTarget,
        "push",
        "pubsub/push-target-missing",
        "must have to or endpoint. Set to to a component, or endpoint to an address.",
    );
}

/** The configuration of push delivery. */
interface ConfiguredPush {
    config: SubscriptionArgs["pushConfig"];
    account?: Account;
    dependsOn: pulumi.Resource[];
}

/** Creates the service account, unless one is given, and grants it access to the endpoint. */
export function configurePush(
    name: string,
    push: Invokable | check.Long<PushOptions>,
    child: Child,
    environment: Environment,
    parent: pulumi.ComponentResource,
): ConfiguredPush {
    const { to, account: email, ...options }: check.Long<UncheckedOptions> = isComponent(push) ? { to: push } : push;
    const own = { part: "push", does: `Calls for the subscription ${name}` };
    const account =
        email === undefined
            ? accountOf(name, { name }, child, own, { dependsOn: environment.enable("iam.googleapis.com") })
            : undefined;
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
        dependsOn: [...grants, ...(account ? grantTokenCreator(name, account, environment) : [])],
    };
}

/**
 * Lets the Pub/Sub service agent create tokens for the service account. It can already do so in projects created after
 * April 2021, unless the organization restricts that; the grant on this account works in every project.
 */
function grantTokenCreator(name: string, account: Account, environment: Environment): pulumi.Resource[] {
    const role = "roles/iam.serviceAccountOpenIdTokenCreator";
    const creator = capability(`${name}-push`, role, IAMMember, { serviceAccountId: account.name }, account.email);
    return environment.grantAgent("pubsub.googleapis.com", creator);
}
