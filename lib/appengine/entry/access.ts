import { WebTypeAppEngingIamMember } from "@pulumi/gcp/iap/webTypeAppEngingIamMember";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import * as check from "../../internal/check";
import type { Child } from "../../internal/children";
import { isLater } from "../../internal/value";

/** Somebody who may sign in. */
export type IapMember = `${"user" | "group" | "serviceAccount" | "domain"}:${string}`;

/**
 * Identity-Aware Proxy before the whole application: who is not signed in with Google, or is none of the members, does not
 * reach it.
 */
export interface Iap {
    /** Who reaches the application, as `group:shop@acme.dev`: each gets `roles/iap.httpsResourceAccessor` on it. */
    members: IapMember[];
    /**
     * Whether members may have accounts of no organisation, as `user:ada@gmail.com` is.
     * @default false
     */
    personalAccounts?: boolean;
    /**
     * The OAuth client with which people sign in, and whose name they see: with `oauth2ClientSecret`, for people outside the
     * organisation.
     * @default the client that Google manages, with which people of the organisation sign in
     */
    oauth2ClientId?: pulumi.Input<string>;
    /**
     * The secret of the client: an output, as that of a `Secret` or of the stack's configuration.
     * @default none
     */
    oauth2ClientSecret?: pulumi.Input<string>;
}

const mending =
    "Set it with 'pulumi config set --secret <key>' and give it as new pulumi.Config().requireSecret(\"<key>\").";

const member = check.pipe(
    check.text(),
    check.refine(
        (given) => problemOf(String(given)) === undefined,
        ({ input }) => problemOf(String(input)) ?? "",
    ),
);

function problemOf(given: string): string | undefined {
    if (/^all(Authenticated)?Users$/.test(given)) {
        return "would let everybody in\nName who may, such as group:shop@acme.dev, or leave iap out.";
    }
    return /^((user|group|serviceAccount):[^@\s:]+@[^@\s:]+\.[^@\s:]+|domain:[^@\s:]+\.[^@\s:]+)$/.test(given)
        ? undefined
        : "must be a member such as user:ada@acme.dev, group:shop@acme.dev, serviceAccount:… or domain:acme.dev";
}

/** Checks who reaches an application. */
export const iap: check.Check = check.options<Iap>(
    {
        members: check.list(member),
        personalAccounts: check.flag(),
        oauth2ClientId: check.input(
            check.matching(
                /^[\w-]+\.apps\.googleusercontent\.com$/,
                "must be a client's id, as 123-abc.apps.googleusercontent.com is",
            ),
        ),
        oauth2ClientSecret: check.sensitive(isLater, `must not stand in the program, where it is in clear\n${mending}`),
    },
    "members",
);

/** What is wrong with options that are right each by itself. */
export function iapProblems({ members, personalAccounts = false, ...client }: Iap): check.Problem[] {
    const { oauth2ClientId: id, oauth2ClientSecret: secret } = client;
    const lacking = id === undefined ? "oauth2ClientId" : "oauth2ClientSecret";
    return [
        ...((id === undefined) === (secret === undefined)
            ? []
            : [{ path: `iap.${lacking}`, reason: "is missing. A client has an id and a secret." }]),
        ...members.flatMap((given, index) => {
            const path = `iap.members.${index}`;
            const isPersonal = /@(gmail|googlemail)\.com$/i.test(given);
            const reason = `is a personal account (got "${given}"). Name one of the organisation, or say personalAccounts: true.`;
            const twice = { path, reason: `is there already (got "${given}"). Leave it out.` };
            return [
                ...(isPersonal && !personalAccounts ? [{ path, reason }] : []),
                ...(members.indexOf(given) < index ? [twice] : []),
            ];
        }),
    ];
}

/**
 * Registers who reaches the application.
 *
 * @param after what must be there first: the application, for which the proxy is on
 */
export function admitted(
    component: string,
    { members }: Iap,
    { project }: Environment,
    child: Child,
    after: pulumi.Resource[],
): WebTypeAppEngingIamMember[] {
    return members.map((whom) => {
        const args = { project, appId: project, role: "roles/iap.httpsResourceAccessor", member: whom };
        return new WebTypeAppEngingIamMember(
            ...child("iapMember", `${component}-iap-${whom.replace(":", "-")}`, args, { dependsOn: after }),
        );
    });
}
