import { isIP } from "node:net";
import { appEngineLimits } from "slipway/facts";
import { parseCidr } from "../../../../lib/formats";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Inputs, TypeRules } from "../../rules/rules";
import { api, appPath, fullName, invalid, requireApp } from "./names";

export const firewallType = "gcp:appengine/firewallRule:FirewallRule";

/** The priority of the default rule, which every application has. */
export const lastPriority = 2_147_483_647;

/** The maximum number of rules, including the default rule. */
const maxRules = appEngineLimits.rows.firewallRules.max;
const maxDescriptionLength = appEngineLimits.rows.firewallDescription.max;

export const rulesPath = (project: string) => `${appPath(project)}/firewall/ingressRules`;
const path = ({ project, priority }: Inputs) => `${rulesPath(project)}/${priority}`;

/** The initial default rule. */
const untouched = { action: "ALLOW", description: "The default action.", sourceRange: "*" };

/** Creates the default rule of an application. */
export function createDefaultRule(project: string, cloud: Cloud): void {
    const state = { project, priority: lastPriority, deletionPolicy: "DELETE", ...untouched };
    cloud.store.create({ name: fullName(path(state)), project, type: firewallType, id: path(state), state });
}

function isRange(range: string): boolean {
    const [address = ""] = range.split("/");
    return isIP(range) > 0 || (isIP(address) > 0 && parseCidr(range) !== undefined);
}

export function verifyRule(inputs: Inputs, cloud: Cloud, isNew: boolean): void {
    const { project, priority, sourceRange, description = "", action } = inputs;
    requireApp(cloud, project);
    if (!(Number.isInteger(priority) && priority >= 1 && priority <= lastPriority)) {
        throw invalid(`Invalid priority '${priority ?? 0}': it must be between 1 and ${lastPriority}.`);
    }
    if (action === "UNSPECIFIED_ACTION") {
        throw invalid("Invalid action 'UNSPECIFIED_ACTION': it must be ALLOW or DENY.");
    }
    if (sourceRange !== "*" && !isRange(sourceRange)) {
        throw invalid(
            `Invalid source range '${sourceRange}': it must be '*', an IP address or a range in CIDR notation.`,
        );
    }
    if (priority === lastPriority && sourceRange !== "*") {
        throw invalid("The source range of the default rule cannot be changed.");
    }
    if (description.length > maxDescriptionLength) {
        throw invalid(`The description must not be longer than ${maxDescriptionLength} characters.`);
    }
    if (isNew && cloud.store.count(fullName(rulesPath(project))) >= maxRules) {
        throw invalid(`An application may not have more than ${maxRules} firewall rules.`);
    }
}

export const firewallRule: TypeRules = {
    noun: "FirewallRule",
    generatedNoun: "AppEngineFirewallRule",
    cost: "free",
    deleteErrorPrefix: () => "Error when reading or editing FirewallRule",
    api,
    id: path,
    alreadyExists: (inputs) => new GoogleError(409, `A firewall rule with priority ${inputs.priority} already exists.`),
    verify: (inputs, { cloud }, old) => verifyRule(inputs, cloud, !old),
    // Changing the priority replaces the rule in the API.
    afterStore: (state, { cloud }, old) => {
        if (old && old.priority !== state.priority) {
            cloud.store.remove(fullName(path(old)));
        }
    },
    verifyRemoval: ({ priority }) => {
        if (priority === lastPriority) {
            throw invalid("The default firewall rule cannot be deleted.");
        }
    },
    calls: { collection: "appengine.apps.firewall.ingressRules" },
};
