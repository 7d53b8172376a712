import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Workspace } from "../machine/workspace";
import { type Call, RunningCloud } from "../runtime/console/client";
import { servedOf } from "../runtime/console/served";
import type { ActivityEvent } from "../runtime/emulator/activity";
import { compiled } from "../toolchain";

/** The interval between looks at what another process does, in milliseconds. */
const interval = 50;

/** How long a message may take until it is acknowledged, in milliseconds: its function may have to install its packages first. */
const patience = 120_000;

/** The last lines that are part of an error. */
const shownLines = 20;

/**
 * The code of a deployed program, which runs on this machine, with all that `slipway local serve --run` runs. Its process ends with that of the
 * test.
 */
export class LocalApp {
    private constructor(
        private readonly running: RunningCloud,
        private readonly child: ChildProcess,
    ) {}

    /**
     * Starts the code.
     *
     * @throws Error with the lines of the terminal, if it does not start
     */
    static async start(place: Pick<Workspace, "folder" | "home">): Promise<LocalApp> {
        const child = spawn(process.execPath, [compiled("local/commands/main.js"), "local", "serve", "--run"], {
            cwd: place.folder,
            env: { ...process.env, SLIPWAY_LOCAL_HOME: place.home },
            // It ends when the channel does.
            stdio: ["ignore", "ignore", "pipe", "ipc"],
        });
        let printed = "";
        child.stderr?.setEncoding("utf8").on("data", (text) => {
            printed = (printed + text).slice(-10_000);
        });
        while (child.exitCode === null && child.signalCode === null) {
            const served = servedOf(place).find(({ pid }) => pid === child.pid);
            if (served) {
                child.unref();
                child.channel?.unref();
                return new LocalApp(new RunningCloud(served), child);
            }
            await sleep(interval);
        }
        throw new Error(`The code does not run:\n${printed.trimEnd()}`);
    }

    /**
     * Calls a function or a service, by default as an owner of the projects.
     *
     * @param component its name, such as `predict`
     * @param path with the query
     * @param call `data` is the body, or the message if the function receives messages; `as` is an account or a user, whose roles are checked
     */
    async call(component: string, path = "/", call: Call = {}): Promise<Response> {
        return (await this.running.call(component, path, call)).response;
    }

    /**
     * Publishes a message to a topic, and waits until the functions, push endpoints and tables that receive it have acknowledged it.
     *
     * @param topic its name, such as `sales`, or `projects/acme-dev/topics/sales`
     * @param data text, bytes, or a value that is sent as JSON
     * @returns the ID of the message
     * @throws Error if the topic refuses it, or with the last lines of what runs, if it is not acknowledged within two minutes
     */
    async publish(topic: string, data: unknown, attributes: Record<string, string> = {}): Promise<string> {
        const { response } = await this.running.publish(topic, { data, attributes });
        const answer = (await response.json()) as { messageIds?: string[]; error?: { message: string } };
        const [id] = answer.messageIds ?? [];
        if (id === undefined) {
            throw new Error(`${topic}: ${answer.error?.message}`);
        }
        const end = Date.now() + patience;
        for (;;) {
            const waiting = await this.running.unacknowledged(id);
            if (waiting.length === 0) {
                return id;
            }
            if (Date.now() > end) {
                const lines = (await this.logs()).slice(-shownLines).map(({ text }) => text);
                throw new Error(`message ${id} is not acknowledged by ${waiting.join(", ")}:\n${lines.join("\n")}`);
            }
            await sleep(interval);
        }
    }

    /** The latest lines, requests and calls of Google's APIs of a component; of all components, and messages, without one. */
    logs(component?: string): Promise<ActivityEvent[]> {
        return this.running.logs(component);
    }

    /** Ends the code. */
    async close(): Promise<void> {
        const { child } = this;
        if (child.exitCode === null && child.signalCode === null) {
            const ended = new Promise((resolve) => child.once("exit", resolve));
            child.ref();
            child.kill("SIGTERM");
            await ended;
        }
    }
}
