import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Api, type KubeObject, unless } from "../api/api";
import { fieldOf, Volumes } from "./volumes";

/** How often the volumes are written anew: a kubelet looks about once a minute, and tokens last an hour. */
const refreshed = 60_000;
/** How long a process that ended is not started again. */
const backOff = 5_000;

/** A pod whose first container really runs, as a process of this machine, with what its volumes hold and its own token. */
export class PodProcess {
    private readonly volumes: Volumes;
    private readonly folder: string;
    private child?: ChildProcess;
    private ended = false;

    /**
     * @param folder where those of all pods are
     */
    constructor(
        private readonly api: Api,
        private readonly pod: KubeObject,
        folder: string,
        private readonly report: (line: string) => void,
    ) {
        this.folder = join(folder, pod.metadata.uid);
        this.volumes = new Volumes(api, pod, this.folder);
    }

    /** Starts the process whenever it does not run, until the pod ends. */
    async run(): Promise<void> {
        mkdirSync(this.folder, { recursive: true });
        const timer = setInterval(() => void this.volumes.write().catch(() => undefined), refreshed).unref();
        for (let restarts = 0; !this.ended; restarts++) {
            const [container] = this.pod.spec.containers;
            const reason = await this.once(container).catch((error) => String(error.message));
            if (this.ended) {
                break;
            }
            this.report(`${this.pod.metadata.namespace}/${this.pod.metadata.name}: ${reason}`);
            await this.show(container, restarts + 1, reason);
            await sleep(backOff);
            if (!this.ended) {
                await this.show(container, restarts + 1);
            }
        }
        clearInterval(timer);
        rmSync(this.folder, { recursive: true, force: true });
    }

    /** Ends the process as a kubelet does: it is told to, and killed when it takes too long. */
    end(): void {
        this.ended = true;
        const { child } = this;
        child?.kill("SIGTERM");
        const grace = (this.pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
        const killer = setTimeout(() => child?.kill("SIGKILL"), grace).unref();
        child?.on("close", () => clearTimeout(killer));
    }

    /** Runs the command once; tells how it ended. */
    private async once(container: KubeObject): Promise<string> {
        await this.volumes.write();
        const [command, ...args] = [...(container.command ?? []), ...(container.args ?? [])].map((each: string) =>
            this.volumes.here(container, each),
        );
        if (command === undefined) {
            throw new Error(`the container ${container.name} has no command, and its image is not looked at`);
        }
        if (this.ended) {
            return "";
        }
        const output = openSync(join(this.folder, `${container.name}.log`), "a");
        const child = spawn(command, args, {
            cwd: this.folder,
            env: { PATH: process.env.PATH, HOME: this.folder, ...this.variables(container) },
            stdio: ["ignore", output, output],
        });
        closeSync(output);
        this.child = child;
        return new Promise((resolve) => {
            child.on("error", (error) => resolve(error.message));
            child.on("close", (code, signal) => resolve(`${command} ended with ${signal ?? `exit code ${code}`}`));
        });
    }

    private variables(container: KubeObject): Record<string, string> {
        const given: KubeObject[] = container.env ?? [];
        const own = given.map(({ name, value, valueFrom }) => [
            name,
            valueFrom?.fieldRef
                ? fieldOf(this.pod, valueFrom.fieldRef.fieldPath)
                : this.volumes.here(container, value ?? ""),
        ]);
        const port = String(this.api.port);
        return { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: port, ...Object.fromEntries(own) };
    }

    /** Shows in the pod's status that its container waits to be started again, or runs. */
    private async show({ name, image }: KubeObject, restartCount: number, failure?: string): Promise<void> {
        const { metadata } = this.pod;
        const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
        const ready = failure === undefined;
        const state = ready
            ? { running: { startedAt: now } }
            : {
                  waiting: {
                      reason: "CrashLoopBackOff",
                      message: `back-off 5s restarting failed container=${name}: ${failure}`,
                  },
              };
        const conditions = ["Ready", "ContainersReady"].map((type) => ({
            type,
            status: ready ? "True" : "False",
            lastTransitionTime: now,
        }));
        const containerStatuses = [{ name, image, imageID: image, ready, started: ready, restartCount, state }];
        const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/status`;
        const change = { metadata: { uid: metadata.uid }, status: { conditions, containerStatuses } };
        await this.api.patch(path, "strategic-merge-patch+json", change).catch(unless(404, 409));
    }
}
