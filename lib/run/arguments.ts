import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import type { ContainerRegistry, ImageSource } from "../artifactregistry";
import { type Uses, uses, variable } from "../iam/capability";
import { encryptionKey } from "../iam/encryption";
import { type ServerlessAttachment, serverlessAttachments } from "../iam/serverless/attachments";
import { type VpcAccess, vpcAccess } from "../iam/serverless/vpcAccess";
import { type AnyServiceAccount, serviceAccount } from "../iam/serviceAccount";
import * as check from "../internal/check";
import type { Transform } from "../internal/children";
import { folder } from "../internal/files";
import { cloudRunImage as image } from "../internal/image";
import { labels } from "../internal/labels";
import type { Size } from "../internal/size";
import { type ContainerHealth, containerHealth } from "./health";
import { type RunCpu, runCpu, runMemory } from "./resources";
import { type RunVolume, volumes } from "./volumes";

/** What a container of Cloud Run can attach: a secret as a variable or a file, and a connection to a database. */
export type RunAttachment = ServerlessAttachment;

/** Code that is in an image. */
export interface ImageCode {
    /**
     * The image: a {@link ContainerImage}, or a name with its digest in Artifact Registry or Docker Hub,
     * `europe-west1-docker.pkg.dev/acme-dev/app/web@sha256:…`.
     */
    image: ImageSource;
}

/** Code that is built from a folder. */
export interface SourceCode {
    /** The folder with the Dockerfile, relative to the program's working directory. It is built as a {@link ContainerImage}. */
    source: string;
    /** The registry to which the image is pushed. */
    registry: ContainerRegistry;
}

/** The code of the main container. */
export type Code = check.OneOf<ImageCode | SourceCode>;

/** A container in addition to the main one, in the same instance: they share the network, so that it is at `localhost`. */
export interface Sidecar {
    /** The image: a {@link ContainerImage}, or a name with its digest. */
    image: ImageSource;
    /**
     * The command, which replaces the image's entrypoint.
     * @default the image's entrypoint
     */
    command?: pulumi.Input<string>[];
    /**
     * The arguments of the command.
     * @default the image's own
     */
    args?: pulumi.Input<string>[];
    /**
     * The capabilities that it uses, by environment variable. They are granted to the service account, which all containers share.
     * @default none
     */
    uses?: Uses<RunAttachment>;
    /**
     * Environment variables without secrets.
     * @default only the variables of `uses`
     */
    env?: Record<string, pulumi.Input<string>>;
    /**
     * The CPUs of the container.
     * @default 1
     */
    cpu?: RunCpu;
    /**
     * The memory of the container.
     * @default "512 MiB"
     */
    memory?: Size;
    /**
     * The probes of the container, which name their port. A container that others start after needs a `startup` probe.
     * @default none
     */
    health?: ContainerHealth;
    /**
     * The containers that must have started before: keys of `sidecars`.
     * @default none
     */
    startAfter?: string[];
    /**
     * The volumes that it mounts as well: keys of `volumes`.
     * @default none
     */
    volumes?: string[];
}

/** What services, jobs and worker pools have in common. */
export interface RunArgs {
    /**
     * The name, unique among the names of its project and region: up to 49 lower-case letters, digits and hyphens. Changing this replaces
     * the resource.
     * @default the component's name
     */
    name?: string;
    /**
     * The command, which replaces the image's entrypoint.
     * @default the image's entrypoint
     */
    command?: pulumi.Input<string>[];
    /**
     * The arguments of the command.
     * @default the image's own
     */
    args?: pulumi.Input<string>[];
    /**
     * The working directory of the code.
     * @default the image's own
     */
    workingDirectory?: pulumi.Input<string>;
    /**
     * The service account that the code runs as, a {@link ServiceAccount}. Its roles are granted to all that run as it.
     * @default an account of its own
     */
    account?: AnyServiceAccount;
    /**
     * Capabilities of other components, by environment variable. The service account gets the roles, and each variable identifies the
     * resource. A secret's `reader` sets the variable to the secret's value, its `file` to the path of a file with that value. A
     * database's `client` sets it to a URL: of a socket if the instance has a public address, else of its address in the network.
     * @default none
     */
    uses?: Uses<RunAttachment>;
    /**
     * Environment variables without secrets: plain values are refused for names that end with `PASSWORD`, `TOKEN`, `KEY` or
     * `SECRET`.
     * @default only the variables of `uses`
     */
    env?: Record<string, pulumi.Input<string>>;
    /**
     * {@link https://cloud.google.com/run/docs/configuring/services/cpu CPUs} of the container. Less than one, as `"500m"`, needs a
     * concurrency of 1; four need at least 2 GiB, six and eight 4 GiB.
     * @default 1; with a GPU its minimum
     */
    cpu?: RunCpu;
    /**
     * {@link https://cloud.google.com/run/docs/configuring/services/memory-limits Memory} of the container: 128 MiB to 32 GiB. More than
     * 512 MiB needs half a CPU, more than 1 GiB one, more than 4 GiB two, more than 8 GiB four, more than 16 GiB six and more than
     * 24 GiB eight.
     * @default "512 MiB"; with a GPU its minimum
     */
    memory?: Size;
    /**
     * Containers in addition to the main one, by their names: up to 9.
     * @default none
     */
    sidecars?: Record<string, Sidecar>;
    /**
     * The sidecars that must have started before the main container.
     * @default none
     */
    startAfter?: string[];
    /**
     * Volumes of the main container by their names: buckets, memory and NFS.
     * @default the volumes of secrets and databases in `uses`
     */
    volumes?: Record<string, RunVolume>;
    /**
     * The {@link https://cloud.google.com/run/docs/configuring/connecting-vpc VPC network}: a {@link Network}, a subnet or a connector,
     * and which traffic is routed there.
     * @default the network of the databases in `uses` with private addresses; without such databases no VPC network
     */
    network?: VpcAccess;
    /**
     * The ID of the {@link https://cloud.google.com/run/docs/securing/using-cmek Cloud KMS key} that encrypts the image and the
     * instances, in the same region.
     * @default a Google-managed key
     */
    encryptionKey?: pulumi.Input<string>;
    /**
     * The {@link https://cloud.google.com/binary-authorization/docs/overview Binary Authorization} policy for the images: the
     * project's `default`, or a platform policy such as `projects/acme-dev/platforms/cloudRun/policies/signed`.
     * @default none
     */
    binaryAuthorization?: pulumi.Input<string>;
    /**
     * Labels: at most 64 ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
}

/** The children that all of them may have. */
export interface RunTransforms {
    account?: Transform<AccountArgs>;
}

/** Checks the names of containers and volumes. */
const partName = check.matching(
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "must have up to 63 lower-case letters, digits and hyphens, and start with a letter",
);

const texts = check.list(check.input(check.text()));
const env = check.record(variable, check.input(check.text()));

/** Checks {@link Code}. */
export const codeChecks = {
    image,
    source: folder(),
    registry: check.component<ContainerRegistry>("ContainerRegistry"),
};

/** Checks each of {@link RunArgs} but the name. */
export const runChecks = {
    command: texts,
    args: texts,
    workingDirectory: check.input(check.matching(/^\/\S*$/, "must be an absolute path, such as /app")),
    account: serviceAccount,
    uses: uses(variable, ...serverlessAttachments),
    env,
    cpu: runCpu,
    memory: runMemory,
    sidecars: check.record(
        partName,
        check.options<Sidecar>(
            {
                image,
                command: texts,
                args: texts,
                uses: uses(variable, ...serverlessAttachments),
                env,
                cpu: runCpu,
                memory: runMemory,
                health: containerHealth,
                startAfter: check.list(check.text()),
                volumes: check.list(check.text()),
            },
            "image",
        ),
    ),
    startAfter: check.list(check.text()),
    volumes,
    network: vpcAccess,
    encryptionKey,
    binaryAuthorization: check.input(
        check.matching(
            /^(default|projects\/[^/]+\/platforms\/cloudRun\/policies\/[^/]+)$/,
            "must be default or a policy such as projects/acme-dev/platforms/cloudRun/policies/signed",
        ),
    ),
    labels,
};

/** Reports code that is neither an image nor a folder, or both. */
export function codeProblems({ image, source, registry }: Partial<ImageCode & SourceCode>): check.Problem[] {
    if ((image === undefined) === (source === undefined)) {
        return [
            check.problem(
                "",
                "run/image-or-source",
                `must have exactly one of image, source (got ${image ? "both" : "neither"}).`,
            ),
        ];
    }
    return source !== undefined && registry === undefined
        ? [
              check.problem(
                  "registry",
                  "run/registry-missing",
                  "is missing. A source needs the registry to which its image is pushed.",
              ),
          ]
        : image !== undefined && registry !== undefined
          ? [check.problem("registry", "run/registry-without-source", "can only be set with a source. Remove it.")]
          : [];
}
