import { projectName } from "../../cloud/projects";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { oneOf } from "../../rules/rules";
import { setProjectPolicy } from "./audit";

const api = "iam.googleapis.com";

/** Disables or deletes the default service accounts, or removes their roles. */
function act({ project, action }: Inputs, { cloud }: Context): void {
    for (const entry of cloud.iam.defaultAccounts(project)) {
        if (action === "DEPRIVILEGE") {
            revokeRoles(cloud, project, String(entry.state.email));
        } else if (action === "DELETE") {
            cloud.store.remove(entry.name);
        } else {
            cloud.store.write({ ...entry, state: { ...entry.state, disabled: true } });
        }
    }
}

/** Restores disabled or deleted accounts; removed roles are not restored. */
function revert({ project, action, serviceAccounts }: Inputs, { cloud }: Context): void {
    for (const email of action === "DEPRIVILEGE" ? [] : Object.values<string>(serviceAccounts)) {
        cloud.iam.admitDefaultAccount(project, email);
        const entry = cloud.iam.defaultAccounts(project).find(({ state }) => state.email === email);
        if (entry) {
            cloud.store.write({ ...entry, state: { ...entry.state, disabled: false } });
        }
    }
}

function revokeRoles({ iam }: Context["cloud"], project: string, email: string): void {
    const resource = projectName(project);
    for (const grant of iam.grants(resource)) {
        if (grant.member === `serviceAccount:${email}`) {
            iam.revoke(resource, grant);
        }
    }
}

/** What is done to default service accounts, or undone. */
function defaultAccounts(action: string, isUndone = false): string[] {
    const verbs: Record<string, string[]> = {
        DEPRIVILEGE: setProjectPolicy,
        DISABLE: [`iam.projects.serviceAccounts.${isUndone ? "enable" : "disable"}`],
        DELETE: [`iam.projects.serviceAccounts.${isUndone ? "undelete" : "delete"}`],
    };
    return verbs[action] ?? [];
}

/** An action that is applied once; the provider does not read its state. */
export const defaultServiceAccounts: TypeRules = {
    noun: "default service accounts",
    cost: "free",
    api,
    id: ({ project }) => `projects/${project}`,
    name: ({ project }) => `//${api}/projects/${project}/defaultServiceAccounts`,
    errorPrefix: (_, { project }) =>
        `error listing service accounts on project ${project}: failed to list service accounts on project "${project}"`,
    validators: {
        action: oneOf("action", "DEPRIVILEGE", "DELETE", "DISABLE"),
        restorePolicy: oneOf("restore_policy", "NONE", "REVERT", "REVERT_AND_IGNORE_FAILURE"),
    },
    state: ({ project }, { cloud }, old) => {
        const accounts = cloud.iam.defaultAccounts(project);
        const changed = Object.fromEntries(accounts.map(({ state }) => [String(state.uniqueId), String(state.email)]));
        return { serviceAccounts: old?.serviceAccounts ?? changed };
    },
    afterStore: (inputs, context, old) => {
        if (!old) {
            act(inputs, context);
        }
    },
    read: (state) => state,
    remove: (inputs, context) => {
        if (inputs.restorePolicy !== "NONE") {
            revert(inputs, context);
        }
    },
    calls: {
        create: ({ action }) => ["iam.projects.serviceAccounts.list", ...defaultAccounts(action)],
        read: ["iam.projects.serviceAccounts.list"],
        update: ({ action }) => ["iam.projects.serviceAccounts.list", ...defaultAccounts(action)],
        delete: ({ action, restorePolicy }) => (restorePolicy === "NONE" ? [] : defaultAccounts(action, true)),
    },
};
