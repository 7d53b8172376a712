import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import type { Cloud } from "../../local/simulator/cloud/cloud";
import type { Entry } from "../../local/simulator/cloud/store";
import type { Inputs } from "../../local/simulator/rules/rules";
import { objectName } from "../../local/simulator/services/storage";
import { type RunningFunction, serveFunction } from "./python";

/** The deployed configuration that is required to run a function. */
export interface DeployedFunction {
    url: string;
    entryPoint: string;
    variables: Record<string, string>;
    isEventDriven: boolean;
    /** The bytes of its archive. */
    archive: Buffer;
}

/** A function that was deployed to a project. */
export function deployedFunction(cloud: Cloud, project: string, name: string): DeployedFunction {
    const type = "gcp:cloudfunctionsv2/function:Function";
    const isFound = (entry: Entry) => entry.type === type && entry.project === project && entry.state.name === name;
    const found = cloud.store.list().find(isFound);
    if (!found) {
        throw new Error(`there is no function '${name}' in ${project}`);
    }
    const { buildConfig, serviceConfig, eventTrigger }: Inputs = found.state;
    const { bucket, object } = buildConfig.source.storageSource;
    return {
        url: serviceConfig.uri,
        entryPoint: buildConfig.entryPoint,
        variables: serviceConfig.environmentVariables,
        isEventDriven: eventTrigger !== undefined,
        archive: contentOf(cloud, bucket, object),
    };
}

/** The bytes of an object in a bucket. */
export function contentOf(cloud: Cloud, bucket: string, name: string): Buffer {
    return cloud.store.content(cloud.store.read(objectName(bucket, name))?.content as string);
}

/** Unpacks the archive of a function into a folder. */
export function unpacked({ archive }: DeployedFunction, folder: string): void {
    for (const [path, content] of Object.entries(unzipSync(archive))) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
    }
}

/** Runs a function from its archive with its deployed environment, and additional variables. */
export async function start(deployed: DeployedFunction, more: Record<string, string>): Promise<RunningFunction> {
    const folder = mkdtempSync(join(tmpdir(), "slipway-function-"));
    unpacked(deployed, folder);
    const running = await serveFunction(folder, {
        target: deployed.entryPoint,
        signatureType: deployed.isEventDriven ? "cloudevent" : "http",
        environment: { ...deployed.variables, ...more },
    });
    const stop = async () => {
        await running.stop();
        rmSync(folder, { recursive: true, force: true });
    };
    return { ...running, stop };
}
