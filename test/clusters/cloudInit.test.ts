import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { cloudConfig } from "../../lib/compute/template/container";
import type { Variables } from "../../lib/compute/template/variables";
import { yaml } from "../../local/machine/yaml";
import { run } from "../../local/toolchain/process";
import { pythonWith } from "../apps/python";

const image = "europe-west1-docker.pkg.dev/acme-dev/app/web@sha256:0a";
const gpus = { type: "nvidia-l4", count: 2, isAttached: false, driver: "cos-extensions" } as const;

const variables: Variables = {
    plain: { NOTE: "two lines: # of\n\n   'quoted' \"text\" \\ with \t $HOME" },
    secrets: [
        {
            variable: "KEY",
            at: "",
            attachment: { kind: "secret-variable", secret: "projects/acme-dev/secrets/key", version: "3" },
        },
    ],
};

const resolved = (output: pulumi.Output<string>) => new Promise<string>((resolve) => output.apply(resolve));

const folder = mkdtempSync(join(tmpdir(), "slipway-cloud-init-"));
let python = "";

/** Unpacks Debian's package, and does not install it: it would configure this machine at its next start. */
beforeAll(async () => {
    python = await pythonWith(join(__dirname, "cloudInit"));
    const download = () => run("apt-get", ["download", "cloud-init"], { cwd: folder });
    await download().catch(async () => {
        await run("apt-get", ["update", "--quiet"]);
        await download();
    });
    const [archive = ""] = readdirSync(folder);
    await run("dpkg-deb", ["-x", join(folder, archive), join(folder, "root")]);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The report of cloud-init on a configuration. */
function schemaReport(config: string): Promise<string> {
    const file = join(folder, "config.yaml");
    writeFileSync(file, config);
    const env = { ...process.env, PYTHONPATH: join(folder, "root/usr/lib/python3/dist-packages") };
    return run(python, ["-m", "cloudinit.cmd.main", "schema", "--config-file", file], { env });
}

/** The report of systemd on a service. */
function unitReport(name: string, unit: string): Promise<string> {
    const file = join(folder, name);
    writeFileSync(file, unit);
    return run("systemd-analyze", ["verify", file]);
}

test("cloud-init, systemd and the shell accept the configuration of a container", async () => {
    const container = { image, command: ["serve", "it's"], ports: [80, 8080] };
    const text = await resolved(cloudConfig(image, { container, gpu: gpus }, variables));
    expect(await schemaReport(text)).toContain("Valid cloud-config");

    const { write_files: files } = yaml().parse(text) as { write_files: [{ content: string }, { content: string }] };
    const [script, unit] = files.map(({ content }) => content) as [string, string];
    expect(await unitReport("container.service", unit)).toBe("");
    writeFileSync(join(folder, "run.sh"), script);
    expect(await run("bash", ["-n", join(folder, "run.sh")])).toBe("");
});

test("cloud-init refuses what it does not know, and systemd what it cannot start", async () => {
    await expect(schemaReport("#cloud-config\nruncmd: start\n")).rejects.toThrow(
        "runcmd: 'start' is not of type 'array'",
    );
    const unit = "[Service]\nExecStart=/usr/bin/missing\n";
    await expect(unitReport("missing.service", unit)).rejects.toThrow("/usr/bin/missing is not executable");
});
