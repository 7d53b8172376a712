import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { Cloud } from "../../local/simulator/cloud/cloud";
import type { Inputs } from "../../local/simulator/rules/rules";
import { contentOf } from "./deployedFunction";
import { answering, freePort, type Running } from "./process";
import { pythonWith } from "./python";

/** A running version of a standard service. */
export interface RunningVersion extends Running {
    /** Its deployed configuration. */
    deployed: Inputs;
    /** The folder of its static files, which the code cannot read. */
    files: string;
}

const path = (project: string, service: string) => `//appengine.googleapis.com/apps/${project}/services/${service}`;

/** The deployed configuration of a version. */
export function deployedVersion(cloud: Cloud, project: string, service: string, id: string): Inputs {
    const found = cloud.store.read(`${path(project, service)}/versions/${id}`);
    if (!found) {
        throw new Error(`there is no version '${id}' of '${service}' in ${project}`);
    }
    return found.state as Inputs;
}

/** The IDs of a service's versions. */
export function versionsOf(cloud: Cloud, project: string, service: string): string[] {
    const all = cloud.store.list(`${path(project, service)}/versions`);
    return all.filter(({ type }) => type !== undefined).map(({ state }) => String(state.versionId));
}

/** The traffic split of a service. */
export function splitOf(
    cloud: Cloud,
    project: string,
    service: string,
): { allocations: Record<string, number> } & Inputs {
    const found = cloud.store.read(path(project, service));
    if (!found) {
        throw new Error(`there is no service '${service}' in ${project}`);
    }
    return found.state.split as ReturnType<typeof splitOf>;
}

/** Writes the files of a version from its objects: those of the code, and static files that App Engine serves. */
function laidOut(cloud: Cloud, { deployment, handlers }: Inputs, folders: { code: string; files: string }): void {
    const statics: Inputs[] = handlers.flatMap(({ staticFiles }: Inputs) => (staticFiles ? [staticFiles] : []));
    for (const { name, sourceUrl } of deployment.files) {
        const [, bucket, object] = /^https:\/\/storage\.googleapis\.com\/([^/]+)\/(.+)$/.exec(sourceUrl) ?? [];
        const content = contentOf(cloud, bucket as string, object as string);
        const uploading = statics.filter(({ uploadPathRegex }) => new RegExp(`^(?:${uploadPathRegex})$`).test(name));
        const isReadable = uploading.length === 0 || uploading.some(({ applicationReadable }) => applicationReadable);
        for (const folder of [
            ...(isReadable ? [folders.code] : []),
            ...(uploading.length > 0 ? [folders.files] : []),
        ]) {
            mkdirSync(dirname(join(folder, name)), { recursive: true });
            writeFileSync(join(folder, name), content);
        }
    }
}

/**
 * Starts a version like App Engine: installs its requirements, runs its entrypoint in a shell, and sends a warm-up
 * request.
 */
export async function started(cloud: Cloud, deployed: Inputs, more: Record<string, string>): Promise<RunningVersion> {
    const { project, service, versionId, envVariables, entrypoint, inboundServices = [] } = deployed;
    const folder = mkdtempSync(join(tmpdir(), "slipway-version-"));
    const [code, files, programs] = ["code", "files", "programs"].map((name) => join(folder, name)) as [
        string,
        string,
        string,
    ];
    laidOut(cloud, deployed, { code, files });
    const python = await pythonWith(code);
    // Scripts of a virtual environment contain the path of the folder in which it was created, which is another one.
    mkdirSync(programs);
    writeFileSync(join(programs, "gunicorn"), `#!/bin/sh\nexec ${python} -m gunicorn "$@"\n`);
    chmodSync(join(programs, "gunicorn"), 0o755);
    const port = await freePort();
    const running = await answering({
        name: `The version '${versionId}' of '${service}'`,
        program: "/bin/sh",
        args: ["-c", `exec ${entrypoint.shell}`],
        folder: code,
        port,
        // "Python runtime environment": variables that App Engine sets.
        environment: {
            PATH: [programs, dirname(python), process.env.PATH].join(delimiter),
            PORT: String(port),
            GAE_ENV: "standard",
            GAE_SERVICE: service,
            GAE_VERSION: versionId,
            GOOGLE_CLOUD_PROJECT: project,
            ...envVariables,
            ...more,
        },
        probe: "/_ah/start",
    });
    const stop = async () => {
        await running.stop();
        rmSync(folder, { recursive: true, force: true });
    };
    if (inboundServices.includes("INBOUND_SERVICE_WARMUP")) {
        const { status } = await fetch(`${running.url}/_ah/warmup`, { headers: { connection: "close" } });
        if (status >= 400) {
            await stop();
            throw new Error(`The version '${versionId}' of '${service}' does not warm up: ${running.output()}`);
        }
    }
    return { ...running, stop, deployed, files };
}
