import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import * as fields from "../../lib";
import * as kubernetes from "../../lib/gke";

test("lazily loaded names are those of the index, with the same values", () => {
    const lazy = require("../../lib/lazy");
    expect(Object.keys(lazy).sort()).toEqual(Object.keys(fields).sort());
    expect({ ...lazy }).toEqual({ ...fields });
});

test("the list of names is generated: run 'npm run index' if this fails", () => {
    const root = join(__dirname, "..", "..");
    const generator = pathToFileURL(join(root, "packages", "scripts", "lazy.mjs")).href;
    const script = `import(${JSON.stringify(generator)}).then(({ lazySource }) => process.stdout.write(lazySource(process.cwd())));`;
    const generated = execFileSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" });
    expect(readFileSync(join(root, "lib", "lazy.ts"), "utf8")).toBe(generated);
});

test.each(Object.keys(kubernetes))("%s of the wrong entry says which one exports it", (name) => {
    const wrong = Reflect.get(require("../../lib/lazy"), name);
    expect("existing" in wrong).toBe("existing" in Reflect.get(kubernetes, name));
    const message = new RegExp(`^${name} is exported by "slipway/gke": import \\{ ${name} \\} from "slipway/gke"`);
    for (const use of [
        () => new wrong("main", {}),
        () => new (class extends wrong {})(),
        ...("existing" in wrong ? [() => wrong.existing("main")] : []),
    ]) {
        expect(use).toThrow(pulumi.RunError);
        expect(use).toThrow(message);
    }
});
