import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { canEncrypt, keyLocation } from "../../cloud/encryption";
import { projectName } from "../../cloud/projects";
import type { Inputs } from "../../rules/rules";
import { storedDigest } from "../artifactregistry/images";
import { imageName, repositoryName } from "../artifactregistry/names";
import { fullName as computeName, pathOf, subnetworkPath } from "../compute/names";
import { isAttached } from "../compute/sharedVpc";
import { bucketName, findBucket } from "../storage/names";
import { agentOf, invalid, type Place } from "./names";
import type { Template } from "./template";

/** https://cloud.google.com/dataflow/docs/guides/customer-managed-encryption-keys */
export function verifyKey(cloud: Cloud, key: string, { project, location }: Place): void {
    if (keyLocation(key) !== location) {
        throw invalid(`The Cloud KMS key ${key} must be in the location of the job: ${location}.`);
    }
    const number = cloud.projects.number(project);
    const accounts = [agentOf(cloud, project), `service-${number}@compute-system.iam.gserviceaccount.com`];
    const lacking = accounts.find((account) => !canEncrypt(cloud, key, account));
    if (lacking !== undefined) {
        throw invalid(
            `Cloud KMS key ${key} cannot be used by ${lacking}: grant it the role Cloud KMS CryptoKey Encrypter/Decrypter.`,
        );
    }
}

/** Why the workers of a job do not start: what its messages say. */
export function startFailure(cloud: Cloud, environment: Inputs, template: Template, place: Place): string | undefined {
    const account = accountOf(cloud, environment, place);
    return (
        agentFailure(cloud, place) ??
        accountFailure(cloud, account, place) ??
        bucketFailure(cloud, environment.tempLocation, account) ??
        bucketFailure(cloud, environment.stagingLocation, account) ??
        imageFailure(cloud, template.image, account) ??
        imageFailure(cloud, environment.sdkContainerImage, account) ??
        networkFailure(cloud, environment, place) ??
        firewallFailure(cloud, environment, place)
    );
}

/** "By default, workers use your project's Compute Engine default service account" */
export const accountOf = (cloud: Cloud, { serviceAccountEmail }: Inputs, { project }: Place): string =>
    serviceAccountEmail || `${cloud.projects.number(project)}-compute@developer.gserviceaccount.com`;

/** The service account of Dataflow creates the workers: "must have the Dataflow Service Agent role". */
function agentFailure(cloud: Cloud, { project }: Place): string | undefined {
    const agent = agentOf(cloud, project);
    return cloud.iam.hasAccount(agent) && isAllowedOn(cloud, agent, "compute.instances.create", projectName(project))
        ? undefined
        : `Workflow failed. Causes: The Dataflow service account ${agent} does not have sufficient permissions on the project: grant it roles/dataflow.serviceAgent.`;
}

/** https://cloud.google.com/dataflow/docs/guides/common-errors#job-creation */
function accountFailure(cloud: Cloud, account: string, { project }: Place): string | undefined {
    return isAllowedOn(cloud, account, "dataflow.workItems.lease", projectName(project))
        ? undefined
        : `Workflow failed. Causes: Permissions verification for controller service account failed. IAM role roles/dataflow.worker should be granted to controller service account ${account}.`;
}

function bucketFailure(cloud: Cloud, address: string | undefined, account: string): string | undefined {
    const [, bucket] = /^gs:\/\/([^/]+)/.exec(address ?? "") ?? [];
    if (bucket === undefined) {
        return undefined;
    }
    const needed = ["storage.objects.create", "storage.objects.delete", "storage.objects.list"];
    const isWritable =
        findBucket(cloud, bucket) !== undefined &&
        needed.every((permission) => isAllowedOn(cloud, account, permission, bucketName(bucket)));
    return isWritable
        ? undefined
        : `Workflow failed. Causes: Failed to write a file to temp location '${address}'. Please make sure that the bucket for this directory exists, and that the project under which the workflow is running has the necessary permissions to write to it.`;
}

/** Images of other registries and unknown projects are assumed to exist. */
function imageFailure(cloud: Cloud, image: string | undefined, account: string): string | undefined {
    const name = image === undefined ? undefined : imageName(image);
    if (!name || !cloud.projects.find(name.project)) {
        return undefined;
    }
    const repository = repositoryName(name.repository);
    const stored = cloud.store.read(repository);
    if (!stored || !isAllowedOn(cloud, account, "artifactregistry.repositories.downloadArtifacts", repository)) {
        return `Workflow failed. Causes: Error pulling image ${image}: denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "${name.repository}" (or it may not exist) for ${account}.`;
    }
    return stored.state.mode === "STANDARD_REPOSITORY" && storedDigest(cloud, name) === undefined
        ? `Workflow failed. Causes: Error pulling image ${image}: not found.`
        : undefined;
}

/** https://cloud.google.com/dataflow/docs/guides/common-errors#network-not-accessible */
function networkFailure(cloud: Cloud, environment: Inputs, { project, location }: Place): string | undefined {
    const { subnetwork, network, ipConfiguration } = environment;
    const missing = (what: string) =>
        `Workflow failed. Causes: ${what} is not accessible to Dataflow Service account or does not exist`;
    if (!subnetwork) {
        const name = network ?? "default";
        const path = name.includes("/")
            ? name.replace(/^.*?(?=projects\/)/, "")
            : `projects/${project}/global/networks/${name}`;
        const isUsable = cloud.store.read(computeName(path)) && isAttached(cloud, project, path.split("/")[1] ?? "");
        return isUsable ? undefined : missing(`Network ${name}`);
    }
    const path = subnetworkPath(subnetwork, { project, region: location });
    const [, owner = "", , region] = path.split("/");
    if (!cloud.projects.find(owner)) {
        return undefined;
    }
    const found = cloud.store.read(computeName(path));
    if (!found || region !== location || !isAttached(cloud, project, owner)) {
        return missing(`Subnetwork ${subnetwork}`);
    }
    return ipConfiguration === "WORKER_IP_PRIVATE" && found.state.privateIpGoogleAccess !== true
        ? `Workflow failed. Causes: Subnetwork '${path.split("/").at(-1)}' on project '${owner}' in region '${location}' does not have Private Google Access, which is required for usage of private IP addresses by the Dataflow workers.`
        : undefined;
}

/** The ports between workers: https://cloud.google.com/dataflow/docs/guides/routes-firewall */
const workerPorts = [12345, 12346];

/**
 * Without Streaming Engine, several workers of a streaming job exchange data. Google Cloud starts the job with a warning, and it hangs:
 * https://cloud.google.com/dataflow/docs/guides/common-errors#worker-connectivity. Only rules for the tag `dataflow`, or for all VMs,
 * count. A worker by itself needs none.
 */
function firewallFailure(cloud: Cloud, environment: Inputs, { project, location }: Place): string | undefined {
    const { subnetwork, network = "default", enableStreamingEngine, maxWorkers } = environment;
    if (enableStreamingEngine !== false || maxWorkers === 1) {
        return undefined;
    }
    const subnet =
        subnetwork && cloud.store.read(computeName(subnetworkPath(subnetwork, { project, region: location })));
    const path = pathOf(String(subnet ? subnet.state.network : network), project, "global/networks");
    const owner = path.split("/")[1] as string;
    const isOpen = cloud.store
        .list(computeName(`projects/${owner}/global/firewalls`))
        .map(({ state }) => state as Inputs)
        .filter((rule) => pathOf(String(rule.network), owner, "global/networks") === path && opensToWorkers(rule));
    return cloud.projects.find(owner) === undefined || isOpen.length > 0
        ? undefined
        : `The network ${path.split("/").at(-1)} doesn't have rules that open TCP ports 12345-12346 for internal connection with other VMs. Only rules with a target tag 'dataflow' or empty target tags set apply. If you don't specify such a rule, any pipeline with more than one worker that shuffles data will hang.`;
}

function opensToWorkers({
    direction = "INGRESS",
    disabled,
    targetTags = [],
    targetServiceAccounts = [],
    allows,
}: Inputs) {
    const isForWorkers =
        targetServiceAccounts.length === 0 && (targetTags.length === 0 || targetTags.includes("dataflow"));
    const opens = ({ protocol, ports = ["0-65535"] }: Inputs) =>
        ["tcp", "6", "all"].includes(protocol) &&
        workerPorts.every((port) =>
            ports.some((range: string) => {
                const [from, to = from] = range.split("-").map(Number) as [number, number?];
                return from <= port && port <= to;
            }),
        );
    return direction === "INGRESS" && !disabled && isForWorkers && (allows ?? []).some(opens);
}
