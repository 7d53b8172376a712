import { createHash } from "node:crypto";
import { GoogleError } from "../cloud/errors";
import { isRegion, regions } from "../cloud/regions";
import { type Inputs, oneOf, type Service, type TypeRules } from "../rules/rules";

const api = "appengine.googleapis.com";
const title = "App Engine Admin API";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** The codes of the two locations that are no regions. */
const codes: Record<string, string> = { "us-central": "uc", "europe-west": "ew" };

function verify({ project, locationId }: Inputs): void {
    if (!isRegion(locationId, "appengine")) {
        throw new GoogleError(400, `Invalid location ID '${locationId}' for project '${project}'.`, {
            reason: "badRequest",
        });
    }
}

const application: TypeRules = {
    noun: "App Engine application",
    doing: (verb) => `Error ${verb === "create" ? "creating" : "updating"} App Engine application`,
    api,
    id: ({ project }) => project,
    name: ({ project }) => `//${api}/apps/${project}`,
    defaults: { "iap.enabled": false },
    refused: {
        servingStatus: oneOf("serving_status", "UNSPECIFIED", "SERVING", "USER_DISABLED", "SYSTEM_DISABLED"),
        sslPolicy: oneOf("ssl_policy", "SSL_POLICY_UNSPECIFIED", "DEFAULT", "MODERN"),
        databaseType: oneOf("database_type", "CLOUD_FIRESTORE", "CLOUD_DATASTORE_COMPATIBILITY", "CLOUD_DATASTORE"),
    },
    refusedChange: (wanted, found) =>
        found.locationId && found.locationId !== wanted.locationId && wanted.project === found.project
            ? "Cannot change location_id once the resource is created."
            : undefined,
    replaceOnChange: ["project"],
    computed: [
        "iap.oauth2ClientSecretSha256",
        ...["domain", "path", "service"].map((property) => `urlDispatchRules.${property}`),
    ],
    taken: () =>
        new GoogleError(409, "This application already exists and cannot be re-created.", { reason: "alreadyExists" }),
    verify,
    state: (inputs) => {
        const { project, locationId } = inputs;
        const hostname = `${project}.${codes[locationId] ?? regions[locationId] ?? locationId}.r.appspot.com`;
        return {
            appId: project,
            authDomain: "gmail.com",
            codeBucket: `staging.${project}.appspot.com`,
            databaseType: "CLOUD_FIRESTORE",
            defaultBucket: `${project}.appspot.com`,
            defaultHostname: hostname,
            featureSettings: { splitHealthChecks: true },
            gcrDomain: locationId.startsWith("europe")
                ? "eu.gcr.io"
                : locationId.startsWith("a")
                  ? "asia.gcr.io"
                  : "us.gcr.io",
            iap: { enabled: false, oauth2ClientId: "", oauth2ClientSecret: "", oauth2ClientSecretSha256: "" },
            name: `apps/${project}`,
            servingStatus: "SERVING",
            sslPolicy: "",
            urlDispatchRules: [],
            ...Object.fromEntries(
                ["authDomain", "databaseType", "featureSettings", "servingStatus", "sslPolicy"]
                    .filter((property) => inputs[property] !== undefined)
                    .map((property) => [property, inputs[property]]),
            ),
            ...(inputs.iap && {
                iap: { oauth2ClientSecretSha256: sha256(inputs.iap.oauth2ClientSecret), ...inputs.iap },
            }),
        };
    },
    stored: ({ project }, { cloud }) => cloud.iam.admitAgent(project, `${project}@appspot.gserviceaccount.com`),
    // Only with its project does an application end.
    kept: () => true,
};

const service: Service = {
    titles: { [api]: title },
    types: { "gcp:appengine/application:Application": application },
};

export default service;
