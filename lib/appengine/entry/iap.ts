import { WebTypeAppEngingIamMember } from "@pulumi/gcp/iap/webTypeAppEngingIamMember";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import { duplicateMembers, type IapMember, iapMember, iapRole } from "../../iam/iapMember";
import * as check from "../../internal/arguments/check";
import { isDeferred } from "../../internal/arguments/value";
import type { Child } from "../../internal/engine/children";

export type { IapMember };

/**
 * {@link https://cloud.google.com/iap/docs/concepts-overview Identity-Aware Proxy} for the whole application. Only members
 * who are signed in with Google reach it.
 */
export interface Iap {
    /**
     * The principals that may reach the application, such as `group:shop@acme.dev`. Each receives
     * `roles/iap.httpsResourceAccessor` on it.
     */
    members: IapMember[];
    /**
     * Whether members may be accounts outside of an organization, such as `user:ada@gmail.com`.
     * @default false
     */
    personalAccounts?: boolean;
    /**
     * The id of the OAuth client whose name users see when they sign in. Together with `oauth2ClientSecret`, it is for users
     * outside of the organization.
     * @default the client that Google manages, for users of the organization
     */
    oauth2ClientId?: pulumi.Input<string>;
    /**
     * The secret of the OAuth client: an output, such as the value of a `Secret` or of the stack's configuration.
     * @default none
     */
    oauth2ClientSecret?: pulumi.Input<string>;
}

const secretHint =
    "Set it with 'pulumi config set --secret <key>' and pass it as new pulumi.Config().requireSecret(\"<key>\").";

/** Checks each option. */
export const iap = check.options<Iap>(
    {
        members: check.list(iapMember),
        personalAccounts: check.flag(),
        oauth2ClientId: check.input(
            check.matching(
                /^[\w-]+\.apps\.googleusercontent\.com$/,
                "must be a client's ID such as 123-abc.apps.googleusercontent.com",
            ),
        ),
        oauth2ClientSecret: check.sensitive(isDeferred, `must not be in the source code as plain text\n${secretHint}`),
    },
    "members",
);

/** Checks combinations of options. */
export function iapProblems({ members, personalAccounts = false, ...client }: Iap): check.Problem[] {
    const { oauth2ClientId: id, oauth2ClientSecret: secret } = client;
    const missingOption = id === undefined ? "oauth2ClientId" : "oauth2ClientSecret";
    return [
        ...((id === undefined) === (secret === undefined)
            ? []
            : [
                  check.problem(
                      `iap.${missingOption}`,
                      "appengine/iap-client-incomplete",
                      "is missing. A client needs an ID and a secret.",
                  ),
              ]),
        ...members.flatMap((value, index) => {
            const path = `iap.members.${index}`;
            const isPersonal = /@(gmail|googlemail)\.com$/i.test(value);
            const reason = `is a personal account (got "${value}"). Use an account of the organization, or set personalAccounts: true.`;
            return isPersonal && !personalAccounts
                ? [check.problem(path, "appengine/iap-personal-account", reason)]
                : [];
        }),
        ...duplicateMembers("iap.members", members),
    ];
}

/**
 * Grants the members access to the application.
 * @param after the resources to wait for: the application, with Identity-Aware Proxy enabled
 */
export function grantIapAccess(
    component: string,
    { members }: Iap,
    { project }: Environment,
    child: Child,
    after: pulumi.Resource[],
): WebTypeAppEngingIamMember[] {
    return members.map((member) => {
        const args = { project, appId: project, role: iapRole, member };
        return new WebTypeAppEngingIamMember(
            ...child("iapMember", `${component}-iap-${member.replace(":", "-")}`, args, { dependsOn: after }),
        );
    });
}
