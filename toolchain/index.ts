import { realpathSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { install } from "./build";
import { find, run } from "./process";
import { pinnedVersion } from "./tool";

export { install } from "./build";
export { cache, compiled, packageFolder } from "./places";
export { tools } from "./tool";

/** A Pulumi CLI with a Node language host. */
export interface Pulumi {
    /** The PATH to run it with, on which both are found. */
    path: string;
    version: string;
    /** Whether it is the user's own, or was built from source by {@link install}. */
    origin: "PATH" | "built";
}

export interface PulumiOptions {
    /**
     * Take the pinned version whatever is on PATH, as for a test whose result must not depend on the machine. On a machine that cannot
     * build it, `SLIPWAY_PULUMI=PATH` takes the one on PATH all the same.
     */
    pinned: boolean;
    /** Receives the lines that tell what is done and which Pulumi is used. */
    report: (line: string) => void;
}

/**
 * From 3.187, which is the pinned language host's version and so the oldest that slipway is tested with; below 4, which
 * may break what programs rely on.
 */
const oldestMinor = 187;

/** The user's own Pulumi if it is suitable, which costs no build and is what they deploy with; else the pinned one. */
export async function pulumi({ pinned, report }: PulumiOptions): Promise<Pulumi> {
    const path = process.env.PATH ?? "";
    const isPinned = pinned && process.env.SLIPWAY_PULUMI !== "PATH";
    const own = isPinned ? { unsuitable: "the pinned one is asked for" } : await onPath();
    if ("version" in own) {
        report(`using pulumi ${own.version} from PATH`);
        return { path, version: own.version, origin: "PATH" };
    }
    try {
        const folder = await install("pulumi", report);
        report(`using pulumi ${pinnedVersion("pulumi")}, built from source: ${own.unsuitable}`);
        return { path: [folder, path].join(delimiter), version: pinnedVersion("pulumi"), origin: "built" };
    } catch (error) {
        if (isPinned) {
            throw error;
        }
        throw new Error(
            `Pulumi is needed, and ${own.unsuitable}.\n` +
                `Either install Pulumi 3.${oldestMinor}.0 or newer (below 4), https://www.pulumi.com/docs/install:\n` +
                "    macOS:   brew install pulumi/tap/pulumi\n" +
                "    Linux:   curl -fsSL https://get.pulumi.com | sh\n" +
                "    Windows: winget install Pulumi.Pulumi\n" +
                `or make its build from source work. ${(error as Error).message}`,
            { cause: error },
        );
    }
}

/** The version of the `pulumi` on PATH, or why it does not serve. */
async function onPath(): Promise<{ version: string } | { unsuitable: string }> {
    const program = find("pulumi");
    if (program === undefined) {
        return { unsuitable: "there is no 'pulumi' on PATH" };
    }
    let version: string;
    try {
        const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
        version = (await run(program, ["version"], { env, timeout: 30_000 })).trim().replace(/^v/, "");
    } catch (error) {
        return { unsuitable: `'pulumi version' of the one on PATH failed: ${(error as Error).message}` };
    }
    const [, major, minor] = /^(\d+)\.(\d+)\./.exec(version) ?? [];
    if (Number(major) !== 3 || Number(minor) < oldestMinor) {
        return { unsuitable: `the pulumi on PATH is '${version}', not 3.${oldestMinor}.0 or newer and below 4` };
    }
    const beside = [dirname(program), dirname(realpathSync(program))];
    if (!find("pulumi-language-nodejs", beside) && !find("pulumi-language-nodejs")) {
        return { unsuitable: `the pulumi ${version} on PATH has no 'pulumi-language-nodejs' beside it or on PATH` };
    }
    return { version };
}
