import { createRequire } from "node:module";

const skipped = new Set<string>();

/** Prints at the end of the process, in one line, which parts of the SDK are not patched. */
export function sayOnce(part: string): void {
    if (skipped.size === 0) {
        process.once("exit", () => {
            const { version } = createRequire(process.argv[1] ?? __filename)("@pulumi/pulumi/package.json");
            console.warn(
                `slipway/program/sdk: not patched in @pulumi/pulumi ${version}, whose code differs from the known versions: ` +
                    [...skipped].sort().join(", "),
            );
        });
    }
    skipped.add(part);
}
