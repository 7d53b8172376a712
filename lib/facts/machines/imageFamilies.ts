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

/** Image families of Google whose operating system is no longer supported, so that they have no image, by project and family. */
export const endedFamilies = facts<{ end: Day; instead: string }>()({
    subject: "Image families that ended",
    source: "https://cloud.google.com/compute/docs/images/os-details",
    checked: "2026-11-22",
    rows: {
        "centos-cloud/centos-7": { end: "2024-06-30", instead: "rocky-linux-cloud/rocky-linux-9", checked: "never" },
        "centos-cloud/centos-stream-8": {
            end: "2024-05-31",
            instead: "centos-cloud/centos-stream-9",
            checked: "never",
        },
        "debian-cloud/debian-9": { end: "2022-06-30", instead: "debian-cloud/debian-12", checked: "never" },
        "debian-cloud/debian-10": { end: "2024-06-30", instead: "debian-cloud/debian-12", checked: "never" },
        "ubuntu-os-cloud/ubuntu-1804-lts": {
            end: "2023-05-31",
            instead: "ubuntu-os-cloud/ubuntu-2404-lts-amd64",
            checked: "never",
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

const x86 = { architecture: "X86_64", diskSize: 10, checked: "never" } as const;

/** Images for GPUs of NVIDIA, which also start without one. */
const deepLearning = {
    architecture: "X86_64",
    diskSize: 50,
    source: "https://cloud.google.com/deep-learning-vm/docs/images",
    checked: "2026-11-22",
} as const;

/** Public image families, by project and family. */
export const publicFamilies = facts<PublicFamily>()({
    subject: "Public image families",
    source: "https://cloud.google.com/compute/docs/images/os-details",
    checked: "2026-11-22",
    rows: {
        "cos-cloud/cos-stable": { ...x86, images: "cos-stable" },
        "cos-cloud/cos-arm64-stable": { ...x86, architecture: "ARM64", images: "cos-arm64-stable" },
        "debian-cloud/debian-12": { ...x86, images: "debian-12-bookworm" },
        "debian-cloud/debian-12-arm64": { ...x86, architecture: "ARM64", images: "debian-12-bookworm-arm64" },
        "debian-cloud/debian-13": { ...x86, images: "debian-13-trixie" },
        "rocky-linux-cloud/rocky-linux-9": { ...x86, diskSize: 20, images: "rocky-linux-9" },
        "ubuntu-os-cloud/ubuntu-2204-lts": { ...x86, images: "ubuntu-2204-jammy" },
        "ubuntu-os-cloud/ubuntu-2404-lts-amd64": { ...x86, images: "ubuntu-2404-noble-amd64" },
        "deeplearning-platform-release/common-cpu": { ...x86, diskSize: 50, images: "common-cpu" },
        "deeplearning-platform-release/common-cu129-ubuntu-2404-nvidia-580": {
            ...deepLearning,
            images: "common-cu129-ubuntu-2404-nvidia-580",
        },
        "deeplearning-platform-release/pytorch-2-9-cu129-ubuntu-2404-nvidia-580": {
            ...deepLearning,
            images: "pytorch-2-9-cu129-ubuntu-2404-nvidia-580",
        },
        "deeplearning-platform-release/common-cu128-ubuntu-2204-nvidia-570": {
            ...x86,
            diskSize: 50,
            images: "common-cu128-ubuntu-2204-nvidia-570",
            source: "https://cloud.google.com/deep-learning-vm/docs/images",
        },
        "deeplearning-platform-release/pytorch-2-7-cu128-ubuntu-2204-nvidia-570": {
            ...x86,
            diskSize: 50,
            images: "pytorch-2-7-cu128-ubuntu-2204-nvidia-570",
            source: "https://cloud.google.com/deep-learning-vm/docs/images",
        },
    },
});
