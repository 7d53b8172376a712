import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { writePrivate } from "../../../lib/privateFiles";
import { ensureDaemon } from "../../machine/daemon/client";
import { cloudSettings } from "../../simulator";
import { printProgram } from "../../simulator/plugin";
import { repositoryLocations } from "../../simulator/services/artifactregistry/names";
import { tokenOf } from "../../simulator/services/gke/clusterNames";
import { install, type Report } from "../../toolchain";
import { type BuildkitInfo, findRunc, registryProxyEnvironment } from "./buildkitDaemon";
import type { RegistryInfo } from "./registryDaemon";

const builder = "slipway";

/**
 * `node plugin.js <folder>`: prints the path of the `docker-build` provider. It uses the user's plugin of that version
 * in the folder, or builds it from source, and connects it to the BuildKit and registry of the workspace.
 */
async function program(own: string, cloud: string, environment: NodeJS.ProcessEnv, report: Report): Promise<string> {
    const home = dirname(cloud);
    const name = "pulumi-resource-docker-build";
    const [folder, registry, buildkit] = await Promise.all([
        existsSync(join(own, name)) ? own : install(name, report),
        ensureDaemon(home, "registry", "", report) as Promise<RegistryInfo>,
        environment.SLIPWAY_LOCAL_PREVIEW === "true" && !canBuild()
            ? { endpoint: noBuilder }
            : (ensureDaemon(home, "buildkit", "", report) as Promise<BuildkitInfo>),
    ]);
    const docker = dockerFolder(home, buildkit.endpoint, environment);
    const variables = {
        ...registryProxyEnvironment(registry),
        DOCKER_CONFIG: docker,
        BUILDX_CONFIG: join(docker, "buildx"),
    };
    return started(join(folder, name), variables, join(docker, name));
}

/** The builder of previews on a machine that cannot build: `up` says what is missing. */
const noBuilder = "unix:///dev/null";

function canBuild(): boolean {
    try {
        return findRunc() !== "";
    } catch {
        return false;
    }
}

/** A script that starts a program with environment variables. */
function started(program: string, variables: NodeJS.ProcessEnv, file: string): string {
    const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(String(value))}`);
    // Variables that select a Docker daemon or builder of the machine.
    lines.push("unset DOCKER_HOST DOCKER_CONTEXT", `exec ${quoted(program)} "$@"`);
    // Another command can start it at the same time.
    writePrivate(file, `#!/bin/sh\n${lines.join("\n")}\n`, 0o700);
    return file;
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * The Docker configuration of the provider: the user's credentials, and all builders of the machine by name, which use
 * the BuildKit of the workspace.
 */
function dockerFolder(home: string, endpoint: string, environment: NodeJS.ProcessEnv): string {
    const { DOCKER_CONFIG, BUILDX_CONFIG } = environment;
    const own = DOCKER_CONFIG ?? join(homedir(), ".docker");
    const settings = cloudSettings(environment);
    const folder = join(home, "docker", ...(settings.as ? [encodeURIComponent(settings.as)] : []));
    const instances = join(folder, "buildx", "instances");
    write(join(folder, "config.json"), signedIn(join(own, "config.json"), tokenOf(settings)));
    const known = join(BUILDX_CONFIG ?? join(own, "buildx"), "instances");
    for (const name of [builder, ...(existsSync(known) ? readdirSync(known) : [])]) {
        const node = { Name: `${name}0`, Endpoint: endpoint };
        write(join(instances, name), { Name: name, Driver: "remote", Nodes: [node], Dynamic: false });
    }
    write(join(folder, "buildx", "current"), { Key: "", Name: builder, Global: true });
    return folder;
}

/** The user's credentials for other registries, and the caller's token for Artifact Registry. */
function signedIn(file: string, token: string): object {
    const {
        auths = {},
        credHelpers = {},
        credsStore,
        proxies,
    } = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
    const others = (of: object) =>
        Object.fromEntries(Object.entries(of).filter(([host]) => !/\.pkg\.dev\b/.test(host)));
    const auth = Buffer.from(`oauth2accesstoken:${token}`).toString("base64");
    const own = Object.fromEntries(repositoryLocations.map((each) => [`${each}-docker.pkg.dev`, { auth }]));
    // Not from the store of credentials, which would have precedence.
    const files = Object.fromEntries(Object.keys(own).map((host) => [host, ""]));
    return {
        auths: { ...others(auths), ...own },
        credHelpers: { ...others(credHelpers), ...files },
        credsStore,
        proxies,
    };
}

const write = (file: string, content: object) => writePrivate(file, `${JSON.stringify(content)}\n`);

void printProgram("docker-build", (cloud, report) => program(process.argv[2] ?? "", cloud, process.env, report));
