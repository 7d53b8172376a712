import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasColors } from "../../../lib/commandLine";
import { writePrivate } from "../../../lib/privateFiles";
import { isRunning, type Process, thisProcess } from "../../machine/daemon/processes";
import type { Workspace } from "../../machine/workspace";
import { activityLine, isRequest } from "../../runtime/emulator/activityLine";
import { explainPort } from "../../runtime/emulator/command";
import { Docker } from "../../runtime/emulator/containers/docker";
import { type Answering, type RunningServer, serve } from "../../runtime/emulator/server";
import { cloudOf } from "../../simulator/cloudOf";
import { changesIn } from "../engine/changes";
import { Engine } from "../engine/engine";
import { writeLaunchFile } from "./launchFile";
import { changedFiles, type Snapshot, snapshot } from "./snapshot";

/** The interval between looks at the files of the program, in milliseconds. */
const interval = 300;

/** Identity tokens are valid for an hour. */
const tokenInterval = 45 * 60_000;

/** The most changed resources that are printed by name. */
const shownChanges = 3;

export interface DevOptions {
    stack: string;
    port?: number;
    /** Whose permissions the printed variables give; by default those of an owner. */
    as?: string;
    /** The names of functions and App Engine services in which a debugger listens. */
    inspect?: string[];
    /** Whether to write the configuration of VS Code for the debuggers. */
    vscode?: boolean;
    report(line: string): void;
}

/** Deploys a program to the local Google Cloud, runs what is deployed, and deploys it again when a file of the program changes. */
export class Dev {
    private readonly folder: string;
    private readonly ended = new AbortController();
    private files: Snapshot = new Map();

    constructor(
        private readonly place: Workspace,
        private readonly options: DevOptions,
    ) {
        this.folder = join(place.home, "dev");
    }

    /** Runs until the process is interrupted. */
    async run(): Promise<void> {
        const { place, options } = this;
        const { report } = options;
        this.takePlace();
        const end = () => this.ended.abort();
        process.on("SIGINT", end).on("SIGTERM", end).on("SIGHUP", end);
        let served: RunningServer | undefined;
        try {
            const engine = await Engine.start(place, { report: (line) => line.startsWith("using ") || report(line) });
            await this.deploy(engine);
            if (this.ended.signal.aborted) {
                return;
            }
            const cloud = cloudOf(place);
            const docker = await Docker.find(cloud.folder).catch((error: Error) => error);
            const { port, as, inspect } = options;
            const settings = {
                ...{ as, inspect },
                docker,
                runsCode: true,
                runsSchedules: true,
                program: place.program,
                console: place,
            };
            served = await serve(cloud, { ...settings, port, report }).catch(explainPort(port));
            this.print(served);
            const colors = hasColors(process.stderr);
            served.listen((event) => isRequest(event) && report(activityLine(event, colors)));
            await this.follow(engine, served);
        } finally {
            await served?.close();
            rmSync(this.folder, { recursive: true, force: true });
            process.off("SIGINT", end).off("SIGTERM", end).off("SIGHUP", end);
        }
    }

    /** @throws Error if another process has it */
    private takePlace(): void {
        const file = join(this.folder, "process.json");
        if (existsSync(file)) {
            const other: Process = JSON.parse(readFileSync(file, "utf8"));
            if (isRunning(other)) {
                throw new Error(
                    `'slipway dev' runs in this folder already (process ${other.pid}): end it with Ctrl-C first.`,
                );
            }
        }
        writePrivate(file, JSON.stringify(thisProcess()));
    }

    /** Deploys the program. A failure is printed, and what was deployed before continues to run. */
    private async deploy(engine: Engine): Promise<void> {
        const { place, options } = this;
        const { stack, report } = options;
        this.files = snapshot(place.program, place.home);
        report(`deploying ${stack} to the local Google Cloud in ${relative(".", place.home)}…`);
        const began = Date.now();
        const folder = mkdtempSync(join(tmpdir(), "slipway-events-"));
        const log = join(folder, "log");
        try {
            const { code, output } = await engine.run(
                ["up", "--yes", "--skip-preview", "--stack", stack, "--event-log", log],
                "quiet",
                { environment: { PULUMI_DEBUG_COMMANDS: "true" } },
            );
            const seconds = ((Date.now() - began) / 1000).toFixed(1);
            const { steps } = changesIn(log);
            if (code !== 0) {
                report(output.slice(Math.max(output.indexOf("Diagnostics:"), 0)).trimEnd());
                report(`not deployed, after ${seconds} s: mend the program, which is then deployed again`);
                return;
            }
            const more = steps.length - shownChanges;
            for (const step of more > 1 ? steps.slice(0, shownChanges - 1) : steps) {
                report(`  ${step}`);
            }
            if (more > 1) {
                report(`  and ${steps.length - shownChanges + 1} more changes`);
            }
            report(steps.length === 0 ? `unchanged, ${seconds} s` : `deployed, ${seconds} s`);
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    }

    /** Prints what answers, with a line to try it. */
    private print(served: RunningServer): void {
        const { report } = this.options;
        const { answering, databases, variables, console } = served;
        for (const each of answering) {
            report("");
            report(`${each.name}  ${each.url}`);
            for (const line of this.tryLines(each)) {
                report(`    ${line}`);
            }
        }
        for (const [connection, address] of Object.entries(databases)) {
            report("");
            report(`${connection.replace(/^.*:/, "")}  database at ${address}`);
        }
        this.printDebuggers(served);
        report("");
        for (const [name, value] of Object.entries(variables)) {
            report(`export ${name}=${value}`);
        }
        report(`console  ${console}`);
        report(`following ${relative(".", this.place.program) || "this folder"}; Ctrl-C ends all`);
    }

    /** Prints where debuggers listen. */
    private printDebuggers({ debuggers, answering }: RunningServer): void {
        const { report, inspect = [], vscode } = this.options;
        for (const name of inspect) {
            const found = debuggers.get(name);
            const names = answering.map((each) => each.name).join(", ");
            report("");
            report(
                found
                    ? `${name}  debugger for ${found.kind} at 127.0.0.1:${found.port}, of the code in ${relative(".", found.folder)}`
                    : `${name}  has no debugger: --inspect is for functions and App Engine services in Python and Node.js (${names})`,
            );
        }
        for (const line of vscode ? writeLaunchFile(this.place.program, debuggers) : []) {
            report(`    ${line}`);
        }
    }

    private tryLines({ name, url, isPublic, events, topic, token }: Answering): string[] {
        const headers = join(this.folder, `${name.replaceAll(/[^\w.-]+/g, "-")}.headers`);
        const file = join(this.place.program, "requests", `${name}.json`);
        const body = existsSync(file) ? `@${relative(".", file)}` : undefined;
        if (events) {
            const publish = topic ? [`npx slipway call ${name} --data ${body ?? "'<message>'"}`] : [];
            return [`receives events of the type ${events}`, ...publish];
        }
        if (!isPublic) {
            writePrivate(headers, `Authorization: Bearer ${token()}\n`);
        }
        const identity = isPublic ? [] : ["-H", `@${relative(".", headers)}`];
        return [["curl", ...identity, url, ...(body ? ["--json", body] : [])].join(" ")];
    }

    /** Deploys the program again after each change of its files. */
    private async follow(engine: Engine, served: RunningServer): Promise<void> {
        const { program, home } = this.place;
        const { signal } = this.ended;
        const renew = () => {
            for (const each of served.answering) {
                this.tryLines(each);
            }
        };
        const renewal = setInterval(renew, tokenInterval);
        try {
            while (!signal.aborted) {
                await sleep(interval, undefined, { signal }).catch(() => undefined);
                const changed = signal.aborted ? [] : changedFiles(this.files, snapshot(program, home));
                if (changed.length > 0) {
                    const [first, ...others] = changed;
                    this.options.report(`${first}${others.length > 0 ? ` and ${others.length} more` : ""} changed`);
                    await this.deploy(engine);
                }
            }
        } finally {
            clearInterval(renewal);
        }
    }
}
