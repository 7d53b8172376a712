import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Deployment } from "./deployment";

const program = 'exports.word = require("@pulumi/pulumi").secret("canary");';
const stackFile = "config:\n  gcp:project: acme-raw\n  gcp:region: europe-west1\n";

/** The secrets settings of a stack, and whether files contain the secret in plain text. */
function secretsSettings({ place }: Deployment, stack: string) {
    const text = readFileSync(join(place.home, "stacks", ".pulumi", "stacks", place.project, `${stack}.json`), "utf8");
    const { type } = JSON.parse(text).checkpoint.latest.secrets_providers;
    return { type, isClear: text.includes("canary") };
}

test("a new stack can have secrets without a passphrase, and without secrets settings in its stack file", async () => {
    const raw = Deployment.raw(program);
    await raw.up("dev", { PULUMI_CONFIG_PASSPHRASE: "of another stack" });
    expect(secretsSettings(raw, "dev")).toEqual({ type: "cloud", isClear: false });
    expect(await raw.cloud.stack("dev").outputs()).toEqual({ word: "canary" });
    expect(readFileSync(raw.file("Pulumi.dev.yaml"), "utf8")).toBe(stackFile);
    await raw.remove();
});
