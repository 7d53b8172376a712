/** The oldest major version that reads the declarations of this package. */
const oldest = 5;

/** Pulumi's own copy, or one that the program has installed. */
const compiler = /[/\\]typescript(@[\d.]+|[/\\]lib)[/\\]typescript\.js$/;

/**
 * Refuses programs in TypeScript that are compiled by a version that cannot read this package's declarations, such as 3.8, which Pulumi
 * uses if a program has not installed a compiler: every component would be `any`, and wrong arguments would compile.
 */
export function refuseOldCompiler({ PULUMI_NODEJS_TYPESCRIPT: isTypeScript }: NodeJS.ProcessEnv = process.env): void {
    const file = isTypeScript === "true" ? Object.keys(require.cache).find((path) => compiler.test(path)) : undefined;
    const { version }: { version?: string } = (file && require.cache[file]?.exports) || {};
    if (version !== undefined && Number.parseInt(version, 10) < oldest) {
        // Every program loads this file, and hardly any needs these.
        const check: typeof import("../internal/arguments/check") = require("../internal/arguments/check");
        const {
            deferredError,
        }: typeof import("../internal/arguments/argumentsError") = require("../internal/arguments/argumentsError");
        throw deferredError("slipway", [
            check.problem(
                "",
                "stack/typescript-too-old",
                `TypeScript ${version} cannot check the arguments of components: ${oldest}.0 or newer is needed. Pulumi uses ` +
                    "3.8 if the program has no TypeScript of its own. Run 'npm install --save-dev typescript'.",
            ),
        ]);
    }
}
