import type * as pulumi from "@pulumi/pulumi";
import type { ContainerImage } from "../../artifactregistry";
import type { Environment } from "../../environment/environment";
import { type Clock, isPast } from "../../facts/facts";
import { modelDurations, modelLimits } from "../../facts/vertex/modelLimits";
import {
    type ServingContainerVersion,
    servingContainers,
    servingFrameworks,
    servingImage,
} from "../../facts/vertex/servingContainers";
import { variableProblems } from "../../iam/serverless/variables";
import * as check from "../../internal/arguments/check";
import { type Duration, durationWithin, inSeconds } from "../../internal/arguments/duration";
import { type HealthCheck, healthOptions, healthPath, pathOr } from "../../internal/arguments/healthCheck";
import { image, imageName, isImageComponent } from "../../internal/arguments/image";
import { anySize, mebibytes, type Size } from "../../internal/arguments/size";
import { display } from "../../internal/arguments/value";
import { imageProblem } from "../images";

/** A framework with prebuilt containers. */
export type Framework = keyof typeof servingFrameworks.rows;

type Device<Of extends Framework> = (typeof servingFrameworks.rows)[Of]["devices"][number];

/** A {@link https://cloud.google.com/vertex-ai/docs/predictions/pre-built-containers prebuilt container}, by framework and version. */
export type PrebuiltContainer = {
    [Of in Framework]: {
        /** The framework of the model. */
        framework: Of;
        /** The version of the framework, which should be the one that saved the model. */
        version: keyof (typeof servingContainers)[Of]["rows"];
        /**
         * What the container computes with. The machines of the endpoint must have it.
         * @default "cpu"
         */
        device?: Device<Of>;
    };
}[Framework];

/**
 * A {@link https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements container of your own}: an HTTP server that
 * loads the model from the folder in its variable `AIP_STORAGE_URI`, which is Vertex AI's copy of `source`.
 */
export interface ModelContainer {
    /**
     * The image: a {@link ContainerImage}, or a name with a digest in Artifact Registry or Container Registry. Vertex AI copies it when it
     * creates the version. The name of one in another project's Artifact Registry is refused, as Vertex AI's service agent cannot read it: use
     * a {@link ContainerImage} of `ContainerRegistry.existing`, which grants it the role.
     */
    image: ContainerImage | pulumi.Input<string>;
    /**
     * The port of the server: 1 to 65535.
     * @default 8080
     */
    port?: number;
    /**
     * The path for predictions, such as `/predict`.
     * @default `/v1/endpoints/ENDPOINT/deployedModels/DEPLOYED_MODEL:predict`
     */
    predictRoute?: string;
    /**
     * The path for health checks, which must answer 200 once the model is loaded: `"/health"`.
     * @default `/v1/endpoints/ENDPOINT/deployedModels/DEPLOYED_MODEL`
     */
    health?: string | Pick<HealthCheck, "path">;
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
     * Environment variables without secrets: names that start with `AIP_` are Vertex AI's, and plain values are refused for names that end
     * with `PASSWORD`, `TOKEN`, `KEY` or `SECRET`.
     * @default none
     */
    env?: Record<string, pulumi.Input<string>>;
    /**
     * The memory of the machine to reserve as shared memory, such as `"512 MiB"`, for example for the workers of PyTorch.
     * @default none
     */
    sharedMemory?: Size;
    /**
     * How long a deployment may take until the server is healthy: up to `"2 hours"`.
     * @default set by Vertex AI
     */
    deploymentTimeout?: Duration;
}

/** The container that serves predictions: a prebuilt one, or one of your own. */
export type ServingContainer = check.OneOf<PrebuiltContainer | ModelContainer>;

const frameworks = Object.keys(servingFrameworks.rows) as Framework[];

/** The versions of a framework that can be deployed, newest first. */
const available = (framework: Framework, clock?: Clock) =>
    Object.entries<ServingContainerVersion>(servingContainers[framework].rows)
        .filter(([, { availabilityEnds }]) => !isPast(availabilityEnds, clock))
        .map(([version]) => version);

const prebuilt = check.lazily((value) => {
    const framework = (value as PrebuiltContainer).framework;
    const isKnown = frameworks.includes(framework);
    const { devices } = servingFrameworks.rows[isKnown ? framework : "scikit-learn"];
    const rows = isKnown ? servingContainers[framework].rows : {};
    return check.options<{ framework: Framework; version: string; device?: Device<Framework> }>(
        {
            framework: check.oneOf(...frameworks),
            version: isKnown
                ? check.listed(
                      (version) => Object.hasOwn(rows, version),
                      /^\d+\.\d+$/,
                      `must be one of ${available(framework).join(", ")}`,
                  )
                : check.text(),
            device: check.oneOf<Device<Framework>>(...devices),
        },
        "framework",
        "version",
    );
});

/** Registries from which Vertex AI copies images. */
const registry = /^([a-z0-9-]+-docker\.pkg\.dev|([a-z]+\.)?gcr\.io)\//;

const servedImage = check.either(
    (value) => typeof value === "string",
    check.pipe(
        imageName,
        check.refine(
            (value) => registry.test(String(value)),
            "is in a registry from which Vertex AI does not copy images\nPush it to Artifact Registry.",
        ),
    ),
    image,
);

const route = check.matching(/^\/\S*$/, "must be a path such as /predict");
const texts = check.list(check.input(check.text()));

const custom = check.options<ModelContainer>(
    {
        image: servedImage,
        port: check.limit({ ...modelLimits.rows.port }),
        predictRoute: route,
        health: pathOr(check.options<Pick<HealthCheck, "path">>({ path: healthPath })),
        command: texts as check.AnyCheck,
        args: texts as check.AnyCheck,
        env: check.record(
            check.matching(
                /^(?!AIP_)[A-Za-z_][A-Za-z0-9_]*$/,
                "must be the name of an environment variable, without Vertex AI's prefix AIP_",
            ),
            check.input(check.text()),
        ),
        sharedMemory: anySize,
        deploymentTimeout: durationWithin(modelDurations.rows.deploymentTimeout as { min: Duration; max: Duration }),
    },
    "image",
);

export const container: check.AnyCheck = check.variant({ framework: prebuilt as check.AnyCheck, image: custom });

const isPrebuilt = (value: object): value is PrebuiltContainer => "framework" in value;

/** Reports a prebuilt container that is no longer available. */
export function availabilityProblem(container: object, clock?: Clock): check.Problem | undefined {
    if (!isPrebuilt(container)) {
        return undefined;
    }
    const { framework, version } = container;
    const rows: Record<string, ServingContainerVersion> = servingContainers[framework].rows;
    const ends = rows[version]?.availabilityEnds;
    const use = `Use ${available(framework, clock)[0] ?? "a container of your own"}, and save the model with it.`;
    return isPast(ends, clock)
        ? check.problem(
              "container.version",
              "vertex/container-ended",
              `is not available since ${ends} (got ${display(version)}). ${use}`,
          )
        : undefined;
}

/** Reports an image that Vertex AI cannot read, and secrets in variables. */
export const containerProblems = (container: ServingContainer, environment: Environment) =>
    isPrebuilt(container)
        ? []
        : [
              imageProblem("container.image", container.image, environment),
              ...variableProblems("model", "container.env", container.env ?? {}),
          ];

/** Returns a warning for a prebuilt container without support. */
export function supportWarning(container: object, clock?: Clock): string | undefined {
    if (!isPrebuilt(container)) {
        return undefined;
    }
    const rows: Record<string, ServingContainerVersion> = servingContainers[container.framework].rows;
    const { supportEnds, availabilityEnds } = rows[container.version] ?? {};
    return isPast(supportEnds, clock)
        ? `container.version: the prebuilt container of ${container.framework} ${container.version} gets no patches since ${supportEnds}, and is not available from ${availabilityEnds} on.`
        : undefined;
}

/** The files of which a prebuilt container loads exactly one; none for a container of your own. */
export const loadedFiles = (container: object): readonly string[] =>
    isPrebuilt(container) ? servingFrameworks.rows[container.framework].files : [];

/** The image of a container of your own. */
export const imageOf = (container: ServingContainer) => (isPrebuilt(container) ? undefined : container.image);

/** The container in the form of the API. */
export function containerSpec(container: ServingContainer, region: string) {
    if (isPrebuilt(container)) {
        const { framework, version, device = "cpu" } = container;
        return { imageUri: servingImage(servingFrameworks.rows[framework], version, device, region) };
    }
    const { image, port, env, sharedMemory, deploymentTimeout, ...rest } = container as ModelContainer;
    const { predictRoute, health, command, args } = rest;
    return {
        imageUri: isImageComponent(image) ? image.reference : image,
        command,
        args,
        env: env && Object.entries(env).map(([name, value]) => ({ name, value })),
        ports: port === undefined ? undefined : [{ containerPort: port }],
        predictRoute,
        healthRoute: health === undefined ? undefined : healthOptions(health).path,
        sharedMemorySizeMb: sharedMemory && String(Math.ceil(mebibytes(sharedMemory))),
        deploymentTimeout: deploymentTimeout && inSeconds(deploymentTimeout),
    };
}
