import { readFileSync } from "node:fs";
import { join } from "node:path";
import { uses } from "../extended/workflows/shown";

const root = join(__dirname, "..", "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

test("each use of an action is pinned to the commit of its listed version, and each listed action is used", () => {
    const actions: Record<string, { version: string; commit: string }> = JSON.parse(
        read("test/extended/workflows/actions.json"),
    );
    const used = uses();
    const name = (action: string) => action.replace(/@.*/, "");
    const pinned = used.map(([file, action]) => {
        const { version, commit } = actions[name(action)] ?? {};
        return [file, `${name(action)}@${commit} # ${version}`];
    });
    expect(used).toEqual(pinned);
    expect([...new Set(used.map(([, action]) => name(action)))].sort()).toEqual(Object.keys(actions));
});
