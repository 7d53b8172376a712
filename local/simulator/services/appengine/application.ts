import { createHash } from "node:crypto";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { projectName, withoutGrants } from "../../cloud/projects";
import { isRegion } from "../../cloud/regions";
import { type Inputs, oneOf, type TypeRules } from "../../rules/rules";
import { createBucket, findBucket } from "../storage/names";
import { createDefaultRule } from "./firewallRule";
import { api, appPath, fullName, hostnameOf, onApplication, stagingBucket } from "./names";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

function verify({ project, locationId }: Inputs): void {
    if (!isRegion(locationId, "appengine")) {
        throw new GoogleError(400, `Invalid location ID '${locationId}' for project '${project}'.`, {
            reason: "badRequest",
        });
    }
}

/** The default service account of versions. */
export const defaultAccount = (project: string) => `${project}@appspot.gserviceaccount.com`;

/** The default bucket: https://cloud.google.com/appengine/docs/standard/using-cloud-storage */
const defaultBucket = (project: string) => `${project}.appspot.com`;

/**
 * Resources created with an application: its service account, App Engine's service agent, two buckets, and the default firewall
 * rule.
 */
function admitAround({ project, locationId }: Inputs, cloud: Cloud): void {
    const grant = (email: string, role: string) =>
        cloud.iam.grant(project, projectName(project), { role, member: `serviceAccount:${email}` });
    const agent = `service-${cloud.projects.number(project)}@gcp-gae-service.iam.gserviceaccount.com`;
    cloud.iam.admitAgent(project, agent);
    grant(agent, "roles/appengine.serviceAgent");
    cloud.iam.admitDefaultAccount(project, defaultAccount(project));
    if (!cloud.organization.isEnforced(project, withoutGrants)) {
        grant(defaultAccount(project), "roles/editor");
    }
    for (const bucket of [stagingBucket(project), defaultBucket(project)]) {
        if (!findBucket(cloud, bucket)) {
            createBucket(cloud, project, bucket, { location: String(locationId).toUpperCase() });
        }
    }
    createDefaultRule(project, cloud);
}

export const application: TypeRules = {
    noun: "App Engine application",
    cost: "free",
    errorPrefix: (verb) => `Error ${verb === "create" ? "creating" : "updating"} App Engine application`,
    api,
    id: ({ project }) => project,
    name: ({ project }) => fullName(appPath(project)),
    validators: {
        servingStatus: oneOf("serving_status", "UNSPECIFIED", "SERVING", "USER_DISABLED", "SYSTEM_DISABLED"),
        sslPolicy: oneOf("ssl_policy", "SSL_POLICY_UNSPECIFIED", "DEFAULT", "MODERN"),
        databaseType: oneOf("database_type", "CLOUD_FIRESTORE", "CLOUD_DATASTORE_COMPATIBILITY", "CLOUD_DATASTORE"),
    },
    plan: {
        appEngineApplicationLocationIDCustomizeDiff: {
            refuse: (inputs, state, isUnknown) =>
                state?.locationId &&
                state.locationId !== inputs.locationId &&
                !isUnknown("locationId") &&
                inputs.project === state.project
                    ? "Cannot change location_id once the resource is created."
                    : undefined,
        },
    },
    alreadyExists: () =>
        new GoogleError(409, "This application already exists and cannot be re-created.", { reason: "alreadyExists" }),
    verify,
    state: (inputs, _, old) => {
        const { project, locationId } = inputs;
        return {
            appId: project,
            authDomain: "gmail.com",
            codeBucket: stagingBucket(project),
            databaseType: "CLOUD_FIRESTORE",
            defaultBucket: defaultBucket(project),
            defaultHostname: hostnameOf(project, locationId),
            featureSettings: { splitHealthChecks: true },
            gcrDomain: locationId.startsWith("europe")
                ? "eu.gcr.io"
                : locationId.startsWith("a")
                  ? "asia.gcr.io"
                  : "us.gcr.io",
            iap: { enabled: false, oauth2ClientId: "", oauth2ClientSecret: "", oauth2ClientSecretSha256: "" },
            name: appPath(project),
            servingStatus: "SERVING",
            sslPolicy: "",
            urlDispatchRules: old?.urlDispatchRules ?? [],
            ...Object.fromEntries(
                ["authDomain", "databaseType", "featureSettings", "servingStatus", "sslPolicy"]
                    .filter((property) => inputs[property] !== undefined)
                    .map((property) => [property, inputs[property]]),
            ),
            ...(inputs.iap && {
                iap: {
                    // Without its own OAuth client, an application uses one that Google manages.
                    oauth2ClientSecretSha256: inputs.iap.oauth2ClientSecret && sha256(inputs.iap.oauth2ClientSecret),
                    ...inputs.iap,
                },
            }),
        };
    },
    afterStore: (state, { cloud }) => admitAround(state, cloud),
    // An application is only deleted with its project.
    isRetained: () => true,
    calls: {
        create: ["appengine.apps.create", "appengine.apps.operations.get", "appengine.apps.get"],
        read: ["appengine.apps.get"],
        update: onApplication,
        delete: [],
    },
};
