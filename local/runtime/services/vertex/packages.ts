import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Cloud, type Inputs, lastPart } from "../../../simulator";
import { objectName } from "../../../simulator/services/storage/names";
import { ContainersError } from "../../emulator/containers/launch";

/** The folder of the container with the packages. */
export const packageFolder = "/var/packages";

/**
 * Installs each package without its dependencies, then those, and runs the module: the commands in the log of a job.
 * https://cloud.google.com/vertex-ai/docs/training/create-python-pre-built-container
 */
const script = (names: string[]) =>
    [
        "set -e",
        ...names.flatMap((name) => [
            `pip3 install --user --upgrade --force-reinstall --no-deps '${packageFolder}/${name}'`,
            `pip3 install --user '${packageFolder}/${name}'`,
        ]),
        'exec python3 -m "$0" "$@"',
    ].join("\n");

/** The container of a Python package, in the executor image. */
export function packageContainer({ executorImageUri, packageUris, pythonModule, args = [], env }: Inputs): Inputs {
    const names = (packageUris as string[]).map(lastPart);
    return {
        image: executorImageUri,
        commands: ["sh", "-c", script(names), pythonModule],
        args,
        envs: env,
    };
}

/** Copies the packages of a job from Cloud Storage to a folder. */
export function downloadPackages(cloud: Cloud, { packageUris }: Inputs, folder: string): void {
    for (const uri of packageUris as string[]) {
        const [, bucket = "", object = ""] = /^gs:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
        const found = cloud.store.read(objectName(bucket, object));
        if (!found) {
            throw new ContainersError(`The package ${uri} does not exist.`);
        }
        const content = found.content === undefined ? "" : cloud.store.content(found.content);
        writeFileSync(join(folder, lastPart(object)), content);
    }
}
