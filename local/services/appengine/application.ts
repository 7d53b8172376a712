import { createHash } from "node:crypto";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { projectName } from "../../cloud/projects";
import { isRegion } from "../../cloud/regions";
import { type Inputs, oneOf, type TypeRules } from "../../rules/rules";
import { admitDefaultRule } from "./firewallRule";
import { api, appPath, fullName, hostnameOf } from "./names";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

function verify({ project, locationId }: Inputs): void {
    if (!isRegion(locationId, "appengine")) {
        throw new GoogleError(400, `Invalid location ID '${locationId}' for project '${project}'.`, {
            reason: "badRequest",
        });
    }
}

/** The account that versions run as where no other is named. */
export const defaultAccount = (project: string) => `${project}@appspot.gserviceaccount.com`;

/** What comes with an application: the account that it runs as, the agent of App Engine, the rule for all other requests. */
function admitAround(project: string, cloud: Cloud): void {
    const grant = (email: string, role: string) =>
        cloud.iam.grant(project, projectName(project), { role, member: `serviceAccount:${email}` });
    const agent = `service-${cloud.projects.number(project)}@gcp-gae-service.iam.gserviceaccount.com`;
    cloud.iam.admitAgent(project, agent);
    grant(agent, "roles/appengine.serviceAgent");
    cloud.iam.admitAgent(project, defaultAccount(project), true);
    grant(defaultAccount(project), "roles/editor");
    admitDefaultRule(project, cloud);
}

export const application: TypeRules = {
    noun: "App Engine application",
    doing: (verb) => `Error ${verb === "create" ? "creating" : "updating"} App Engine application`,
    api,
    id: ({ project }) => project,
    name: ({ project }) => fullName(appPath(project)),
    refused: {
        servingStatus: oneOf("serving_status", "UNSPECIFIED", "SERVING", "USER_DISABLED", "SYSTEM_DISABLED"),
        sslPolicy: oneOf("ssl_policy", "SSL_POLICY_UNSPECIFIED", "DEFAULT", "MODERN"),
        databaseType: oneOf("database_type", "CLOUD_FIRESTORE", "CLOUD_DATASTORE_COMPATIBILITY", "CLOUD_DATASTORE"),
    },
    refusedChange: (wanted, found) =>
        found.locationId && found.locationId !== wanted.locationId && wanted.project === found.project
            ? "Cannot change location_id once the resource is created."
            : undefined,
    taken: () =>
        new GoogleError(409, "This application already exists and cannot be re-created.", { reason: "alreadyExists" }),
    verify,
    state: (inputs, _, old) => {
        const { project, locationId } = inputs;
        return {
            appId: project,
            authDomain: "gmail.com",
            codeBucket: `staging.${project}.appspot.com`,
            databaseType: "CLOUD_FIRESTORE",
            defaultBucket: `${project}.appspot.com`,
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
                    // Without a client of its own, an application has the one that Google manages.
                    oauth2ClientSecretSha256: inputs.iap.oauth2ClientSecret && sha256(inputs.iap.oauth2ClientSecret),
                    ...inputs.iap,
                },
            }),
        };
    },
    stored: ({ project }, { cloud }) => admitAround(project, cloud),
    // Only with its project does an application end.
    kept: () => true,
};
