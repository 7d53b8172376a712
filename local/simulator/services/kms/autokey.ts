import { randomBytes } from "node:crypto";
import { autokeyResources } from "slipway/facts";
import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { keyName } from "../../cloud/encryption";
import { GoogleError } from "../../cloud/errors";
import { resourceManagerName } from "../../cloud/organization";
import { projectName } from "../../cloud/projects";
import { type Call, type Context, type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { agents } from "../serviceusage";
import { alreadyExists, api, isLocation, ringPath, verifyId } from "./names";
import { addVersion } from "./version";

/** Autokey: https://docs.cloud.google.com/kms/docs/autokey-overview */

const failed = (text: string) => new GoogleError(400, text, { reason: "failedPrecondition" });

/** The path of the configuration of a folder, which can be given with or without its prefix, or of a project. */
const folderConfig = (folder: string) => `folders/${lastPart(folder)}/autokeyConfig`;
const projectConfig = (project: string) => `projects/${lastPart(project)}/autokeyConfig`;

/** The Cloud KMS service agent of a project, which creates keys for Autokey. */
const kmsAgent = (cloud: Cloud, project: string) =>
    `service-${cloud.projects.number(project)}@gcp-sa-cloudkms.iam.gserviceaccount.com`;

/** "Enable Cloud KMS Autokey", step by step: https://docs.cloud.google.com/kms/docs/enable-autokey */
function verifyConfig({ keyProject, keyProjectResolutionMode: mode }: Inputs, { cloud }: Context): void {
    if (keyProject && mode && mode !== "DEDICATED_KEY_PROJECT") {
        throw new GoogleError(
            400,
            `AutokeyConfig.key_project must not be set when key_project_resolution_mode is ${mode}.`,
        );
    }
    if (keyProject && !/^projects\/[^/]+$/.test(keyProject)) {
        throw new GoogleError(400, `AutokeyConfig.key_project '${keyProject}' must have the form projects/PROJECT.`);
    }
    if (keyProject && !cloud.projects.find(cloud.projects.idOf(keyProject))) {
        throw new GoogleError(403, `Permission 'cloudkms.cryptoKeys.setIamPolicy' denied on resource '${keyProject}'.`);
    }
}

const etag = () => randomBytes(8).toString("hex");

/** The configuration of Autokey is subject to the policy of its folder. */
const onFolder = (verb: "get" | "update", { folder }: Inputs): Call => ({
    method: `cloudkms.folders.${verb}AutokeyConfig`,
    on: resourceManagerName(`folders/${lastPart(folder)}`),
});

/** Who sets a configuration, and reads it again, may give access to keys of the key project. */
const setConfig = (inputs: Inputs, { cloud }: Context): Call[] => {
    const { keyProject } = inputs;
    const setPolicy = "cloudkms.projects.locations.keyRings.cryptoKeys.setIamPolicy";
    return [
        onFolder("update", inputs),
        ...(keyProject ? [{ method: setPolicy, on: projectName(cloud.projects.idOf(keyProject)) }] : []),
        onFolder("get", inputs),
    ];
};

/** Every folder has a configuration: a program sets it, and clears it when it is deleted. */
export const folderAutokeyConfig: TypeRules = {
    noun: "AutokeyConfig",
    generatedNoun: "KMSAutokeyConfig",
    cost: "free",
    // The call is one of the project that the credentials belong to.
    project: () => "",
    id: ({ folder }) => folderConfig(folder),
    name: ({ folder }) => keyName(folderConfig(folder)),
    alreadyExists: () => undefined,
    verify: verifyConfig,
    state: ({ folder }) => ({ folder: lastPart(folder), etag: etag() }),
    calls: {
        create: setConfig,
        read: (inputs) => [onFolder("get", inputs)],
        update: setConfig,
        delete: (inputs) => [onFolder("update", inputs)],
    },
};

export const projectAutokeyConfig: TypeRules = {
    noun: "ProjectAutokeyConfig",
    generatedNoun: "KMSProjectAutokeyConfig",
    cost: "free",
    api,
    id: ({ project }) => projectConfig(project),
    name: ({ project }) => keyName(projectConfig(project)),
    alreadyExists: () => undefined,
    state: () => ({ etag: etag() }),
    calls: {
        create: ["cloudkms.projects.updateAutokeyConfig", "cloudkms.projects.getAutokeyConfig"],
        read: ["cloudkms.projects.getAutokeyConfig"],
        update: ["cloudkms.projects.updateAutokeyConfig", "cloudkms.projects.getAutokeyConfig"],
        delete: ["cloudkms.projects.updateAutokeyConfig"],
    },
};

/** The project in which Autokey creates keys for a project: the lowest configuration decides. */
function keyProjectOf(cloud: Cloud, project: string): string {
    const paths = [projectConfig(project), ...cloud.organization.above(`projects/${project}`).map(folderConfig)];
    for (const path of paths) {
        const { keyProject, keyProjectResolutionMode: mode } = cloud.store.read(keyName(path))?.state ?? {};
        if (mode === "DISABLED") {
            break;
        }
        if (mode === "RESOURCE_PROJECT") {
            return project;
        }
        if (keyProject) {
            return dedicated(cloud, cloud.projects.idOf(String(keyProject)), project);
        }
    }
    throw failed(
        `Cloud KMS Autokey is not enabled for project ${project}: neither it nor a folder above it has an AutokeyConfig that is active.`,
    );
}

/** The key project of a folder, which cannot request keys, and whose service agent of Cloud KMS creates them. */
function dedicated(cloud: Cloud, keyProject: string, project: string): string {
    if (keyProject === project) {
        throw failed(`Project ${project} is a key project of Cloud KMS Autokey, in which no KeyHandle can be created.`);
    }
    cloud.projects.requireApi(keyProject, api, "Cloud Key Management Service (KMS) API");
    const agent = kmsAgent(cloud, keyProject);
    const lacking = ["keyRings.create", "cryptoKeys.create", "cryptoKeys.setIamPolicy"]
        .map((verb) => `cloudkms.${verb}`)
        .find((permission) => !isAllowedOn(cloud, agent, permission, projectName(keyProject)));
    if (lacking !== undefined) {
        throw failed(`The service agent ${agent} lacks the permission ${lacking} on the key project ${keyProject}.`);
    }
    return keyProject;
}

/** The service agents that encrypt with the keys of a service: https://cloud.google.com/iam/docs/service-agents */
const domains: Record<string, string[]> = {
    "alloydb.googleapis.com": ["service-N@gcp-sa-alloydb"],
    "bigquery.googleapis.com": ["bq-N@bigquery-encryption"],
    "bigtableadmin.googleapis.com": ["service-N@gcp-sa-bigtable"],
    "compute.googleapis.com": ["service-N@compute-system"],
    // https://cloud.google.com/dataflow/docs/guides/customer-managed-encryption-keys
    "dataflow.googleapis.com": ["service-N@dataflow-service-producer-prod", "service-N@compute-system"],
    "dataproc.googleapis.com": ["service-N@dataproc-accounts", "service-N@compute-system"],
    "securesourcemanager.googleapis.com": ["service-N@gcp-sa-sourcemanager"],
    "spanner.googleapis.com": ["service-N@gcp-sa-spanner"],
    "storage.googleapis.com": ["service-N@gs-project-accounts"],
};

function agentsOf(cloud: Cloud, service: string, project: string): string[] {
    const all = domains[service] ?? [`service-N@${agents[service]}`];
    return all.map((agent) => `${agent.replace("N", cloud.projects.number(project))}.iam.gserviceaccount.com`);
}

/** "Attributes of keys created by Autokey": a key in hardware that is rotated each year, in the key ring `autokey`. */
function createKey(cloud: Cloud, key: string, service: string, project: string): void {
    const keyProject = key.split("/")[1] as string;
    const [ring = "", name = ""] = key.split("/cryptoKeys/");
    const location = key.split("/")[3];
    const ringState = { project: keyProject, location, name: lastPart(ring) };
    cloud.store.create({ name: keyName(ring), project: keyProject, id: ring, state: ringState });
    const state = {
        name,
        keyRing: ringPath(ring),
        purpose: "ENCRYPT_DECRYPT",
        rotationPeriod: "31536000s",
        destroyScheduledDuration: "2592000s",
        versionTemplate: { algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION", protectionLevel: "HSM" },
        primaries: [{ name: `${key}/cryptoKeyVersions/1`, state: "ENABLED" }],
    };
    cloud.store.create({ name: keyName(key), project: keyProject, id: key, state });
    addVersion(cloud, key);
    for (const agent of agentsOf(cloud, service, project)) {
        cloud.iam.requestAgent(project, agent);
        cloud.iam.change(keyProject, keyName(key), {
            role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
            member: `serviceAccount:${agent}`,
        });
    }
}

const handles = (project: string, location: string) => keyName(`projects/${project}/locations/${location}/keyHandles`);

const pathOf = ({ project, location, name }: Inputs) => `projects/${project}/locations/${location}/keyHandles/${name}`;

const serviceOf = (resourceType: string) => resourceType.split("/")[0] as string;

/** A new key, or the one that all resources of the type have in this location of the project. */
function keyOf({ project, location, resourceTypeSelector: type }: Inputs, cloud: Cloud): string {
    const { sharesKey } = (autokeyResources.rows as Record<string, { sharesKey?: boolean }>)[type] ?? {};
    const earlier = sharesKey
        ? cloud.store.list(handles(project, location)).find(({ state }) => state.resourceTypeSelector === type)
        : undefined;
    const [service] = serviceOf(type).split(".");
    const name = `${cloud.projects.number(project)}-${service}-${randomBytes(4).toString("hex")}`;
    return String(
        earlier?.state.kmsKey ??
            `projects/${keyProjectOf(cloud, project)}/locations/${location}/keyRings/autokey/cryptoKeys/${name}`,
    );
}

const keyHandles = "cloudkms.projects.locations.keyHandles";

export const keyHandle: TypeRules = {
    noun: "KeyHandle",
    generatedNoun: "KMSKeyHandle",
    cost: "free",
    api,
    id: pathOf,
    alreadyExists: (inputs) => alreadyExists("KeyHandle", pathOf(inputs)),
    verify: ({ name, location, project, resourceTypeSelector: type }, { cloud }) => {
        if (!isLocation(location)) {
            throw new GoogleError(404, `Location '${location}' not found.`);
        }
        verifyId("KeyHandle", name);
        if (!Object.hasOwn(autokeyResources.rows, type)) {
            throw new GoogleError(400, `KeyHandle.resource_type_selector '${type}' is not supported.`);
        }
        keyProjectOf(cloud, project);
    },
    state: (inputs, { cloud }, old) => ({ kmsKey: old?.kmsKey ?? keyOf(inputs, cloud) }),
    afterStore: ({ kmsKey, project, resourceTypeSelector }, { cloud }, old) => {
        if (!old && !cloud.store.read(keyName(kmsKey))) {
            createKey(cloud, kmsKey, serviceOf(resourceTypeSelector), project);
        }
    },
    // Key handles cannot be deleted: the provider only removes them from its state.
    isRetained: () => true,
    calls: {
        create: [`${keyHandles}.create`, "cloudkms.projects.locations.operations.get", `${keyHandles}.get`],
        read: [`${keyHandles}.get`],
        update: [],
        delete: [],
    },
};
