import { readFileSync } from "node:fs";
import { join } from "node:path";

const file = join(__dirname, "..", "..", "..", "examples", "foundation", ".github", "workflows", "deploy.yml");
const workflow = readFileSync(file, "utf8");

test("every action of the workflow is pinned to a commit, and no job has permissions other than reading and identity tokens", () => {
    const actions = [...workflow.matchAll(/uses: (.*)/g)].map(([, action]) => action);
    expect(actions).toHaveLength(4);
    expect(
        actions.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action as string)),
    ).toEqual([]);
    expect(workflow.match(/^permissions:\n( {2}.*\n)+/m)?.[0]).toBe(
        "permissions:\n  contents: read\n  id-token: write\n",
    );
    expect(workflow.match(/permissions:/g)).toHaveLength(1);
});
