import { createHash } from "node:crypto";
import { unzipSync } from "fflate";
import { appEngineLimits } from "slipway/facts";
import { isAllowed, isAllowedOn, projectTarget } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { apiDisabled, GoogleError, OperationError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { storeBuild } from "../artifactregistry/images";
import { createBuildRepository, type ImageName } from "../artifactregistry/names";
import { buildApi } from "../functions/build";
import { bucketName, objectName, objectTarget } from "../storage/names";
import { defaultAccount } from "./application";
import { appRegion, invalid, requireApp, stagingBucket } from "./names";

const maxFiles = appEngineLimits.rows.files.max;
const maxFileBytes = appEngineLimits.rows.file.max;

/** The location of an object: `https://storage.googleapis.com/my-bucket/path/of/object`. */
const source = /^https?:\/\/storage\.googleapis\.com\/([^/]+)\/(.+)$/;

/** The contents of a deployment's source; throws if it does not exist. */
export function contentOf(sourceUrl: string, cloud: Cloud): Buffer {
    const [, bucket, object] = source.exec(sourceUrl) ?? [];
    if (!bucket || !object) {
        throw invalid(
            `Invalid source URL '${sourceUrl}': it must be of the form 'http(s)://storage.googleapis.com/<bucket>/<object>'.`,
        );
    }
    const entry = cloud.store.read(objectName(bucket, decodeURIComponent(object)));
    if (!entry) {
        throw new GoogleError(
            400,
            `The following files referenced in the manifest do not exist or are not readable: ${sourceUrl}`,
        );
    }
    return entry.content === undefined ? Buffer.alloc(0) : cloud.store.content(entry.content);
}

/** Throws if files are missing or differ from the manifest. */
export function verifySource({ deployment = {} }: Inputs, cloud: Cloud): void {
    const { files = [], zip } = deployment;
    if (files.length > maxFiles) {
        throw invalid(
            `This deployment has too many files. New versions are limited to ${maxFiles} files for this app.`,
        );
    }
    for (const { name, sourceUrl, sha1Sum } of files) {
        const content = contentOf(sourceUrl, cloud);
        if (name.startsWith("/") || name.split("/").includes("..")) {
            throw invalid(`Invalid file name '${name}' in the manifest.`);
        }
        if (content.length > maxFileBytes) {
            throw invalid(`File '${name}' is larger than the maximum of ${maxFileBytes} bytes.`);
        }
        const sum = createHash("sha1").update(content).digest("hex");
        if (sha1Sum !== undefined && sha1Sum !== sum) {
            throw invalid(`The SHA1 hash of file '${name}' is ${sum}, but the manifest says ${sha1Sum}.`);
        }
    }
    if (zip) {
        contentOf(zip.sourceUrl, cloud);
    }
}

type Environment = "standard" | "flexible";

/** The operation: Cloud Build builds an image of the files. If it fails, no version is created. */
export function build(inputs: Inputs, environment: Environment, cloud: Cloud): void {
    const { project, deployment, serviceAccount } = inputs;
    const [api, title] = buildApi;
    if (!cloud.projects.isEnabled(project, api)) {
        throw new OperationError(
            7,
            apiDisabled(project, api, title).message.replace(/^googleapi: Error 403: (.*?)\n.*$/s, "$1"),
        );
    }
    const { files = [], zip } = deployment ?? {};
    if (files.length === 0 && !zip) {
        throw new OperationError(3, "Version has no files: deployment.files or deployment.zip must be given.");
    }
    const image = verifyBuildAccount(inputs, serviceAccount ?? defaultAccount(project), environment, cloud);
    if (zip) {
        verifyArchive(contentOf(zip.sourceUrl, cloud), zip.filesCount);
    }
    storeBuild(cloud, image, JSON.stringify(deployment));
}

/**
 * The version's own account builds. Cloud Build checks that it can get the staging bucket, to which it writes the log by appending and
 * composing objects. It reads the staged files from there, and pushes to App Engine's repository, which is there after the first attempt,
 * and, in the standard environment, to one of the multi-region, which it may have to create.
 * https://github.com/frederick-douglas-pearce/us-presidential-vote-analysis/blob/main/docs/deploy-dashboard.md#5-the-runtime-service-account
 */
function verifyBuildAccount(
    { project, service, versionId }: Inputs,
    account: string,
    environment: Environment,
    cloud: Cloud,
): ImageName {
    const bucket = stagingBucket(project);
    const manifest = objectTarget(project, bucket, "ae/manifest.json");
    const place = { project, location: appRegion(cloud, project) };
    const repository = createBuildRepository(cloud, place, `gae-${environment}`);
    if (!isAllowedOn(cloud, account, "storage.buckets.get", bucketName(bucket))) {
        throw new OperationError(
            13,
            `Failed to create cloud build: com.google.net.rpc3.client.RpcClientException: <eye3 title='/ArgoAdminNoCloudAudit.CreateBuild, FAILED_PRECONDITION'/> APPLICATION_ERROR;google.devtools.cloudbuild.v1/ArgoAdminNoCloudAudit.CreateBuild;invalid bucket "${bucket}"; service account ${account} does not have access to the bucket;AppErrorCode=9;StartTimeMs=0;unknown;ResFormat=uncompressed;ServerTimeSec=0;LogBytes=256;Non-FailFast;EndUserCredsRequested;EffSecLevel=privacy_and_integrity;ReqFormat=uncompressed;`,
        ).recordedIn("https://github.com/GoogleCloudPlatform/magic-modules/pull/11326");
    }
    if (!isAllowed(cloud, account, "storage.objects.get", manifest)) {
        throw new OperationError(
            9,
            `Cloud build failed. status: FAILURE: Access to bucket ${bucket} denied. You must grant Storage Object Viewer permission to ${account}.`,
        ).recordedIn("https://github.com/android/privacy-sandbox-samples/issues/44");
    }
    const missing =
        ["storage.objects.create", "storage.objects.delete"].find(
            (permission) => !isAllowed(cloud, account, permission, manifest),
        ) ??
        [
            "artifactregistry.repositories.uploadArtifacts",
            "artifactregistry.repositories.createOnPush",
            "logging.logEntries.create",
        ].find((permission) => !isAllowed(cloud, account, permission, projectTarget(project)));
    if (missing) {
        throw new OperationError(
            9,
            `Cloud build failed. status: FAILURE: denied: Permission "${missing}" denied on resource "projects/${project}" (or it may not exist) for ${account}`,
        );
    }
    if (environment === "standard") {
        const domain = String(requireApp(cloud, project).state.gcrDomain);
        createBuildRepository(cloud, { project, location: gcrLocations[domain] }, domain);
    }
    return { project, repository, image: `${service}.${versionId}`, version: "latest" };
}

/** The locations of repositories that replace Container Registry's hosts. */
const gcrLocations: Record<string, string> = { "us.gcr.io": "us", "eu.gcr.io": "europe", "asia.gcr.io": "asia" };

function verifyArchive(archive: Buffer, filesCount: number | undefined): void {
    let count = 0;
    try {
        unzipSync(archive, {
            filter: () => {
                count++;
                return false;
            },
        });
    } catch {
        throw new OperationError(3, "Error processing zip file.");
    }
    if (filesCount && filesCount < count) {
        throw new OperationError(
            3,
            `Error processing zip file: it has ${count} files, more than files_count (${filesCount}).`,
        );
    }
}
