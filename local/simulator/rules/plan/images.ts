/** How the provider compares images: `google-beta/services/compute/resource_compute_disk.go`, `DiskImageDiffSuppress`. */

/** Short names of Google's image projects: `google-beta/services/compute/image.go`. */
const projects: Record<string, string> = {
    centos: "centos-cloud",
    coreos: "coreos-cloud",
    debian: "debian-cloud",
    "fedora-coreos": "fedora-coreos-cloud",
    opensuse: "opensuse-cloud",
    rhel: "rhel-cloud",
    "rocky-linux": "rocky-linux-cloud",
    sles: "suse-cloud",
    ubuntu: "ubuntu-os-cloud",
    windows: "windows-cloud",
    "windows-sql": "windows-sql-cloud",
};

const editions: Record<string, string> = { enterprise: "ent", standard: "std", express: "exp" };

/** Families whose images do not contain their name. */
const renamed: ((image: string, family: string) => boolean)[] = [
    (image, family) => {
        const [, kind, version, processor] = /^ubuntu-(minimal-)?(\d+)(?:.*(arm64|amd64))?.*$/.exec(image) ?? [];
        return (
            version !== undefined &&
            family === `ubuntu-${kind ?? ""}${version}-lts${processor === undefined ? "" : `-${processor}`}`
        );
    },
    (image, family) =>
        /^fedora-coreos-\d+-\d+-\d+-[a-zA-Z0-9]+-gcp-(x86-64|aarch64)$/.test(image) && family.startsWith("fedora-"),
    (image, family) => /^sles-\d+-\d+-v\d+-x86-64$/.test(image) && family.startsWith("sles-"),
    (image, family) => {
        const [, version] = /^cos-(\d+)-/.exec(image) ?? [];
        return version !== undefined && family === `cos-${version}-lts`;
    },
    (image, family) => {
        const [, version, edition = "", windows, revision] =
            /^sql-(?:server-)?(\d{4})-([a-z]+)-windows-(?:server-)?(\d{4})(?:-r(\d+))?-dc-v\d+$/.exec(image) ?? [];
        const end = revision === undefined ? "" : `-r${revision}`;
        return (
            version !== undefined && family === `sql-${editions[edition] ?? edition}-${version}-win-${windows}${end}`
        );
    },
    (image, family) => image.replace("-dc-", "-").includes(family.replace("windows-", "windows-server-")),
];

function isOfFamily(image: string, family: string): boolean {
    const isFor = (processor: string) => image.includes(processor) === family.endsWith(processor);
    if (!image.includes("-arm64") && image.includes(family.replace(/-amd64$/, ""))) {
        return isFor("-amd64");
    }
    if (image.includes(family.replace(/-arm64$/, ""))) {
        return isFor("-arm64");
    }
    return renamed.some((isSame) => isSame(image, family));
}

const isName = (image: string, name: string) => image === name;
const isEither = (image: string, name: string) => isName(image, name) || isOfFamily(image, name);

/** The forms in which a program names an image or a family, optionally with a project. */
const forms: [form: RegExp, isSame: (image: string, name: string) => boolean][] = [
    [/(?:^|\/)projects\/(?<project>[^/]+)\/global\/images\/family\/(?<name>[\w-]*)$/, isOfFamily],
    [/(?:^|\/)projects\/(?<project>[^/]+)\/global\/images\/(?<name>[\w-]*)$/, isName],
    [/^global\/images\/family\/(?<name>[\w-]*)$/, isOfFamily],
    [/^global\/images\/(?<name>[\w-]*)$/, isName],
    [/^family\/(?<name>[\w-]*)$/, isOfFamily],
    [/^(?<project>[^/]+)\/(?<name>[\w-]*)$/, isEither],
    [/^(?<name>[^/]*)$/, isEither],
];

/** Whether an image, by the link of the API, is the one that the program names, or of the family that it names. */
export function isSameImage(found: string, wanted: string): boolean {
    const host = String.raw`(?:www\.googleapis\.com|compute\.[\w.-]*)`;
    const link = new RegExp(`^https://${host}/compute/[a-z0-9]+/projects/([^/]+)/global/images/([\\w-]*)`).exec(found);
    const [form, isSame] = forms.find(([form]) => form.test(wanted)) ?? [];
    const { project, name = "" } = form?.exec(wanted)?.groups ?? {};
    const isProject = project === undefined || (projects[project] ?? project) === link?.[1];
    return link !== null && isProject && isSame?.(link[2] as string, name) === true;
}
