import type * as pulumi from "@pulumi/pulumi";
import type { ContainerImage } from "../../container";
import * as check from "../../internal/check";
import { folder } from "../../internal/files";
import { imageName } from "../../internal/image";
import { type LivenessCheck, liveness, type ReadinessCheck, readiness } from "./health";
import { type FlexibleNetwork, flexibleNetwork } from "./network";
import { type FlexibleResources, resources } from "./resources";
import { type FlexibleRuntime, runtime } from "./runtime";
import { type FlexibleScaling, scaling } from "./scaling";

interface FlexibleBase {
    /** The environment of the service: `"flex"` runs a container on virtual machines, of which there is always one. */
    env: "flex";
    /**
     * The machine of each instance.
     * @default one CPU with 1 GiB of memory and a disk of 13 GiB
     */
    resources?: FlexibleResources;
    /**
     * How many instances there are: by the load, or always as many.
     * @default `{ automatic: {} }`
     */
    scaling?: FlexibleScaling;
    /**
     * Whether requests may come to an instance: the path that answers with status 200, or more. A new version gets traffic once
     * enough of its instances are ready.
     * @default the machine and its container are asked, not the application
     */
    readiness?: string | ReadinessCheck;
    /**
     * Whether an instance works: the path that answers with status 200, or more. One that does not is made anew.
     * @default the machine and its container are asked, not the application
     */
    liveness?: string | LivenessCheck;
    /**
     * The VPC network that the instances are in.
     * @default that of the environment
     */
    network?: FlexibleNetwork;
}

/** A service from an image. */
interface FromImage {
    /**
     * The image that runs, which listens at port 8080: a {@link ContainerImage}, or the name of one in Artifact Registry with its
     * digest.
     */
    image: ContainerImage | pulumi.Input<string>;
}

/** A service from a folder, of which App Engine builds an image. */
interface FromSource {
    /** The folder of the application, seen from the program's working folder. What its `.gcloudignore` names is left out. */
    source: string;
    /**
     * What the image is built of: a language and its version, or the `Dockerfile` of the folder.
     * @default by the files of the source: `Dockerfile` custom, `main.py` Python, `package.json` Node.js, `go.mod` Go, `pom.xml` Java,
     * `index.php` PHP, `Gemfile` Ruby, a project file .NET
     */
    runtime?: FlexibleRuntime;
    /**
     * The command that starts the application, which listens at the port in `$PORT`.
     * @default the runtime's own
     */
    entrypoint?: string;
}

/** A service in the flexible environment, but for what services of both environments have. */
export type FlexibleService = FlexibleBase & check.OneOf<FromImage | FromSource>;

const registry = /^(([a-z]+\.)?gcr\.io|[a-z0-9-]+-docker\.pkg\.dev)\//;

/** "gcloud app deploy": image-url. */
const hosted = check.pipe(
    imageName,
    check.refine(
        (given) => registry.test(String(given)),
        "must be in Artifact Registry, as europe-west1-docker.pkg.dev/acme-dev/app/predict@sha256:… is\nTake a ContainerImage of a ContainerRegistry, or push it there.",
    ),
);

/** Checks each argument by itself. */
export const flexibleChecks: Record<keyof FlexibleService, check.Check> = {
    env: check.oneOf("flex"),
    image: check.componentOr(check.component("ContainerImage"), check.input(hosted)),
    source: folder(),
    runtime,
    entrypoint: check.matching(/^\S[^\r\n]*$/, "must be a command on one line"),
    resources,
    scaling,
    readiness,
    liveness,
    network: flexibleNetwork,
};

/** Those that must be given. */
export const flexibleRequired = ["env"] as const;
