import { setTimeout as sleep } from "node:timers/promises";
import { type Cloud, type Inputs, lastPart } from "../../../simulator";
import { tenantProject } from "../../../simulator/services/vertex/copies";
import { accountOf } from "../../../simulator/services/vertex/jobSpec";
import { locationOf } from "../../../simulator/services/vertex/names";
import type { Containers } from "../../emulator/containers/containers";
import type { Launch, RunningContainers } from "../../emulator/containers/launch";
import { secondsOf } from "../pubsub/message";
import { jobVariables, metricFolder, poolsOf, type Replica, type Work } from "./jobVariables";
import { downloadPackages, packageContainer, packageFolder } from "./packages";

/** The lines of the log that a failed job keeps. */
const keptLines = 100;

/** "If not specified, the default […] is 7 days": https://cloud.google.com/vertex-ai/docs/reference/rest/v1/CustomJobSpec#scheduling */
const defaultTimeout = 604_800;

/** The replicas of a job or of a trial, which run in containers. */
export class JobReplicas {
    private readonly replicas: Replica[];
    private readonly folders: string[] = [];

    /**
     * @param lines receives the last lines of the containers
     * @param metrics the folder of this machine that receives the metrics of a trial
     */
    constructor(
        private readonly cloud: Cloud,
        private readonly containers: Containers,
        private readonly work: Work,
        private readonly lines: string[],
        private readonly metrics?: string,
    ) {
        this.replicas = poolsOf(work).flatMap(({ replicas }) => replicas);
    }

    /**
     * Runs the replicas until the primary one ends, or another one fails; returns why the job fails.
     * https://cloud.google.com/vertex-ai/docs/training/distributed-training
     */
    async run(stopped: AbortSignal): Promise<string | undefined> {
        const started: RunningContainers[] = [];
        const waiting = new AbortController();
        const signal = AbortSignal.any([stopped, waiting.signal]);
        const seconds = secondsOf(this.work.spec.scheduling?.timeout) ?? defaultTimeout;
        // Timers have at most 2^31 milliseconds.
        const over = sleep(Math.min(seconds * 1000, 2 ** 31 - 1), undefined, { signal, ref: false }).then(
            () => `The job has reached its timeout of ${seconds} seconds.`,
            () => undefined,
        );
        let network: string | undefined;
        try {
            network = this.replicas.length > 1 ? await this.containers.createNetwork() : undefined;
            for (const replica of this.replicas) {
                started.push(await this.containers.start(this.launch(replica, network)));
            }
            const ends = started.map(async ({ ended }, index) => {
                const code = await ended;
                const { pool, number } = this.replicas[index] as Replica;
                if (code !== 0) {
                    return exitMessage(`${pool}-${number}`, code, this.lines.at(-1) ?? "");
                }
                return index === 0 ? undefined : new Promise<undefined>(() => undefined);
            });
            return await Promise.race([over, ...ends]);
        } catch (error) {
            return (error as Error).message;
        } finally {
            waiting.abort();
            await Promise.all(started.map((each) => each.stop()));
            if (network) {
                await this.containers.removeNetwork(network);
            }
            for (const folder of this.folders) {
                this.containers.removeFolder(folder);
            }
        }
    }

    private launch(replica: Replica, network: string | undefined): Launch {
        const { work, cloud, lines } = this;
        const { id, project, spec, trial } = work;
        const { containerSpec, pythonPackageSpec } = replica.spec;
        const container: Inputs = pythonPackageSpec
            ? packageContainer(pythonPackageSpec)
            : { image: containerSpec.imageUri, commands: containerSpec.command, args: containerSpec.args };
        const mounted = this.mounted(replica);
        const job = `${lastPart(id)}${trial ? `-${trial.id}` : ""}`;
        return {
            title: `${job} ${replica.pool}-${replica.number}`,
            name: `vertex-${job}-${replica.pool}-${replica.number}`,
            project: tenantProject(id),
            region: locationOf(id),
            template: {
                serviceAccount: accountOf(spec, { project, location: locationOf(id) }, cloud),
                containers: [
                    {
                        name: "training",
                        envs: containerSpec?.env,
                        ...container,
                        ...(trial && { args: [...(container.args ?? []), ...trial.args] }),
                        volumeMounts: mounted.map(({ name, mountPath }) => ({ name, mountPath })),
                    },
                ],
                volumes: mounted.map(({ name, folder }) => ({ name, folder })),
            },
            variables: jobVariables(cloud, work, replica, this.containers.isHostNetwork),
            expandsVariables: true,
            ...(network && { peers: { network, name: replica.host, all: this.replicas.map(({ host }) => host) } }),
            log: (line) => {
                lines.push(line);
                lines.splice(0, lines.length - keptLines);
            },
            kind: "task",
        };
    }

    /** The folders of this machine that a replica needs: its packages, and that of the metrics. */
    private mounted({ spec: { pythonPackageSpec } }: Replica): { name: string; mountPath: string; folder: string }[] {
        const packages = pythonPackageSpec && this.containers.createFolder();
        if (packages) {
            this.folders.push(packages);
            downloadPackages(this.cloud, pythonPackageSpec, packages);
        }
        return [
            ...(packages ? [{ name: "packages", mountPath: packageFolder, folder: packages }] : []),
            ...(this.metrics ? [{ name: "metrics", mountPath: metricFolder, folder: this.metrics }] : []),
        ];
    }
}

/** https://github.com/GoogleCloudPlatform/vertex-ai-samples/issues/2880 */
const exitMessage = (replica: string, code: number, line: string) =>
    `The replica ${replica} exited with a non-zero status of ${code}. Termination reason: Error. ${line}`.trim();
