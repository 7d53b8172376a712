import { progress } from "../../../lib/commandLine";
import { findProject } from "../../../lib/project";
import type { Exported } from "../../machine/exported";
import { resourcesOf } from "../../machine/stacks";
import { workspace } from "../../machine/workspace";
import { Engine } from "./engine";
import { runPulumi } from "./pulumiCommand";

export interface ReadOptions {
    /** The stack; by default the selected one. */
    stack?: string;
    /** The folder of the program; by default the current one. */
    cwd?: string;
    /** Read what the next deployment would make of the stack. */
    preview?: boolean;
    /** The local Google Cloud, instead of the backend of the user. */
    local: boolean;
    report?: (line: string) => void;
}

/** What a deployment would do with a resource. */
export type Operation = "create" | "update" | "replace" | "delete" | "same";

/** The resources of a stack. */
export interface StackResources {
    project: string;
    stack: string;
    /** After the last deployment, or, in a preview, after the next one; resources that it deletes are last. */
    resources: Exported[];
    /** Only of a preview: what happens to each resource, by URN. */
    operations?: Map<string, Operation>;
}

/** A step of `pulumi preview --json`. */
export interface Step {
    op: string;
    urn: string;
    oldState?: Exported;
    newState?: Exported;
    /** The properties that differ, by path, such as `labels.team`. */
    detailedDiff?: Record<string, { kind: string }> | null;
    /** The properties because of which the resource is replaced. */
    replaceReasons?: string[];
}

/** A message of `pulumi preview --json`. */
interface Diagnostic {
    severity: string;
    message: string;
    /** The resource that it is about. */
    urn?: string;
}

/** What `pulumi preview --json` prints, also if it fails. */
export interface Preview {
    code: number;
    steps: Step[];
    /** Errors and warnings. */
    diagnostics: Diagnostic[];
    /** The errors as text; without JSON, all that was printed. */
    text: string;
}

/**
 * Reads the resources of a stack. Secrets are either encrypted, as in the state, or the text `[secret]` in a preview.
 */
export async function readResources(options: ReadOptions): Promise<StackResources> {
    const { cwd = ".", preview: isPreview = false, local } = options;
    const { project } = findProject(cwd);
    const { stack, preview, resources: deployed } = await openStack(options);
    if (isPreview) {
        progress(`previewing ${stack}…`);
        const { code, steps, text } = await preview();
        if (code !== 0) {
            throw new Error(`the preview of the stack ${stack} failed:\n${text}`);
        }
        return { project, stack, ...afterSteps(steps) };
    }
    const resources = await deployed();
    if (resources.length === 0) {
        const up = local ? "npx slipway local up" : "pulumi up";
        throw new Error(
            `the stack ${stack} has no resources. Deploy it with '${up} -s ${stack}', or read what that would create with --preview.`,
        );
    }
    return { project, stack, resources };
}

/** The resources without those that the previewed deployment deletes. */
export const remaining = ({ resources, operations }: StackResources): Exported[] =>
    resources.filter(({ urn }) => operations?.get(urn) !== "delete");

/** Opens a stack, to read its resources, or to preview it several times. */
export async function openStack(options: Omit<ReadOptions, "preview">) {
    const { cwd = ".", local } = options;
    const run = local ? localRunner(options) : realRunner(options);
    const given = options.stack ?? process.env.PULUMI_STACK;
    progress(`reading ${given ?? "the selected stack"}…`);
    const stack = given ?? (await selectedStack(run, local));
    return {
        stack,
        preview: () => previewed(run, stack),
        /** Those after the last deployment; none if it was never deployed. */
        resources: async () => (local ? resourcesOf(workspace(cwd), stack) : exported(run, stack)),
    };
}

/** Runs a Pulumi command, and returns its exit code and output. */
type Run = (...args: string[]) => Promise<{ code: number; output: string }>;

function localRunner({ cwd = ".", report }: ReadOptions): Run {
    let engine: Promise<Engine> | undefined;
    // Which Pulumi is used is of interest only if it has to be built.
    const onlyBuilding = (line: string) => line.startsWith("using ") || report?.(line);
    return async (...args) => {
        engine ??= Engine.start(workspace(cwd), { report: onlyBuilding });
        return (await engine).run(args, "quiet");
    };
}

function realRunner({ cwd = "." }: ReadOptions): Run {
    const environment = {
        ...process.env,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // Would replace the one object of `preview --json` by one per event.
        PULUMI_ENABLE_STREAMING_JSON_PREVIEW: undefined,
    };
    return (...args) =>
        runPulumi(args, "quiet", { environment, folder: cwd }).catch((error: NodeJS.ErrnoException) => {
            if (error.code === "ENOENT") {
                throw new Error(
                    "pulumi is not on PATH, which reads the stack. Install it: https://www.pulumi.com/docs/install/",
                );
            }
            throw error;
        });
}

async function selectedStack(run: Run, local: boolean): Promise<string> {
    const { code, output } = await run("stack", "--show-name", "--non-interactive");
    if (code !== 0) {
        const select = local ? "npx slipway local stack select dev" : "pulumi stack select dev";
        throw new Error(`no stack is selected. Name one with '-s dev', or select one with '${select}'.`);
    }
    return output.trim();
}

async function exported(run: Run, stack: string): Promise<Exported[]> {
    const { code, output } = await run("stack", "export", "--stack", stack, "--non-interactive");
    if (code !== 0) {
        throw new Error(`the stack ${stack} could not be read:\n${output.trim()}`);
    }
    return jsonIn(output)?.deployment?.resources ?? [];
}

async function previewed(run: Run, stack: string): Promise<Preview> {
    const { code, output } = await run("preview", "--stack", stack, "--json", "--show-sames", "--non-interactive");
    const { steps = [], diagnostics = [] } = jsonIn(output) ?? {};
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const messages = errors.map(({ message }) => message.trim());
    return { code, steps, diagnostics, text: messages.length > 0 ? messages.join("\n") : output.trim() };
}

/** The resources after the steps of a preview. A replacement has several steps of one URN. */
export function afterSteps(steps: Step[]): { resources: Exported[]; operations: Map<string, Operation> } {
    const resources = new Map<string, Exported>();
    const deleted = new Map<string, Exported>();
    const operations = new Map<string, Operation>();
    for (const { op, urn, oldState, newState } of steps) {
        const operation = changes[op] ?? "same";
        if (operations.get(urn) !== "replace") {
            operations.set(urn, operation);
        }
        if (operation === "delete" && oldState) {
            deleted.set(urn, oldState);
        } else if (newState) {
            // The new state has no outputs yet.
            resources.set(urn, { ...oldState, ...newState });
        }
    }
    const gone = [...deleted].filter(([urn]) => !resources.has(urn)).map(([, state]) => state);
    return { resources: [...resources.values(), ...gone], operations };
}

/** Steps that change something. Others, such as `same`, `read` and `refresh`, do not. */
const changes: Record<string, Operation> = {
    create: "create",
    import: "create",
    update: "update",
    replace: "replace",
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "import-replacement": "replace",
    "read-replacement": "replace",
    delete: "delete",
    discard: "delete",
};

/** What commands print as JSON. */
interface Printed {
    deployment?: { resources?: Exported[] };
    steps?: Step[];
    diagnostics?: Diagnostic[];
}

/** The object in the output of a command, in one line or indented, before and after which there can be warnings. */
function jsonIn(output: string): Printed | undefined {
    const [found] = /^\{(.*\}$|[\s\S]*?^\}$)/m.exec(output) ?? [];
    return found === undefined ? undefined : JSON.parse(found);
}
