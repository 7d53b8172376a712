import { getImageOutput } from "@pulumi/gcp/compute/getImage";
import type * as pulumi from "@pulumi/pulumi";
import { isPast } from "../../facts/facts";
import { endedFamilies, type ImageFamily, imageProjects } from "../../facts/machines/imageFamilies";
import { nameFormats } from "../../facts/names";
import * as check from "../../internal/check";

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

/** Checks the image. */
export const machineImage: check.Check<MachineImage> = check.variant({
    family: check.options<FamilyImage>({ family: resourceName, project }, "family"),
    name: check.options<NamedImage>({ name: resourceName, project }, "name"),
});

const projects: Readonly<Record<string, ImageFamily>> = imageProjects.rows;

/** What is known of the images of a project. */
export const imageFacts = ({ project: name = "" }: MachineImage): ImageFamily | undefined =>
    Object.hasOwn(projects, name) ? projects[name] : undefined;

/** Whether the machine runs Container-Optimized OS. */
export const isContainerOptimized = ({ project: name }: MachineImage): boolean => name === "cos-cloud";

/** Reports a family whose operating system is no longer supported: it has no image any more. */
export function imageProblems({ family, project: name }: MachineImage): check.Problem[] {
    const key = `${name}/${family}`;
    const rows: Readonly<Record<string, { end: `${number}-${number}-${number}`; instead: string }>> =
        endedFamilies.rows;
    const ended = Object.hasOwn(rows, key) ? rows[key] : undefined;
    if (!ended || !isPast(ended.end)) {
        return [];
    }
    const reason = `has no images since the support of its operating system ended on ${ended.end} (got "${family}"). Take ${ended.instead}.`;
    return [{ path: "image.family", reason }];
}

/**
 * The image in the form that disks take. A family is looked up once its API is enabled, so that a preview fails if it has no image.
 * {@link keptImage} keeps the found one.
 */
export function imageOf(
    { family, name, project: owner }: MachineImage,
    ownProject: string,
    options: pulumi.InvokeOutputOptions,
): pulumi.Input<string> {
    const image = { project: owner ?? ownProject };
    return name === undefined
        ? getImageOutput({ ...image, family: family as string }, options).selfLink
        : `projects/${image.project}/global/images/${name}`;
}
