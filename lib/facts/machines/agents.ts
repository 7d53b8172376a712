import { facts } from "../facts";

/** How an image gets the agent that measures the memory and the disks of a machine. */
export interface ImageAgent {
    /** `package`: Google's script installs the Ops Agent. `metadata`: the image has Node Problem Detector, which metadata starts. */
    by: "metadata" | "package";
}

const installed = { by: "package" } as const;

/**
 * The images that can have an agent, by their project and the start of the names of their families and images: those that each version of
 * the Ops Agent is tested with, and Container-Optimized OS, which has no package manager.
 */
export const imageAgents = facts<ImageAgent>()({
    subject: "Agents of images",
    source: "https://github.com/GoogleCloudPlatform/ops-agent/blob/master/project.yaml",
    checked: "2026-08-05",
    rows: {
        "almalinux-cloud/almalinux-8": installed,
        "almalinux-cloud/almalinux-9": installed,
        "almalinux-cloud/almalinux-10": installed,
        "centos-cloud/centos-stream-10": installed,
        // By the metadata google-monitoring-enabled, from milestone 88.
        "cos-cloud/cos-": {
            by: "metadata",
            source: "https://cloud.google.com/container-optimized-os/docs/how-to/monitoring",
            checked: "2026-11-23",
        },
        "debian-cloud/debian-12": installed,
        "debian-cloud/debian-13": installed,
        "rhel-cloud/rhel-8": installed,
        "rhel-cloud/rhel-9": installed,
        "rhel-cloud/rhel-10": installed,
        "rocky-linux-cloud/rocky-linux-8": installed,
        "rocky-linux-cloud/rocky-linux-9": installed,
        "rocky-linux-cloud/rocky-linux-10": installed,
        "ubuntu-os-cloud/ubuntu-2204-": installed,
        "ubuntu-os-cloud/ubuntu-2404-": installed,
        "ubuntu-os-cloud/ubuntu-2604-": installed,
        "ubuntu-os-cloud/ubuntu-minimal-2204-": installed,
        "ubuntu-os-cloud/ubuntu-minimal-2404-": installed,
        "ubuntu-os-cloud/ubuntu-minimal-2604-": installed,
    },
});

const rows: Readonly<Record<string, ImageAgent>> = imageAgents.rows;

/**
 * How an image gets the agent; undefined if it cannot have it, or is not known.
 *
 * @param name the name of the family or of the image
 */
export function imageAgent(project: string, name: string): ImageAgent | undefined {
    const key = Object.keys(rows).find((start) => `${project}/${name}`.startsWith(start));
    return key === undefined ? undefined : rows[key];
}
