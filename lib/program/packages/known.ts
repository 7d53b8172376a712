import { createHash } from "node:crypto";

/**
 * The source texts of functions of Pulumi's SDK that patches replace, by their hashes in the versions 3.248.0, 3.255.0, 3.259.0, 3.265.0 and
 * 3.270.0.
 * `test/unit/program/packages.test.ts` compares the patched and the original functions of the installed SDK.
 */
const functions: Record<string, string[]> = {
    "log/index.debug": ["43dc5d4b98226847"],
    "resource.Resource.stackTrace": ["349dbc6a005bb00d"],
    "runtime/closure/v8Hooks.getScriptUrl": ["845a9b89f55fe749"],
    "runtime/closure/v8Hooks.getSessionAsync": ["4e0196f4d12b8f2b"],
    "runtime/closure/v8Hooks.isInitializedAsync": ["77b46ee3abae4b75"],
    "runtime/debuggable.debuggablePromise": ["bf5c7b37cd7aea03", "19d27a81e9df719c"],
    "runtime/rpc.transferProperties": ["b3b1e2c206b5fca7"],
};

/** The files of the SDK that load modules on first use, in the same versions. */
const files: Record<string, string[]> = {
    "cmd/run/tracing": ["b502555d4a655a7a", "a7be89757d60af76"],
    index: ["ce2fd348d1265c1e", "995d5fdebc4ab36b"],
    "runtime/closure/codePaths": ["3cf7e85bb909599e", "f932e221ca8c00a3"],
    "runtime/manifest": ["569180602fce7dd1"],
    "typescript-shim": ["58b98f29c36ee0b3"],
};

/**
 * What these files load on first use: modules for serializing functions, the Automation API, tracing and reading package manifests, which
 * are four fifths of the SDK's modules. Programs that only register resources do not use them.
 */
export const lazyModules: Record<string, RegExp> = {
    "cmd/run/tracing": /^@opentelemetry\/(?!api$)/,
    index: /^\.\/automation$/,
    "runtime/closure/codePaths": /^(@npmcli\/arborist|fdir|normalize-package-data)$/,
    "runtime/manifest": /^js-yaml$/,
    "typescript-shim": /^typescript$/,
};

const isKnown = (hashes: string[] | undefined, text: string): boolean =>
    hashes?.includes(createHash("sha256").update(text).digest("hex").slice(0, 16)) === true;

/** Whether a function has one of the source texts that its patch was written for. */
export const isKnownFunction = (name: string, text: string): boolean => isKnown(functions[name], text);

/** Whether a file has one of the contents that work with modules that are loaded on first use. */
export const isKnownFile = (path: string, text: string): boolean => isKnown(files[path], text);
