import type * as pulumi from "@pulumi/pulumi";
import type { ContainerImage, ImageSource } from "../../artifactregistry";
import { prebuiltRepository } from "../../facts/vertex/regions";
import { trainingLimits } from "../../facts/vertex/training";
import * as check from "../../internal/arguments/check";
import { cloudRunImage as image, isImageComponent } from "../../internal/arguments/image";
import { folder } from "../../internal/sources/files";
import { packageProblems, sourceProblems } from "./package";
import { type TrainingVariables, variableSpec } from "./variables";

/** Code in an image. */
export interface ImageTraining {
    /**
     * The image: a {@link ContainerImage}, or a name with its digest in Artifact Registry or Docker Hub,
     * `europe-west1-docker.pkg.dev/acme-dev/app/train@sha256:…`. The name of one in another project is refused, as Vertex AI's service agent
     * cannot read it: use a {@link ContainerImage} of `ContainerRegistry.existing`, which grants it the role.
     */
    image: ImageSource;
    /**
     * The command, which replaces the image's entrypoint.
     * @default the image's entrypoint
     */
    command?: pulumi.Input<string>[];
}

/** Python code that runs in one of Google's {@link https://cloud.google.com/vertex-ai/docs/training/pre-built-containers prebuilt containers}. */
export interface PythonTraining {
    /** The Python module that is run: `"trainer.task"`. */
    module: string;
    /**
     * The prebuilt container: its name with a tag, `"pytorch-gpu.2-4.py310:latest"`, or its whole address,
     * `"us-docker.pkg.dev/vertex-ai/training/pytorch-gpu.2-4.py310:latest"`. A name is read from the nearest of Google's registries.
     */
    container: string;
}

/** Code in a folder. */
export interface SourceTraining extends PythonTraining {
    /**
     * The folder of the code, relative to the program's working directory. It is packed as a Python package, with the requirements of
     * its `requirements.txt` unless it has a `setup.py` or a `pyproject.toml`.
     */
    source: string;
}

/** Code in Python packages that are built already. */
export interface PackageTraining extends PythonTraining {
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/training/create-python-pre-built-container source distributions or wheels}: up
     * to 100 files, relative to the program's working directory, or objects such as `gs://acme-packages/trainer-1.2.tar.gz`.
     */
    packages: pulumi.Input<string>[];
}

/** The code of a training job. */
export type TrainingCode = check.OneOf<ImageTraining | SourceTraining | PackageTraining>;

/** The code in any of its shapes. */
export type AnyCode = Partial<ImageTraining & SourceTraining & PackageTraining>;

/** Checks the reference of a prebuilt container: a name, or an address in one of Google's registries. */
const container = check.matching(
    /^((us|europe|asia)-docker\.pkg\.dev\/vertex-ai\/training\/)?[a-z0-9]+([.-][a-z0-9]+)*:[\w.-]+$/,
    'must be a prebuilt container with its tag, such as "pytorch-gpu.2-4.py310:latest"\nFor other containers, use image.',
);

/** Checks a list of texts. */
export const texts = check.list(check.input(check.text()));

/** Checks each of {@link TrainingCode}. */
export const codeChecks: check.Checks<AnyCode> = {
    image,
    command: texts,
    source: folder(),
    packages: check.pipe(texts, check.atMost(trainingLimits.rows.packages)),
    module: check.matching(
        /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/,
        'must be a Python module such as "trainer.task", without .py',
    ),
    container,
};

/** Reports code in none or several of its shapes, and files that are missing. */
export function codeProblems({
    image,
    command,
    source,
    packages,
    module,
    container,
}: AnyCode): (check.Problem | undefined)[] {
    const shapes = Object.entries({ image, source, packages }).filter(([, value]) => value !== undefined);
    if (shapes.length !== 1) {
        const got = shapes.length === 0 ? "none" : shapes.map(([key]) => key).join(" and ");
        return [
            check.problem(
                "",
                "vertex/code-not-exactly-one",
                `must have exactly one of image, source, packages (got ${got}).`,
            ),
        ];
    }
    if (image !== undefined) {
        return Object.entries({ module, container })
            .filter(([, value]) => value !== undefined)
            .map(([path]) =>
                check.problem(
                    path,
                    "vertex/option-of-python-code",
                    "is only for Python code, with source or packages. Remove it.",
                ),
            );
    }
    return [
        check.when(
            module === undefined,
            "module",
            "vertex/module-missing",
            "is missing. It is the Python module to run.",
        ),
        check.when(
            container === undefined,
            "container",
            "vertex/container-missing",
            "is missing. It is the prebuilt container that runs the module.",
        ),
        check.when(
            command !== undefined,
            "command",
            "vertex/command-without-image",
            "is only for an image. Remove it.",
        ),
        check.when(packages?.length === 0, "packages", "vertex/packages-empty", "must have at least one package."),
        ...(packages ?? []).flatMap((one, index) => packageProblems(`packages.${index}`, one)),
        ...(source === undefined || module === undefined ? [] : sourceProblems(source, module)),
    ];
}

/** What the machines run. */
export interface RunCode
    extends Pick<AnyCode, "image" | "command" | "module" | "container">,
        Required<TrainingVariables> {
    args?: pulumi.Input<string>[];
    region: string;
}

/**
 * The code in the form of the API.
 *
 * @param packageUris the addresses of its packages
 */
export function codeSpec(run: RunCode, packageUris: pulumi.Input<string>[]) {
    const { image, command, module, container, args, region } = run;
    const code = { ...(args && args.length > 0 && { args }), ...variableSpec(run) };
    return image === undefined
        ? {
              pythonPackageSpec: {
                  executorImageUri: containerAddress(container as string, region),
                  packageUris,
                  pythonModule: module as string,
                  ...code,
              },
          }
        : {
              containerSpec: {
                  imageUri: isImageComponent<ContainerImage>(image) ? image.reference : image,
                  command,
                  ...code,
              },
          };
}

/** The address of a prebuilt container. */
const containerAddress = (container: string, region: string) =>
    container.includes("/") ? container : `${prebuiltRepository(region, "training")}/${container}`;
