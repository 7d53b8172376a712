import type { Cloud } from "../../cloud/cloud";
import { type Grant, policyName } from "../../cloud/iam";
import type { Inputs } from "../../rules/rules";
import { bigQueryName, called, invalid } from "./names";

/** "Basic roles and permissions": the roles of old, which the API still answers for those of today. */
const roles: Record<string, string> = {
    OWNER: "roles/bigquery.dataOwner",
    WRITER: "roles/bigquery.dataEditor",
    READER: "roles/bigquery.dataViewer",
};

export const fullRole = (role: unknown): string => roles[String(role)] ?? String(role);
const shortRole = (role: string) => Object.keys(roles).find((short) => roles[short] === role) ?? role;

/** Who works with the cloud here. */
const caller = "you@example.com";

/** What a new dataset allows where its program does not say it: "Control access to resources with IAM". */
export const defaultAccesses: Inputs[] = [
    { role: "OWNER", specialGroup: "projectOwners" },
    { role: "OWNER", userByEmail: caller },
    { role: "READER", specialGroup: "projectReaders" },
    { role: "WRITER", specialGroup: "projectWriters" },
];

/** What may read a dataset without being anybody: an authorized view, dataset or routine. */
const authorized = ["view", "dataset", "routine"];

const kinds: [property: string, kind: string][] = [
    ["groupByEmail", "group"],
    ["domain", "domain"],
    ["iamMember", "iamMember"],
];

/** An entry of the access list as a grant; nothing for one that authorizes a view, a dataset or a routine. */
function grantOf(access: Inputs): Grant | undefined {
    if (authorized.some((kind) => access[kind])) {
        return undefined;
    }
    const { userByEmail, specialGroup, role, condition } = access;
    const email = String(userByEmail ?? "").toLowerCase();
    const kind = email.endsWith("gserviceaccount.com") ? "serviceAccount" : "user";
    const given = kinds.find(([property]) => access[property]);
    const member = given ? `${given[1]}:${access[given[0]]}` : (specialGroup ?? `${kind}:${email}`);
    return { role: fullRole(role), member, ...(condition && { condition }) };
}

/** A grant as an entry of the access list. */
function accessOf({ role, member, condition }: Grant): Inputs {
    const [kind = "", ...rest] = member.split(":");
    const property = kinds.find(([, each]) => each === kind)?.[0] ?? (rest.length > 0 ? "userByEmail" : "specialGroup");
    const value = rest.length > 0 ? rest.join(":") : kind;
    return { role: shortRole(role), [property]: value, ...(condition && { condition }) };
}

const authorizedName = (path: string, access: Inputs) => {
    const kind = authorized.find((each) => access[each]) as string;
    return `${policyName(bigQueryName(path))}/authorized/${kind}/${JSON.stringify(access[kind]).replaceAll("/", ".")}`;
};

/** Refuses who does not exist. */
export function verifyAccesses(cloud: Cloud, path: string, accesses: Inputs[]): void {
    for (const { userByEmail = "" } of accesses) {
        const email = userByEmail.toLowerCase();
        if (email.endsWith("gserviceaccount.com") && !cloud.iam.hasAccount(email)) {
            throw invalid(`IAM setPolicy failed for Dataset ${called(path)}: Service account ${email} does not exist.`);
        }
    }
}

/** The access list of a dataset as it is now, by whatever it was changed; what was there before keeps its order. */
export function accessesNow(cloud: Cloud, path: string, before: Inputs[]): Inputs[] {
    const now = [
        ...cloud.iam.grants(bigQueryName(path)).map(accessOf),
        ...cloud.store.list(`${policyName(bigQueryName(path))}/authorized`).map(({ state }) => state as Inputs),
    ];
    const key = (access: Inputs) => JSON.stringify(grantOf(access) ?? authorizedName(path, access));
    const keys = now.map(key);
    const kept = before.filter((access) => keys.includes(key(access)));
    return [...kept, ...now.filter((access) => !kept.some((each) => key(each) === key(access)))];
}

export function allow(cloud: Cloud, path: string, access: Inputs): void {
    const project = path.split("/")[1] as string;
    const grant = grantOf(access);
    if (grant) {
        cloud.iam.grant(project, bigQueryName(path), grant);
    } else {
        const name = authorizedName(path, access);
        cloud.store.create({ name, project, id: name, state: access });
    }
}

export function disallow(cloud: Cloud, path: string, access: Inputs): void {
    const grant = grantOf(access);
    if (grant) {
        cloud.iam.revoke(bigQueryName(path), grant);
    } else {
        cloud.store.remove(authorizedName(path, access));
    }
}

/** Whether a dataset allows this now. */
export function allows(cloud: Cloud, path: string, access: Inputs): boolean {
    return accessesNow(cloud, path, [access]).includes(access);
}

/** Makes the access list what is wanted. */
export function setAccesses(cloud: Cloud, path: string, wanted: Inputs[]): void {
    for (const access of wanted) {
        allow(cloud, path, access);
    }
    for (const access of accessesNow(cloud, path, wanted).filter((each) => !wanted.includes(each))) {
        disallow(cloud, path, access);
    }
}
