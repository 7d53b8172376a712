import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { portsVariable } from "../../simulator/provider/client";
import { compiled, packageFolder } from "../../toolchain";

/** Installs a local provider plugin under the name and version that the program uses. */
export function installPlugin(engineHome: string, name: string, version: string, code: string): void {
    install(engineHome, name, version, `exec ${node(code)} "$@"`);
}

/**
 * Installs the `gcp` plugin, which uses the background provider if it runs: it takes a free port from a folder. The
 * engine stops a plugin with a signal, or closes its standard input if the engine is killed.
 */
export function installGcpPlugin(engineHome: string, version: string): void {
    const lines = [
        `ports=$${portsVariable}`,
        'while [ -n "$ports" ] && [ -d "$ports" ]; do',
        '    for free in "$ports"/*.free; do',
        '        port=$(basename "$free" .free)',
        '        if mv "$free" "$ports/$port.taken" 2>/dev/null; then',
        '            printf %s "$1" > "$ports/$port.engine"',
        '            echo "$port"',
        "            read -r end",
        "            exit 0",
        "        fi",
        "    done",
        "    sleep 0.05",
        "done",
        `exec ${node("simulator/provider/main.js")} "$@"`,
    ];
    install(engineHome, "gcp", version, lines.join("\n"));
}

/**
 * Installs a plugin whose program is only determined when the engine starts it, so that unused providers are not built.
 *
 * @param code prints the path of the program; its arguments are the folder of the user's own plugin of that version, and the
 * process ID of the engine
 */
export function installDeferredPlugin(engineHome: string, name: string, version: string, code: string): void {
    const home = process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
    const own = join(home, "plugins", `resource-${name}-v${version}`);
    install(engineHome, name, version, `plugin=$(${node(code)} "${own}" "$PPID") || exit 1\nexec "$plugin" "$@"`);
}

/**
 * Installs the plugin for dynamic resources that the SDK contains. The engine logs a warning if it uses the one on
 * PATH.
 */
export function installDynamicPlugin(engineHome: string): void {
    const sdk = dirname(createRequire(__filename).resolve("@pulumi/pulumi/package.json"));
    const { version } = JSON.parse(readFileSync(join(sdk, "package.json"), "utf8"));
    install(engineHome, "pulumi-nodejs", version, `exec "${join(sdk, "pulumi-resource-pulumi-nodejs")}" "$@"`);
}

/**
 * Disables the logs that Pulumi 3.259 writes of every command: a file is in the place of their folder. They are half of the time of the
 * engine if a stack has many resources, and `--logtostderr -v 9` shows the same.
 */
export function disableLogs(engineHome: string): void {
    const file = join(engineHome, "logs");
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
        rmSync(file, { recursive: true, force: true });
        mkdirSync(engineHome, { recursive: true });
        writeFileSync(file, "In the place of the folder of Pulumi's logs, so that it writes none.\n");
    }
}

/** The command that runs a compiled file of this package. */
function node(code: string): string {
    const file = compiled(join("local", code));
    if (!existsSync(file)) {
        throw new Error(`${file} is missing: install slipway-local again, or compile it with 'npm run setup'.`);
    }
    return `"${process.execPath}" "${file}"`;
}

function install(engineHome: string, name: string, version: string, command: string): void {
    const folder = join(engineHome, "plugins", `resource-${name}-v${version}`);
    const file = join(folder, `pulumi-resource-${name}`);
    const script = `#!/bin/sh\n${command}\n`;
    if (!existsSync(file) || readFileSync(file, "utf8") !== script) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(file, script);
        chmodSync(file, 0o755);
    }
}

/** The version of a package that the program, or one of its components, uses, if any. */
export function packageVersion(program: string, name: string): string | undefined {
    const from = [program, packageFolder()]
        .filter((folder) => existsSync(folder))
        .map((folder) => realpathSync(folder));
    for (const folder of from) {
        try {
            return createRequire(join(folder, "index.js"))(`${name}/package.json`).version;
        } catch {}
    }
    return undefined;
}
