import { appEngineLimits } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import type { Inputs, TypeRules } from "../../rules/rules";
import { api, appPath, findApp, fullName, invalid, onApplication, requireApp } from "./names";
import { findService } from "./services";

const maxRules = appEngineLimits.rows.dispatchRules.max;
const maxRuleLength = appEngineLimits.rows.dispatchRule.max;

export function verifyRules(project: string, rules: Inputs[], cloud: Cloud): void {
    requireApp(cloud, project);
    if (rules.length > maxRules) {
        throw invalid(`An application may not have more than ${maxRules} dispatch rules (got ${rules.length}).`);
    }
    for (const { domain = "*", path, service } of rules) {
        const rule = `${domain}${path}`;
        if (!/^(\*\.?)?([a-z\d-]+(\.[a-z\d-]+)*)?$/i.test(domain)) {
            throw invalid(
                `Invalid domain '${domain}' of a dispatch rule: a wildcard is only supported before a period.`,
            );
        }
        if (!/^\/[^*]*\*?$/.test(path)) {
            throw invalid(
                `Invalid path '${path}' of a dispatch rule: it must begin with '/', and a single '*' is only supported at its end.`,
            );
        }
        if (rule.length > maxRuleLength) {
            throw invalid(`Dispatch rule '${rule}' must not be longer than ${maxRuleLength} characters.`);
        }
        if (!findService(cloud, project, service)) {
            throw invalid(`Invalid dispatch rule '${rule}': service '${service}' does not exist.`);
        }
    }
}

/** Replaces the dispatch rules of an application. */
export function setRules(project: string, rules: Inputs[], cloud: Cloud): void {
    const app = requireApp(cloud, project);
    const urlDispatchRules = rules.map(({ domain = "*", path, service }) => ({ domain, path, service }));
    cloud.store.write({ ...app, state: { ...app.state, urlDispatchRules } });
}

export const applicationUrlDispatchRules: TypeRules = {
    noun: "ApplicationUrlDispatchRules",
    generatedNoun: "AppEngineApplicationUrlDispatchRules",
    cost: "free",
    deleteErrorPrefix: () => "Error when reading or editing ApplicationUrlDispatchRules",
    api,
    id: ({ project }) => project,
    name: ({ project }) => fullName(`${appPath(project)}/dispatchRules`),
    verify: ({ project, dispatchRules }, { cloud }) => verifyRules(project, dispatchRules, cloud),
    afterStore: ({ project, dispatchRules }, { cloud }) => setRules(project, dispatchRules, cloud),
    read: (state, { cloud }) => {
        const rules: Inputs[] | undefined = findApp(cloud, state.project)?.state.urlDispatchRules;
        return rules && rules.length > 0 ? { ...state, dispatchRules: rules } : undefined;
    },
    remove: ({ project }, { cloud }) => setRules(project, [], cloud),
    calls: {
        create: onApplication,
        read: ["appengine.apps.get"],
        update: onApplication,
        delete: onApplication,
    },
};
