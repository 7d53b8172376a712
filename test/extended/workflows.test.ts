import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { install } from "../../local/toolchain";
import { pythonWith } from "../../local/toolchain/python";
import { workflows } from "./workflows/shown";

const place = join(__dirname, "workflows");
const shown = workflows();
const [, deploy] = shown.find(([name]) => name.endsWith("deploy.yml")) as [string, string];

/** The output of a command, which may exit with another code if it finds something. */
function output(command: string, args: string[], input?: string): string {
    const { stdout, stderr, status, error } = spawnSync(command, args, { input, encoding: "utf8" });
    if (error || (status !== 0 && stdout === "")) {
        throw error ?? new Error(stderr);
    }
    return stdout;
}

/** The problems that actionlint finds: what GitHub would refuse, or would not do as it is written. */
async function problems(text: string): Promise<string[]> {
    const actionlint = join(await install("actionlint", console.error), "actionlint");
    // Ignores other linters for scripts on PATH.
    const flags = ["-shellcheck=", "-pyflakes=", "-format", "{{range $ := .}}{{$.Message}}\n{{end}}", "-"];
    return output(actionlint, flags, text)
        .split("\n")
        .filter((line) => line !== "");
}

/** The weaknesses that zizmor finds at its strictest, except for those that `zizmor.yml` allows with a reason. */
async function weaknesses(name: string, text: string): Promise<string[]> {
    const zizmor = join(dirname(await pythonWith(place)), process.platform === "win32" ? "zizmor.exe" : "zizmor");
    const folder = mkdtempSync(join(tmpdir(), "slipway-workflows-"));
    try {
        const file = join(folder, ".github", "workflows", name);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
        const flags = ["--offline", "--strict-collection", "--persona", "auditor", "--no-progress", "--format", "json"];
        const found: { ident: string; locations: { concrete: { location: { start_point: { row: number } } } }[] }[] =
            JSON.parse(output(zizmor, [...flags, "--config", join(place, "zizmor.yml"), file]));
        return found.map(
            ({ ident, locations }) => `${ident}: ${lineOf(text, locations[0]?.concrete.location.start_point.row)}`,
        );
    } finally {
        rmSync(folder, { recursive: true });
    }
}

const lineOf = (text: string, row = 0) => text.split("\n")[row]?.trim();

test("the workflows of this repository and of all starters are known", () => {
    expect(shown.map(([name]) => name)).toEqual(
        expect.arrayContaining([
            join(".github", "workflows", "ci.yml"),
            join(".github", "workflows", "release.yml"),
            join("examples", "ci-delivery", ".github", "workflows", "delivery.yml"),
            join("examples", "foundation", ".github", "workflows", "deploy.yml"),
        ]),
    );
});

test.each(shown)("GitHub accepts %s, and it has no known weakness", async (name, text) => {
    expect(await problems(text)).toEqual([]);
    expect(await weaknesses(name.replace(/^.*[\\/]|, \d+$/g, "").replace(/\.md$/, ".yml"), text)).toEqual([]);
});

test.each([
    [
        "a job with an unknown dependency",
        "needs: staging",
        "needs: stage",
        'job "prod" needs job "stage" which does not exist',
    ],
    ["an unknown permission", "id-token: write", "id-tokens: write", 'unknown permission scope "id-tokens"'],
    [
        "an event that GitHub does not have",
        "  pull_request:\n",
        "  pull_requests:\n",
        'unknown Webhook event "pull_requests"',
    ],
    ["an unknown runner", "runs-on: ubuntu-24.04", "runs-on: ubuntu-24", 'label "ubuntu-24" is unknown'],
])("the linter finds %s", async (_, from, to, words) => {
    expect(deploy).toContain(from);
    expect(await problems(deploy.replace(from, to))).toEqual(expect.arrayContaining([expect.stringContaining(words)]));
});

test.each<[string, string | RegExp, string, string]>([
    ["an action that is not pinned", /checkout@.*/, "checkout@v7", "unpinned-uses: - uses: actions/checkout@v7"],
    [
        "a token that stays on the disk",
        "persist-credentials: false",
        "fetch-depth: 0",
        "artipacked: - uses: actions/checkout",
    ],
    [
        "a title that runs as code",
        "run: npm ci",
        `run: echo $\{{ github.event.pull_request.title }}`,
        "template-injection: ",
    ],
    ["code of a fork with the identity", "  pull_request:\n", "  pull_request_target:\n", "dangerous-triggers: on:"],
])("a weakness is found: %s", async (_, from, to, finding) => {
    const changed = deploy.replace(from, to);
    expect(changed).not.toBe(deploy);
    expect(await weaknesses("deploy.yml", changed)).toEqual(expect.arrayContaining([expect.stringContaining(finding)]));
});
