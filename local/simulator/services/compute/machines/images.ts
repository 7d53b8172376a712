import { endedFamilies, isPast, type PublicFamily, publicFamilies, publicFamily } from "slipway/facts";
import type { Cloud } from "../../../cloud/cloud";
import { digits } from "../../../cloud/ids";
import type { Context, Inputs } from "../../../rules/rules";
import { computeApi, notFound, selfLink } from "../names";

/** An image of a public family. */
interface Image extends PublicFamily {
    project: string;
    family: string;
    name: string;
}

const rows: Readonly<Record<string, PublicFamily>> = publicFamilies.rows;
const ended: Readonly<Record<string, { end: `${number}-${number}-${number}` }>> = endedFamilies.rows;

/** Public images have a new version each month, of its tenth day. */
function versionAt(now: Date): string {
    const month = new Date(now);
    if (month.getUTCDate() < 10) {
        month.setUTCMonth(month.getUTCMonth() - 1, 10);
    }
    return `v${month.toISOString().slice(0, 7).replace("-", "")}10`;
}

/** The newest image of a family; undefined if there is none, also after the support of its operating system has ended. */
function newest(project: string, family: string, cloud: Cloud): Image | undefined {
    const key = `${project}/${family}`;
    const now = cloud.now();
    const row = publicFamily(project, family);
    return row && !isPast(ended[key]?.end, { now: () => now.getTime() })
        ? { ...row, project, family, name: `${row.images}-${versionAt(now)}` }
        : undefined;
}

/** An image by its name: one of a public family, of any version. */
function named(project: string, name: string): Image | undefined {
    const [, images = ""] = /^(.+)-v\d{8}$/.exec(name) ?? [];
    const [key, row] =
        Object.entries(rows).find(([each, { images: all }]) => each.startsWith(`${project}/`) && all === images) ?? [];
    if (key && row) {
        return { ...row, project, family: key.slice(project.length + 1), name };
    }
    // Images of a family that is not listed have its name.
    const family = publicFamily(project, images);
    return family && family.images === images ? { ...family, project, family: images, name } : undefined;
}

const hosts = /^https:\/\/(www|compute)\.googleapis\.com\/compute\/(v1|beta)\//;

const imagePath = ({ project, name }: Image) => `projects/${project}/global/images/${name}`;

/**
 * The projects in which the provider looks for images and families without a project that have a part of their name (`ImageMap`):
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/compute/image.go
 */
const projectsByName: [part: string, project: string][] = [
    ["centos", "centos-cloud"],
    ["coreos", "coreos-cloud"],
    ["debian", "debian-cloud"],
    ["fedora-coreos", "fedora-coreos-cloud"],
    ["opensuse", "opensuse-cloud"],
    ["rhel", "rhel-cloud"],
    ["rocky-linux", "rocky-linux-cloud"],
    ["sles", "suse-cloud"],
    ["ubuntu", "ubuntu-os-cloud"],
    ["windows-sql", "windows-sql-cloud"],
    ["windows", "windows-cloud"],
];

/** The path of an image, or its name alone if the provider finds its project by the name. */
export function shortImagePath(path: string): string {
    const [, project, name = ""] = /^projects\/([^/]+)\/global\/images\/([^/]+)$/.exec(path) ?? [];
    return projectsByName.some(([part, each]) => each === project && name.includes(part)) ? name : path;
}

/**
 * Whether a program names the image or the family that a template has, by a path, by its project and its name, or by its name:
 * `resourceComputeInstanceTemplateSourceImageCustomizeDiff` in
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/compute/resource_compute_instance_template.go
 */
export function isSameReference(wanted: string, found: string): boolean {
    const [one, other] = [wanted, found].map((each) => each.replace(hosts, "")) as [string, string];
    const [, project = "", family, name = ""] =
        /^projects\/([^/]+)\/global\/images\/(family\/)?([^/]+)$/.exec(other) ?? [];
    const names = [name, `${project}/${name}`, ...(family ? [`family/${name}`, `global/images/family/${name}`] : [])];
    return one === other || shortImagePath(one) === shortImagePath(other) || (name !== "" && names.includes(one));
}

/** An image or a family without a project: `debian-12`, `family/debian-12`. */
function resolveName(name: string, isFamily: boolean, own: string, cloud: Cloud): Image | undefined {
    const known = projectsByName.flatMap(([part, project]) => (name.includes(part) ? [project] : []));
    for (const project of [own, ...known]) {
        const image = (isFamily ? undefined : named(project, name)) ?? newest(project, name, cloud);
        if (image) {
            return image;
        }
    }
    return undefined;
}

/**
 * The image of a boot disk, in one of the forms that the provider resolves.
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/compute/image.go
 */
export function resolveImage(input: string, project: string, cloud: Cloud): Image | undefined {
    const path = input.replace(hosts, "");
    const [, isFamily, short] = /^(family\/)?([^/]+)$/.exec(path) ?? [];
    if (short !== undefined) {
        return resolveName(short, isFamily !== undefined, project, cloud);
    }
    const [, owner = project, family, image] =
        /^(?:projects\/([^/]+)\/)?global\/images\/(?:family\/([^/]+)|([^/]+))$/.exec(path) ??
        /^([^/]+)\/(?:family\/)?([^/]+)$/.exec(path) ??
        [];
    if (image !== undefined) {
        return named(owner, image);
    }
    return family === undefined ? undefined : (newest(owner, family, cloud) ?? named(owner, family));
}

/** Throws for an image or a family that does not exist, as the provider does. */
export function requireImage(input: string, project: string, cloud: Cloud): Image {
    const image = resolveImage(input, project, cloud);
    if (!image) {
        throw new Error(`Error resolving image name '${input}': Could not find image or family ${input}`);
    }
    return image;
}

/** The path of an image as templates have it, which keep a family. */
export function imageReference(input: string, project: string, cloud: Cloud): string {
    const image = requireImage(input, project, cloud);
    return input.split("/").at(-1) === image.name
        ? imagePath(image)
        : `projects/${image.project}/global/images/family/${image.family}`;
}

/** The link of an image, as disks have it, which Pulumi's provider reads from the beta API. */
export const imageLink = (image: Image): string => selfLink(imagePath(image)).replace("/v1/", "/beta/");

/** `google_compute_image`: the newest image of a family, or one by its name. */
export function getImage(inputs: Inputs, { cloud, project: own }: Context): Inputs {
    const { family, name, filter } = inputs;
    const project = String(inputs.project ?? own);
    if (own) {
        cloud.projects.requireApi(own, ...computeApi);
    }
    if (filter !== undefined) {
        throw new Error("Error retrieving list of images: filters are not simulated by the local Google Cloud");
    }
    const image = family === undefined ? named(project, String(name)) : newest(project, String(family), cloud);
    if (!image) {
        const path = family === undefined ? String(name) : `family/${family}`;
        const { message } = notFound(`projects/${project}/global/images/${path}`);
        throw new Error(`Error retrieving image information: ${message}`);
    }
    return {
        id: imagePath(image),
        project,
        name: image.name,
        family: image.family,
        selfLink: selfLink(imagePath(image)),
        imageId: digits(`image ${imagePath(image)}`, 19),
        diskSizeGb: image.diskSize,
        status: "READY",
        creationTimestamp: cloud.now().toISOString(),
        description: "",
        archiveSizeBytes: 0,
        labels: {},
        labelFingerprint: "42WmSpB8rSM=",
        licenses: [],
        mostRecent: false,
        imageEncryptionKeySha256: "",
        sourceDisk: "",
        sourceDiskId: "",
        sourceDiskEncryptionKeySha256: "",
        sourceImageId: "",
    };
}
