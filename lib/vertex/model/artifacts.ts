import { readFileSync } from "node:fs";
import { Bucket, type BucketArgs } from "@pulumi/gcp/storage/bucket";
import { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import { type EncryptionKey, keyBlock } from "../../component/encryption";
import type { Environment } from "../../environment/environment";
import { type ServingFramework, servingFrameworks } from "../../facts/vertex/servingContainers";
import { deferredError } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";
import { hashOf } from "../../internal/arguments/names";
import { isObject } from "../../internal/arguments/value";
import type { Child } from "../../internal/engine/children";
import { folder } from "../../internal/sources/files";
import { filesOf } from "../../internal/sources/listing";
import { sourceBucketArgs } from "../../internal/sources/sourceBucket";
import type { AnyBucket, StorageBucket } from "../../storage";
import { objectOf } from "../../storage/objects";
import { loadedFiles, type ServingContainer } from "./containers";

/** A folder of a bucket. */
export interface ModelFolder {
    /** The bucket, in the region of the model. */
    bucket: AnyBucket;
    /** The folder: `iris`, `models/iris`. */
    folder: string;
}

/** What the artifacts of a model depend on. */
interface LoadedModel {
    /** A local folder, a folder of a bucket, or its URI. */
    source?: string | ModelFolder | pulumi.Input<string>;
    container: ServingContainer;
    modelId: string;
    region: string;
    encryptionKey?: EncryptionKey;
    labels?: Record<string, pulumi.Input<string>>;
}

const modelFolder = check.options<ModelFolder>(
    {
        bucket: check.component("StorageBucket"),
        folder: check.matching(
            /^(?!\/)[^\r\n]*[^/\r\n]$/,
            "must be a folder such as models/iris, without / at its ends",
        ),
    },
    "bucket",
    "folder",
);

const uri = check.matching(
    /^gs:\/\/[a-z0-9._-]+(\/[^\r\n]*)?$/,
    "must be a folder of a bucket: gs://acme-dev-models/iris",
);

/** Whether a text is the address of a folder in Cloud Storage, and not a local folder. */
const isUri = (value: string) => value.startsWith("gs://");

export const modelSource = check.either(
    (value) => isObject(value) && "bucket" in value,
    modelFolder,
    check.either((value) => typeof value === "string" && !isUri(value), folder(), check.input(uri)),
);

/** Reports a local folder without the one file that the prebuilt container loads. */
export function fileProblem({ source, container }: Pick<LoadedModel, "source" | "container">): check.Problem[] {
    const files = loadedFiles(container);
    if (files.length > 0 && source === undefined) {
        return [
            check.problem(
                "source",
                "vertex/artifacts-missing",
                "is missing. A prebuilt container loads the model from there.",
            ),
        ];
    }
    if (files.length === 0 || typeof source !== "string" || isUri(source)) {
        return [];
    }
    return nameProblems(
        filesOf(source).map(({ path }) => path),
        files,
    );
}

const rows = Object.entries<ServingFramework>(servingFrameworks.rows);

/** What is wrong with the files of a folder, by their paths. */
function nameProblems(paths: string[], files: readonly string[]): check.Problem[] {
    const found = paths.filter((path) => files.includes(path));
    if (found.length === 1) {
        return [];
    }
    const shown = [...paths.slice(0, 5), ...(paths.length > 5 ? ["…"] : [])].join(", ");
    const what = `must have exactly one of ${files.join(", ")} in the folder itself, which the container loads (got ${shown}).`;
    const below = paths.find((path) => files.some((file) => path.endsWith(`/${file}`)));
    const [other] =
        rows.find(([, row]) => row.files.some((file) => paths.includes(file) && !files.includes(file))) ?? [];
    const hint = below
        ? `Use the folder ${below.slice(0, below.lastIndexOf("/"))}.`
        : found.length > 1
          ? "Remove the others."
          : other
            ? `These are files of ${other}: set its framework, or save the model again.`
            : "Rename the file.";
    return [check.problem("source", "vertex/artifacts-file-name", `${what} ${hint}`)];
}

/** The files of a version: their address, a hash of what can change there, and what must exist before. */
export interface Artifacts {
    uri: pulumi.Input<string>;
    files: pulumi.Input<string>;
    /** The bucket of uploaded files. */
    bucket?: Bucket;
    dependsOn: pulumi.Resource[];
}

/** The options that all files of a component's artifacts share. */
interface Owner {
    component: string;
    args: LoadedModel;
    environment: Environment;
    child: Child;
}

/** Uploads a local folder, or refers to a folder of a bucket. */
export function modelArtifacts(owner: Owner): Artifacts | undefined {
    const { source } = owner.args;
    if (source === undefined) {
        return undefined;
    }
    if (isObject(source) && "bucket" in source) {
        return folderOf(source as unknown as ModelFolder, owner);
    }
    return typeof source === "string" && !isUri(source)
        ? uploadFolder(source, owner)
        : { uri: source as pulumi.Input<string>, files: "", dependsOn: [] };
}

/** Uploads the files to a folder that is named after their contents: Vertex AI copies them, and the next version has another folder. */
function uploadFolder(path: string, { component, args, environment, child }: Owner): Artifacts {
    const files = filesOf(path);
    const hash = hashOf(files.map(({ path, file }) => `${path} ${hashOf(readFileSync(file))}\n`).join(""), 16);
    const bucket = new Bucket(
        ...child("bucket", `${component}-artifacts`, {
            ...sourceBucketArgs(`${environment.project}-${args.modelId}-model`, args.region, args.labels),
            encryption: keyBlock(args.encryptionKey, "defaultKmsKeyName"),
        } satisfies BucketArgs),
    );
    const objects = files.map(
        ({ path, file }) =>
            new BucketObject(
                ...child("object", `${component}-${hash}-${path}`, {
                    bucket: bucket.name,
                    name: `${hash}/${path}`,
                    ...objectOf(file),
                }),
            ),
    );
    return { uri: pulumi.interpolate`gs://${bucket.name}/${hash}`, files: "", bucket, dependsOn: objects };
}

/** A folder of a bucket; its files are known if the program uploads them. */
function folderOf({ bucket, folder }: ModelFolder, { component, args }: Owner): Artifacts {
    const objects = Object.values((bucket as Partial<StorageBucket>).objects ?? {});
    const isOwn = (name: string) => name.startsWith(`${folder}/`);
    const refuse = (problems: check.Problem[]) => deferredError(`VertexModel "${component}"`, problems);
    const names = pulumi.all(objects.map(({ name }) => name));
    const uri = pulumi.all([bucket.bucket.name, bucket.bucket.location, names]).apply(([name, location, names]) => {
        // https://github.com/googleapis/python-aiplatform/issues/885
        if (location.toLowerCase() !== args.region) {
            const reason = `is in a bucket in ${location}, and must be in the region of the model, ${args.region} (got "${name}"). Set the bucket's location, or the model's region.`;
            throw refuse([check.problem("source", "vertex/artifacts-in-other-region", reason)]);
        }
        const paths = names.filter(isOwn).map((path) => path.slice(folder.length + 1));
        const loaded = loadedFiles(args.container);
        const problems = paths.length > 0 && loaded.length > 0 ? nameProblems(paths, loaded) : [];
        if (problems.length > 0) {
            throw refuse(problems);
        }
        return `gs://${name}/${folder}`;
    });
    // Of the properties that tell a change, others are missing for some objects, and unknown at each preview then.
    const hashes = pulumi.all(objects.map(({ name, md5hash }) => pulumi.all([name, md5hash])));
    const files = hashes.apply((all) => {
        const own = all.filter(([name]) => isOwn(name)).map((pair) => pair.join(" "));
        return own.length === 0 ? "" : hashOf(own.join("\n"), 16);
    });
    return { uri, files, dependsOn: objects };
}
