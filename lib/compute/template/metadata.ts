import { readFileSync } from "node:fs";
import type * as pulumi from "@pulumi/pulumi";
import type { ImageAgent } from "../../facts/machines/agents";
import * as check from "../../internal/arguments/check";
import type { MachineContainer } from "./container";
import { cloudConfig, referenceOf } from "./container";
import type { ResolvedGpu } from "./gpu";
import { startupScript } from "./startup";
import type { Variables } from "./variables";

/** Metadata that has an argument of its own, or would weaken the machine. */
const ownMetadata: Record<string, string> = {
    "startup-script": "Use startupScript.",
    "startup-script-url": "Use startupScript.",
    "gce-container-declaration": "The agent that reads it ended on July 31, 2026: use container.",
    "ssh-keys": "Use ssh, which gives access by IAM.",
    "enable-oslogin": "OS Login is always on.",
    "block-project-ssh-keys": "SSH keys of the project are always blocked.",
    "install-nvidia-driver": "Use gpu.installDriver.",
    "google-monitoring-enabled": "Use agent.",
};

const metadataKey = check.pipe(
    check.matching(/^[A-Za-z0-9_-]{1,128}$/, "a key of metadata must have up to 128 letters, digits, _ and -"),
    check.refine(
        (key) => !Object.hasOwn(ownMetadata, String(key)),
        ({ input }) => `has an argument of its own, or a fixed value\n${ownMetadata[String(input)]}`,
    ),
);

/** Checks custom metadata. */
export const customMetadata = check.record(metadataKey, check.input(check.text()));

/** The metadata of the arguments, and what adds to it. */
interface MachineMetadata {
    metadata: Record<string, pulumi.Input<string>>;
    container?: MachineContainer;
    gpu?: ResolvedGpu;
    agent?: ImageAgent["by"];
    startupScript?: string;
}

/** Metadata that a container needs, or that would weaken the machine. */
export function metadataProblems({ container, metadata }: MachineMetadata): (check.Problem | undefined)[] {
    const console = metadata["serial-port-enable"];
    const isOff = console === undefined || /^(false|0|no|n)$/i.test(String(console));
    return [
        check.when(
            container && metadata["user-data"] !== undefined,
            "metadata.user-data",
            "compute/metadata-of-container",
            "is how container starts. Remove one of them.",
        ),
        isOff
            ? undefined
            : {
                  ...check.problem(
                      "metadata.serial-port-enable",
                      "compute/serial-console",
                      "opens the interactive serial console, which no firewall rule protects. Use ssh.",
                  ),
                  isPolicy: true,
              },
    ];
}

/** The metadata: the user's, what makes the machine safe, and the script or the container. */
export function metadataOf(
    { metadata, container, gpu, agent, startupScript: file }: MachineMetadata,
    variables: Variables,
): Record<string, pulumi.Input<string>> {
    const script = file === undefined ? undefined : readFileSync(file, "utf8");
    const installs = agent === "package";
    return {
        "serial-port-enable": "FALSE",
        ...metadata,
        "enable-oslogin": "TRUE",
        "block-project-ssh-keys": "TRUE",
        ...(gpu?.driver === "metadata" && { "install-nvidia-driver": "True" }),
        ...(container && {
            "user-data": cloudConfig(referenceOf(container.image), { container, gpu }, variables),
            // Writes the output of containers to Cloud Logging.
            "google-logging-enabled": "true",
        }),
        ...(agent === "metadata" && { "google-monitoring-enabled": "true" }),
        ...((script !== undefined || installs) && { "startup-script": startupScript(script, variables, installs) }),
    };
}
