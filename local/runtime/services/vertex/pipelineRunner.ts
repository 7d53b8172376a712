import { rmSync } from "node:fs";
import { join } from "node:path";
import type { PipelineComponent, PipelineSpec, PipelineTask } from "../../../../lib/formats";
import { type Cloud, type Inputs, lastPart } from "../../../simulator";
import { tenantProject } from "../../../simulator/services/vertex/copies";
import { locationOf, publicName } from "../../../simulator/services/vertex/names";
import {
    accountOf,
    artifactOf,
    type PipelineEntry,
    placeOfPipeline,
    type TaskRun,
    taskFolder,
    taskId,
    taskJob,
} from "../../../simulator/services/vertex/pipelineJob";
import { timeOf } from "../../../simulator/services/vertex/trainingJob";
import type { Containers } from "../../emulator/containers/containers";
import {
    type Constants,
    type ExecutorInput,
    mountedPath,
    parameterValue,
    resolvedCommand,
    resolvedText,
} from "./executorInput";
import { PipelineFiles } from "./pipelineFiles";
import {
    defaultsOf,
    dependencies,
    inputsOf,
    isTriggered,
    nothing,
    outputsOf,
    type Scope,
    type Values,
} from "./pipelineValues";

/** What a pipeline needs of this machine. */
export interface PipelineHost {
    cloud: Cloud;
    containers: Containers;
    /** For the files of tasks. */
    folder: string;
    /** Notes the states of all tasks. */
    record(tasks: TaskRun[]): void;
}

/** The lines of the log that a failed task keeps. */
const keptLines = 100;

/** Runs the tasks of a pipeline job in the order of their dependencies. */
export class PipelineRunner {
    private readonly tasks: TaskRun[] = [];
    private readonly spec: PipelineSpec;
    private hasFailed = false;

    constructor(
        private readonly host: PipelineHost,
        private readonly job: PipelineEntry,
        private readonly stopped: AbortSignal,
    ) {
        this.spec = job.state.pipelineSpec;
    }

    /** Returns the failed tasks of the root. */
    async run(): Promise<string[]> {
        const { root } = this.spec;
        const parameters = { ...defaultsOf(root), ...this.job.state.runtimeConfig.parameterValues };
        try {
            const { failed } = await this.dag(root, { parameters, artifacts: {} }, "");
            return failed;
        } finally {
            rmSync(this.host.folder, { recursive: true, force: true });
        }
    }

    /** Runs the tasks of a component. */
    private async dag(component: PipelineComponent, given: Values, prefix: string, parent?: TaskRun) {
        const all = component.dag?.tasks ?? {};
        const ends = new Map<string, Promise<Values | undefined>>();
        const failed: string[] = [];
        const end = (name: string): Promise<Values | undefined> => {
            const task = all[name] as PipelineTask;
            const run = this.noted(name, `${prefix}${name}`, parent);
            const begun =
                ends.get(name) ??
                Promise.all(dependencies(task).map(async (each) => [each, await end(each)] as const)).then((before) =>
                    this.task(task, run, { given, before: new Map(before), path: `${prefix}${name}` }),
                );
            ends.set(name, begun);
            return begun;
        };
        await Promise.all(Object.keys(all).map(end));
        for (const name of Object.keys(all)) {
            if (this.noted(name, `${prefix}${name}`, parent).state === "FAILED") {
                failed.push(name);
            }
        }
        return { failed, outputs: await outputsOf(component, ends) };
    }

    private noted(name: string, path: string, parent?: TaskRun): TaskRun {
        const id = taskId(this.job.id, path);
        const known = this.tasks.find((task) => task.id === id);
        if (known) {
            return known;
        }
        const task: TaskRun = { id, name, ...(parent && { parent: parent.id }), state: "PENDING" };
        this.tasks.push(task);
        return task;
    }

    private note(task: TaskRun, changes: Partial<TaskRun>): void {
        Object.assign(task, changes);
        this.host.record(this.tasks);
    }

    /** Runs a task after those that it depends on; undefined unless it succeeds. */
    private async task(task: PipelineTask, run: TaskRun, scope: Scope): Promise<Values | undefined> {
        const before = [...scope.before.values()];
        const isFast = this.job.state.runtimeConfig.failurePolicy === "PIPELINE_FAILURE_POLICY_FAIL_FAST";
        if (this.stopped.aborted || before.includes(undefined) || (isFast && this.hasFailed)) {
            this.note(run, { state: this.stopped.aborted ? "CANCELLED" : "NOT_TRIGGERED" });
            return undefined;
        }
        this.note(run, { state: "RUNNING", startTime: timeOf(this.host.cloud) });
        const log: string[] = [];
        try {
            const component = this.spec.components?.[task.componentRef.name] ?? ({} as PipelineComponent);
            const given = inputsOf(task, component, scope);
            if (!isTriggered(task, given)) {
                this.note(run, { state: "NOT_TRIGGERED", endTime: timeOf(this.host.cloud) });
                return undefined;
            }
            const outputs = await this.component(task, component, { run, given, path: scope.path, log });
            this.note(run, { state: "SUCCEEDED", endTime: timeOf(this.host.cloud), outputs: outputs.artifacts });
            return outputs;
        } catch (error) {
            this.hasFailed = true;
            const { message } = error as Error;
            const state = this.stopped.aborted ? "CANCELLED" : "FAILED";
            this.note(run, {
                state,
                endTime: timeOf(this.host.cloud),
                ...(state === "FAILED" && { failure: { code: 9, message }, log: log.length > 0 ? log : [message] }),
            });
            return undefined;
        }
    }

    private async component(task: PipelineTask, component: PipelineComponent, work: Work): Promise<Values> {
        if (component.dag) {
            const { failed, outputs } = await this.dag(component, work.given, `${work.path}.`, work.run);
            if (failed.length > 0) {
                throw new Error(
                    `The DAG failed because some tasks failed. The failed tasks are: [${failed.join(", ")}].`,
                );
            }
            return outputs;
        }
        const { container, importer } = this.spec.deploymentSpec?.executors?.[component.executorLabel ?? ""] ?? {};
        if (importer) {
            return this.imported(component, importer, work);
        }
        const attempts = 1 + (task.retryPolicy?.maxRetryCount ?? 0);
        const failedJobs: string[] = [];
        for (let attempt = 0; ; attempt++) {
            const job = taskJob(this.job.id, work.path, attempt);
            this.note(work.run, { job, ...(failedJobs.length > 0 && { failedJobs }) });
            try {
                return await this.container(component, container as Inputs, work);
            } catch (error) {
                if (attempt + 1 >= attempts || this.stopped.aborted) {
                    throw error;
                }
                failedJobs.push(job);
                work.log.length = 0;
            }
        }
    }

    /** An artifact that exists already. */
    private imported(component: PipelineComponent, importer: Inputs, { given, path }: Work): Values {
        const { constant, runtimeParameter } = importer.artifactUri ?? {};
        const uri = constant ?? given.parameters[runtimeParameter];
        const artifacts = Object.keys(component.outputDefinitions?.artifacts ?? {}).map((key) => {
            const made = artifactOf(this.job.id, path, key, String(uri), importer.typeSchema?.schemaTitle);
            return [key, { ...made, metadata: importer.metadata ?? {} }];
        });
        return { parameters: {}, artifacts: Object.fromEntries(artifacts) };
    }

    /** Runs a container once, and reads its outputs. */
    private async container(component: PipelineComponent, container: Inputs, work: Work): Promise<Values> {
        const { cloud, containers, folder } = this.host;
        const { job } = this;
        const place = placeOfPipeline(job);
        const serviceAccount = accountOf(job.state, place, cloud);
        const files = new PipelineFiles(cloud, join(folder, work.run.id), serviceAccount);
        const root = taskFolder(job, work.run, cloud);
        const input = executorInput(job, component, work, root);
        const constants = this.constants(work.run);
        resolveReferences(input, constants);
        for (const { uri } of Object.values(work.given.artifacts)) {
            files.fetch(uri);
        }
        const outputs = Object.values(input.outputs.artifacts).flatMap(({ artifacts }) => artifacts);
        for (const uri of [...outputs.map((artifact) => artifact.uri), `${root}/executor_output.json`]) {
            files.prepare(uri);
        }
        const title = `${lastPart(job.id)} ${work.path}`;
        const running = await containers.start({
            title,
            name: `vertex-${lastPart(job.id)}-${work.path}`.replaceAll(/[^\w.-]/g, "-"),
            project: tenantProject(job.id),
            region: locationOf(job.id),
            template: {
                serviceAccount,
                containers: [
                    {
                        name: "task",
                        image: container.image,
                        commands: resolvedCommand(container.command ?? [], input, constants),
                        args: resolvedCommand(container.args ?? [], input, constants),
                        envs: container.env ?? [],
                    },
                ],
            },
            // A task is a custom job: https://cloud.google.com/vertex-ai/docs/training/code-requirements#environment-variables
            variables: {
                CLOUD_ML_JOB_ID: lastPart(work.run.job ?? ""),
                CLOUD_ML_PROJECT_ID: cloud.projects.number(job.project),
                CLOUD_ML_REGION: locationOf(job.id),
            },
            folders: [{ source: files.folder, target: "/gcs", isReadOnly: false }],
            log: (line) => {
                work.log.push(line);
                work.log.splice(0, work.log.length - keptLines);
            },
            kind: "task",
        });
        const stop = () => void running.stop();
        this.stopped.addEventListener("abort", stop, { once: true });
        try {
            const code = await running.ended;
            if (code !== 0 || this.stopped.aborted) {
                throw new Error(
                    `The replica workerpool0-0 exited with a non-zero status of ${code}. Termination reason: Error. ${work.log.at(-1) ?? ""}`.trim(),
                );
            }
            return readOutputs(component, input, files);
        } finally {
            this.stopped.removeEventListener("abort", stop);
            await running.stop();
            files.remove();
        }
    }

    /** https://www.kubeflow.org/docs/components/pipelines/reference/sdk/: `dsl.PIPELINE_JOB_NAME_PLACEHOLDER` and others. */
    private constants({ id, name }: TaskRun): Constants {
        const { job } = this;
        return {
            pipeline_job_name: lastPart(job.id),
            pipeline_job_resource_name: publicName(job.id, this.host.cloud),
            pipeline_job_uuid: lastPart(job.id),
            pipeline_task_name: name,
            pipeline_task_uuid: id,
            pipeline_root: job.state.runtimeConfig.gcsOutputDirectory,
            pipeline_job_create_time_utc: job.state.createTime,
            pipeline_job_schedule_time_utc: job.state.createTime,
        };
    }
}

/** What a task is run with. */
interface Work {
    run: TaskRun;
    given: Values;
    /** The names of the components around it and its own: `condition-1.publish`. */
    path: string;
    log: string[];
}

/** An artifact as containers receive it. */
const runtimeArtifact = ({ name, uri, schemaTitle, schemaVersion, metadata = {} }: Inputs): Inputs => ({
    name,
    type: { schemaTitle, schemaVersion },
    uri,
    metadata,
});

function executorInput(job: PipelineEntry, component: PipelineComponent, work: Work, root: string): ExecutorInput {
    const { parameters = {}, artifacts = {} } = component.outputDefinitions ?? {};
    const list = (artifact: Inputs) => ({ artifacts: [runtimeArtifact(artifact)] });
    return {
        inputs: {
            parameterValues: work.given.parameters,
            artifacts: Object.fromEntries(
                Object.entries(work.given.artifacts).map(([name, artifact]) => [name, list(artifact)]),
            ),
        },
        outputs: {
            parameters: Object.fromEntries(
                Object.keys(parameters).map((key) => [key, { outputFile: mountedPath(`${root}/${key}`) }]),
            ),
            artifacts: Object.fromEntries(
                Object.entries(artifacts).map(([key, { artifactType }]) => [
                    key,
                    list(artifactOf(job.id, work.path, key, `${root}/${key}`, artifactType?.schemaTitle)),
                ]),
            ),
            outputFile: mountedPath(`${root}/executor_output.json`),
        },
    };
}

/** Texts that refer to other parameters, such as f-strings in Python: `{{$.inputs.parameters['pipelinechannel--a']}}-b`. */
function resolveReferences(input: ExecutorInput, constants: Constants): void {
    const { parameterValues } = input.inputs;
    input.inputs.parameterValues = Object.fromEntries(
        Object.entries(parameterValues).map(([name, value]) => [
            name,
            typeof value === "string" && value.includes("{{$.") ? resolvedText(value, input, constants) : value,
        ]),
    );
}

/** The outputs that a container has written, which are stored. */
function readOutputs(component: PipelineComponent, { outputs }: ExecutorInput, files: PipelineFiles): Values {
    const { outputFile } = outputs;
    const uriOf = (path: string) => path.replace(/^\/gcs\//, "gs://");
    const written: Inputs = JSON.parse(files.read(uriOf(outputFile)) ?? "{}");
    const values = nothing();
    for (const [key, { parameterType, isOptional }] of Object.entries(component.outputDefinitions?.parameters ?? {})) {
        const uri = uriOf(outputs.parameters[key]?.outputFile ?? "");
        const text = files.read(uri);
        const value =
            written.parameterValues?.[key] ?? (text === undefined ? undefined : parameterValue(parameterType, text));
        if (value === undefined && !isOptional) {
            throw new Error(`The task did not write the output parameter ${key}: ${mountedPath(uri)} is missing.`);
        }
        values.parameters[key] = value;
        files.store(uri);
    }
    for (const [key, { artifacts }] of Object.entries(outputs.artifacts)) {
        const [made = {}] = artifacts;
        const [changed = {}]: Inputs[] = written.artifacts?.[key]?.artifacts ?? [];
        const { type, ...artifact }: Inputs = { ...made, ...changed };
        files.store(artifact.uri);
        const metadata = { ...made.metadata, ...changed.metadata };
        values.artifacts[key] = { ...artifact, ...made.type, displayName: key, state: "LIVE", metadata };
    }
    files.store(uriOf(outputFile));
    return values;
}
