import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { commandProgress } from "../../machine/progress";
import { compiled, type Report } from "../../toolchain";
import { configuration, Endpoint, endWithParent, unaryHandler } from "./protocol";

/**
 * Prints the path of the program that a deferred plugin starts. If it is missing something, prints the path of a provider that refuses
 * its resources with the reason: of a plugin that does not start, the engine only says that it has a bug.
 *
 * @param name the name of the plugin: `docker-build`
 */
export async function printProgram(
    name: string,
    find: (cloud: string, report: Report) => Promise<string>,
    { SLIPWAY_LOCAL_CLOUD: cloud }: NodeJS.ProcessEnv = process.env,
): Promise<void> {
    if (!cloud) {
        process.stderr.write("this provider only runs with 'slipway local': use 'slipway local <pulumi command>'\n");
        process.exitCode = 1;
        return;
    }
    const { report, interrupted } = commandProgress(process.argv[3]);
    const program = await Promise.race([find(cloud, report), interrupted]).catch((error) => {
        const reason = error instanceof Error ? error.message : String(error);
        return refusing(join(dirname(cloud), `${name}.sh`), reason);
    });
    // Ends what an interrupted command was building, too.
    process.stdout.write(`${program}\n`, () => process.exit());
}

/** A script that starts the provider with a reason. */
function refusing(file: string, reason: string): string {
    const command = [process.execPath, compiled(join("local", "simulator", "provider", "refusing.js")), reason].map(
        quoted,
    );
    writeFileSync(file, `#!/bin/sh\nexec ${command.join(" ")}\n`, { mode: 0o755 });
    return file;
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

async function main(reason: string): Promise<void> {
    const refuse = unaryHandler(() => {
        throw new Error(reason);
    });
    const { port } = await Endpoint.listen({
        ...configuration,
        configure: unaryHandler(() => new messages.ConfigureResponse().setSupportspreview(true)),
        check: unaryHandler((request: messages.CheckRequest) =>
            new messages.CheckResponse()
                .setInputs(request.getNews())
                .setFailuresList([new messages.CheckFailure().setReason(reason)]),
        ),
        diff: refuse,
        create: refuse,
        read: refuse,
        update: refuse,
        delete: refuse,
        invoke: refuse,
        getPluginInfo: unaryHandler(() => new PluginInfo()),
        cancel: unaryHandler(() => new Empty()),
    });
    process.stdout.write(`${port}\n`);
    endWithParent();
}

if (require.main === module) {
    void main(String(process.argv[2]));
}
