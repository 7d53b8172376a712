import type { Cloud } from "../../cloud/cloud";
import { type Grant, policyName } from "../../cloud/grants";
import type { Inputs } from "../../rules/rules";
import { bigQueryName, displayName, invalid } from "./names";

/** "Basic roles and permissions": legacy roles, which the API returns for predefined roles. */
const roles: Record<string, string> = {
    OWNER: "roles/bigquery.dataOwner",
    WRITER: "roles/bigquery.dataEditor",
    READER: "roles/bigquery.dataViewer",
};

export const fullRole = (role: unknown): string => roles[String(role)] ?? String(role);
const shortRole = (role: string) => Object.keys(roles).find((short) => roles[short] === role) ?? role;

/** The default access list of a dataset: "Control access to resources with IAM". */
export const defaultAccesses = ({ caller }: Cloud): Inputs[] => [
    { role: "OWNER", specialGroup: "projectOwners" },
    { role: "OWNER", userByEmail: caller.email },
    { role: "READER", specialGroup: "projectReaders" },
    { role: "WRITER", specialGroup: "projectWriters" },
];

/** Access entries without a member: authorized views, datasets and routines. */
const authorized = ["view", "dataset", "routine"];

const kinds: [property: string, kind: string][] = [
    ["groupByEmail", "group"],
    ["domain", "domain"],
    ["iamMember", "iamMember"],
];

/** Converts an access entry to a grant; undefined for authorized views, datasets and routines. */
function grantOf(access: Inputs): Grant | undefined {
    if (authorized.some((kind) => access[kind])) {
        return undefined;
    }
    const { userByEmail, specialGroup, role, condition } = access;
    const email = String(userByEmail ?? "").toLowerCase();
    const kind = email.endsWith("gserviceaccount.com") ? "serviceAccount" : "user";
    const input = kinds.find(([property]) => access[property]);
    const member = input ? `${input[1]}:${access[input[0]]}` : (specialGroup ?? `${kind}:${email}`);
    return { role: fullRole(role), member, ...(condition && { condition }) };
}

/** Converts a grant to an access entry. */
function accessOf({ role, member, condition }: Grant): Inputs {
    const [kind = "", ...rest] = member.split(":");
    const property = kinds.find(([, item]) => item === kind)?.[0] ?? (rest.length > 0 ? "userByEmail" : "specialGroup");
    const value = rest.length > 0 ? rest.join(":") : kind;
    return { role: shortRole(role), [property]: value, ...(condition && { condition }) };
}

const authorizedName = (path: string, access: Inputs) => {
    const kind = authorized.find((item) => access[item]) as string;
    return `${policyName(bigQueryName(path))}/authorized/${kind}/${JSON.stringify(access[kind]).replaceAll("/", ".")}`;
};

/** Throws if a member or resource does not exist. */
export function verifyAccesses(cloud: Cloud, path: string, accesses: Inputs[]): void {
    for (const { userByEmail = "" } of accesses) {
        const email = userByEmail.toLowerCase();
        if (email.endsWith("gserviceaccount.com") && !cloud.iam.hasAccount(email)) {
            throw invalid(
                `IAM setPolicy failed for Dataset ${displayName(path)}: Service account ${email} does not exist.`,
            );
        }
    }
    const project = path.split("/")[1] as string;
    const grants = accesses.flatMap((access) => grantOf(access) ?? []);
    if (grants.some(({ member }) => !cloud.organization.allowsMember(project, member))) {
        throw invalid(
            `IAM setPolicy failed for Dataset ${displayName(path)}: One or more users named in the policy do not belong to a permitted customer.`,
        );
    }
}

/** The current access list of a dataset; existing entries keep their order. */
export function currentAccesses(cloud: Cloud, path: string, before: Inputs[]): Inputs[] {
    const now = [
        ...cloud.iam.grants(bigQueryName(path)).map(accessOf),
        ...cloud.store.list(`${policyName(bigQueryName(path))}/authorized`).map(({ state }) => state as Inputs),
    ];
    const key = (access: Inputs) => JSON.stringify(grantOf(access) ?? authorizedName(path, access));
    const keys = now.map(key);
    const retained = before.filter((access) => keys.includes(key(access)));
    return [...retained, ...now.filter((access) => !retained.some((item) => key(item) === key(access)))];
}

/** @param isNew whether the dataset is new: its first access list has an effect immediately */
export function grant(cloud: Cloud, path: string, access: Inputs, isNew = false): void {
    const project = path.split("/")[1] as string;
    const grant = grantOf(access);
    if (grant && isNew) {
        cloud.iam.grant(project, bigQueryName(path), grant);
    } else if (grant) {
        cloud.iam.change(project, bigQueryName(path), grant);
    } else {
        const name = authorizedName(path, access);
        cloud.store.create({ name, project, id: name, state: access });
    }
}

export function revoke(cloud: Cloud, path: string, access: Inputs): void {
    const grant = grantOf(access);
    if (grant) {
        cloud.iam.revoke(bigQueryName(path), grant);
    } else {
        cloud.store.remove(authorizedName(path, access));
    }
}

/** Whether a dataset has an access entry. */
export function hasAccess(cloud: Cloud, path: string, access: Inputs): boolean {
    return currentAccesses(cloud, path, [access]).includes(access);
}

/** The entry of the same role and member, with any condition. */
export function findAccess(cloud: Cloud, path: string, access: Inputs): Inputs | undefined {
    const key = ({ condition: _, ...of }: Inputs) => JSON.stringify(grantOf(of) ?? authorizedName(path, of));
    return currentAccesses(cloud, path, []).find((each) => key(each) === key(access));
}

/** Replaces the access list. */
export function setAccesses(cloud: Cloud, path: string, desired: Inputs[], isNew: boolean): void {
    for (const access of desired) {
        grant(cloud, path, access, isNew);
    }
    for (const access of currentAccesses(cloud, path, desired).filter((item) => !desired.includes(item))) {
        revoke(cloud, path, access);
    }
}
