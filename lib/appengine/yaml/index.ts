import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/check";
import { refusal } from "../../internal/refusal";
import type { AppEngineAppArgs } from "../arguments";
import { cronJobsIn } from "./cron";
import { dispatchRulesIn } from "./dispatch";
import { Findings } from "./findings";
import { queuesIn } from "./queue";
import { type NamedService, serviceIn } from "./service";
import { Source } from "./source";
import type { Value } from "./value";

/** How the files of an application are read. */
export interface AppYamlOptions {
    /**
     * The files of further services, or the folders that they are in, seen from the folder: `["worker", "jobs/jobs.yaml"]`.
     * @default none: the service of app.yaml alone
     */
    services?: string[];
    /**
     * What the program does without: keys that change what the application does and cannot be carried over, as the error
     * names them: `["error_handlers", "beta_settings.cloud_sql_instances"]`. A key is for all below it.
     * @default none: such a key is refused
     */
    without?: string[];
}

const given = check.options<AppYamlOptions & { folder: string }>(
    { folder: check.text(), services: check.list(check.text()), without: check.list(check.text()) },
    "folder",
);

/** What is known of the files beside app.yaml that is no part of the arguments. */
const notes: Record<string, string> = {
    "cron.yaml":
        "The jobs of cron.yaml are made in Cloud Scheduler, whose requests have the header X-CloudScheduler; those that gcloud deployed stay beside them until it deploys a cron.yaml without jobs.",
    "queue.yaml": "The queues of queue.yaml keep their names: Cloud Tasks refuses one that is there already.",
    "index.yaml": "index.yaml is not read: gcloud deploys the indexes of Datastore.",
    "dos.yaml": "dos.yaml is not read: firewall keeps addresses out.",
};

/**
 * The arguments of an application from the files by which gcloud deploys it: app.yaml, and cron.yaml, dispatch.yaml and queue.yaml beside
 * it. What the files leave out has the defaults of the arguments.
 */
export function fromAppYaml(folder: string, options: AppYamlOptions = {}): AppEngineAppArgs {
    const component = `AppEngineApp.fromAppYaml("${folder}")`;
    const { services = [], without = [] } = check.checked(component, { ...options, folder }, given, () => [
        missing(folder),
    ]);
    const findings = new Findings(folder, without);
    const files = services.map((name) => join(folder, name)).map((path) => (isFolder(path) ? appYaml(path) : path));
    const opened = [appYaml(folder), ...files].map((file, index) => {
        return existsSync(file)
            ? new Source(file, findings)
            : gone(findings, `services.${index - 1}`, services[index - 1], file);
    });
    const named = opened.flatMap((source) => (source ? (serviceIn(source) ?? []) : []));
    const args: AppEngineAppArgs = {
        services: Object.fromEntries(named.map(({ name, service }) => [name, service])),
        ...beside(findings, "dispatch", "dispatch.yaml", dispatchRulesIn),
        ...beside(findings, "cron", "cron.yaml", cronJobsIn),
        ...beside(findings, "queues", "queue.yaml", queuesIn),
    };
    const problems = [...findings.problems, ...twice(named), ...findings.needless()];
    if (problems.length > 0) {
        throw refusal(component, problems);
    }
    tell(component, findings);
    return args;
}

const isFolder = (path: string) => existsSync(path) && statSync(path).isDirectory();

const appYaml = (folder: string) => {
    const files = ["app.yaml", "app.yml"].map((name) => join(folder, name));
    return files.find((file) => existsSync(file)) ?? (files[0] as string);
};

function missing(folder: string): check.Problem | undefined {
    const reason = `has no app.yaml: ${resolve(appYaml(folder))} does not exist. Give the folder that it is in, seen from ${process.cwd()}.`;
    return existsSync(appYaml(folder)) ? undefined : { path: "", reason };
}

function gone(findings: Findings, path: string, name: string | undefined, file: string): undefined {
    findings.wrong(
        path,
        "",
        `is no file: ${resolve(file)} does not exist (got "${name}"). The path is seen from ${findings.folder}.`,
    );
}

/** What a file beside app.yaml says, if there is one. */
function beside(findings: Findings, argument: string, name: string, read: (root: Value) => object): object {
    const file = join(findings.folder, name);
    const root = existsSync(file) ? new Source(file, findings).root : undefined;
    return root ? { [argument]: read(root) } : {};
}

function twice(named: NamedService[]): check.Problem[] {
    return named.flatMap(({ name, place }, index) => {
        const earlier = named.slice(0, index).find((other) => other.name === name);
        const reason = `is "${name}", as in ${earlier?.place}. Give each file a service of its own.`;
        return earlier ? [{ path: `${place}: service`, reason }] : [];
    });
}

/** One warning of all that the reader may want to know. */
function tell(component: string, { left, folder }: Findings): void {
    const told = Object.entries(notes).flatMap(([name, note]) => (existsSync(join(folder, name)) ? [note] : []));
    const all = [...(left.length > 0 ? [`Left out, as it has no effect here: ${left.join(", ")}.`] : []), ...told];
    if (all.length > 0) {
        pulumi.log.warn(`${component}: ${all.join(" ")}`);
    }
}
