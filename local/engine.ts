import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { cache, compiled, pulumi } from "../toolchain";
import { inUse } from "./daemon/client";
import { beside } from "./emulator/beside";
import { secretsProvider } from "./emulator/secretsKey";
import { installAuthPlugin } from "./kubernetes/authPlugin";
import { installChosenPlugin, installDynamicPlugin, installGcpPlugin, installPlugin, packageVersion } from "./plugins";
import { providers } from "./provider/client";
import { InstalledProvider } from "./provider/installed";
import type { Workspace } from "./workspace";

export interface EngineOptions {
    /** Accept resource types that have no rules. */
    generic?: boolean;
    /** Take the pinned Pulumi whatever is on PATH. */
    pinned?: boolean;
    /** Receives the lines that tell what is installed. */
    report?: (line: string) => void;
}

/** How a pulumi command ended and, unless it wrote to the terminal, what it wrote. */
export interface Ended {
    code: number;
    output: string;
}

/** What a stack's export tells of one resource. */
export interface Exported {
    urn: string;
    type: string;
    /** Nothing for a component. */
    id?: string;
    parent?: string;
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
    propertyDependencies?: Record<string, string[]>;
}

/** How one command is run. */
export interface RunOptions {
    /** More environment variables than those of every command. */
    environment?: NodeJS.ProcessEnv;
    /** When it is aborted, pulumi is killed as by SIGKILL. */
    kill?: AbortSignal;
    /** Gives the address of a language host that runs the program in the environment, in the place of Pulumi's own. */
    languageHost?: (environment: NodeJS.ProcessEnv) => Promise<string>;
}

/** The real Pulumi engine, with the local Google Cloud in the place of the real one. It reaches nothing else. */
export class Engine {
    private constructor(
        private readonly place: Workspace,
        /** The folder of the program's `@pulumi/gcp`. */
        private readonly gcp: string,
        /** The environment of every command. */
        readonly environment: NodeJS.ProcessEnv,
    ) {}

    static async start(
        place: Workspace,
        { generic = false, pinned = false, report }: EngineOptions = {},
    ): Promise<Engine> {
        const { path } = await pulumi({ pinned, report: report ?? (() => undefined) });
        const { home, program } = place;
        mkdirSync(join(home, "stacks"), { recursive: true });
        const engine = join(home, "engine");
        const docker = packageVersion(program, "@pulumi/docker");
        const dockerBuild = packageVersion(program, "@pulumi/docker-build");
        const kubernetes = packageVersion(program, "@pulumi/kubernetes");
        const gcp = new InstalledProvider(program);
        installGcpPlugin(engine, gcp.version);
        if (docker !== undefined) {
            installPlugin(engine, "docker", docker, "docker");
        }
        if (dockerBuild !== undefined) {
            installChosenPlugin(engine, "docker-build", dockerBuild, "docker/plugin.js");
        }
        if (kubernetes !== undefined) {
            installChosenPlugin(engine, "kubernetes", kubernetes, "kubernetes/plugin.js");
        }
        installDynamicPlugin(engine);
        return new Engine(place, gcp.folder, {
            ...process.env,
            PATH: [installAuthPlugin(engine), path].join(delimiter),
            PULUMI_HOME: engine,
            // A kill between the two would leave a state without its metadata, which is written beside it and not needed.
            PULUMI_BACKEND_URL: `file://${join(home, "stacks")}?metadata=skip`,
            PULUMI_CONFIG_PASSPHRASE: process.env.PULUMI_CONFIG_PASSPHRASE ?? "",
            NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --require ${quoted(preload)}`.trim(),
            SLIPWAY_LOCAL_CODE: join(dirname(cache()), "code"),
            PULUMI_SKIP_UPDATE_CHECK: "true",
            // A command lives for a second, of which Go would spend a tenth on collecting garbage.
            GOGC: process.env.GOGC ?? "400",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            SLIPWAY_LOCAL_CLOUD: join(home, "cloud"),
            SLIPWAY_LOCAL_PROGRAM: program,
            SLIPWAY_LOCAL_DOCKER: docker,
            ...(generic && { SLIPWAY_LOCAL_GENERIC: "true" }),
        });
    }

    /** Runs a pulumi command, on the terminal or with its output kept. A stack that it names is made when it is new. */
    async run(args: string[], terminal: "terminal" | "quiet", options: RunOptions = {}): Promise<Ended> {
        const stack = flagValue(args, "-s", "--stack");
        const faults = options.environment?.SLIPWAY_LOCAL_FAULTS ?? this.environment.SLIPWAY_LOCAL_FAULTS;
        const before = stackFiles(this.place.folder, stack);
        const isConfig = args[0] === "config";
        if (stack && !this.hasStack(stack)) {
            await this.init(stack, [...before.values()], options.environment);
        }
        const ended = await this.spawn(args, terminal, {
            ...options,
            environment: {
                // A stack file has nothing of the local stack's secrets, except for those that are configured here.
                ...(!isConfig && { PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true" }),
                ...options.environment,
                ...(faults && { SLIPWAY_LOCAL_FAULTS: checked(faults) }),
            },
        });
        if (!isConfig) {
            unsalt(before, stackFiles(this.place.folder, stack));
        }
        return ended;
    }

    private hasStack(stack: string): boolean {
        return existsSync(stateFile(this.place, stack));
    }

    private async init(stack: string, files: string[], environment: NodeJS.ProcessEnv = {}): Promise<void> {
        const { PULUMI_CONFIG_PASSPHRASE: passphrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = {
            ...this.environment,
            ...environment,
        };
        // Whoever has a passphrase has secrets of it.
        const isPlain = !passphrase && !file && !files.some((text) => secretsKeys.test(text));
        const provider = isPlain ? ["--secrets-provider", secretsProvider] : [];
        await this.spawn(["stack", "init", stack, "--no-select", ...provider], "quiet", { environment });
    }

    /** Runs a command, with providers that are ready for it and the APIs that a program itself asks beside it. */
    private async spawn(args: string[], terminal: "terminal" | "quiet", options: RunOptions): Promise<Ended> {
        const ended = new AbortController();
        const env = { ...this.environment, ...options.environment };
        const { SLIPWAY_LOCAL_FAULTS: faults, SLIPWAY_LOCAL_GENERIC: generic } = env;
        const cloud = join(this.place.home, "cloud");
        const ready = deploys(args)
            ? providers(this.place.home, { cloud, gcp: this.gcp, generic: Boolean(generic), faults })
            : undefined;
        const apis = await beside(cloud, faults, () => ended.abort());
        const kill = AbortSignal.any([ended.signal, ...(options.kill ? [options.kill] : [])]);
        try {
            const environment = { ...env, ...apis.environment, ...ready?.environment };
            const host = runsProgram(args) ? await options.languageHost?.(environment) : undefined;
            return await this.child(host ? [...args, `--client=${host}`] : args, terminal, { environment, kill });
        } finally {
            apis.close();
            await ready?.close();
        }
    }

    private child(args: string[], terminal: "terminal" | "quiet", { environment, kill }: RunOptions): Promise<Ended> {
        return new Promise((resolve, reject) => {
            const child = spawn("pulumi", args, {
                cwd: this.place.folder,
                env: environment,
                stdio: terminal === "terminal" ? "inherit" : ["ignore", "pipe", "pipe"],
            });
            const release = inUse(this.place.home);
            let output = "";
            const keep = (bytes: Buffer) => {
                output += bytes.toString();
            };
            child.stdout?.on("data", keep);
            child.stderr?.on("data", keep);
            // The terminal interrupts pulumi as well, which ends in order; this process waits for it.
            const wait = () => undefined;
            const end = () => child.kill("SIGTERM");
            const endAtOnce = () => child.kill("SIGKILL");
            process.on("SIGINT", wait).on("SIGTERM", end);
            kill?.addEventListener("abort", endAtOnce, { once: true });
            if (kill?.aborted) {
                endAtOnce();
            }
            child.on("error", (error) => {
                release();
                reject(error);
            });
            child.on("close", (code) => {
                release();
                process.off("SIGINT", wait).off("SIGTERM", end);
                kill?.removeEventListener("abort", endAtOnce);
                resolve({ code: code ?? 1, output });
            });
        });
    }
}

const preload = compiled(join("local", "program", "preload.js"));

/** A path as `NODE_OPTIONS` takes it. */
const quoted = (path: string) => `"${path.replaceAll("\\", "\\\\")}"`;

const deploying = new Set(["up", "update", "preview", "pre", "refresh", "destroy", "down", "dn", "import", "watch"]);

/** Whether a command uses providers: one that needs one nevertheless starts it for itself. */
const deploys = (args: string[]) => args.some((each) => deploying.has(each));

/** Whether a command runs the program. */
const runsProgram = ([command]: string[]) => /^(up|update|preview|pre)$/.test(command ?? "");

/** Where the engine keeps the state of a stack. */
const stateFile = ({ home, project }: Workspace, stack: string) =>
    join(home, "stacks", ".pulumi", "stacks", project, `${stack}.json`);

/**
 * The resources of a stack as it was deployed last; none of one that was not. They are read from the state, as `pulumi stack export`
 * takes longer than that and prints the same.
 */
export function resourcesOf(place: Workspace, stack: string): Exported[] {
    const file = stateFile(place, stack);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")).checkpoint.latest?.resources ?? []) : [];
}

/** What is to go wrong as JSON: what is wrong with it is said before anything is deployed, and a file is read from here. */
function checked(faults: string): string {
    // Loaded when it is needed: tests of users load this file in each of theirs.
    const { planOf }: typeof import("./provider/plan") = require("./provider/plan");
    return JSON.stringify(planOf(faults));
}

/** The stack files of a program, or that of one stack, with their texts. */
function stackFiles(folder: string, stack = ".+"): Map<string, string> {
    const named = new RegExp(`^Pulumi\\.${stack}\\.ya?ml$`);
    const files = readdirSync(folder).filter((name) => named.test(name));
    return new Map(files.map((name) => [join(folder, name), readFileSync(join(folder, name), "utf8")]));
}

const secretsKeys = /^(encryptionsalt|encryptedkey|secretsprovider): .*\n?/m;

/** Takes out how a local deployment keeps its secrets: the file is the real stack's, which has its own. */
function unsalt(before: Map<string, string>, after: Map<string, string>): void {
    for (const [file, text] of after) {
        const original = before.get(file) ?? "";
        if (secretsKeys.test(original) || !secretsKeys.test(text)) {
            continue;
        }
        if (original === "") {
            rmSync(file);
        } else {
            writeFileSync(file, original);
        }
    }
}

/** The value of a flag among the arguments of pulumi. */
export function flagValue(args: string[], ...names: string[]): string | undefined {
    for (const [index, argument] of args.entries()) {
        const [name = "", value] = argument.split(/=(.*)/s);
        if (names.includes(name)) {
            return value ?? args[index + 1];
        }
    }
    return undefined;
}
