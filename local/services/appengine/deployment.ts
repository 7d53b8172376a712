import { createHash } from "node:crypto";
import { unzipSync } from "fflate";
import { appEngineLimits } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { apiDisabled, GoogleError, OperationError } from "../../cloud/errors";
import { serviceName } from "../../cloud/projects";
import type { Inputs } from "../../rules/rules";
import { buildApi } from "../cloudfunctions/build";
import { objectName } from "../storage/names";
import { invalid } from "./names";

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
export function build({ project, deployment }: Inputs, cloud: Cloud): void {
    const [api, title] = buildApi;
    if (!cloud.store.read(serviceName(project, api))) {
        throw new OperationError(
            7,
            apiDisabled(project, api, title).message.replace(/^googleapi: Error 403: (.*?)\n.*$/s, "$1"),
        );
    }
    const { files = [], zip } = deployment ?? {};
    if (files.length === 0 && !zip) {
        throw new OperationError(3, "Version has no files: deployment.files or deployment.zip must be given.");
    }
    if (zip) {
        verifyArchive(contentOf(zip.sourceUrl, cloud), zip.filesCount);
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
