import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Api, ignoreCodes, type KubeObject } from "../api/api";
import { fieldOf, Volumes } from "./volumes";

/** How often volumes are updated: a kubelet does so about once a minute, and tokens are valid for an hour. */
const refreshed = 60_000;
/** The delay before a process is restarted. */
const backOff = 5_000;

/** A pod whose first container runs as a local process, with its volumes and token. */
export class PodProcess {
    private readonly volumes: Volumes;
    private readonly folder: string;
    private child?: ChildProcess;
    private ended = false;

    /** @param folder the folder of all pods */
    constructor(
        private readonly api: Api,
        private readonly pod: KubeObject,
        folder: string,
        private readonly report: (line: string) => void,
    ) {
        this.folder = join(folder, pod.metadata.uid);
        this.volumes = new Volumes(api, pod, this.folder);
    }

    /** Runs the process, with restarts, until the pod is deleted. */
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

    /** Terminates the process like a kubelet, and kills it after a timeout. */
    end(): void {
        this.ended = true;
        const { child } = this;
        child?.kill("SIGTERM");
        const grace = (this.pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
        const killer = setTimeout(() => child?.kill("SIGKILL"), grace).unref();
        child?.on("close", () => clearTimeout(killer));
    }

    /** Runs the command once; returns how it ended. */
    private async once(container: KubeObject): Promise<string> {
        await this.volumes.write();
        const [command, ...args] = [...(container.command ?? []), ...(container.args ?? [])].map((item: string) =>
            this.volumes.here(container, item),
        );
        if (command === undefined) {
            throw new Error(`the container ${container.name} has no command, and commands of images are not supported`);
        }
        if (this.ended) {
            return "";
        }
        const output = openSync(join(this.folder, `${container.name}.log`), "a");
        const child = spawn(command, args, {
            cwd: this.folder,
            env: { PATH: process.env.PATH, HOME: this.folder, TMPDIR: this.folder, ...this.variables(container) },
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
        const input: KubeObject[] = container.env ?? [];
        const own = input.map(({ name, value, valueFrom }) => [
            name,
            valueFrom?.fieldRef
                ? fieldOf(this.pod, valueFrom.fieldRef.fieldPath)
                : this.volumes.here(container, value ?? ""),
        ]);
        const port = String(this.api.port);
        return { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: port, ...Object.fromEntries(own) };
    }

    /** Updates the container state in the pod's status. */
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
        await this.api.patch(path, "strategic-merge-patch+json", change).catch(ignoreCodes(404, 409));
    }
}
