import { getImage } from "@pulumi/gcp/compute/getImage";
import * as pulumi from "@pulumi/pulumi";
import { isPast } from "../../facts/facts";
import {
    endedFamilies,
    type ImageFamily,
    imageProjects,
    publicFamilies,
    publicFamily,
} from "../../facts/machines/imageFamilies";
import { seriesOf } from "../../facts/machines/series";
import { nameFormats } from "../../facts/names";
import { deferredError, programPlace } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";
import { waitClock } from "../../internal/engine/waitingClock";
import { isNotEffective, repeatSeconds } from "../../stack/refusals";

/** The newest image of a family. */
export interface FamilyImage {
    /** The {@link https://cloud.google.com/compute/docs/images/image-families-best-practices family}: `debian-12`. */
    family: string;
    /**
     * The project of the family: `debian-cloud`, `deeplearning-platform-release`.
     * @default the environment's project
     */
    project?: string;
}

/** One image. */
export interface NamedImage {
    /** The name: `debian-12-bookworm-v20261012`. */
    name: string;
    /**
     * The project of the image.
     * @default the environment's project
     */
    project?: string;
}

/** The image of the boot disk: the newest of a family, or one by its name. */
export type MachineImage = check.OneOf<FamilyImage | NamedImage>;

const project = check.matching(
    /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    "must be the ID of a project, such as debian-cloud",
);

const resourceName = check.nameOf(nameFormats.rows.computeResource);

/** The project of a public family; undefined if there is none of that name. */
const projectOfFamily = (family: string): string | undefined =>
    Object.keys(publicFamilies.rows)
        .find((key) => key.endsWith(`/${family}`))
        ?.split("/")[0];

/** Checks the image. */
export const machineImage: check.Check<check.Short<MachineImage, string>> = check.short(
    check.either(
        check.isText,
        check.refused(
            "must be the family of a public image such as debian-12, or { family, project } or { name, project }",
        ),
        check.variant({
            family: check.options<FamilyImage>({ family: resourceName, project }, "family"),
            name: check.options<NamedImage>({ name: resourceName, project }, "name"),
        }),
    ),
    (family: string) => ({ family, project: projectOfFamily(family) }),
    (value) => typeof value === "string" && projectOfFamily(value) !== undefined,
);

const projects: Readonly<Record<string, ImageFamily>> = imageProjects.rows;

/** What is known of the images of a project. */
export const imageFacts = ({ project: name = "" }: Partial<MachineImage> = {}): ImageFamily | undefined =>
    Object.hasOwn(projects, name) ? projects[name] : undefined;

/** The size of the disk of an image in GB, if it is known. */
export const imageSize = ({ project: name = "", family = "" }: MachineImage): number | undefined =>
    publicFamily(name, family)?.diskSize;

/** Whether the machine runs Container-Optimized OS. */
export const isContainerOptimized = ({ project: name }: MachineImage): boolean => name === "cos-cloud";

const debian = { X86_64: "debian-12", ARM64: "debian-12-arm64" };

const containerOptimized = { X86_64: "cos-stable", ARM64: "cos-arm64-stable" };

const architectureOf = (machineType: string) => seriesOf(machineType)?.architecture;

/** The image of a machine that names none. */
export function defaultImage(hasContainer: boolean, machineType: string): MachineImage {
    const architecture = architectureOf(machineType) ?? "X86_64";
    return hasContainer
        ? { family: containerOptimized[architecture], project: "cos-cloud" }
        : { family: debian[architecture], project: "debian-cloud" };
}

/** Reports a public image that the machine type cannot start. */
export function architectureProblem(
    { family = "", project = "" }: MachineImage,
    machineType: string,
): check.Problem | undefined {
    const [ofImage, ofType] = [publicFamily(project, family)?.architecture, architectureOf(machineType)];
    return check.when(
        ofImage && ofType && ofImage !== ofType,
        "image.family",
        "compute/image-of-other-architecture",
        `must be an image for ${ofType}, the architecture of ${machineType} (got "${family}", for ${ofImage}).`,
    );
}

/** Reports a family whose operating system is no longer supported: it has no image any more. */
export function imageProblems({ family, project: name }: MachineImage, path = "image"): check.Problem[] {
    const key = `${name}/${family}`;
    const rows: Readonly<Record<string, { end: `${number}-${number}-${number}`; instead: string }>> =
        endedFamilies.rows;
    const ended = Object.hasOwn(rows, key) ? rows[key] : undefined;
    if (!ended || !isPast(ended.end)) {
        return [];
    }
    const reason = `has no images since the support of its operating system ended on ${ended.end} (got "${family}"). Take ${ended.instead}.`;
    return [check.problem(`${path}.family`, "compute/image-family-ended", reason)];
}

/**
 * The image in the form that disks take. A family is looked up once its API is enabled, so that a preview fails if it has no image.
 *
 * @param title the component in errors: `VirtualMachine "train"`
 * @param enabled the APIs that must be enabled
 */
export function imageOf(
    title: string,
    { family, name, project: owner }: MachineImage,
    ownProject: string,
    enabled: pulumi.Resource[],
    options: pulumi.InvokeOptions,
    path = "image",
): pulumi.Input<string> {
    const project = owner ?? ownProject;
    if (name !== undefined) {
        return `projects/${project}/global/images/${name}`;
    }
    const place = programPlace();
    const ids = enabled.map((api) => (api as pulumi.CustomResource).id);
    return pulumi.all(ids).apply(async () => {
        try {
            return (await newestOf({ project, family: family as string }, options)).selfLink;
        } catch (error) {
            const reason = `has no image in ${project}: ${(error as Error).message.trim().replace(/\.?$/, ".")}`;
            throw deferredError(
                title,
                [check.problem(`${path}.family`, "compute/image-family-missing", reason)],
                place,
            );
        }
    });
}

/** In seconds. */
const repeats = { first: 5, max: 60 };

/** The newest image of a family. Repeats the call while the API that this update has enabled is not effective. */
async function newestOf(image: { project: string; family: string }, options: pulumi.InvokeOptions) {
    const clock = waitClock();
    const end = clock.now() + repeatSeconds * 1000;
    for (let seconds = repeats.first; ; seconds = Math.min(2 * seconds, repeats.max)) {
        try {
            return await getImage(image, options);
        } catch (error) {
            if (pulumi.runtime.isDryRun() || !isNotEffective((error as Error).message) || clock.now() >= end) {
                throw error;
            }
            await clock.sleep(seconds * 1000);
        }
    }
}

/**
 * The options that keep the image which a machine was created with, unless the image of the arguments changes.
 *
 * @param path the path of the image in the resource's arguments: `bootDisk.initializeParams.image`
 */
export function keptImage(
    { image, imageUpdates }: { image?: MachineImage; imageUpdates: "keep" | "on-deploy" },
    path: string,
): { ignoreChanges: string[]; trigger: string } {
    const { project = "", family = "", name = "" } = image ?? {};
    return {
        ignoreChanges: imageUpdates === "keep" && family !== "" ? [path] : [],
        trigger: `${project}/${family}${name}`,
    };
}
