import * as pulumi from "@pulumi/pulumi";
import { nameFormats } from "../../facts/names";
import * as check from "../arguments/check";
import { isDeferred, isPlainObject } from "../arguments/value";
import { nameOf } from "../engine/pulumiSdk";

/** A resource that is a principal itself, such as a {@link ServiceAccount} or the `account` of a component. */
export type MemberResource = pulumi.Resource & {
    /** The principal, `serviceAccount:predict-run@acme-dev.iam.gserviceaccount.com`. */
    readonly member: pulumi.Output<string>;
};

/**
 * A principal from the configuration, or one that is known only at deployment, such as a service agent, with a name for its grants:
 * `{ member: new pulumi.Config().require("oncall"), memberName: "oncall" }`. It cannot be `allUsers` or `allAuthenticatedUsers`.
 */
export interface NamedMember {
    /** The principal, `serviceAccount:123456789012@cloudservices.gserviceaccount.com`. */
    readonly member: pulumi.Input<string>;
    /** Part of the names of its grants, unique among the principals of a capability. */
    readonly memberName: string;
}

/**
 * A {@link https://cloud.google.com/iam/docs/principal-identifiers principal}: `"user:ana@acme.com"`, `"group:ml@acme.com"`,
 * `"serviceAccount:etl@acme-data.iam.gserviceaccount.com"`, `"domain:acme.com"`, a `principal://` or `principalSet://` of Workload
 * or Workforce Identity Federation, a resource with a `member`, or an output with a name.
 */
export type Member =
    | `${"user" | "group" | "serviceAccount"}:${string}@${string}`
    | `domain:${string}`
    | `${"principal" | "principalSet"}://${string}`
    | `project${"Owner" | "Editor" | "Viewer"}:${string}`
    | "allUsers"
    | "allAuthenticatedUsers"
    | MemberResource
    | NamedMember;

/** Checks the {@link https://cloud.google.com/iam/docs/service-accounts-create ID of a service account}. */
export const serviceAccountId = check.matching<string>(
    nameFormats.rows.serviceAccountId.pattern,
    "must be the ID of a service account: 6 to 30 lower-case letters, digits and hyphens, starting with a letter, not ending with a hyphen",
);

/** Everyone on the internet, or everyone with a Google Account. */
export const isPublic = (member: unknown) => member === "allUsers" || member === "allAuthenticatedUsers";

/** A principal in the form of the API. */
export const principalOf = (member: Member): pulumi.Input<string> =>
    typeof member === "string" ? member : member.member;

const forms = [
    "(user|group|serviceAccount):[^@\\s:]+@[^@\\s:]+\\.[^@\\s:]+",
    // A Kubernetes service account of a cluster.
    "serviceAccount:[^@\\s:]+\\.svc\\.id\\.goog\\[[^\\s/]+/[^\\s/]+\\]",
    "domain:[^@\\s:/]+\\.[^@\\s:/]+",
    "principal(Set)?://(iam|cloudresourcemanager)\\.googleapis\\.com/\\S+",
    "project(Owner|Editor|Viewer):[^\\s:]+(:[^\\s:]+)?",
    "allUsers",
    "allAuthenticatedUsers",
];

const principal = check.matching<string>(
    new RegExp(`^(${forms.join("|")})$`),
    "must be a principal such as user:ana@acme.com, group:ml@acme.com or serviceAccount:etl@acme-data.iam.gserviceaccount.com, or a resource with a member, such as a ServiceAccount",
);

const resource = check.custom<MemberResource>(
    (value) => pulumi.Output.isInstance(Reflect.get(value as object, "member")),
    "must be a principal, or a resource with a member, such as a ServiceAccount",
);

const named = check.options<NamedMember>(
    {
        member: check.publicInput(
            check.pipe(
                principal,
                check.refine((value) => !isPublic(value), "is everyone, and cannot have a name"),
            ),
        ),
        memberName: check.matching(/[A-Za-z0-9]/, "must have letters or digits"),
    },
    "member",
    "memberName",
);

/** Grants need a name before an output is known. */
const unnamed = check.custom<MemberResource | NamedMember>(
    () => false,
    'is known only at deployment, and the names of grants are not\nGive it a name: { member: …, memberName: "oncall" }.',
);

/** Checks a principal. */
export const member: check.Check<Member> = check.either(
    (value) => typeof value === "object" && value !== null,
    check.either(
        isDeferred,
        unnamed,
        check.either(
            (value) => isPlainObject(value) && Object.keys(value).sort().join() === "member,memberName",
            named,
            resource,
        ),
    ) as check.Check<MemberResource | NamedMember>,
    principal as check.Check<Extract<Member, string>>,
);

/** A principal in the name of a child resource: `group-ml-acme-com`. */
export function memberName(member: Member): string {
    const text = typeof member === "string" ? member : "memberName" in member ? member.memberName : nameOf(member);
    return text.replaceAll(/[^A-Za-z0-9]+/g, "-").replace(/-$/, "");
}
