import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { argumentsError } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";
import type { AppEngineAppArgs } from "../appArgs";
import type { DispatchRule } from "../entry/dispatch";
import { type ServiceArgs, serviceChecks } from "../service/serviceArgs";
import { cronJobsIn } from "./cron";
import { Findings } from "./findings";
import { queuesIn } from "./queue";
import { as, text } from "./readers";
import { type NamedService, serviceIn } from "./service";
import { Source } from "./source";
import type { Keys, Value } from "./value";

/** Options of `AppEngineApp.fromAppYaml`. */
export interface AppYamlOptions {
    /**
     * The files of more services, or their folders, relative to the folder: `["worker", "jobs/jobs.yaml"]`.
     * @default none: only the service of app.yaml
     */
    services?: string[];
    /**
     * Keys to ignore although they affect the application and have no equivalent, as the error names them:
     * `["error_handlers", "beta_settings.cloud_sql_instances"]`. A key includes all keys below it.
     * @default none: such keys are refused
     */
    without?: string[];
    /**
     * The ingress settings of all services, which app.yaml does not contain. Services that gcloud deployed have `"all"` unless
     * `gcloud app services update` changed it.
     * @default the value in the services' arguments
     */
    ingress?: ServiceArgs["ingress"];
}

const optionsCheck = check.options<AppYamlOptions & { folder: string }>(
    {
        folder: check.text(),
        services: check.list(check.text()),
        without: check.list(check.text()),
        ingress: serviceChecks.ingress,
    },
    "folder",
);

/** Warnings about the files in the folder of app.yaml. */
const notesByFile: Record<string, string> = {
    "cron.yaml":
        "The jobs of cron.yaml are created in Cloud Scheduler, whose requests have the header X-CloudScheduler. Jobs that gcloud deployed remain until it deploys a cron.yaml without jobs.",
    "queue.yaml": "The queues of queue.yaml keep their names: Cloud Tasks refuses to create an existing queue.",
    "index.yaml": "index.yaml is not read: gcloud deploys the indexes of Datastore.",
    "dos.yaml": "dos.yaml is not read: firewall keeps addresses out.",
};

/**
 * Converts app.yaml, and cron.yaml, dispatch.yaml and queue.yaml in the same folder, to the arguments of an application. What the
 * files leave out has the defaults of the arguments.
 */
export function fromAppYaml(folder: string, options: AppYamlOptions = {}): AppEngineAppArgs {
    const component = `AppEngineApp.fromAppYaml("${folder}")`;
    const {
        services = [],
        without = [],
        ingress,
    } = check.checked(component, { ...options, folder }, optionsCheck, () => [missingAppYaml(folder)]);
    const findings = new Findings(folder, without);
    const files = services.map((name) => join(folder, name)).map((path) => (isFolder(path) ? appYaml(path) : path));
    const opened = [appYaml(folder), ...files].map((file, index) => {
        return existsSync(file)
            ? new Source(file, findings)
            : missingFile(findings, `services.${index - 1}`, services[index - 1], file);
    });
    const named = opened.flatMap((source) => (source ? (serviceIn(source) ?? []) : []));
    const args: AppEngineAppArgs = {
        services: Object.fromEntries(
            named.map(({ name, service }) => [name, ingress ? { ...service, ingress } : service]),
        ),
        ...readOptional(findings, "dispatch", "dispatch.yaml", dispatchRulesIn),
        ...readOptional(findings, "cron", "cron.yaml", cronJobsIn),
        ...readOptional(findings, "queues", "queue.yaml", queuesIn),
    };
    const problems = [...findings.problems, ...duplicateServices(named), ...findings.unusedExceptions()];
    if (problems.length > 0) {
        throw argumentsError(component, problems);
    }
    warn(component, findings);
    return args;
}

const isFolder = (path: string) => existsSync(path) && statSync(path).isDirectory();

const appYaml = (folder: string) => {
    const files = ["app.yaml", "app.yml"].map((name) => join(folder, name));
    return files.find((file) => existsSync(file)) ?? (files[0] as string);
};

function missingAppYaml(folder: string): check.Problem | undefined {
    const reason = `has no app.yaml: ${resolve(appYaml(folder))} does not exist. Specify its folder, relative to ${process.cwd()}.`;
    return check.when(!existsSync(appYaml(folder)), "", "appengine/yaml-missing", reason);
}

function missingFile(findings: Findings, path: string, name: string | undefined, file: string): undefined {
    const reason = `is not a file: ${resolve(file)} does not exist (got "${name}"). The path is relative to ${findings.folder}.`;
    findings.problems.push(check.problem(path, "appengine/yaml-file-missing", reason));
}

/** Converts a file in the folder of app.yaml, if it exists. */
function readOptional(findings: Findings, argument: string, name: string, read: (root: Value) => object): object {
    const file = join(findings.folder, name);
    const root = existsSync(file) ? new Source(file, findings).root : undefined;
    return root ? { [argument]: read(root) } : {};
}

function duplicateServices(named: NamedService[]): check.Problem[] {
    return named.flatMap(({ name, place }, index) => {
        const earlier = named.slice(0, index).find((other) => other.name === name);
        const reason = `is "${name}", as in ${earlier?.place}. Use another service for each file.`;
        return earlier ? [check.problem(`${place}: service`, "appengine/yaml-service-twice", reason)] : [];
    });
}

/** Logs all notes as one warning. */
function warn(component: string, { ignored, folder }: Findings): void {
    const fileNotes = Object.entries(notesByFile).flatMap(([name, note]) =>
        existsSync(join(folder, name)) ? [note] : [],
    );
    const all = [
        ...(ignored.length > 0 ? [`Ignored, because it has no effect here: ${ignored.join(", ")}.`] : []),
        ...fileNotes,
    ];
    if (all.length > 0) {
        pulumi.log.warn(`${component}: ${all.join(" ")}`);
    }
}

const rule: Keys = {
    converters: { url: as("url", text), service: as("service", text), module: as("service", text) },
    required: ["url"],
};

/** Converts the rules of a dispatch.yaml. */
function dispatchRulesIn(root: Value): DispatchRule[] {
    const list = (value: Value) => ({ items: value.list().map((item) => item.read<DispatchRule>(rule)) });
    const { items = [] } = root.read<{ items: DispatchRule[] }>({
        converters: { dispatch: list },
        ignored: ["application"],
    });
    return items;
}
