import { createHash } from "node:crypto";
import { unzipSync } from "fflate";
import { type FunctionRuntime, functionRuntimes, isPast } from "slipway/facts";
import { isAllowed, projectTarget, type Target } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError, OperationError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { functionRepository, repositoryName, repositoryTarget } from "../artifactregistry";
import { createBuildRepository } from "../artifactregistry/names";
import { createBucket, findBucket, objectName, objectTarget } from "../storage/names";

export const buildApi: [string, string] = ["cloudbuild.googleapis.com", "Cloud Build API"];

const runtimes: Record<string, FunctionRuntime> = functionRuntimes.rows;

/** Language names in the API. */
const languages: Record<string, string> = {
    dotnet: ".NET",
    go: "Go",
    java: "Java",
    nodejs: "Node.js",
    php: "PHP",
    python: "Python",
    ruby: "Ruby",
};

/** Files that buildpacks require; sources of other runtimes are not checked. */
const mainFiles: [RegExp, string[]][] = [
    [/^python/, ["main.py"]],
    [/^nodejs/, ["index.js", "function.js", "package.json"]],
    [/^go/, ["go.mod"]],
];

/** Immediate checks of the source. */
export function verifySource({ project, location, buildConfig = {} }: Inputs, cloud: Cloud): void {
    const { source, runtime, dockerRepository } = buildConfig;
    if (source?.repoSource) {
        throw new Error(
            "the local Google Cloud has no repositories of source code: give buildConfig.source.storageSource",
        );
    }
    verifyRuntime(runtime ?? "", cloud);
    const { bucket = "", object = "" } = source?.storageSource ?? {};
    if (!cloud.store.read(objectName(bucket, object))?.content) {
        throw new GoogleError(400, `Source object gs://${bucket}/${object} was not found`);
    }
    verifyRepository(dockerRepository, { project, location }, cloud);
}

/** https://cloud.google.com/dotnet/docs/reference/Google.Cloud.Functions.V2/latest/Google.Cloud.Functions.V2.BuildConfig */
function verifyRepository(dockerRepository: string | undefined, { project, location }: Inputs, cloud: Cloud): void {
    if (!dockerRepository) {
        return;
    }
    const [, owner, , place] = dockerRepository.split("/");
    if (place !== location) {
        throw new GoogleError(
            400,
            `Cross-location repositories are not supported: ${dockerRepository} must be in ${location}.`,
        );
    }
    if (owner !== project && owner !== cloud.projects.number(project)) {
        throw new GoogleError(
            400,
            `Cross-project repositories are not supported: ${dockerRepository} must be in ${project}.`,
        );
    }
    if (!cloud.store.read(repositoryName(dockerRepository))) {
        throw new GoogleError(
            404,
            `Unable to retrieve the repository metadata for ${dockerRepository}. Ensure that the Cloud Functions service account has 'artifactregistry.repositories.list' and 'artifactregistry.repositories.get' permissions. You can add the permissions by granting the role 'roles/artifactregistry.reader'.`,
        );
    }
}

function verifyRuntime(runtime: string, cloud: Cloud): void {
    if (!Object.hasOwn(runtimes, runtime)) {
        throw new GoogleError(400, `Invalid runtime "${runtime}": it is not supported.`);
    }
    if (isPast(runtimes[runtime]?.decommissioned, cloud.supportClock)) {
        const language = languages[runtime.replace(/\d+$/, "")];
        throw new GoogleError(
            400,
            `runtime: Runtime validation errors: [error_code: DEPLOYS_NOT_ALLOWED\nmessage: "Runtime ${runtime} is decommissioned and no longer allowed. Please use the latest ${language} runtime for Cloud Functions."\n]`,
        );
    }
}

/** Checks during the build: permissions of the build account, and contents of the source. */
export function verifyBuild(inputs: Inputs, cloud: Cloud): void {
    const { buildConfig } = inputs;
    verifyAccount(inputs, cloud);
    const { bucket, object } = buildConfig.source.storageSource;
    const archive = cloud.store.read(objectName(bucket, object));
    const files = filesIn(cloud.store.content(archive?.content as string));
    const desired = mainFiles.find(([pattern]) => pattern.test(buildConfig.runtime))?.[1];
    if (desired && !desired.some((file) => files.includes(file))) {
        throw new OperationError(
            3,
            `Build failed with status: FAILURE and message: missing ${desired[0]}; it has ${files.join(", ")}`,
        );
    }
}

function filesIn(archive: Buffer): string[] {
    const names: string[] = [];
    try {
        unzipSync(archive, {
            filter: ({ name }) => {
                names.push(name);
                return false;
            },
        });
    } catch {
        throw new OperationError(3, "Build failed with status: FAILURE and message: the source is not a zip archive");
    }
    return names;
}

/**
 * The bucket to which Cloud Functions copies the source, and from which Cloud Build reads it. It is created with the first function of a
 * region, and stays. The hash of a key has no published format.
 * https://docs.cloud.google.com/functions/docs/building
 */
function sourceBucket({ project, location, kmsKeyName }: Inputs, cloud: Cloud): string {
    const hash = kmsKeyName ? `-${createHash("sha256").update(kmsKeyName).digest("hex").slice(0, 16)}` : "";
    const bucket = `gcf-v2-sources-${cloud.projects.number(project)}-${location}${hash}`;
    if (!findBucket(cloud, bucket)) {
        createBucket(cloud, project, bucket, { location: location.toUpperCase() });
    }
    return bucket;
}

/** The permissions of the build account: it reads the copied source, and writes the image and logs. */
function verifyAccount(inputs: Inputs, cloud: Cloud): void {
    const { project, location, name, buildConfig } = inputs;
    const account = buildConfig.serviceAccount?.split("/").at(-1) ?? cloud.projects.defaultAccount(project);
    const may = (permission: string, on: Target) => isAllowed(cloud, account, permission, on);
    const bucket = sourceBucket(inputs, cloud);
    if (!buildConfig.dockerRepository) {
        // https://cloud.google.com/dotnet/docs/reference/Google.Cloud.Functions.V2/latest/Google.Cloud.Functions.V2.BuildConfig.Types.DockerRegistry
        createBuildRepository(cloud, inputs, functionRepository(inputs));
    }
    const object = `${name}/function-source.zip`;
    const isDisabled = cloud.iam.isDisabled(account);
    if (!isDisabled && !may("storage.objects.get", objectTarget(project, bucket, object))) {
        throw new OperationError(
            13,
            `Build failed with status: FAILURE and message: failed to Fetch: failed to download archive gs://${bucket}/${object}: Access to bucket ${bucket} denied. You must grant Storage Object Viewer permission to ${account}. If you are using VPC Service Controls, you must also grant it access to your service perimeter.`,
        ).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/20571");
    }
    const image = repositoryTarget(project, location, buildConfig.dockerRepository);
    if (
        isDisabled ||
        !may("artifactregistry.repositories.uploadArtifacts", image) ||
        !may("logging.logEntries.create", projectTarget(project))
    ) {
        throw new OperationError(
            3,
            "Build failed with status: FAILURE. Could not build the function due to a missing permission on the build service account. If you didn't revoke that permission explicitly, this could be caused by a change in the organization policies. Please refer to the following documentation for more details and resolution: https://cloud.google.com/functions/docs/troubleshooting#build-service-account",
        );
    }
}
