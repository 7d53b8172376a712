import * as pulumi from "@pulumi/pulumi";
import { version as sdk } from "@pulumi/pulumi/version";
import { compareVersions } from "../formats/version";
import { deferredError, problem } from "../internal/arguments/argumentsError";
import { isConnected, isMocked, supportsErrorHooks } from "../internal/engine/pulumiSdk";
import { packageFile } from "../internal/sources/packageFile";

/** The first version whose CLI says its version, and has error hooks: https://github.com/pulumi/pulumi/releases/tag/v3.217.0 */
const first = "3.217.0";

/** The oldest version of Pulumi, from this package's `package.json`. */
export function requiredPulumi(): string {
    const { peerDependencies } = JSON.parse(packageFile("package.json"));
    return peerDependencies["@pulumi/pulumi"].replace("^", "");
}

/**
 * Refuses programs with an older Pulumi, which does not run the error hooks that repeat refused calls, so that the first `up` fails: CLIs
 * pass {@link https://github.com/pulumi/pulumi/pull/23347 all errors} to them since 3.244, and the SDK
 * {@link https://github.com/pulumi/pulumi/pull/23375 keeps} them since 3.245.
 */
export function refuseOldPulumi(): void {
    if (isMocked() || !isConnected()) {
        return;
    }
    const required = requiredPulumi();
    if (compareVersions(sdk, required) < 0) {
        throw tooOld(`@pulumi/pulumi is ${sdk}`, `Run 'npm install @pulumi/pulumi@^${required}'.`);
    }
    if (!supportsErrorHooks()) {
        throw oldCli(`older than ${first}`);
    }
    pulumi.runtime.requirePulumiVersion(`>=${required}`).catch(({ message }: Error) => {
        const [, cli] = /CLI version (\S+) does not satisfy/.exec(message) ?? [];
        if (cli) {
            // Ends the program.
            void Promise.reject(oldCli(cli));
        }
    });
}

const oldCli = (cli: string) =>
    tooOld(
        `the Pulumi CLI is ${cli}, and @pulumi/pulumi is ${sdk}`,
        "Upgrade the CLI: https://www.pulumi.com/docs/install/.",
    );

function tooOld(versions: string, remedy: string): pulumi.RunError {
    const reason = `Pulumi ${requiredPulumi()} or newer is needed (${versions}). ${remedy}`;
    return deferredError("slipway", [problem("", "stack/pulumi-too-old", reason)]);
}
