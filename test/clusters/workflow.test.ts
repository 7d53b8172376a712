import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { install } from "../../toolchain";

const read = (starter: string, name: string) =>
    readFileSync(join(__dirname, "..", "..", "examples", starter, ".github", "workflows", name), "utf8");
const workflow = read("foundation", "deploy.yml");

/** The problems that the workflow linter finds. */
async function problems(text: string): Promise<string[]> {
    const actionlint = join(await install("actionlint", console.error), "actionlint");
    // Ignores other linters for scripts on PATH.
    const flags = ["-shellcheck=", "-pyflakes=", "-format", "{{range $ := .}}{{$.Message}}\n{{end}}", "-"];
    const { stdout, stderr, error } = spawnSync(actionlint, flags, { input: text, encoding: "utf8" });
    if (error || stderr) {
        throw error ?? new Error(stderr);
    }
    return stdout.split("\n").filter((line) => line !== "");
}

test.each([
    ["foundation", "deploy.yml"],
    ["ci-delivery", "delivery.yml"],
])("the linter finds no problems in the workflow of the starter %s", async (starter, name) => {
    expect(await problems(read(starter, name))).toEqual([]);
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
    expect(workflow).toContain(from);
    expect(await problems(workflow.replace(from, to))).toEqual([expect.stringContaining(words)]);
});
