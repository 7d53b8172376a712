import type * as pulumi from "@pulumi/pulumi";
import type { ImageSource } from "../artifactregistry";
import { cloudRunLimits } from "../facts/limits/cloudRun";
import { databases, databaseVariables } from "../iam/cloudSql";
import type { ServerlessAttachment } from "../iam/serverless/attachments";
import { serverlessAttachments } from "../iam/serverless/attachments";
import { secretFileProblems, secretFolders } from "../iam/serverless/secretFiles";
import { variableProblems } from "../iam/serverless/variables";
import {
    type Attached,
    type Attachment,
    attachmentsOf,
    type CloudSqlClient,
    type CloudSqlWay,
    type Uses,
    uses,
    variable,
} from "../internal/access/capability";
import type { Problem } from "../internal/arguments/check";
import * as check from "../internal/arguments/check";
import { cloudRunImage as image, isImageComponent } from "../internal/arguments/image";
import type { Size } from "../internal/arguments/size";
import { socketVolumes } from "./databases";
import { type ContainerHealth, containerHealth, probeArgs, type ServiceHealth } from "./health";
import {
    type ContainerSize,
    defaultSize,
    limitsOf,
    type RunCpu,
    type RunGpu,
    runCpu,
    runMemory,
    sizeProblems,
} from "./resources";
import { secretVariables, secretVolumes } from "./secrets";
import { type RunVolume, volumeArgs } from "./volumes";

/** What a container of Cloud Run can attach: a secret as a variable or a file, and a connection to a database. */
export type RunAttachment = ServerlessAttachment;

/** A container in addition to the main one, in the same instance: they share the network, so that it is at `localhost`. */
export interface Sidecar {
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
     * The capabilities that it uses, by environment variable. They are granted to the service account, which all containers share.
     * @default none
     */
    uses?: Uses<RunAttachment>;
    /**
     * Environment variables without secrets.
     * @default only the variables of `uses`
     */
    env?: Record<string, pulumi.Input<string>>;
    /**
     * The CPUs of the container.
     * @default 1
     */
    cpu?: RunCpu;
    /**
     * The memory of the container.
     * @default "512 MiB"
     */
    memory?: Size;
    /**
     * The probes of the container, which name their port. A container that others start after needs a `startup` probe.
     * @default none
     */
    health?: ContainerHealth;
    /**
     * The containers that must have started before: keys of `sidecars`.
     * @default none
     */
    startAfter?: string[];
    /**
     * The volumes that it mounts as well: keys of `volumes`.
     * @default none
     */
    volumes?: string[];
}

/** Checks the names of sidecars. */
const partName = check.matching(
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "must have up to 63 lower-case letters, digits and hyphens, and start with a letter",
);

const texts = check.list(check.input(check.text()));

/** Checks what the main container and sidecars have in common. */
export const containerChecks = {
    command: texts,
    args: texts,
    uses: uses(variable, ...serverlessAttachments),
    env: check.record(variable, check.input(check.text())),
    cpu: runCpu,
    memory: runMemory,
    startAfter: check.list(check.text()),
};

/** Checks the sidecars by their names. */
export const sidecars = check.record(
    partName,
    check.options<Sidecar>(
        { image, ...containerChecks, health: containerHealth, volumes: check.list(check.text()) },
        "image",
    ),
);

/** A container with its defaults. */
export interface ResolvedContainer extends ContainerSize {
    name: string;
    /** The path of its arguments: `sidecars.proxy.`; empty for the main container. */
    at: string;
    image: ImageSource;
    command?: pulumi.Input<string>[];
    args?: pulumi.Input<string>[];
    workingDirectory?: pulumi.Input<string>;
    uses: Uses<RunAttachment>;
    env: Record<string, pulumi.Input<string>>;
    health: ServiceHealth;
    startAfter: readonly string[];
    /** The names of its volumes. */
    volumes: readonly string[];
    port?: number;
    gpu?: RunGpu;
}

/** What the main container is defined by. */
export interface MainContainer extends Omit<ResolvedContainer, "at" | "image" | "volumes"> {
    /** Undefined for an image that is built. */
    image?: ImageSource;
    sidecars: Record<string, Sidecar>;
    volumes: Record<string, RunVolume>;
}

/** The containers of a workload, of which the first is the main one. */
export function containersOf(args: MainContainer): ResolvedContainer[] {
    const { name, image, command, args: parameters, workingDirectory, uses, env, cpu, memory } = args;
    const { health, startAfter, volumes, port, gpu } = args;
    const main = {
        name,
        at: "",
        image: image as ImageSource,
        command,
        args: parameters,
        workingDirectory,
        uses,
        env,
        cpu,
        memory,
        health,
        startAfter,
        volumes: Object.keys(volumes),
        port,
        gpu,
    };
    return [main, ...sidecarsOf(args.sidecars)];
}

/** The sidecars with their defaults. */
function sidecarsOf(sidecars: Record<string, Sidecar>): ResolvedContainer[] {
    return Object.entries(sidecars).map(([name, sidecar]) => ({
        ...defaultSize,
        uses: {},
        env: {},
        health: {},
        startAfter: [],
        volumes: [],
        ...sidecar,
        name,
        at: `sidecars.${name}.`,
    }));
}

/**
 * Checks the containers, of which the first is the main one.
 *
 * @param kind what they are part of: `service`
 */
export function containerProblems(
    kind: string,
    all: ResolvedContainer[],
    volumes: Record<string, RunVolume>,
): (Problem | undefined)[] {
    const [main, ...sidecars] = all as [ResolvedContainer, ...ResolvedContainer[]];
    const { max } = cloudRunLimits.rows.containers;
    return [
        all.length > max
            ? check.problem(
                  "sidecars",
                  "run/too-many-sidecars",
                  `there can be ${max - 1} sidecars at most (got ${sidecars.length}).`,
              )
            : undefined,
        check.when(
            sidecars.some(({ name }) => name === main.name),
            `sidecars.${main.name}`,
            "run/sidecar-name-taken",
            "has the name of the main container. Choose another name.",
        ),
        ...all.flatMap((container) => ownProblems(kind, container, volumes)),
        ...all.flatMap((container) => orderProblems(container, all)),
    ];
}

function ownProblems(kind: string, container: ResolvedContainer, volumes: Record<string, RunVolume>) {
    const { at, uses, env, gpu } = container;
    const folders = secretFolders(attachmentsOf(uses)).map(({ folder }) => folder);
    const covered = container.volumes.filter((name) => folders.includes(volumes[name]?.path ?? ""));
    return [
        ...sizeProblems(container, at, gpu),
        ...variableProblems(kind, `${at}env`, env, uses),
        ...secretFileProblems(uses, undefined, `${at}uses`),
        ...container.volumes
            .filter((name) => !Object.hasOwn(volumes, name))
            .map((name) =>
                check.problem(
                    `${at}volumes`,
                    "run/volume-unknown",
                    `must be one of volumes: ${Object.keys(volumes).join(", ") || "none"} (got "${name}").`,
                ),
            ),
        ...covered.map((name) =>
            check.problem(
                `volumes.${name}.path`,
                "run/volume-path-of-secret",
                `is the folder of a secret in ${at}uses (got "${volumes[name]?.path}"). Choose another folder.`,
            ),
        ),
    ];
}

/** Reports a start order that is not possible. */
function orderProblems({ at, name, startAfter }: ResolvedContainer, all: ResolvedContainer[]): Problem[] {
    const path = `${at}startAfter`;
    return startAfter.flatMap((earlier) => {
        const other = all.find((one) => one.name === earlier);
        const others = all.filter((one) => one.name !== name).map((one) => one.name);
        if (!other || earlier === name) {
            return [
                check.problem(
                    path,
                    "run/start-after-unknown",
                    `must be one of ${others.join(", ") || "sidecars, of which there are none"} (got "${earlier}").`,
                ),
            ];
        }
        if (waitsFor(other, name, all)) {
            return [
                check.problem(
                    path,
                    "run/start-after-circle",
                    `is a circle: "${earlier}" starts after "${name}" (got "${earlier}"). Remove one of them.`,
                ),
            ];
        }
        return other.health.startup === undefined && other.port === undefined
            ? [
                  check.problem(
                      `${other.at}health.startup`,
                      "run/startup-probe-missing",
                      `is missing, and specifies when "${earlier}" has started, which "${name}" waits for. Set it, for example to { tcp: 8080 }.`,
                  ),
              ]
            : [];
    });
}

/** Whether a container starts after another container, also by way of others. */
function waitsFor(container: ResolvedContainer, name: string, all: ResolvedContainer[], seen: string[] = []): boolean {
    return container.startAfter.some((earlier) => {
        const next = all.find((one) => one.name === earlier);
        return (
            earlier === name ||
            (next !== undefined && !seen.includes(earlier) && waitsFor(next, name, all, [...seen, earlier]))
        );
    });
}

/** What containers refer to. */
export interface ContainerContext {
    project: string;
    /** The service account. */
    member: pulumi.Input<string>;
    way(client: CloudSqlClient): CloudSqlWay;
    /** The volumes of the arguments. */
    volumes: Record<string, RunVolume>;
}

const attachedTo = ({ uses }: ResolvedContainer): Attached<RunAttachment>[] => attachmentsOf(uses);

/** All environment variables of a container, by name. */
function variablesOf(container: ResolvedContainer, { project, member, way }: ContainerContext) {
    const { uses, env } = container;
    const attached = attachedTo(container);
    const values = Object.entries(uses).flatMap(([name, { value }]) => (value ? [[name, value] as const] : []));
    const plain = {
        ...env,
        ...Object.fromEntries(values),
        ...databaseVariables(databases(attached as Attached<Attachment>[]), member, way),
    };
    const all = [
        ...Object.entries(plain).map(([name, value]) => ({ name, value })),
        ...secretVariables(attached, project),
    ];
    // Another order in the program is not another revision.
    return all.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The volumes of secrets and databases of a container, with their folders. */
const attachedVolumes = (container: ResolvedContainer, { project, way }: ContainerContext) => [
    ...secretVolumes(container.at ? `${container.name}-secret` : "secret", attachedTo(container), project),
    ...socketVolumes(attachedTo(container), way),
];

/** A container in the form of the API. */
export function containerArgs(container: ResolvedContainer, context: ContainerContext) {
    const { name, image, command, args, workingDirectory, startAfter, health, port, gpu } = container;
    const envs = variablesOf(container, context);
    const mounts = [
        ...attachedVolumes(container, context).map(({ path, volume }) => ({ name: volume.name, mountPath: path })),
        ...container.volumes.map((volume) => ({
            name: volume,
            mountPath: (context.volumes[volume] as RunVolume).path,
        })),
    ];
    return {
        name,
        image: isImageComponent(image) ? image.reference : image,
        commands: command,
        args,
        workingDir: workingDirectory,
        envs: envs.length > 0 ? envs : undefined,
        resources: { limits: limitsOf(container, gpu) },
        startupProbe: probeArgs(health.startup, port),
        volumeMounts: mounts.length > 0 ? mounts : undefined,
        dependsOns: startAfter.length > 0 ? [...startAfter] : undefined,
    };
}

/** All volumes in the form of the API, each once; undefined without any. */
export function allVolumes(all: ResolvedContainer[], context: ContainerContext) {
    const attached = all.flatMap((container) => attachedVolumes(container, context)).map(({ volume }) => volume);
    const sockets = [
        ...new Set(
            attached.flatMap((volume) => ("cloudSqlInstance" in volume ? volume.cloudSqlInstance.instances : [])),
        ),
    ];
    const distinct = new Map<string, object>(attached.map((volume) => [volume.name, volume]));
    if (sockets.length > 0) {
        distinct.set("cloudsql", { name: "cloudsql", cloudSqlInstance: { instances: sockets } });
    }
    const volumes = [...(distinct.values() as Iterable<(typeof attached)[number]>), ...volumeArgs(context.volumes)];
    return volumes.length > 0 ? volumes : undefined;
}
