import { type Day, facts } from "../facts";

/** What the images of a project and a family have and support. */
export interface ImageFamily {
    /** How the drivers of GPUs get there: by metadata, by `cos-extensions`, or not by themselves. */
    gpuDrivers?: "metadata" | "cos-extensions";
    /** Whether the kernel accepts these drivers with Secure Boot, as they are signed. */
    signedDrivers?: true;
}

/** Public image projects with what matters for GPUs and Secure Boot. */
export const imageProjects = facts<ImageFamily>()({
    subject: "Public images and GPU drivers",
    source: "https://cloud.google.com/compute/docs/gpus/install-drivers-gpu",
    checked: "2026-11-22",
    rows: {
        "cos-cloud": {
            gpuDrivers: "cos-extensions",
            signedDrivers: true,
            source: "https://cloud.google.com/container-optimized-os/docs/how-to/run-gpus",
            checked: "never",
        },
        "deeplearning-platform-release": {
            gpuDrivers: "metadata",
            source: "https://cloud.google.com/deep-learning-vm/docs/introduction",
            checked: "never",
        },
        "ubuntu-os-cloud": { signedDrivers: true, checked: "never" },
    },
});

const debianRemoved = "https://github.com/GoogleCloudPlatform/opentelemetry-operations-collector/pull/639";

/**
 * Image families of Google whose operating system is no longer supported: "image families become unusable", and calls end with "was not
 * found". The dates are the ends of support of the operating systems, with a record of the first failures as their source.
 * https://cloud.google.com/compute/docs/images/os-image-lifecycle
 */
export const endedFamilies = facts<{ end: Day; instead: string }>()({
    subject: "Image families that ended",
    source: "https://cloud.google.com/compute/docs/images/os-image-lifecycle",
    checked: "2026-11-22",
    rows: {
        // The images are not built any more: https://github.com/GoogleCloudPlatform/compute-image-tools/pull/2387
        "centos-cloud/centos-7": {
            end: "2024-06-30",
            instead: "rocky-linux-cloud/rocky-linux-9",
            source: "https://github.com/adoptium/infrastructure/wiki/End-of-support-date-for-OS-distributions",
        },
        "centos-cloud/centos-stream-8": {
            end: "2024-05-31",
            instead: "centos-cloud/centos-stream-9",
            source: "https://github.com/adoptium/infrastructure/wiki/End-of-support-date-for-OS-distributions",
        },
        "debian-cloud/debian-9": {
            end: "2022-06-30",
            instead: "debian-cloud/debian-12",
            source: "https://github.com/GoogleCloudPlatform/solutions-terraform-cloudbuild-gitops/pull/508",
        },
        "debian-cloud/debian-10": {
            end: "2024-06-30",
            instead: "debian-cloud/debian-12",
            source: "https://github.com/terraform-google-modules/terraform-google-vault/issues/210",
        },
        "debian-cloud/debian-11": { end: "2026-08-31", instead: "debian-cloud/debian-12", source: debianRemoved },
        "debian-cloud/debian-11-arm64": {
            end: "2026-08-31",
            instead: "debian-cloud/debian-12-arm64",
            source: debianRemoved,
        },
        "ubuntu-os-cloud/ubuntu-1804-lts": {
            end: "2023-05-31",
            instead: "ubuntu-os-cloud/ubuntu-2404-lts-amd64",
            source: "https://github.com/ine-labs/GCPGoat/issues/12",
        },
        "ubuntu-os-cloud/ubuntu-2004-lts": {
            end: "2025-05-31",
            instead: "ubuntu-os-cloud/ubuntu-2404-lts-amd64",
            source: "https://github.com/GoogleCloudPlatform/terraform-google-anthos-vm/pull/72",
        },
    },
});

/** A public image family. */
export interface PublicFamily {
    /** The names of its images without the version: `debian-12-bookworm` of `debian-12-bookworm-v20261012`. */
    images: string;
    architecture: "X86_64" | "ARM64";
    /** The minimum size of a boot disk, in GiB. */
    diskSize: number;
}

const x86 = (images: string, diskSize = 10) => ({ images, architecture: "X86_64", diskSize }) as const;
const arm = (images: string, diskSize = 10) => ({ images, architecture: "ARM64", diskSize }) as const;
const tests = {
    source: "https://github.com/GoogleCloudPlatform/guest-test-infra/blob/master/concourse/pipelines",
    checked: "2026-08-05",
} as const;
const windows = {
    source: "https://cloud.google.com/compute/docs/images/os-details#windows_server",
    checked: "never",
} as const;
const learning = {
    source: "https://cloud.google.com/deep-learning-vm/docs/images",
    checked: "never",
} as const;

/**
 * Public image families, by project and family: those that Google builds, by its build files, and others that its tests use. The project
 * `deeplearning-platform-release` has others with each version: see {@link publicFamily}.
 */
export const publicFamilies = facts<PublicFamily>()({
    subject: "Public image families",
    source: "https://github.com/GoogleCloudPlatform/compute-image-tools/tree/master/daisy_workflows/build-publish",
    checked: "2026-08-21",
    rows: {
        "centos-cloud/centos-stream-9": x86("centos-stream-9", 20),
        "centos-cloud/centos-stream-9-arm64": arm("centos-stream-9-arm64", 20),
        "centos-cloud/centos-stream-10": x86("centos-stream-10", 20),
        "centos-cloud/centos-stream-10-arm64": arm("centos-stream-10-arm64", 20),
        // Until its end: see endedFamilies.
        "debian-cloud/debian-11": x86("debian-11-bullseye"),
        "debian-cloud/debian-11-arm64": arm("debian-11-bullseye-arm64"),
        "debian-cloud/debian-12": x86("debian-12-bookworm"),
        "debian-cloud/debian-12-arm64": arm("debian-12-bookworm-arm64"),
        "debian-cloud/debian-13": x86("debian-13-trixie"),
        "debian-cloud/debian-13-arm64": arm("debian-13-trixie-arm64"),
        "rhel-cloud/rhel-9": x86("rhel-9", 20),
        "rhel-cloud/rhel-10": x86("rhel-10", 20),
        "rocky-linux-cloud/rocky-linux-8": { ...x86("rocky-linux-8", 20), ...tests },
        "rocky-linux-cloud/rocky-linux-9": { ...x86("rocky-linux-9", 20), ...tests },
        "rocky-linux-cloud/rocky-linux-9-arm64": { ...arm("rocky-linux-9-arm64", 20), ...tests },
        "rocky-linux-cloud/rocky-linux-9-optimized-gcp": { ...x86("rocky-linux-9-optimized-gcp", 20), ...tests },
        "rocky-linux-cloud/rocky-linux-10": { ...x86("rocky-linux-10", 20), ...tests },
        "rocky-linux-cloud/rocky-linux-10-arm64": { ...arm("rocky-linux-10-arm64", 20), ...tests },
        "rocky-linux-cloud/rocky-linux-10-optimized-gcp": { ...x86("rocky-linux-10-optimized-gcp", 20), ...tests },
        "ubuntu-os-cloud/ubuntu-2204-lts": { ...x86("ubuntu-2204-jammy"), ...tests },
        "ubuntu-os-cloud/ubuntu-2204-lts-arm64": { ...arm("ubuntu-2204-jammy-arm64"), ...tests },
        "ubuntu-os-cloud/ubuntu-2404-lts-amd64": { ...x86("ubuntu-2404-noble-amd64"), ...tests },
        "ubuntu-os-cloud/ubuntu-2404-lts-arm64": { ...arm("ubuntu-2404-noble-arm64"), ...tests },
        "cos-cloud/cos-stable": {
            ...x86("cos-stable"),
            source: "https://github.com/GoogleCloudPlatform/cloud-foundation-fabric/tree/master/modules/cloud-config-container",
            checked: "2026-07-21",
        },
        "cos-cloud/cos-arm64-stable": {
            ...arm("cos-arm64-stable"),
            source: "https://cloud.google.com/container-optimized-os/docs/release-notes",
            checked: "never",
        },
        "windows-cloud/windows-2016": { ...x86("windows-server-2016-dc", 50), ...windows },
        "windows-cloud/windows-2016-core": { ...x86("windows-server-2016-dc-core", 50), ...windows },
        "windows-cloud/windows-2019": { ...x86("windows-server-2019-dc", 50), ...windows },
        "windows-cloud/windows-2019-core": { ...x86("windows-server-2019-dc-core", 50), ...windows },
        "windows-cloud/windows-2022": { ...x86("windows-server-2022-dc", 50), ...windows },
        "windows-cloud/windows-2022-core": { ...x86("windows-server-2022-dc-core", 50), ...windows },
        "windows-cloud/windows-2025": { ...x86("windows-server-2025-dc", 50), ...windows },
        "windows-cloud/windows-2025-core": { ...x86("windows-server-2025-dc-core", 50), ...windows },
        "deeplearning-platform-release/common-cu129-ubuntu-2404-nvidia-580": {
            ...x86("common-cu129-ubuntu-2404-nvidia-580", 50),
            ...learning,
        },
        "deeplearning-platform-release/pytorch-2-9-cu129-ubuntu-2404-nvidia-580": {
            ...x86("pytorch-2-9-cu129-ubuntu-2404-nvidia-580", 50),
            ...learning,
        },
    },
});

const families: Readonly<Record<string, PublicFamily>> = publicFamilies.rows;

/**
 * A public image family; undefined if it is not known. Families of Deep Learning VM Images have their contents as their names, and new ones
 * with each version of them.
 */
export function publicFamily(project: string, family: string): PublicFamily | undefined {
    const key = `${project}/${family}`;
    const isLearning = project === "deeplearning-platform-release" && /^[a-z].*-ubuntu-\d{4}(-.+)?$/.test(family);
    return Object.hasOwn(families, key) ? families[key] : isLearning ? x86(family, 50) : undefined;
}
