import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { cloudConfig } from "../../../lib/compute/template/container";
import { startupScript } from "../../../lib/compute/template/startup";
import type { Variables } from "../../../lib/compute/template/variables";
import { yaml } from "../../../local/machine/yaml";

const resolved = (output: pulumi.Output<string>) => new Promise<string>((resolve) => output.apply(resolve));

const secret = "two words\nand 'quotes'";

const variables: Variables = {
    plain: { NOTE: "it's $HOME" },
    secrets: [
        {
            variable: "KEY",
            at: "",
            attachment: { kind: "secret-variable", secret: "projects/acme-dev/secrets/key", version: "3" },
        },
    ],
};

/** Stands in for the metadata server and for Secret Manager, whose answers have these formats. */
const curl = `#!/bin/bash
case "$*" in
  *"Metadata-Flavor: Google"*"/service-accounts/default/token") echo '{"access_token":"ya29.c","expires_in":3599,"token_type":"Bearer"}' ;;
  *"Authorization: Bearer ya29.c"*"https://secretmanager.googleapis.com/v1/projects/acme-dev/secrets/key/versions/3:access")
    echo '{'
    echo '  "name": "projects/1/secrets/key/versions/3",'
    echo '  "payload": {'
    echo '    "data": "${Buffer.from(secret).toString("base64")}",'
    echo '    "dataCrc32c": "12"'
    echo '  }'
    echo '}' ;;
  *) echo "curl: (22) The requested URL returned error: 403" >&2; exit 22 ;;
esac
`;

/** Runs a startup script, with another folder in the place of /run. */
async function run(script: string, of: Variables) {
    const folder = mkdtempSync(join(tmpdir(), "slipway-startup-"));
    writeFileSync(join(folder, "curl"), curl, { mode: 0o755 });
    const text = (await resolved(startupScript(script, of))).replaceAll("/run/", `${folder}/`);
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    return spawnSync("bash", ["-c", text], { encoding: "utf8", env });
}

test("a startup script finds its variables, whatever characters they have", async () => {
    const { stdout, stderr, status } = await run('#!/bin/sh\nprintf "%s|%s" "$NOTE" "$KEY"\n', variables);
    expect({ stdout, stderr, status }).toEqual({ stdout: `it's $HOME|${secret}`, stderr: "", status: 0 });
});

test("a startup script runs with the interpreter of its first line", async () => {
    const { stdout } = await run('#!/usr/bin/env python3\nimport os\nprint(os.environ["NOTE"])\n', variables);
    expect(stdout).toBe("it's $HOME\n");
});

test("a startup script without an interpreter in its first line runs with Bash", async () => {
    const { stdout } = await run('[[ -n "$NOTE" ]] && echo "$NOTE"\n', variables);
    expect(stdout).toBe("it's $HOME\n");
});

test("a startup script with the line ends of Windows runs with the interpreter of its first line", async () => {
    const { stdout } = await run('#!/usr/bin/env python3\r\nimport os\r\nprint(os.environ["NOTE"])\r\n', variables);
    expect(stdout).toBe("it's $HOME\n");
});

test("a startup script with an agent and without variables starts after the agent", async () => {
    const text = await resolved(startupScript("echo hello\n", { plain: {}, secrets: [] }, true));
    const alone = await resolved(startupScript(undefined, { plain: {}, secrets: [] }, true));
    expect(text.slice(0, alone.length)).toBe(alone);
    expect(text.slice(alone.length).replaceAll(/END_OF_SCRIPT_\w{8}/g, "END")).toBe(
        [
            "file=$(mktemp /run/startup-script.XXXXXX)",
            `cat > "$file" <<'END'`,
            "echo hello",
            "END",
            'exec /bin/bash "$file"',
            "",
        ].join("\n"),
    );
});

test("a startup script does not run without a secret that cannot be read", async () => {
    const [key] = variables.secrets;
    const wrong = { variable: "KEY", attachment: { ...key?.attachment, version: "4" } } as Variables["secrets"][number];
    const { stdout, status } = await run("#!/bin/sh\necho started\n", { plain: {}, secrets: [wrong] });
    expect([stdout, status]).toEqual(["", 22]);
});

/** Runs a startup script on a machine whose programs record their calls; the installer of the agent fails a number of times. */
async function runWithAgent(script: string | undefined, { failures = 0, isInstalled = false, hasSystemd = true } = {}) {
    const folder = mkdtempSync(join(tmpdir(), "slipway-agent-"));
    const calls = join(folder, "calls");
    const programs = {
        systemctl: `echo "systemctl $*" >> ${calls}; ${isInstalled ? "exit 0" : "exit 1"}`,
        sleep: `echo "sleep $*" >> ${calls}`,
        timeout: 'shift; exec "$@"',
        curl: `echo "curl \${*: -1}" >> ${calls}
while [ "$1" != -o ]; do shift; done
cat > "$2" <<'EOF'
echo "install $* $DEBIAN_FRONTEND" >> ${calls}
[ "$(grep -c ^install ${calls})" -gt ${failures} ]
EOF`,
    };
    for (const [name, program] of Object.entries(programs)) {
        writeFileSync(join(folder, name), `#!/bin/bash\n${program}\n`, { mode: 0o755 });
    }
    if (hasSystemd) {
        mkdirSync(join(folder, "systemd", "system"), { recursive: true });
    }
    const text = (await resolved(startupScript(script, { plain: { NOTE: "a" }, secrets: [] }, true))).replaceAll(
        "/run/",
        `${folder}/`,
    );
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    const { stdout, stderr, status } = spawnSync("bash", ["-c", text], { encoding: "utf8", env });
    const lines = existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : [];
    return { stdout, stderr, status, calls: lines };
}

const asked = "systemctl is-enabled --quiet google-cloud-ops-agent";
const loaded = "curl https://dl.google.com/cloudagents/add-google-cloud-ops-agent-repo.sh";
const install = "install --also-install noninteractive";
const missing =
    "ERROR: The Ops Agent could not be installed: memory and disks are not measured. The next start of the machine tries again.\n";

test("the agent is installed before the startup script, which keeps its interpreter and its variables", async () => {
    const script = '#!/usr/bin/env python3\nimport os\nprint("started", os.environ["NOTE"])\n';
    const found = await runWithAgent(script);
    expect(found).toEqual({ stdout: "started a\n", stderr: "", status: 0, calls: [asked, loaded, install] });
});

test("an agent that is there is not installed again", async () => {
    const found = await runWithAgent("#!/bin/sh\necho started\n", { isInstalled: true });
    expect(found).toEqual({ stdout: "started\n", stderr: "", status: 0, calls: [asked] });
});

test("the agent is installed once the package manager is no longer locked", async () => {
    const { status, stderr, calls } = await runWithAgent(undefined, { failures: 2 });
    expect([status, stderr]).toEqual([0, ""]);
    expect(calls).toEqual([asked, loaded, install, "sleep 10", loaded, install, "sleep 20", loaded, install]);
});

test("without the agent, the startup script still runs after an error, and its status is that of the machine", async () => {
    const { stdout, stderr, status, calls } = await runWithAgent("#!/bin/sh\necho started\nexit 3\n", { failures: 9 });
    expect({ stdout, stderr, status }).toEqual({ stdout: "started\n", stderr: missing, status: 3 });
    expect(calls.filter((call) => call === install)).toHaveLength(5);
});

test("on a machine without systemd nothing is loaded", async () => {
    const { stdout, stderr, calls } = await runWithAgent("#!/bin/sh\necho started\n", { hasSystemd: false });
    expect([stdout, stderr, calls]).toEqual(["started\n", `The Ops Agent needs systemd.\n${missing}`, [asked]]);
});

test("the configuration of cloud-init is YAML with valid scripts, and has no value of a secret", async () => {
    const container = {
        image: "europe-west1-docker.pkg.dev/acme-dev/app/web@sha256:0a",
        command: ["serve", "--all"],
        ports: [8080],
    };
    const gpu = { type: "nvidia-l4", count: 2, isAttached: false, driver: "cos-extensions" } as const;
    const text = await resolved(cloudConfig(container.image, { container, gpu }, variables));
    const { write_files: files, runcmd } = yaml().parse(text) as {
        write_files: { path: string; content: string; permissions: string }[];
        runcmd: string[];
    };
    expect(files.map(({ path, permissions }) => [path, permissions])).toEqual([
        ["/var/lib/container/run.sh", "0700"],
        ["/etc/systemd/system/container.service", "0644"],
    ]);
    expect(runcmd).toEqual(["systemctl daemon-reload", "systemctl start container.service --no-block"]);
    const script = files[0]?.content as string;
    expect(spawnSync("bash", ["-n"], { input: script, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
    const last = script.trimEnd().split("\n").at(-1);
    expect(last).toMatch(/ --device \/dev\/nvidia0:\/dev\/nvidia0 --device \/dev\/nvidia1:\/dev\/nvidia1 /);
    expect(last).toMatch(/ --env NOTE --env KEY --entrypoint 'serve' 'europe-west1-docker\S+' '--all'$/);
    expect(script).toContain("cos-extensions install gpu\n");
});

const dockerCalls = `#!/bin/bash
echo "docker $* HOME=$HOME" >> "$CALLS"
[ "$1" != pull ] || [ -z "\${REFUSED:-}" ]
`;

/** Runs the script of a container with programs that record their calls, in the place of those of Container-Optimized OS. */
async function runContainer(of: Variables, env: Record<string, string> = {}) {
    const image = "europe-west1-docker.pkg.dev/acme-dev/app/web@sha256:0a";
    const text = await resolved(cloudConfig(image, { container: { image, ports: [8080] } }, of));
    const { write_files: files } = yaml().parse(text) as { write_files: [{ content: string }] };
    const folder = mkdtempSync(join(tmpdir(), "slipway-container-"));
    const calls = join(folder, "calls");
    const others = '#!/bin/bash\necho "$(basename "$0") $* HOME=$HOME" >> "$CALLS"\n[ "$2" != -C ]\n';
    for (const [name, program] of Object.entries({
        docker: dockerCalls,
        iptables: others,
        "docker-credential-gcr": others,
    })) {
        writeFileSync(join(folder, name), program, { mode: 0o755 });
    }
    const script = files[0].content
        .replaceAll("/var/lib/container", join(folder, "home"))
        .replace("/usr/bin/docker", join(folder, "docker"));
    const { status } = spawnSync("bash", ["-c", script], {
        encoding: "utf8",
        env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, CALLS: calls, ...env },
    });
    const lines = readFileSync(calls, "utf8").trim().split("\n");
    return { status, calls: lines.map((line) => line.replaceAll(folder, "").replaceAll(image, "IMAGE")) };
}

test("a container is pulled with credentials in a folder that can be written, whatever its variables are", async () => {
    const { status, calls } = await runContainer({ plain: { HOME: "/app", PATH: "/app/bin" }, secrets: [] });
    expect(status).toBe(0);
    expect(calls).toEqual([
        "docker-credential-gcr configure-docker --registries=europe-west1-docker.pkg.dev HOME=/home",
        "iptables -w -C INPUT -p tcp --dport 8080 -j ACCEPT HOME=/home",
        "iptables -w -A INPUT -p tcp --dport 8080 -j ACCEPT HOME=/home",
        "docker pull IMAGE HOME=/home",
        "docker run --rm --name container --network host --env HOME --env PATH IMAGE HOME=/app",
    ]);
});

test("a machine that starts without its registry runs the image that it has", async () => {
    const { status, calls } = await runContainer({ plain: {}, secrets: [] }, { REFUSED: "1" });
    expect(status).toBe(0);
    expect(calls.slice(-3)).toEqual([
        "docker pull IMAGE HOME=/home",
        "docker image inspect IMAGE HOME=/home",
        "docker run --rm --name container --network host IMAGE HOME=/home",
    ]);
});
