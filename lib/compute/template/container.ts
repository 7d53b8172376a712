import { RepositoryIamMember } from "@pulumi/gcp/artifactregistry/repositoryIamMember";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerImage, ImageSource } from "../../artifactregistry";
import type { Capability } from "../../internal/access/capability";
import { capability } from "../../internal/access/roles";
import * as check from "../../internal/arguments/check";
import { image, isImageComponent } from "../../internal/arguments/image";
import type { ResolvedGpu } from "./gpu";
import type { MachineImage } from "./image";
import { isContainerOptimized } from "./image";
import { exportsOf, quoted, type Variables } from "./variables";

/** A container that the machine runs, on Container-Optimized OS. It is restarted when it ends with an error. */
export interface MachineContainer {
    /** The image: a {@link ContainerImage}, or a name with its digest. */
    image: ImageSource;
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
     * TCP ports on which the container listens, which the machine's own firewall opens; the rules of the network apply as well. The
     * container uses the network of the machine.
     * @default none
     */
    ports?: number[];
}

const texts = check.list(check.input(check.text()));

/** Checks each option of a container. */
export const machineContainer = check.options<MachineContainer>(
    { image, command: texts, args: texts, ports: check.list(check.whole(1, 65535)) },
    "image",
);

/** https://cloud.google.com/compute/docs/containers/deploying-containers */
export function containerProblems({
    container,
    image,
    startupScript,
}: {
    container?: MachineContainer;
    image?: MachineImage;
    startupScript?: string;
}) {
    return [
        check.when(
            container && image && !isContainerOptimized(image),
            "image",
            "compute/image-of-container",
            "must be one of cos-cloud for a container. Remove it, or run the container in startupScript.",
        ),
        check.when(
            container && startupScript !== undefined,
            "startupScript",
            "compute/startup-script-of-container",
            "cannot be combined with container. Do its work in the container.",
        ),
    ];
}

/** The reference of the container's image. */
export function referenceOf(image: ImageSource): pulumi.Input<string> {
    return isImageComponent<ContainerImage>(image) ? image.reference : image;
}

/** The right to pull images, once for each registry. */
export function readersOf(containers: readonly (MachineContainer | undefined)[]): Map<string, Capability> {
    const readers = new Map<string, Capability>();
    for (const { image } of containers.filter((container) => container !== undefined)) {
        if (isImageComponent<ContainerImage>(image)) {
            if (image.registry) {
                readers.set(image.registry.reader.grants.map(({ name }) => name).join(), image.registry.reader);
            }
        } else if (typeof image === "string") {
            const [repository = ""] = repositoryForm.exec(image) ?? [];
            const reader = repositoryReader(image);
            if (reader && !readers.has(repository)) {
                readers.set(repository, reader);
            }
        }
    }
    return readers;
}

const repositoryForm = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\//;

/** Grants pulling an image of Artifact Registry that is given by its name. */
function repositoryReader(image: string): Capability | undefined {
    const found = repositoryForm.exec(image);
    if (!found) {
        return undefined;
    }
    const [, location, project, repository] = found as unknown as [string, string, string, string];
    return capability(
        repository,
        "roles/artifactregistry.reader",
        RepositoryIamMember,
        { project, location, repository },
        image,
    );
}

const indent = (text: string, spaces: number) => text.replaceAll(/^(?=.)/gm, " ".repeat(spaces));

/** The host of an image in Artifact Registry, whose credentials Docker needs. */
const registryOf = (reference: string) => /^([a-z0-9-]+-docker\.pkg\.dev)\//.exec(reference)?.[1];

/**
 * The configuration of cloud-init on Container-Optimized OS. It defines a service of systemd that runs the container, with the network of
 * the machine.
 *
 * Container-Optimized OS writes the files and runs the commands at each start, as `/etc` is empty again after a reboot:
 * https://github.com/containerd/containerd/pull/7173. Root's home folder is read-only, so that the credentials of Docker need another folder:
 * https://github.com/google/fuzzbench/pull/856. `/var` is mounted with noexec, so that the shell reads the script.
 * https://cloud.google.com/container-optimized-os/docs/how-to/create-configure-instance
 */
export function cloudConfig(
    reference: pulumi.Input<string>,
    { container, gpu }: { container: MachineContainer; gpu?: ResolvedGpu },
    variables: Variables,
): pulumi.Output<string> {
    const { command = [], args = [], ports = [] } = container;
    const names = [...Object.keys(variables.plain), ...variables.secrets.map(({ variable }) => variable)];
    return pulumi.all([reference, exportsOf(variables), command, args]).apply(([image, exports, entrypoint, words]) => {
        const registry = registryOf(image);
        const [first, ...others] = entrypoint;
        const devices = gpu
            ? [
                  "--volume /var/lib/nvidia/lib64:/usr/local/nvidia/lib64",
                  "--volume /var/lib/nvidia/bin:/usr/local/nvidia/bin",
                  ...devicesOf(gpu.count).map((device) => `--device ${device}:${device}`),
              ]
            : [];
        const run = [
            `exec ${names.includes("PATH") ? "/usr/bin/docker" : "docker"} run --rm --name container --network host`,
            ...devices,
            // Only the names: Docker takes the values from its own environment, which no list of processes shows.
            ...names.map((name) => `--env ${name}`),
            ...(first === undefined ? [] : [`--entrypoint ${quoted(first)}`]),
            quoted(image),
            ...[...others, ...words].map(quoted),
        ].join(" ");
        const script = [
            "#!/bin/bash",
            "set -euo pipefail",
            "export HOME=/var/lib/container",
            'mkdir -p "$HOME"',
            ...(registry ? [`docker-credential-gcr configure-docker --registries=${registry}`] : []),
            // Container-Optimized OS accepts only SSH otherwise.
            ...ports.map((port) => {
                const rule = `INPUT -p tcp --dport ${port} -j ACCEPT`;
                return `iptables -w -C ${rule} 2> /dev/null || iptables -w -A ${rule}`;
            }),
            ...(gpu?.driver === "cos-extensions"
                ? [
                      "cos-extensions install gpu",
                      // Once: the service is restarted if the container fails.
                      "mountpoint -q /var/lib/nvidia || mount --bind /var/lib/nvidia /var/lib/nvidia",
                      "mount -o remount,exec /var/lib/nvidia",
                  ]
                : []),
            // Without its registry, a machine that starts again runs the image that it has.
            `docker pull ${quoted(image)} || docker image inspect ${quoted(image)} > /dev/null`,
            // Last, as they can have another HOME, in which there are no credentials.
            ...(exports === "" ? [] : [exports]),
            run,
            "",
        ].join("\n");
        return [
            "#cloud-config",
            "write_files:",
            "- path: /var/lib/container/run.sh",
            "  permissions: '0700'",
            "  owner: root",
            "  content: |",
            indent(script, 4).trimEnd(),
            "- path: /etc/systemd/system/container.service",
            "  permissions: '0644'",
            "  owner: root",
            "  content: |",
            indent(unit, 4).trimEnd(),
            "runcmd:",
            "- systemctl daemon-reload",
            "- systemctl start container.service --no-block",
            "",
        ].join("\n");
    });
}

const devicesOf = (gpus: number) => [
    ...Array.from({ length: gpus }, (_, index) => `/dev/nvidia${index}`),
    "/dev/nvidia-uvm",
    "/dev/nvidiactl",
];

const unit = `[Unit]
Description=The container of the machine
Wants=gcr-online.target docker.service
After=gcr-online.target docker.service

[Service]
ExecStartPre=-/usr/bin/docker rm --force container
ExecStart=/bin/bash /var/lib/container/run.sh
ExecStop=/usr/bin/docker stop container
Restart=on-failure
RestartSec=10
`;
