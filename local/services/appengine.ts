import { createHash } from "node:crypto";
import { GoogleError } from "../cloud/errors";
import { regions } from "../cloud/regions";
import { type Inputs, oneOf, type Service, type TypeRules } from "../rules/rules";

const api = "appengine.googleapis.com";
const title = "App Engine Admin API";

/** "App Engine locations": two have names of their own, the others are those of the regions that have App Engine. */
const locations = [
    "us-central",
    "europe-west",
    ...Object.keys(regions).filter(
        (region) =>
            ![
                "us-central1",
                "europe-west1",
                "africa-south1",
                "asia-south2",
                "australia-southeast2",
                "europe-north1",
                "europe-north2",
                "europe-southwest1",
                "europe-west4",
                "europe-west8",
                "europe-west9",
                "europe-west10",
                "europe-west12",
                "me-central1",
                "me-central2",
                "me-west1",
                "northamerica-northeast2",
                "northamerica-south1",
                "southamerica-west1",
                "us-east5",
                "us-south1",
            ].includes(region),
    ),
];

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const codes: Record<string, string> = { "us-central": "uc", "europe-west": "ew" };

function verify({ project, locationId }: Inputs): void {
    if (!locations.includes(locationId)) {
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
