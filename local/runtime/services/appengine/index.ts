import { CodeFiles } from "../../emulator/code/files";
import type { Part, Serving } from "../../emulator/serving";
import compute from "../compute";
import run from "../run";
import { defaultIdle } from "../run/cloudRun";
import { appEngineRest } from "./api";
import { RunningApps } from "./apps";
import { VersionsFiles } from "./versionFiles";
import { VersionInstances } from "./versionInstances";

/** The interval for detecting changes by deployments, in milliseconds. */
const interval = 1000;

export default function appEngine(serving: Serving): Part & { apps?: RunningApps } {
    const { cloud, router, terminal, tokens, recorder, activity, handling, options } = serving;
    const rest = [appEngineRest(cloud)];
    const { cloudRun } = serving.part(run);
    const runner = cloudRun.code;
    if (!runner) {
        return { rest };
    }
    const files = new VersionsFiles(cloud, new CodeFiles(options.program));
    const idle = 1000 * (options.idle ?? defaultIdle);
    const { docker: asked } = options;
    const docker = cloudRun.containers ?? (asked instanceof Error ? asked : new Error("there is none"));
    const instances = new VersionInstances({ cloud, runner, docker, files, terminal, recorder, handling, idle });
    const { proxy } = serving.part(compute).loadBalancers;
    const apps = new RunningApps({
        cloud,
        router,
        terminal,
        tokens,
        proxy,
        recorder,
        activity,
        handling,
        files,
        instances,
    });
    let looking = Promise.resolve();
    let isClosed = false;
    const look = () => {
        looking = looking.then(async () => {
            if (!isClosed) {
                await apps.look().catch((error: Error) => terminal.logOnce(`App Engine: ${error.message}`));
            }
        });
        return looking;
    };
    let timer: NodeJS.Timeout | undefined;
    return {
        apps,
        rest,
        start: async () => {
            await look();
            timer = setInterval(() => void look(), interval).unref();
        },
        close: async () => {
            isClosed = true;
            clearInterval(timer);
            await looking;
            runner.containers.hurry();
            await apps.close();
        },
    };
}
