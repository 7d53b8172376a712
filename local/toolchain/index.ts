import { readFileSync, realpathSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { install } from "./build";
import { packageFolder } from "./paths";
import { find, run } from "./process";
import { pinnedVersion } from "./tool";

export type { Report } from "./build";
export { install } from "./build";
export { cache, compiled, packageFolder } from "./paths";
export { tools } from "./tool";

/** A Pulumi CLI with a Node.js language host. */
export interface Pulumi {
    /** The PATH that contains both. */
    path: string;
    version: string;
    /** Whether it is the user's own Pulumi, or built from source by {@link install}. */
    origin: "PATH" | "built";
}

export interface PulumiOptions {
    /**
     * Use the pinned version, whatever is on PATH, for tests that must not depend on the machine. If it cannot be
     * built, `SLIPWAY_PULUMI=PATH` selects the one on PATH.
     */
    pinned: boolean;
    /** Receives progress messages, and which Pulumi is used. */
    report: (line: string) => void;
}

/** The oldest version that programs accept, from the `package.json`; versions from 4 on can have breaking changes. */
export function oldestPulumi(): string {
    const folder = packageFolder();
    const file = join(basename(folder) === "dist" ? dirname(folder) : folder, "package.json");
    const { peerDependencies } = JSON.parse(readFileSync(file, "utf8"));
    return peerDependencies["@pulumi/pulumi"].replace("^", "");
}

/** Returns the user's own Pulumi if it is suitable, which needs no build; otherwise the pinned version. */
export async function pulumi({ pinned, report }: PulumiOptions): Promise<Pulumi> {
    const path = process.env.PATH ?? "";
    const isPinned = pinned && process.env.SLIPWAY_PULUMI !== "PATH";
    const own = isPinned ? { unsuitable: "the pinned version is requested" } : await onPath();
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
            `Pulumi is required, but ${own.unsuitable}.\n` +
                `Either install Pulumi ${oldestPulumi()} or newer (below 4), https://www.pulumi.com/docs/install:\n` +
                "    macOS:   brew install pulumi/tap/pulumi\n" +
                "    Linux:   curl -fsSL https://get.pulumi.com | sh\n" +
                "    Windows: winget install Pulumi.Pulumi\n" +
                `or fix the build from source. ${(error as Error).message}`,
            { cause: error },
        );
    }
}

/** The version of `pulumi` on PATH, or why it is not suitable. */
async function onPath(): Promise<{ version: string } | { unsuitable: string }> {
    const program = find("pulumi");
    if (program === undefined) {
        return { unsuitable: "'pulumi' is not on PATH" };
    }
    let version: string;
    try {
        const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
        version = (await run(program, ["version"], { env, timeout: 30_000 })).trim().replace(/^v/, "");
    } catch (error) {
        return { unsuitable: `'pulumi version' failed: ${(error as Error).message}` };
    }
    const oldest = oldestPulumi();
    const [[major, minor], [oldestMajor, oldestMinor]] = [version, oldest].map((each) =>
        each.split(".").map(Number),
    ) as [[number, number], [number, number]];
    if (major !== oldestMajor || !(minor >= oldestMinor)) {
        return {
            unsuitable: `the pulumi on PATH is '${version}', not ${oldest} or newer and below ${oldestMajor + 1}`,
        };
    }
    const existing = [dirname(program), dirname(realpathSync(program))];
    if (!find("pulumi-language-nodejs", existing) && !find("pulumi-language-nodejs")) {
        return { unsuitable: `pulumi ${version} on PATH has no 'pulumi-language-nodejs' in its folder or on PATH` };
    }
    return { version };
}
