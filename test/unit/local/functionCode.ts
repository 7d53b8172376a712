/** The source code of functions in the examples. */
export const code = {
    buildConfig: {
        runtime: "python312",
        entryPoint: "main",
        source: { storageSource: { bucket: "acme-files", object: "code.zip" } },
    },
};
