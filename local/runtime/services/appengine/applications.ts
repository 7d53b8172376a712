import { type Cloud, GoogleError, type Inputs } from "../../../simulator";
import { application } from "../../../simulator/services/appengine/application";
import { setRules, verifyRules } from "../../../simulator/services/appengine/dispatchRules";
import { firewallType, rulesPath, verifyRule } from "../../../simulator/services/appengine/firewallRule";
import { appPath, findApp, fullName, requireApp } from "../../../simulator/services/appengine/names";
import { type Call, type Method, maskOf, page, valueAt, withValueAt } from "../../emulator/methods/call";
import { applicationResource, firewallResource } from "./resources";

const applicationType = "gcp:appengine/application:Application";

const settable = ["authDomain", "databaseType", "featureSettings", "iap", "servingStatus", "sslPolicy"];
const fields = ["name", "id", "locationId", "dispatchRules", "serviceAccount", ...settable];
const mask = [
    ...settable,
    "dispatchRules",
    "featureSettings.splitHealthChecks",
    ...["enabled", "oauth2ClientId", "oauth2ClientSecret"].map((property) => `iap.${property}`),
];

const values: Record<string, string[]> = {
    servingStatus: ["UNSPECIFIED", "SERVING", "USER_DISABLED", "SYSTEM_DISABLED"],
    databaseType: ["CLOUD_FIRESTORE", "CLOUD_DATASTORE_COMPATIBILITY", "CLOUD_DATASTORE"],
    sslPolicy: ["SSL_POLICY_UNSPECIFIED", "DEFAULT", "MODERN"],
};

/** The settings of an application that the provider's state contains. */
function settingsOf(body: Inputs): Inputs {
    for (const [property, allowed] of Object.entries(values)) {
        if (body[property] !== undefined && !allowed.includes(body[property])) {
            throw new GoogleError(400, `Invalid value at 'application.${property}', "${body[property]}"`);
        }
    }
    const { enabled = false, oauth2ClientId = "", oauth2ClientSecret = "" } = body.iap ?? {};
    const input = settable.filter((property) => body[property] !== undefined && property !== "iap");
    return {
        ...Object.fromEntries(input.map((property) => [property, body[property]])),
        ...(body.iap && { iap: { enabled, oauth2ClientId, oauth2ClientSecret } }),
    };
}

/** Stores an application with the values that the server sets. */
function store(inputs: Inputs, cloud: Cloud, old?: Inputs): object {
    const { project } = inputs;
    const context = { cloud, project };
    application.verify?.(inputs, context, old);
    const state = { ...inputs, ...application.state?.(inputs, context, old) };
    const entry = { name: fullName(appPath(project)), project, type: applicationType, id: project, state };
    if (old) {
        cloud.store.write(entry);
    } else if (!cloud.store.create(entry)) {
        throw application.alreadyExists?.(inputs, context) as GoogleError;
    }
    application.afterStore?.(state, context, old);
    return applicationResource(entry);
}

function create({ cloud, body, operate }: Call): object {
    const { id: project, locationId = "us-central", dispatchRules = [] } = body;
    const startedOperation = {
        method: "Applications.CreateApplication",
        target: appPath(project),
        type: "appengine.v1.Application",
    };
    if (findApp(cloud, project)) {
        throw application.alreadyExists?.({ project }, { cloud }) as GoogleError;
    }
    if (dispatchRules.length > 0) {
        verifyRules(project, dispatchRules, cloud);
    }
    const inputs = { project, locationId, ...settingsOf(body) };
    application.verify?.(inputs, { cloud });
    return operate(startedOperation, () => store(inputs, cloud));
}

function patch({ cloud, names, query, body, operate }: Call): object {
    const project = names.appsId;
    const { state } = requireApp(cloud, project);
    const paths = maskOf(query, mask);
    const startedOperation = {
        method: "Applications.UpdateApplication",
        target: appPath(project),
        type: "appengine.v1.Application",
    };
    const { project: _, locationId, ...rest } = state;
    const desired = paths.reduce((all, path) => withValueAt(all, path, valueAt(body, path)), rest as Inputs);
    if (paths.includes("dispatchRules")) {
        verifyRules(project, body.dispatchRules ?? [], cloud);
    }
    const settings = settingsOf(
        Object.fromEntries(settable.map((property) => [property, desired[property] || undefined])),
    );
    return operate(startedOperation, () => {
        store({ project, locationId, ...settings }, cloud, state);
        if (paths.includes("dispatchRules")) {
            setRules(project, body.dispatchRules ?? [], cloud);
        }
        return applicationResource(requireApp(cloud, project));
    });
}

/** A firewall rule, which is updated without an operation. */
function rule(cloud: Cloud, { appsId, ingressRulesId }: Inputs) {
    requireApp(cloud, appsId);
    const found = cloud.store.read(fullName(`${rulesPath(appsId)}/${ingressRulesId}`));
    if (!found) {
        throw new GoogleError(404, `Firewall rule with priority ${ingressRulesId} not found.`);
    }
    return found;
}

const ruleFields = ["action", "description", "sourceRange", "priority"];

function patchRule({ cloud, names, query, body }: Call): object {
    const found = rule(cloud, names);
    const paths = maskOf(query, ruleFields.slice(0, 3));
    const state: Inputs = { ...found.state, ...Object.fromEntries(paths.map((path) => [path, body[path]])) };
    if (!["ALLOW", "DENY"].includes(state.action)) {
        throw new GoogleError(400, `Invalid action '${state.action}': it must be ALLOW or DENY.`);
    }
    verifyRule(state, cloud, false);
    cloud.store.write({ ...found, type: firewallType, state });
    return firewallResource({ ...found, state });
}

function listRules({ cloud, names, query }: Call): object {
    requireApp(cloud, names.appsId);
    const rules = cloud.store.list(fullName(rulesPath(names.appsId)));
    const byPriority = rules.sort((one, other) => Number(one.state.priority) - Number(other.state.priority));
    const { items, ...more } = page(query, byPriority);
    return { ingressRules: items.map(firewallResource), ...more };
}

export const applicationMethods: Method[] = [
    { id: "appengine.apps.create", verb: "POST", path: "v1/apps", fields, creates: "id", answer: create },
    {
        id: "appengine.apps.get",
        verb: "GET",
        path: "v1/apps/{appsId}",
        query: ["includeExtraData"],
        answer: ({ cloud, names }) => applicationResource(requireApp(cloud, names.appsId)),
    },
    {
        id: "appengine.apps.patch",
        verb: "PATCH",
        path: "v1/apps/{appsId}",
        query: ["updateMask"],
        fields,
        answer: patch,
    },
    {
        id: "appengine.apps.operations.get",
        verb: "GET",
        path: "v1/apps/{appsId}/operations/{operationsId}",
        answer: ({ operations, names }) => operations.get(`${appPath(names.appsId)}/operations/${names.operationsId}`),
    },
    {
        id: "appengine.apps.firewall.ingressRules.list",
        verb: "GET",
        path: "v1/apps/{appsId}/firewall/ingressRules",
        query: ["pageSize", "pageToken"],
        answer: listRules,
    },
    {
        id: "appengine.apps.firewall.ingressRules.get",
        verb: "GET",
        path: "v1/apps/{appsId}/firewall/ingressRules/{ingressRulesId}",
        answer: ({ cloud, names }) => firewallResource(rule(cloud, names)),
    },
    {
        id: "appengine.apps.firewall.ingressRules.patch",
        verb: "PATCH",
        path: "v1/apps/{appsId}/firewall/ingressRules/{ingressRulesId}",
        query: ["updateMask"],
        fields: ruleFields,
        answer: patchRule,
    },
];
