import type * as pulumi from "@pulumi/pulumi";
import type { ContainerImage } from "../../artifactregistry";
import * as check from "../../internal/check";
import { folder } from "../../internal/files";
import { imageName } from "../../internal/image";
import { type FlexibleHealth, health } from "./health";
import { type FlexibleNetwork, flexibleNetwork } from "./network";
import { type FlexibleResources, resources } from "./resources";
import { type FlexibleRuntime, runtime } from "./runtime";
import { type FlexibleScaling, scaling } from "./scaling";

interface FlexibleBase {
    /**
     * Whether the service runs in the flexible environment, which runs containers on virtual machines and keeps at least one
     * instance.
     */
    flexible: true;
    /**
     * CPU, memory and disk of each instance.
     * @default one CPU, 1 GiB of memory and a disk of 13 GB
     */
    resources?: FlexibleResources;
    /**
     * The number of instances: bounds for automatic scaling, or a number for a fixed count (manual scaling), 1 to 1000.
     * @default automatic scaling
     */
    scaling?: FlexibleScaling;
    /**
     * The health checks of instances: the path of the readiness check, such as `"/ready"`, or options.
     * @default checks the virtual machine and its container, not the application
     */
    health?: string | FlexibleHealth;
    /**
     * The VPC network of the instances.
     * @default the environment's network
     */
    network?: FlexibleNetwork;
}

/** A service that runs an image. */
interface FromImage {
    /**
     * The container image, which listens on port 8080: a {@link ContainerImage}, or the name of an image in Artifact Registry
     * with its digest.
     */
    image: ContainerImage | pulumi.Input<string>;
}

/** A service whose image App Engine builds from a folder. */
interface FromSource {
    /**
     * The application's folder, relative to the program's working directory. Files that its `.gcloudignore` matches are left
     * out.
     */
    source: string;
    /**
     * The runtime of the image: a language and its version, or the folder's `Dockerfile`.
     * @default detected from the files of the source: `Dockerfile` custom, `main.py` Python, `package.json` Node.js, `go.mod`
     * Go, `pom.xml` Java, `index.php` PHP, `Gemfile` Ruby, a project file .NET
     */
    runtime?: FlexibleRuntime;
    /**
     * The command that starts the application, which listens on the port in `$PORT`.
     * @default the runtime's own
     */
    entrypoint?: string;
}

/** The arguments that are specific to the flexible environment. */
export type FlexibleService = FlexibleBase & check.OneOf<FromImage | FromSource>;

const registry = /^(([a-z]+\.)?gcr\.io|[a-z0-9-]+-docker\.pkg\.dev)\//;

/** `image-url` of {@link https://cloud.google.com/sdk/gcloud/reference/app/deploy gcloud app deploy}. */
const hosted = check.pipe(
    imageName,
    check.refine(
        (value) => registry.test(String(value)),
        "must be an image in Artifact Registry, such as europe-west1-docker.pkg.dev/acme-dev/app/predict@sha256:…\nUse a ContainerImage of a ContainerRegistry, or push the image there.",
    ),
);

/** Checks each argument. */
export const flexibleChecks: check.Checks<FlexibleService> = {
    flexible: check.custom<true>((value) => value === true, "must be true or false"),
    image: check.componentOr(check.component("ContainerImage"), check.input(hosted)),
    source: folder(),
    runtime,
    entrypoint: check.matching(/^\S[^\r\n]*$/, "must be a command on one line"),
    resources,
    scaling,
    health,
    network: flexibleNetwork,
};

/** The required arguments. */
export const flexibleRequired = ["flexible"] as const;
