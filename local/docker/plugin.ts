import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { install } from "../../toolchain";
import { daemon } from "../daemon/client";
import { type BuildkitNote, throughRegistry } from "./buildkitDaemon";
import type { RegistryNote } from "./registryDaemon";

const builder = "slipway";

/**
 * `node plugin.js <folder>`: prints the program that is to be the `docker-build` provider. It is the user's own, from the folder
 * where Pulumi keeps that version, or else one that is built; with BuildKit and the registry of the workspace behind it.
 */
async function main([own = ""]: string[], environment: NodeJS.ProcessEnv): Promise<void> {
    const { SLIPWAY_LOCAL_CLOUD: cloud } = environment;
    if (!cloud) {
        throw new Error("this provider is started by 'slipway local'; run your pulumi command behind it");
    }
    const home = dirname(cloud);
    const report = (line: string) => process.stderr.write(`${line}\n`);
    const name = "pulumi-resource-docker-build";
    const [folder, registry, buildkit] = await Promise.all([
        existsSync(join(own, name)) ? own : install(name, report),
        daemon(home, "registry", "", report) as Promise<RegistryNote>,
        daemon(home, "buildkit", "", report) as Promise<BuildkitNote>,
    ]);
    const docker = dockerFolder(home, buildkit.endpoint, environment);
    const variables = { ...throughRegistry(registry), DOCKER_CONFIG: docker, BUILDX_CONFIG: join(docker, "buildx") };
    process.stdout.write(`${started(join(folder, name), variables, join(docker, name))}\n`);
}

/** A program that starts another one with these variables. */
function started(program: string, variables: NodeJS.ProcessEnv, file: string): string {
    const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(String(value))}`);
    // Where a Docker of this machine would be asked to build.
    lines.push("unset DOCKER_HOST DOCKER_CONTEXT", `exec ${quoted(program)} "$@"`);
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, `#!/bin/sh\n${lines.join("\n")}\n`, { mode: 0o755 });
    // In one step: another command may start it at this moment.
    renameSync(draft, file);
    return file;
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * What Docker's own folder is to the provider: how the user signs in elsewhere, and builders, of whatever name this machine has
 * them, that are all the BuildKit of the workspace.
 */
function dockerFolder(home: string, endpoint: string, { DOCKER_CONFIG, BUILDX_CONFIG }: NodeJS.ProcessEnv): string {
    const own = DOCKER_CONFIG ?? join(homedir(), ".docker");
    const folder = join(home, "docker");
    const instances = join(folder, "buildx", "instances");
    mkdirSync(instances, { recursive: true });
    write(join(folder, "config.json"), signedIn(join(own, "config.json")));
    const known = join(BUILDX_CONFIG ?? join(own, "buildx"), "instances");
    for (const name of [builder, ...(existsSync(known) ? readdirSync(known) : [])]) {
        const node = { Name: `${name}0`, Endpoint: endpoint };
        write(join(instances, name), { Name: name, Driver: "remote", Nodes: [node], Dynamic: false });
    }
    write(join(folder, "buildx", "current"), { Key: "", Name: builder, Global: true });
    return folder;
}

/** How the user signs in to other registries: the local Google Cloud asks for nothing, and is given nothing. */
function signedIn(file: string): object {
    const {
        auths = {},
        credHelpers = {},
        credsStore,
        proxies,
    } = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
    const others = (of: object) =>
        Object.fromEntries(Object.entries(of).filter(([host]) => !/\.pkg\.dev\b/.test(host)));
    return { auths: others(auths), credHelpers: others(credHelpers), credsStore, proxies };
}

const write = (file: string, content: object) => writeFileSync(file, `${JSON.stringify(content)}\n`);

main(process.argv.slice(2), process.env).catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
});
