/**
 * The command `slipway doctor`.
 *
 * @packageDocumentation
 */
import { spawnSync } from "node:child_process";
import { homedir } from "node:os";
import { Command } from "commander";
import { examples, hasColors, progress } from "../commandLine";
import { findProject, type Project } from "../project";
import { backend, googleCredentials, locks } from "./access";
import { error, type Finding, type Surroundings } from "./finding";
import { docker, nodeVersion, proxy, pulumiVersion } from "./machine";
import { packages, passphrase, plugin, stacks, typescript } from "./program";

export type { Finding, Surroundings } from "./finding";

/** More checks of a program, such as the checks of the local Google Cloud. */
export type MoreChecks = (folder: string) => Finding[];

/** Checks the machine and the program of a folder. */
export function examine(surroundings: Surroundings, more: MoreChecks = () => []): Finding[] {
    const machine = [nodeVersion(surroundings), pulumiVersion(surroundings), proxy(surroundings)];
    let project: Project;
    try {
        project = findProject(surroundings.folder);
    } catch (failure) {
        const { message } = failure as Error;
        const found = `there is no Pulumi.yaml in ${surroundings.folder} or its parent folders`;
        return [
            ...machine,
            message.startsWith("no Pulumi.yaml")
                ? error("Program", found, "npx slipway local new <starter> <folder>")
                : error("Program", message.replace(/\.$/, ""), "correct the file"),
        ];
    }
    const found = packages(project);
    const builds = found.some(({ check }) => check.startsWith("@pulumi/docker"));
    return [
        ...machine,
        ...(builds ? [docker(surroundings)] : []),
        ...found,
        ...typescript(project),
        ...plugin(surroundings, project),
        ...stacks(project),
        ...passphrase(surroundings, project),
        googleCredentials(surroundings),
        backend(surroundings, project),
        ...locks(surroundings, project),
        ...more(project.folder),
    ];
}

const signs = { ok: ["✓", 32], warning: ["!", 33], error: ["✗", 31] } as const;

/** The findings as lines, each with what corrects it. */
export function formatted(findings: Finding[], colors: boolean): string {
    const width = Math.max(...findings.map(({ check }) => check.length));
    const lines = findings.map(({ check, state, found, mend = "" }) => {
        const [sign, color] = signs[state];
        const mark = colors ? `\u001b[${color}m${sign}\u001b[0m` : sign;
        const mends = mend.split("\n").filter(Boolean);
        return [
            `${mark} ${check.padEnd(width)}  ${found}`,
            ...mends.map((line) => `${" ".repeat(width + 4)}→ ${line}`),
        ];
    });
    return `${lines.flat().join("\n")}\n`;
}

/** The command `doctor`; it exits with 1 if there is an error. */
export function doctorCommand(more?: MoreChecks): Command {
    return new Command("doctor")
        .description("check this machine and the program of this folder, and print what corrects each finding")
        .option("--json", "print the findings as JSON")
        .addHelpText(
            "after",
            `\nThe checks send no requests over the network. Errors that are found exit with 1, warnings with 0.\n${examples(
                {
                    "npx slipway doctor": "check the program of this folder",
                    "npx slipway doctor --json | jq '.[] | select(.state == \"error\")'": "list only errors",
                },
            )}`,
        )
        .action(({ json }: { json?: boolean }) => {
            progress("checking this machine and the program…");
            const run = (command: string, ...args: string[]) => {
                const { status, stdout } = spawnSync(command, args, { encoding: "utf8" });
                return status === 0 ? stdout : undefined;
            };
            const { env, versions } = process;
            const surroundings = { folder: process.cwd(), env, home: homedir(), node: versions.node, run };
            const findings = examine(surroundings, more);
            const colors = hasColors(process.stdout, env);
            process.stdout.write(json ? `${JSON.stringify(findings, undefined, 2)}\n` : formatted(findings, colors));
            process.exitCode = findings.some(({ state }) => state === "error") ? 1 : 0;
        });
}
