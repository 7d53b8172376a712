import { type Day, facts } from "../facts";

/** What the images of a project and a family have and support. */
export interface ImageFamily {
    /** The beginnings of the families in the project that have this; without, all of them. */
    families?: readonly string[];
    /** How the drivers of GPUs get there: by metadata, by `cos-extensions`, or not by themselves. */
    gpuDrivers?: "metadata" | "cos-extensions";
    /** Whether the kernel accepts these drivers with Secure Boot, as they are signed. */
    signedDrivers?: true;
    /** The end of its support, after which the family has no image. */
    end?: Day;
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
        "debian-cloud/debian-11": { end: "2026-08-31", instead: "debian-cloud/debian-12", checked: "never" },
        "ubuntu-os-cloud/ubuntu-1804-lts": {
            end: "2023-05-31",
            instead: "ubuntu-os-cloud/ubuntu-2404-lts-amd64",
            checked: "never",
        },
        "ubuntu-os-cloud/ubuntu-2004-lts": {
            end: "2025-05-31",
            instead: "ubuntu-os-cloud/ubuntu-2404-lts-amd64",
            checked: "never",
        },
    },
});
