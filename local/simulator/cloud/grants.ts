import { createHash } from "node:crypto";

export interface Condition {
    title: string;
    expression: string;
    description?: string;
}

/** A member's role on a resource. */
export interface Grant {
    role: string;
    member: string;
    condition?: Condition;
}

/** The name of a resource's policy in the store. */
export const policyName = (resource: string) => `//policies.iam.googleapis.com/${resource.slice(2)}`;

/** The name of a grant in the store. */
export function grantName(resource: string, { role, member, condition }: Grant): string {
    const { title, description = "", expression } = condition ?? {};
    const parts = [role, member, ...(condition ? [[title, description, expression].join("\n")] : [])];
    return `${policyName(resource)}/grants/${parts.map(namePart).join("/")}`;
}

/** The role, member or condition of a grant as a part of its name in the store. */
export const namePart = (text: string) => text.replaceAll("/", ".");

/** The etag of a policy with these grants. */
export function etagOf(resource: string, grants: Grant[]): string {
    const names = [...new Set(grants.map((grant) => grantName(resource, grant)))].sort();
    return createHash("sha256")
        .update([resource, ...names].join("\n"))
        .digest()
        .subarray(0, 8)
        .toString("base64");
}

/** The roles of everyone with a basic role on the project of a bucket. */
export function basicGrants(project: string): Grant[] {
    const kinds = Object.entries({ Owner: "Owner", Editor: "Owner", Viewer: "Reader" });
    return kinds.flatMap(([who, kind]) =>
        ["Bucket", "Object"].map((what) => ({
            role: `roles/storage.legacy${what}${kind}`,
            member: `project${who}:${project}`,
        })),
    );
}
