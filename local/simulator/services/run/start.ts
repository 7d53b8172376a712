import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { canEncrypt } from "../../cloud/encryption";
import { apiDisabled, OperationError } from "../../cloud/errors";
import type { Context, Inputs } from "../../rules/rules";
import { sourceOf, storedDigest, storeImage } from "../artifactregistry/images";
import { imageName, repositoryName } from "../artifactregistry/names";
import { findVersion, secretName, secretPath, secretsApi, withProjectNumber } from "../secretmanager/names";
import { bucketName } from "../storage/names";
import { agentOf } from "./egress";
import type { Kind } from "./kind";

/** A revision that cannot start, or a job whose tasks could not. */
export class StartFailure extends OperationError {
    /** @param log the last lines of its log */
    constructor(
        readonly code: number,
        readonly text: string,
        readonly log: string[] = [],
    ) {
        super(code, text);
    }
}

/** What starts, for the errors of Cloud Run. */
interface Started {
    project: string;
    account: string;
    /** The start of errors, such as `Revision 'web-00001-x7c' is not ready and cannot serve traffic. `. */
    prefix: string;
    cloud: Cloud;
}

/** The start of errors of a revision. */
const notReady = (revision: string) => `Revision '${revision}' is not ready and cannot serve traffic. `;

/**
 * The service agent reads images. Those of unknown projects and other registries are assumed to exist; those pulled through a remote
 * repository by digest remain there.
 * https://cloud.google.com/run/docs/troubleshooting#permissions-image
 */
function verifyImage(image: string, { project, prefix, cloud }: Started): void {
    const name = imageName(image);
    if (!name || !cloud.projects.find(name.project)) {
        return;
    }
    const agent = agentOf(cloud, project);
    const repository = repositoryName(name.repository);
    const isThere = cloud.store.read(repository) !== undefined;
    if (isThere && !isAllowedOn(cloud, agent, "artifactregistry.repositories.downloadArtifacts", repository)) {
        const other = `Note that the image is from project [${name.project}], which is not the same as this project [${project}]. Permission must be granted to the Google Cloud Run Service Agent ${agent} from this project.`;
        throw new StartFailure(
            7,
            `${prefix}Google Cloud Run Service Agent ${agent} must have permission to read the image, ${image}. Ensure that the provided container image URL is correct and that the above account has permission to access the image. If you just enabled the Cloud Run API, the permissions might take a few minutes to propagate.${name.project === project ? "" : ` ${other}`}`,
        );
    }
    if (storedDigest(cloud, name) !== undefined) {
        return;
    }
    const source = sourceOf(cloud, name);
    const isPulled = source !== undefined && source !== name.repository;
    const isStandard = cloud.store.read(repository)?.state.mode === "STANDARD_REPOSITORY";
    if (source === undefined || (isStandard && !isPulled)) {
        throw new StartFailure(5, `${prefix}Image '${image}' not found.`);
    }
    if (isPulled && name.version.startsWith("sha256:")) {
        storeImage(cloud, name, name.version);
    }
}

/** A secret of a variable or a volume, with its field in Cloud Run's errors. */
interface UsedSecret {
    field: string;
    secret: string;
    version: string;
}

function secretsOf({ containers = [], volumes = [] }: Inputs): UsedSecret[] {
    const start = "spec.template.spec";
    return [
        ...containers.flatMap(({ envs = [] }: Inputs, at: number) =>
            envs.flatMap(({ valueSource }: Inputs, index: number) => {
                const field = `${start}.containers[${at}].env[${index}].value_from.secret_key_ref.name`;
                return valueSource?.secretKeyRef ? [{ version: "latest", ...valueSource.secretKeyRef, field }] : [];
            }),
        ),
        ...volumes.flatMap(({ secret }: Inputs, at: number) =>
            (secret ? (secret.items ?? [{}]) : []).map(({ version = "latest" }: Inputs, index: number) => {
                const field = `${start}.volumes[${at}].secret.items[${index}].key`;
                return { field, secret: secret.secret, version };
            }),
        ),
    ];
}

/** Secrets are read at startup, with the service account: the problem, if any. */
function problemOf({ secret, version }: UsedSecret, { project, account, cloud }: Started): string | undefined {
    const path = secretPath(cloud, secret, project);
    const owner = path.split("/")[1] as string;
    if (cloud.projects.find(owner) && !cloud.projects.isEnabled(owner, secretsApi[0])) {
        return apiDisabled(cloud.projects.number(owner), ...secretsApi).text;
    }
    const at = `${withProjectNumber(cloud, path)}/versions/${version}`;
    const found = findVersion(cloud, path, version);
    if (!found) {
        return `Secret ${at} was not found`;
    }
    if (!isAllowedOn(cloud, account, "secretmanager.versions.access", secretName(path))) {
        return `Permission denied on secret: ${at} for Revision service account ${account}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`;
    }
    const isDestroyed = Boolean(found.state.destroyTime);
    return isDestroyed || found.state.enabled === false
        ? `Secret Version [${at}] is in ${isDestroyed ? "DESTROYED" : "DISABLED"} state.`
        : undefined;
}

/** The errors of all secrets together: https://cloud.google.com/run/docs/configuring/services/secrets */
function verifySecrets(template: Inputs, started: Started): void {
    const problems = secretsOf(template).flatMap((used) => {
        const problem = problemOf(used, started);
        return problem === undefined ? [] : [`${used.field}: ${problem}`];
    });
    if (problems.length > 0) {
        throw new StartFailure(9, problems.join("\n"));
    }
}

/**
 * Buckets are mounted before containers start, with the service account.
 * https://cloud.google.com/run/docs/configuring/services/cloud-storage-volume-mounts
 */
function verifyBuckets({ volumes = [] }: Inputs, { account, prefix, cloud }: Started): void {
    for (const { name, gcs } of volumes as Inputs[]) {
        if (!gcs) {
            continue;
        }
        const bucket = cloud.store.read(bucketName(gcs.bucket));
        const isReadable = bucket && isAllowedOn(cloud, account, "storage.objects.list", bucket.name);
        if (!isReadable) {
            const why = bucket
                ? `${account} does not have storage.objects.list access to the Google Cloud Storage bucket`
                : "the specified bucket does not exist";
            throw new StartFailure(9, `${prefix}Application failed to start: mounting volume '${name}': ${why}.`);
        }
    }
}

/** "Using customer managed encryption keys": the service agent encrypts the image. */
function verifyKey({ encryptionKey }: Inputs, { project, prefix, cloud }: Started): void {
    const agent = agentOf(cloud, project);
    if (encryptionKey && !canEncrypt(cloud, encryptionKey, agent)) {
        throw new StartFailure(
            7,
            `${prefix}Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource '${encryptionKey}' (or it may not exist). Please grant the Cloud KMS CryptoKey Encrypter/Decrypter role to the service account ${agent}.`,
        );
    }
}

/** Where the logs of a revision are. */
const logsOf = (project: string, service: string, revision: string) =>
    `Logs URL: https://console.cloud.google.com/logs/viewer?project=${project}&resource=cloud_run_revision/service_name/${service}/revision_name/${revision}&advancedFilter=resource.type%3D%22cloud_run_revision%22%0Aresource.labels.service_name%3D%22${service}%22%0Aresource.labels.revision_name%3D%22${revision}%22`;

/**
 * The error of a revision whose container does not listen on its port, or fails its probe.
 * https://github.com/transparency-dev/tesseract/issues/413
 */
function containerFailure({ project, name, template }: Inputs, revision: string): StartFailure {
    const containers: Inputs[] = template.containers;
    const ingress = containers.find(({ ports }) => ports) ?? containers[0];
    const port = ingress?.ports?.containerPort ?? 8080;
    const why = ingress?.startupProbe
        ? "The user-provided container failed the configured startup probe checks."
        : `The user-provided container failed to start and listen on the port defined provided by the PORT=${port} environment variable within the allocated timeout. This can happen when the container port is misconfigured or if the timeout is too short. The health check timeout can be extended.`;
    const help = "https://cloud.google.com/run/docs/troubleshooting#container-failed-to-start";
    return new StartFailure(
        9,
        `${notReady(revision)}${why} Logs for this revision might contain more information.\n\n${logsOf(project, name, revision)} \nFor more troubleshooting guidance, see ${help}`,
        [
            "Container called exit(1).",
            `Default STARTUP TCP probe failed 1 time consecutively for container "${ingress?.name ?? `${name}-1`}" on port ${port}. The instance was not started.`,
        ],
    );
}

/**
 * Starts the containers of a revision or a job: throws if their images, secrets, buckets or key cannot be read. Containers themselves start
 * and stay healthy, as no code runs, unless a simulated fault says otherwise.
 *
 * @param revision the short name of the revision, if it is not a job
 */
export function start(kind: Kind, inputs: Inputs, { cloud, containersFail }: Context, revision?: string): void {
    const { project } = inputs;
    const template = kind.template(inputs);
    const account = template.serviceAccount ?? cloud.projects.defaultAccount(project);
    const started = { project, account, prefix: revision === undefined ? "" : notReady(revision), cloud };
    verifyKey(template, started);
    for (const { image } of template.containers) {
        verifyImage(image, started);
    }
    verifySecrets(template, started);
    verifyBuckets(template, started);
    if (containersFail && revision !== undefined) {
        throw containerFailure(inputs, revision);
    }
}
