import { mkdirSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { keepInUse } from "../../machine/daemon/client";
import { Progress } from "../../machine/progress";
import { cloudFolder, createHome, type Workspace } from "../../machine/workspace";
import { serveProgramApis } from "../../runtime/emulator/programApis";
import { installAuthPlugin } from "../../runtime/kubernetes/authPlugin";
import { startCommand } from "../../simulator/cloud/propagation";
import { type CloudSettings, cloudSettings, settingsVariables } from "../../simulator/cloud/settings";
import { refuseNewerFormat } from "../../simulator/cloud/store";
import { providers } from "../../simulator/provider/client";
import { InstalledProvider } from "../../simulator/provider/installed";
import { cache, compiled, pulumi, type Report } from "../../toolchain";
import { LocalStacks, type StackOptions } from "../configuration/localStacks";
import { removeStaleLocks } from "../configuration/staleLocks";
import { positionals } from "../flags";
import {
    disableLogs,
    installDeferredPlugin,
    installDynamicPlugin,
    installGcpPlugin,
    installPlugin,
    packageVersion,
} from "./plugins";
import { type CommandResult, type RunOptions, runPulumi, type SpawnOptions } from "./pulumiCommand";

export interface EngineOptions extends StackOptions {
    /** Accept resource types without simulation rules. */
    generic?: boolean;
    /** Who calls, and what is looked at. */
    settings?: CloudSettings;
    /** Use the pinned Pulumi version, whatever is on PATH. */
    pinned?: boolean;
    /** The folder of the background process with the providers. */
    providers?: string;
}

/** The Pulumi engine, connected to the local Google Cloud. */
export class Engine {
    private readonly stacks: LocalStacks;

    private constructor(
        private readonly place: Workspace,
        /** The folder of the program's `@pulumi/gcp`. */
        private readonly gcp: string,
        /** Environment variables of all commands. */
        readonly environment: NodeJS.ProcessEnv,
        private readonly providersHome: string,
        /** Receives lines on what takes seconds or minutes. */
        private readonly report: Report,
        options: EngineOptions,
    ) {
        this.stacks = new LocalStacks(
            place,
            environment,
            (args, options) => this.spawn(args, "quiet", options),
            options,
        );
    }

    static async start(place: Workspace, options: EngineOptions = {}): Promise<Engine> {
        const { generic = false, settings = {}, pinned = false, providers, report = () => undefined } = options;
        const { path } = await pulumi({ pinned, report });
        const { home, program } = place;
        createHome(place);
        refuseNewerFormat(cloudFolder(place));
        mkdirSync(join(home, "stacks"), { recursive: true });
        const engine = join(home, "engine");
        const docker = packageVersion(program, "@pulumi/docker");
        const dockerBuild = packageVersion(program, "@pulumi/docker-build");
        const kubernetes = packageVersion(program, "@pulumi/kubernetes");
        const gcp = new InstalledProvider(program);
        installGcpPlugin(engine, gcp.version);
        if (docker !== undefined) {
            installPlugin(engine, "docker", docker, "runtime/docker/main.js");
        }
        if (dockerBuild !== undefined) {
            installDeferredPlugin(engine, "docker-build", dockerBuild, "runtime/docker/plugin.js");
        }
        if (kubernetes !== undefined) {
            installDeferredPlugin(engine, "kubernetes", kubernetes, "runtime/kubernetes/plugin.js");
        }
        installDynamicPlugin(engine);
        disableLogs(engine);
        const environment = {
            ...process.env,
            PATH: [installAuthPlugin(engine), path].join(delimiter),
            PULUMI_HOME: engine,
            // Disables the metadata file of the state, which a killed process could leave inconsistent and which is not
            // needed.
            PULUMI_BACKEND_URL: `file://${join(home, "stacks")}?metadata=skip`,
            PULUMI_CONFIG_PASSPHRASE: process.env.PULUMI_CONFIG_PASSPHRASE ?? "",
            // Would replace the secrets provider of local stacks.
            PULUMI_CLOUD_SECRET_OVERRIDE: undefined,
            NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --require ${quoted(preload)}`.trim(),
            SLIPWAY_LOCAL_CODE: join(dirname(cache()), "code"),
            PULUMI_SKIP_UPDATE_CHECK: "true",
            // Disables garbage collection below the memory limit: it takes a tenth of the time of short commands.
            GOGC: process.env.GOGC ?? "off",
            GOMEMLIMIT: process.env.GOMEMLIMIT ?? "1GiB",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            SLIPWAY_LOCAL_CLOUD: cloudFolder(place),
            SLIPWAY_LOCAL_PROGRAM: program,
            SLIPWAY_LOCAL_DOCKER: docker,
            ...(generic && { SLIPWAY_LOCAL_GENERIC: "true" }),
            ...settingsVariables(settings),
        };
        return new Engine(place, gcp.folder, environment, providers ?? home, report, options);
    }

    /**
     * Runs a Pulumi command, either on the terminal or capturing its output. Creates the stack if it does not exist.
     */
    async run(args: string[], terminal: "terminal" | "quiet", options: RunOptions = {}): Promise<CommandResult> {
        const faults = options.environment?.SLIPWAY_LOCAL_FAULTS ?? this.environment.SLIPWAY_LOCAL_FAULTS;
        startCommand(cloudFolder(this.place));
        const environment = {
            ...options.environment,
            ...(faults && { SLIPWAY_LOCAL_FAULTS: checked(faults, this.gcp) }),
        };
        const prepared = { ...options, environment };
        const { args: all, stack } = await this.stacks.prepare(args, prepared);
        if (stack !== undefined) {
            removeStaleLocks(this.place, stack);
            options.beforehand?.(stack);
        }
        return { ...(await this.spawn(all, terminal, prepared)), stack };
    }

    /** Runs a command with the background providers and the APIs for programs. */
    private async spawn(args: string[], terminal: "terminal" | "quiet", options: SpawnOptions): Promise<CommandResult> {
        const ended = new AbortController();
        // The providers and APIs of the command have the faults. A variable of a process has at most 128 KiB on Linux.
        const { SLIPWAY_LOCAL_FAULTS: faults, ...env } = { ...this.environment, ...options.environment };
        const { SLIPWAY_LOCAL_GENERIC: generic, SLIPWAY_LOCAL_ORGANIZATION: organization } = env;
        const cloud = cloudFolder(this.place);
        const settings = { ...cloudSettings(env), program: codeFolder(this.place) };
        const ready = deploys(args)
            ? providers(this.providersHome, {
                  cloud,
                  gcp: this.gcp,
                  generic: Boolean(generic),
                  organization,
                  faults,
                  settings,
              })
            : undefined;
        const apis = await serveProgramApis({ cloud, settings, organization }, faults, () => ended.abort());
        const kill = AbortSignal.any([ended.signal, ...(options.kill ? [options.kill] : [])]);
        const inUse = [...new Set([this.place.home, this.providersHome])].map(keepInUse);
        // Only such commands start plugins.
        const progress = deploys(args) ? new Progress(String(env.PULUMI_HOME), this.report) : undefined;
        try {
            const debug = showsDebugMessages(args) && { SLIPWAY_LOCAL_DEBUG: "true" };
            const preview = args.includes("preview") && { SLIPWAY_LOCAL_PREVIEW: "true" };
            const environment = {
                ...env,
                ...withoutProxy(env),
                ...apis.environment,
                ...progress?.environment,
                ...ready?.environment,
                ...debug,
                ...preview,
            };
            const host = canRunProgram(args) ? await options.languageHost?.(environment) : undefined;
            const { folder = this.place.folder } = options;
            return await runPulumi(host ? [...args, `--client=${host}`] : args, terminal, {
                environment,
                kill,
                folder,
            });
        } finally {
            progress?.close();
            for (const release of inUse) {
                release();
            }
            apis.close();
            await ready?.close();
        }
    }
}

/** Variables with which nothing on this machine is called through the proxy of a network: the engine, its plugins and the local Google Cloud. */
function withoutProxy({ NO_PROXY, no_proxy, no_grpc_proxy }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const direct = (...others: (string | undefined)[]) => [...others, "127.0.0.1", "localhost"].filter(Boolean).join();
    const all = direct(NO_PROXY, no_proxy);
    return { NO_PROXY: all, no_proxy: all, ...(no_grpc_proxy && { no_grpc_proxy: direct(no_grpc_proxy) }) };
}

const preload = compiled(join("local", "commands", "engine", "preload.js"));

/** Whether a command prints debug messages, or logs them. */
const showsDebugMessages = (args: string[]) =>
    args.some((arg) => /^(-d|--debug|--logtostderr|--event-log|-v|--verbose)(=|$)/.test(arg));

/** Quotes a path for `NODE_OPTIONS`. */
const quoted = (path: string) => `"${path.replaceAll("\\", "\\\\")}"`;

const deploying = new Set(["up", "update", "preview", "pre", "refresh", "destroy", "down", "dn", "import", "watch"]);

/** Whether a command uses providers. Other commands that need one start it themselves. */
const deploys = (args: string[]) => args.some((item) => deploying.has(item));

/** Whether a command runs the program, possibly depending on a flag. */
const canRunProgram = (args: string[]) =>
    /^(up|update|preview|pre|refresh|destroy|down|dn)$/.test(positionals(args)[0] ?? "");

/** The folder of the code of a program, whose `main` can be a file. */
const codeFolder = ({ program }: Workspace): string =>
    statSync(program, { throwIfNoEntry: false })?.isFile() ? dirname(program) : program;

/**
 * The fault plan as JSON. It is validated before the deployment, and files are read relative to this process.
 *
 * @param gcp the folder of the package of Google's provider
 */
function checked(faults: string, gcp: string): string {
    // Loaded on demand, because every test file of users loads this module.
    const {
        parseFaultPlan,
    }: typeof import("../../simulator/provider/faultPlan") = require("../../simulator/provider/faultPlan");
    const {
        InstalledProvider,
    }: typeof import("../../simulator/provider/installed") = require("../../simulator/provider/installed");
    const provider = new InstalledProvider("", gcp);
    return JSON.stringify(parseFaultPlan(faults, (token) => provider.type(token) !== undefined));
}
