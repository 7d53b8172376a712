import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { install } from "../../local/toolchain";
import type { Deployment } from "../deploy/deployment";
import { Accepted, type Finding, suppressions } from "../suppressions";
import type { KubeObject } from "./kubectl";
import { writeSchemas } from "./schemas";

/** The objects of clusters as the program defines them, without server defaults. */
export async function sent(deployment: Deployment, stack: string): Promise<KubeObject[]> {
    const resources = await deployment.exported(stack);
    return resources.flatMap(({ type, inputs }) => (type.startsWith("kubernetes:") ? [inputs ?? {}] : []));
}

/**
 * The problems that kubeconform and kube-score find in a program's objects, such as `deployment-replicas Deployment/echo`, without those
 * that are accepted.
 *
 * @param deployment a program with a cluster, which has the schemas
 */
export async function problems(
    deployment: Deployment,
    program: string,
    objects: KubeObject[],
    accepted = new Accepted("kube-score", suppressions.production),
): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), "slipway-lint-"));
    const file = join(folder, "objects.json");
    try {
        writeFileSync(file, objects.map((each) => JSON.stringify(each)).join("\n---\n"));
        const schemas = await writeSchemas(deployment, join(folder, "schemas"));
        const others = accepted.others(await scored(file, program));
        return [
            ...(await nonconforming(file, schemas, objects.length)),
            ...others.map(({ check, resource }) => `${check} ${resource}`),
            ...hasty(objects),
        ];
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** kubeconform reports a kind without a schema as an error, and skipped objects would be missing in its summary. */
async function nonconforming(file: string, schemas: string, count: number): Promise<string[]> {
    const conform = join(await install("kubeconform", console.error), "kubeconform");
    const lines = await outputLines(conform, "-strict", "-summary", "-schema-location", schemas, file);
    const found = `${count} ${count === 1 ? "resource" : "resources"} found in 1 file`;
    const all = `Summary: ${found} - Valid: ${count}, Invalid: 0, Errors: 0, Skipped: 0`;
    return lines.filter((line) => line !== all);
}

/** What kube-score says about an object, of which 10 is the best grade. */
interface Scored {
    type_meta: { kind: string };
    object_meta: { name: string };
    checks: { check: { id: string }; grade: number; skipped: boolean }[];
}

/** What kube-score finds, also by its optional checks. */
async function scored(file: string, program: string): Promise<Finding[]> {
    const score = join(await install("kube-score", console.error), "kube-score");
    const checks = (await outputLines(score, "list")).filter((line) => line.endsWith(",optional"));
    const optional = checks.flatMap((line) => ["--enable-optional-test", line.split(",")[0] as string]);
    // It is null if no check is about the kinds of the objects.
    const all: Scored[] | null = JSON.parse(
        (await outputLines(score, "score", "--output-format", "json", ...optional, file)).join("\n"),
    );
    return (all ?? []).flatMap(({ type_meta: { kind }, object_meta: { name }, checks }) =>
        checks
            .filter(({ grade, skipped }) => !skipped && grade < 10)
            .map(({ check: { id } }) => ({ check: id, program, resource: `${kind}/${name}` })),
    );
}

/** The output lines of a program that exits with 1 if it finds problems. */
async function outputLines(program: string, ...args: string[]): Promise<string[]> {
    const { stdout } = await promisify(execFile)(program, args).catch((error) => {
        if (error.code !== 1) {
            throw error;
        }
        return error;
    });
    return stdout.split("\n").filter(Boolean);
}

/** Containers that restart as soon as they are not ready. */
function hasty(objects: KubeObject[]): string[] {
    return objects.flatMap(({ kind, metadata, spec }) => {
        const containers: KubeObject[] = kind === "Deployment" ? spec.template.spec.containers : [];
        return containers.flatMap(({ readinessProbe, livenessProbe }) => {
            const isHasty = livenessProbe && seconds(livenessProbe) <= 2 * seconds(readinessProbe);
            return isHasty ? [`${metadata.name}: its liveness probe is not more patient than its readiness probe`] : [];
        });
    });
}

const seconds = ({ periodSeconds, failureThreshold }: KubeObject): number => periodSeconds * failureThreshold;
