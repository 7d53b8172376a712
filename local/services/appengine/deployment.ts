import { createHash } from "node:crypto";
import { unzipSync } from "fflate";
import { appEngineLimits } from "slipway/facts";
import { isAllowed, projectTarget } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { apiDisabled, GoogleError, OperationError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { buildApi } from "../cloudfunctions/build";
import { objectName, objectTarget } from "../storage/names";
import { defaultAccount } from "./application";
import { invalid, stagingBucket } from "./names";

const maxFiles = appEngineLimits.rows.files.max;
const maxFileBytes = appEngineLimits.rows.file.max;

/** The location of an object: `https://storage.googleapis.com/my-bucket/path/of/object`. */
const source = /^https?:\/\/storage\.googleapis\.com\/([^/]+)\/(.+)$/;

/** The contents of a deployment's source; throws if it does not exist. */
function contentOf(sourceUrl: string, cloud: Cloud): Buffer {
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

/** The operation: Cloud Build builds an image of the files. If it fails, no version is created. */
export function build({ project, deployment, serviceAccount }: Inputs, cloud: Cloud): void {
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
    verifyBuildAccount(project, serviceAccount ?? defaultAccount(project), cloud);
    if (zip) {
        verifyArchive(contentOf(zip.sourceUrl, cloud), zip.filesCount);
    }
}

/**
 * The version's own account builds: it reads the staged files, writes the image to a repository that it may have to create, and writes
 * the log. The first message is that of https://github.com/GoogleCloudPlatform/magic-modules/pull/11326
 */
function verifyBuildAccount(project: string, account: string, cloud: Cloud): void {
    const bucket = stagingBucket(project);
    if (!isAllowed(cloud, account, "storage.objects.get", objectTarget(project, bucket, "ae/manifest.json"))) {
        throw new OperationError(
            13,
            `Failed to create cloud build: com.google.net.rpc3.client.RpcClientException: <eye3 title='/ArgoAdminNoCloudAudit.CreateBuild, FAILED_PRECONDITION'/> APPLICATION_ERROR;google.devtools.cloudbuild.v1/ArgoAdminNoCloudAudit.CreateBuild;invalid bucket "${bucket}"; service account ${account} does not have access to the bucket;AppErrorCode=9;StartTimeMs=0;unknown;ResFormat=uncompressed;ServerTimeSec=0;LogBytes=256;Non-FailFast;EndUserCredsRequested;EffSecLevel=privacy_and_integrity;ReqFormat=uncompressed;`,
        );
    }
    const missing = [
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
}

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
