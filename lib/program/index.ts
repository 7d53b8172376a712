/**
 * Loads programs in TypeScript without ts-node. Node preloads it for Pulumi: in `Pulumi.yaml`, the options of the runtime are
 * `typescript: false` and `nodeargs: "--require slipway/program"`. Pulumi's SDK runs as it is.
 *
 * @packageDocumentation
 */
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { cacheFolder } from "./cache";
import { cacheCode } from "./codeCache";
import { invocation, isProgram } from "./invocation";
import { loadSources } from "./sources";
import { isTypeScript } from "./sources/compile";

const [, main, ...args] = process.argv;

if (isProgram(main)) {
    start();
}

function start(): void {
    const { folder, entry, isPreview } = invocation(args);
    const cache = cacheFolder(folder);
    if (cache !== undefined) {
        cacheCode(join(cache, "code"));
    }
    // Otherwise ts-node compiles and checks the program.
    if (process.env.PULUMI_NODEJS_TYPESCRIPT !== "true") {
        loadSources(folder, entry, checked({ folder, entry, isPreview }));
    }
}

/**
 * Checks the types of a program: immediately, in parallel with the loading of Pulumi's SDK, if it starts with TypeScript, and sources that this did not
 * check, as nothing imports them, when they are loaded. An error is only thrown there, where Pulumi reports it.
 */
function checked({ folder, entry, isPreview }: ReturnType<typeof invocation>): (file: string) => void {
    if (!isMainThread || process.env.PULUMI_NODEJS_TRANSPILE_ONLY === "true") {
        return () => undefined;
    }
    const check = (file: string) => {
        const { typeCheck }: typeof import("./check") = require("./check");
        typeCheck({ entry: file, folder, isPreview });
    };
    let failure: { error: unknown } | undefined;
    if (isTypeScript(entry)) {
        try {
            check(entry);
        } catch (error) {
            failure = { error };
        }
    }
    return (file) => {
        if (failure) {
            throw failure.error;
        }
        if (file !== entry) {
            check(file);
        }
    };
}
