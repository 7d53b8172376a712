import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

interface Step {
    id?: string;
    if?: string;
    uses?: string;
    with?: Record<string, string>;
    run?: string;
    env?: Record<string, string>;
}

interface Job {
    needs?: string;
    if?: string;
    environment?: string;
    permissions?: Record<string, string>;
    env?: Record<string, string>;
    steps: Step[];
}

interface Workflow {
    permissions?: Record<string, string>;
    defaults: { run: { shell: string } };
    jobs: Record<string, Job>;
}

/** What happened in the repository. */
export interface RepositoryEvent {
    name: "pull_request" | "push" | "workflow_dispatch";
    ref: string;
    sha: string;
    inputs?: Record<string, string>;
    /** The repository of the pull request's branch, if it is a fork. */
    fork?: string;
}

/** What an action gets, and sets for the steps after it. */
export interface ActionCall {
    inputs: Record<string, string>;
    /** The folder of the job. */
    folder: string;
    /** Environment variables of the later steps. */
    env: NodeJS.ProcessEnv;
    outputs: Record<string, string>;
    /** The claims of the job's identity token; undefined if it may not request one. */
    claims?: object;
    sha: string;
}

export interface Runner {
    repository: string;
    /** The actions by their names without versions. */
    actions: Record<string, (call: ActionCall) => Promise<unknown>>;
    /** The variables of GitHub's environments. */
    variables: Record<string, Record<string, string>>;
    /** The environments whose deployments have to be approved. */
    reviewed: string[];
    /** The folder in which jobs get theirs. */
    home: string;
    env: NodeJS.ProcessEnv;
}

type Result = "success" | "failure" | "skipped" | "waiting";

/**
 * A run of a workflow of GitHub Actions on this machine: its jobs in their order, with the conditions, permissions, environments and
 * variables that they have there. Scripts run as they are written, by the shell that GitHub uses.
 */
export class WorkflowRun {
    readonly results: Record<string, Result> = {};
    /** The output of the scripts by job. */
    readonly output: Record<string, string> = {};
    /** The summaries by job. */
    readonly summary: Record<string, string> = {};
    private readonly workflow: Workflow;

    private constructor(
        workflow: string,
        private readonly event: RepositoryEvent,
        private readonly runner: Runner,
    ) {
        this.workflow = parse(workflow);
    }

    /** Runs the jobs until one has to be approved. */
    static async start(workflow: string, event: RepositoryEvent, runner: Runner): Promise<WorkflowRun> {
        const run = new WorkflowRun(workflow, event, runner);
        await run.continue(runner.reviewed);
        return run;
    }

    /** Approves the deployments that wait. */
    async approve(): Promise<this> {
        await this.continue([]);
        return this;
    }

    private async continue(reviewed: string[]): Promise<void> {
        for (const [name, job] of Object.entries(this.workflow.jobs)) {
            if (this.results[name] === undefined || this.results[name] === "waiting") {
                const isNext = job.needs === undefined || this.results[job.needs] === "success";
                const isWanted = isNext && (job.if === undefined || Boolean(evaluate(job.if, this.contexts(job))));
                const mustWait = job.environment !== undefined && reviewed.includes(job.environment);
                this.results[name] =
                    job.needs !== undefined && this.results[job.needs] === "waiting"
                        ? "waiting"
                        : !isWanted
                          ? "skipped"
                          : mustWait
                            ? "waiting"
                            : await this.runJob(name, job);
            }
        }
    }

    private contexts({ environment }: Job) {
        const { name, ref, sha, inputs = {}, fork } = this.event;
        const { repository, variables } = this.runner;
        const event =
            name === "pull_request" ? { pull_request: { head: { repo: { full_name: fork ?? repository } } } } : {};
        return {
            github: { event_name: name, repository, ref, sha, event },
            inputs,
            vars: environment === undefined ? {} : variables[environment],
        };
    }

    private async runJob(name: string, job: Job): Promise<Result> {
        const temporary = mkdtempSync(join(this.runner.home, `${name}-`));
        const folder = join(temporary, "work");
        mkdirSync(folder);
        const summary = join(temporary, "summary.md");
        writeFileSync(summary, "");
        const contexts = this.contexts(job);
        const { github } = contexts;
        const env: NodeJS.ProcessEnv = {
            ...this.runner.env,
            CI: "true",
            GITHUB_ACTIONS: "true",
            GITHUB_EVENT_NAME: github.event_name,
            GITHUB_REPOSITORY: github.repository,
            GITHUB_REF: github.ref,
            GITHUB_SHA: github.sha,
            GITHUB_WORKSPACE: folder,
            GITHUB_STEP_SUMMARY: summary,
            RUNNER_TEMP: temporary,
            ...interpolated(job.env, contexts),
        };
        this.output[name] = "";
        const steps: Record<string, { outputs: Record<string, string> }> = {};
        let result: Result = "success";
        for (const step of job.steps) {
            const known = { ...contexts, steps, env };
            if (step.if !== undefined && !evaluate(step.if, known)) {
                continue;
            }
            if (step.uses !== undefined) {
                const [action = ""] = step.uses.split("@");
                const act = this.runner.actions[action];
                if (act === undefined) {
                    throw new Error(`${name}: there is no action ${action} here`);
                }
                const inputs = interpolated(step.with, known);
                const outputs = {};
                await act({ inputs, folder, env, outputs, claims: this.claims(job), sha: github.sha });
                if (step.id !== undefined) {
                    steps[step.id] = { outputs };
                }
            } else {
                const script = join(temporary, "script.sh");
                writeFileSync(script, interpolate(step.run ?? "", known));
                const { code, output } = await bash(script, folder, { ...env, ...interpolated(step.env, known) });
                this.output[name] += output;
                if (code !== 0) {
                    result = "failure";
                    break;
                }
            }
        }
        this.summary[name] = readFileSync(summary, "utf8");
        return result;
    }

    /** https://docs.github.com/en/actions/reference/security/oidc */
    private claims({ environment, permissions = this.workflow.permissions }: Job): object | undefined {
        const { name, ref, sha, fork } = this.event;
        const { repository } = this.runner;
        // GitHub issues no tokens for pull requests of forks.
        return permissions?.["id-token"] !== "write" || fork !== undefined
            ? undefined
            : {
                  sub: `repo:${repository}:${environment ? `environment:${environment}` : `ref:${ref}`}`,
                  repository,
                  repository_owner: repository.split("/")[0],
                  event_name: name,
                  environment,
                  ref,
                  ref_type: "branch",
                  sha,
              };
    }
}

/** The value of an expression, which has the syntax of JavaScript as long as it has only these operators. */
function evaluate(expression: string, contexts: object): unknown {
    if (!/^([\w.\s()-]|'[^']*'|==|!=|&&|\|\|)+$/.test(expression)) {
        throw new Error(`the expression cannot be evaluated here: ${expression}`);
    }
    return new Function(...Object.keys(contexts), `return (${expression});`)(...Object.values(contexts));
}

const interpolate = (text: string, contexts: object) =>
    text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression) => String(evaluate(expression, contexts) ?? ""));

const interpolated = (values: Record<string, unknown> | undefined, contexts: object): Record<string, string> =>
    Object.fromEntries(
        Object.entries(values ?? {}).map(([name, value]) => [name, interpolate(String(value), contexts)]),
    );

/** Runs a script as `shell: bash` does: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax */
function bash(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<{ code: number; output: string }> {
    return new Promise((resolve, reject) => {
        const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
            cwd,
            env,
            stdio: ["ignore", "pipe", "pipe"],
        });
        let output = "";
        for (const stream of [child.stdout, child.stderr]) {
            stream.on("data", (bytes) => {
                output += bytes;
            });
        }
        child.on("error", reject);
        child.on("close", (code) => resolve({ code: code ?? 1, output }));
    });
}
