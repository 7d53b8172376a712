import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type RunningServer, serve } from "../../../local/runtime/emulator/server";
import type { ServeOptions } from "../../../local/runtime/emulator/serving";
import { cloudOf } from "../../../local/simulator/cloudOf";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { type JobEntry, stateOf } from "../../../local/simulator/services/dataflow/jobs";
import type { Deployment } from "../../deploy/deployment";

/** A message that was received. */
export interface Pulled {
    data: Inputs;
    attributes: Record<string, string>;
}

/** A deployment while `slipway local serve` runs, with the jobs of Dataflow. */
export class Served {
    readonly lines: string[] = [];
    private server?: RunningServer;

    constructor(
        private readonly deployment: Deployment,
        private readonly project: string,
        private readonly options: ServeOptions,
    ) {}

    async start(): Promise<void> {
        const report = (line: string) => this.lines.push(line);
        this.server = await serve(this.cloud, { ...this.options, report });
    }

    async close(): Promise<void> {
        await this.server?.close();
    }

    private get cloud() {
        return cloudOf(this.deployment.place);
    }

    jobs(name = ""): JobEntry[] {
        const all = this.cloud.store.list("//dataflow.googleapis.com/", "jobs") as JobEntry[];
        return all
            .filter(({ state }) => state.jobName.startsWith(name))
            .sort((one, other) => (one.state.createTime < other.state.createTime ? -1 : 1));
    }

    /** The states of jobs, the oldest first. */
    states = (name = ""): string[] => this.jobs(name).map((job) => stateOf(this.cloud, job));

    async rest(path: string, body?: object, method = body ? "POST" : "GET"): Promise<Inputs> {
        const sent = body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
        const answer = await fetch(`${this.server?.url}${path}`, { method, ...sent });
        const text = await answer.text();
        return text ? JSON.parse(text) : {};
    }

    async upload(bucket: string, name: string, content: string): Promise<void> {
        const path = `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${name}`;
        const { status } = await fetch(`${this.server?.url}${path}`, { method: "POST", body: content });
        expect(status).toBe(200);
    }

    async download(bucket: string, name: string): Promise<string> {
        return (await fetch(`${this.server?.url}/storage/v1/b/${bucket}/o/${name}?alt=media`)).text();
    }

    async publish(topic: string, contents: object[], attributes?: Record<string, string>): Promise<void> {
        const messages = contents.map((content) => ({
            data: Buffer.from(JSON.stringify(content)).toString("base64"),
            attributes,
        }));
        const { messageIds } = await this.rest(`/v1/projects/${this.project}/topics/${topic}:publish`, { messages });
        expect(messageIds).toHaveLength(contents.length);
    }

    /** Receives and acknowledges messages. */
    async pull(subscription: string): Promise<Pulled[]> {
        const path = `/v1/projects/${this.project}/subscriptions/${subscription}`;
        const found = await this.rest(`${path}:pull`, { maxMessages: 1000, returnImmediately: true });
        const received: Inputs[] = found.receivedMessages ?? [];
        if (received.length > 0) {
            await this.rest(`${path}:acknowledge`, { ackIds: received.map(({ ackId }) => ackId) });
        }
        return received.map(({ message: { data, attributes = {} } }) => ({
            data: JSON.parse(Buffer.from(data, "base64").toString()),
            attributes,
        }));
    }

    /** Whether all messages of a subscription are with somebody who processes them. */
    async areLeased(subscription: string): Promise<boolean> {
        const path = `/v1/projects/${this.project}/subscriptions/${subscription}`;
        const found = await this.rest(`${path}:pull`, { maxMessages: 1, returnImmediately: true });
        const [first] = found.receivedMessages ?? [];
        if (first) {
            await this.rest(`${path}:modifyAckDeadline`, { ackIds: [first.ackId], ackDeadlineSeconds: 0 });
        }
        return first === undefined;
    }

    /** Drains the job that runs. */
    async drain(name: string): Promise<void> {
        const [running] = this.jobs(name).filter((job) => stateOf(this.cloud, job) === "RUNNING") as [JobEntry];
        const body = { requestedState: "JOB_STATE_DRAINED" };
        await this.rest(`/v1b3/${running.id}`, body, "PUT");
        await this.eventually(() => this.states(name).at(-1) === "DRAINED", "the end of the drain");
    }

    async eventually(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
        for (const started = Date.now(); !(await holds()); await sleep(200)) {
            if (Date.now() - started > 90_000) {
                const shown = this.lines.filter((line) => !/no route|warnings.warn/.test(line)).slice(-60);
                throw new Error([`waited in vain for ${what}`, ...shown].join("\n"));
            }
        }
    }

    /** The process IDs of pipelines that run, which are in the record of the process. */
    get workers(): number[] {
        const folder = join(this.deployment.place.home, "run");
        return readdirSync(folder).flatMap((name) => {
            const file = join(folder, name, "process.json");
            const { children = [] } = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
            return children.map(({ pid }: { pid: number }) => pid).filter(isPipeline);
        });
    }

    /** Kills the only pipeline that runs, and waits for the next one. */
    async killWorker(): Promise<void> {
        const count = () => this.lines.filter((line) => line.endsWith("Workers have started successfully.")).length;
        const [before, ...others] = this.workers;
        expect([before, others]).toEqual([expect.any(Number), []]);
        const started = count();
        process.kill(before as number, "SIGKILL");
        await this.eventually(() => count() > started, "another worker");
        expect(this.workers).not.toContain(before);
    }
}

const isPipeline = (pid: number): boolean =>
    existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("direct.py");
