import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { install } from "../../toolchain";
import type { Deployment } from "../deploy/deployment";
import type { KubeObject } from "./kubectl";
import { writeSchemas } from "./schemas";

/** The objects of clusters as the program defines them, without server defaults. */
export async function sent(deployment: Deployment, stack: string): Promise<KubeObject[]> {
    const resources = await deployment.exported(stack);
    return resources.flatMap(({ type, inputs }) => (type.startsWith("kubernetes:") ? [inputs ?? {}] : []));
}

/**
 * The problems that kubeconform and kube-score find in a program's objects, such as `[WARNING] echo/echo
 * apps/v1/Deployment: …`.
 */
export async function findings(deployment: Deployment, objects: KubeObject[]): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), "slipway-lint-"));
    const file = join(folder, "objects.json");
    try {
        writeFileSync(file, objects.map((each) => JSON.stringify(each)).join("\n---\n"));
        const schemas = await writeSchemas(deployment, join(folder, "schemas"));
        return [...(await nonconforming(file, schemas, objects.length)), ...(await scored(file)), ...hasty(objects)];
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** kubeconform reports a kind without a schema as an error, and skipped objects would be missing in its summary. */
async function nonconforming(file: string, schemas: string, count: number): Promise<string[]> {
    const conform = join(await install("kubeconform", console.error), "kubeconform");
    const lines = await outputLines(conform, "-strict", "-summary", "-schema-location", schemas, file);
    const all = `Summary: ${count} resources found in 1 file - Valid: ${count}, Invalid: 0, Errors: 0, Skipped: 0`;
    return lines.filter((line) => line !== all);
}

async function scored(file: string): Promise<string[]> {
    const score = join(await install("kube-score", console.error), "kube-score");
    // "Configure Liveness, Readiness and Startup Probes": equal probes are correct if the liveness probe has a higher
    // threshold, which `hasty` checks.
    const lines = await outputLines(
        score,
        "score",
        "--output-format",
        "ci",
        "--ignore-test",
        "pod-probes-identical",
        file,
    );
    return lines.filter((line) => /^\[(CRITICAL|WARNING)\]/.test(line));
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
