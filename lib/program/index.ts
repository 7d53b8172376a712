/**
 * Loads programs in TypeScript without ts-node, and Pulumi's SDK faster. Node preloads it for Pulumi: in `Pulumi.yaml`, the options of
 * the runtime are `typescript: false` and `nodeargs: "--require slipway/program"`.
 *
 * @packageDocumentation
 */
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { isMainThread } from "node:worker_threads";
import { cacheFolder } from "./cache";
import { invocation } from "./invocation";
import { cacheCode, startSdkFaster } from "./packages";
import { loadSources } from "./sources";
import { isTypeScript } from "./sources/compile";

const [, main = "", ...args] = process.argv;

// Not in other processes that inherit the arguments of Node, such as those that the program starts.
if (/@pulumi[/\\]pulumi[/\\]cmd[/\\]run([/\\]|$)/.test(main)) {
    start();
}

function start(): void {
    collectGarbageEarlier();
    const { folder, entry, isPreview } = invocation(args);
    const cache = cacheFolder(folder);
    if (cache !== undefined) {
        cacheCode(join(cache, "code"));
    }
    startSdkFaster();
    // Otherwise ts-node compiles and checks the program.
    if (process.env.PULUMI_NODEJS_TYPESCRIPT !== "true") {
        loadSources(folder, entry, checked({ folder, entry, isPreview }));
    }
}

/**
 * Lets V8 collect garbage when the heap has grown by 80 %, and not by up to 300 %: the registration of resources leaves much, and the peak of
 * memory of a program with 5,000 components is halved, for 3 % of its CPU time. V8 reads the flag each time it sets the next limit.
 *
 * @see https://github.com/nodejs/node/blob/v20.20.2/deps/v8/src/heap/memory-controller.cc
 */
function collectGarbageEarlier(): void {
    setFlagsFromString("--heap-growing-percent=80");
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
