import { GoogleError } from "../../cloud/errors";
import type { Check } from "./constraint";

/** Regions in member states of the European Union, of `in:eu-locations`. */
const notInUnion = ["europe-west2", "europe-west6"];

/**
 * Whether a location is that of a policy, or in its group: `in:eu-locations`, `in:europe-west1-locations`.
 * https://cloud.google.com/resource-manager/docs/organization-policy/defining-locations
 */
function isIn(pattern: string, location: string): boolean {
    const group = /^in:(.+)-locations$/.exec(pattern)?.[1];
    if (group === undefined) {
        return pattern === location;
    }
    if (group === "eu") {
        return location === "eu" || (location.startsWith("europe-") && !notInUnion.includes(location));
    }
    // Groups of continents contain their multi-regions: `europe` the multi-region `eu`.
    return location === group || location.startsWith(`${group}-`) || (group === "europe" && location === "eu");
}

/** The types that a policy can restrict to locations, with the properties that contain their location. */
const located: Record<string, string[]> = {
    "gcp:appengine/application:Application": ["locationId"],
    "gcp:artifactregistry/repository:Repository": ["location"],
    "gcp:bigquery/dataset:Dataset": ["location"],
    "gcp:cloudfunctionsv2/function:Function": ["location"],
    "gcp:cloudrunv2/job:Job": ["location"],
    "gcp:cloudrunv2/service:Service": ["location"],
    "gcp:cloudrunv2/workerPool:WorkerPool": ["location"],
    "gcp:cloudtasks/queue:Queue": ["location"],
    "gcp:composer/environment:Environment": ["region"],
    "gcp:compute/address:Address": ["region"],
    "gcp:compute/forwardingRule:ForwardingRule": ["region"],
    "gcp:compute/router:Router": ["region"],
    "gcp:compute/subnetwork:Subnetwork": ["region"],
    "gcp:container/cluster:Cluster": ["location"],
    "gcp:eventarc/trigger:Trigger": ["location"],
    "gcp:gkebackup/backupPlan:BackupPlan": ["location"],
    "gcp:kms/keyRing:KeyRing": ["location"],
    "gcp:secretmanager/regionalSecret:RegionalSecret": ["location"],
    "gcp:secretmanager/secret:Secret": [],
    "gcp:sql/databaseInstance:DatabaseInstance": ["region"],
    "gcp:storage/bucket:Bucket": ["location"],
    "gcp:vpcaccess/connector:Connector": ["region"],
    "gcp:workflows/workflow:Workflow": ["region"],
};

const constraint = "gcp.resourceLocations";

/** The answers of services; Compute Engine's names the resource, and Secret Manager's the project by its number. */
function refusal(token: string, location: string, { id, number }: { id: string; number: string }): GoogleError {
    if (token.startsWith("gcp:storage/")) {
        // https://github.com/serverless/serverless-google-cloudfunctions/issues/226
        return new GoogleError(412, `'${location}' violates constraint 'constraints/${constraint}'`, {
            reason: "conditionNotMet",
        });
    }
    if (token.startsWith("gcp:secretmanager/")) {
        // https://github.com/GoogleCloudPlatform/marketing-analytics-jumpstart/issues/208
        return new GoogleError(
            400,
            `Constraint constraints/${constraint} violated for [orgpolicy:projects/${number}] attempting to create a secret in [${location}]. For more information, see https://cloud.google.com/resource-manager/docs/organization-policy/defining-locations.`,
        );
    }
    // https://github.com/cloudfoundry/bosh-bootloader/issues/513
    const text = `Location ${location} violates constraint constraints/${constraint} on the resource ${id}.`;
    return token.startsWith("gcp:compute/")
        ? new GoogleError(412, text, { reason: "conditionNotMet" })
        : new GoogleError(400, text);
}

/** The location of a resource, and those of a secret's replicas, which are `global` if they are automatic. */
function locationsOf(token: string, inputs: Record<string, unknown>): string[] {
    if (token === "gcp:secretmanager/secret:Secret") {
        const { userManaged } = (inputs.replication ?? {}) as { userManaged?: { replicas: { location: string }[] } };
        return userManaged?.replicas.map(({ location }) => location) ?? ["global"];
    }
    return (located[token] as string[]).map((property) => String(inputs[property]));
}

const check: Check = ({ token, inputs, project, id, old }, { cloud }) => {
    const allows = (location: string) => cloud.organization.allows(project, constraint, location, isIn);
    const refused = locationsOf(token, inputs).find((location) => !allows(location.toLowerCase()));
    return refused === undefined || old
        ? undefined
        : refusal(token, refused.toLowerCase(), { id: id(), number: cloud.projects.number(project) });
};

/** "Restricting resource locations": only of new resources. */
export const locations: Record<string, Check> = Object.fromEntries(Object.keys(located).map((token) => [token, check]));
