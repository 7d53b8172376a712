import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { DaemonFiles } from "../../local/machine/daemon/files";
import { isRunning, type Process } from "../../local/machine/daemon/processes";
import { Deployment } from "./deployment";

const root = join(__dirname, "..", "..");
const topic = `
    const api = new gcp.projects.Service("pubsub", { service: "pubsub.googleapis.com", disableOnDestroy: false });
    new gcp.pubsub.Topic("sales", { name: "sales" }, { dependsOn: api });`;
const up = ["up", "--yes", "--skip-preview", "-s"];
const topicId = "Topic projects/acme-raw/topics/sales";

/** The provider processes of a workspace. */
function processes(home: string): Process[] {
    return DaemonFiles.all(home)
        .filter(({ name }) => name.startsWith("provider-"))
        .flatMap((files) => files.holder() ?? [])
        .filter(isRunning);
}

async function gone(process: Process): Promise<void> {
    for (const giveUp = Date.now() + 30_000; isRunning(process); await sleep(50)) {
        expect(Date.now()).toBeLessThan(giveUp);
    }
}

/** With a process of the providers that no other deployment uses. */
const alone = { providers: undefined };

test("commands share a provider process; if it is killed, the command fails, and the next one starts another process", async () => {
    const raw = Deployment.raw(topic, alone);
    const { home } = raw.place;
    expect(await raw.up("dev")).toEqual({ created: 3 });
    const [first] = processes(home) as [Process];
    expect(await raw.up("dev")).toEqual({ unchanged: 3 });
    expect(processes(home)).toEqual([first]);
    // Temporary folders of commands are removed.
    expect(readdirSync(join(home, "commands"))).toEqual([]);

    raw.edit("index.js", (text) => text.replaceAll('"sales"', '"sales-2"'));
    const type = "gcp:pubsub/topic:Topic";
    const faults = { speed: 1, faults: [{ verb: "create" as const, type, answer: "slow" as const, seconds: 600 }] };
    const failed = raw.run([...up, "dev"], {}, { faults });
    while (!raw.existing().includes(`${topicId}-2`)) {
        await sleep(50);
    }
    process.kill(first.pid, "SIGKILL");
    const { code, output } = await failed;
    expect([code, output]).toEqual([1, expect.stringMatching(/error: .*(connection|EOF)/i)]);

    // A resource that was created but not acknowledged already exists, as after any kill.
    expect((await raw.run([...up, "dev"])).output).toContain("Resource already exists");
    const [second] = processes(home) as [Process];
    expect(second.pid).not.toBe(first.pid);
    await raw.remove();
    expect(isRunning(second)).toBe(false);
});

test("two stacks are deployed in parallel, and an error in one command does not affect others", async () => {
    const raw = Deployment.raw(
        topic.replaceAll('name: "sales"', 'name: "sales-" + require("@pulumi/pulumi").getStack()'),
        alone,
    );
    writeFileSync(raw.file("Pulumi.prod.yaml"), "config:\n  gcp:project: acme-prod\n  gcp:region: europe-west1\n");
    const faults = [{ verb: "create" as const, type: "gcp:pubsub/topic:Topic", answer: 403 }];
    const [dev, prod] = await Promise.all([raw.run([...up, "dev"], {}, { faults }), raw.run([...up, "prod"])]);
    expect([dev.code, dev.output]).toEqual([
        1,
        expect.stringContaining("Error 403: The caller does not have permission"),
    ]);
    expect([prod.code, prod.output]).toEqual([0, expect.stringContaining("3 created")]);
    expect(raw.existing("acme-prod")).toContain("Topic projects/acme-prod/topics/sales-prod");
    expect(processes(raw.place.home)).toHaveLength(1);
    expect(await raw.up("dev")).toEqual({ created: 1, unchanged: 2 });
    await raw.remove();
});

test("types without rules are accepted with a warning, only in the command that allows them", async () => {
    const raw = Deployment.raw('new gcp.healthcare.Dataset("records", { location: "europe-west4" });', alone);
    const accepted = await raw.run([...up, "dev"], { SLIPWAY_LOCAL_GENERIC: "true" });
    expect([accepted.code, accepted.output]).toEqual([
        0,
        expect.stringContaining(
            "gcp:healthcare/dataset:Dataset has no simulation rules: only checks of the provider apply.",
        ),
    ]);
    const refused = await raw.run(["preview", "-s", "dev"]);
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining("gcp:healthcare/dataset:Dataset")]);
    expect(refused.output).not.toContain("its properties are checked");
    expect(processes(raw.place.home)).toHaveLength(1);
    await raw.remove();
});

test("another build of the package has its own provider process, and that of the previous build stops", async () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-build-"));
    const build = join(folder, "local");
    cpSync(join(root, "local", "dist"), join(build, "dist"), { recursive: true });
    cpSync(join(root, "local", "package.json"), join(build, "package.json"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const raw = Deployment.raw(topic);
    const slipway = (...args: string[]) =>
        promisify(execFile)(process.execPath, [join(build, "dist", "local", "commands", "main.js"), "local", ...args], {
            env: { ...process.env, SLIPWAY_LOCAL_IMMEDIATE: "true" },
            cwd: raw.place.folder,
        });
    await slipway(...up, "dev");
    const [before] = processes(raw.place.home) as [Process];
    await slipway("preview", "-s", "dev");
    expect(processes(raw.place.home)).toEqual([before]);

    utimesSync(join(build, "package.json"), new Date(), new Date());
    await slipway("preview", "-s", "dev");
    await gone(before);
    const [after] = processes(raw.place.home) as [Process];
    expect(after.pid).not.toBe(before.pid);

    await slipway("reset");
    expect([isRunning(after), existsSync(raw.place.home)]).toEqual([false, false]);
    await raw.remove();
    rmSync(folder, { recursive: true });
});

test("without a shared provider process, a plugin runs as a separate process", async () => {
    const raw = Deployment.raw(topic);
    await raw.up("dev");
    const { home, program } = raw.place;
    const plugins = join(home, "engine", "plugins");
    const [gcp = ""] = readdirSync(plugins).filter((name) => name.startsWith("resource-gcp-"));
    const ports = join(home, "ports");
    const plugin = spawn(join(plugins, gcp, "pulumi-resource-gcp"), ["127.0.0.1:1"], {
        env: {
            ...process.env,
            SLIPWAY_LOCAL_CLOUD: join(home, "cloud"),
            SLIPWAY_LOCAL_PROGRAM: program,
            SLIPWAY_LOCAL_PORTS: ports,
        },
    });
    const [port] = await once(plugin.stdout, "data");
    expect(String(port)).toMatch(/^\d+\n$/);
    plugin.kill();
    await once(plugin, "close");
    await raw.remove();
});

test("a program without a project is warned in the provider's words, unless its configuration disables that", async () => {
    const raw = Deployment.raw(`
        new gcp.organizations.Folder("sales", { displayName: "Sales", parent: "organizations/1", deletionProtection: false });`);
    const warning = `warning: unable to detect a global setting for GCP Project.
    Pulumi will rely on per-resource settings for this operation.
    Set the GCP Project by using:
        \`pulumi config set gcp:project <project>\`
    If you would like to disable this warning use:
        \`pulumi config set gcp:disableGlobalProjectWarning true\``;
    expect((await raw.run([...up, "dev"])).output).not.toContain("warning");
    const stack = (lines: string) => writeFileSync(raw.file("Pulumi.dev.yaml"), `config:\n${lines}`);
    stack("  gcp:region: europe-west1\n");
    const { output } = await raw.run([...up, "dev"]);
    expect(output.slice(output.indexOf("  pulumi:providers:gcp (default_"))).toMatch(/^.*\n {4}warning: unable/);
    expect(output).toContain(warning);
    stack('  gcp:disableGlobalProjectWarning: "true"\n');
    expect((await raw.run([...up, "dev"])).output).not.toContain("warning");
    await raw.remove();
});
